"""What only some applications need: another place's authority, another place to fetch the result."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from stationapp.domain.organisation import DeskKind, Organisation
from stationapp.domain.people import Application
from stationapp.services.workplace import Workplace
from stationapp.ui.fields.field import Field
from stationapp.ui.fields.search_choice import SearchChoice
from stationapp.ui.fold import Fold


def divisions_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return each division a station serves, named by the station, with its code; shared ones follow their station."""
    rows = []
    for desk in organisation.desks:
        if desk.kind is DeskKind.STATION:
            rows.append((f"{desk.organ or desk.name}（{desk.division}）", desk.division))
            rows += [(f"{desk.organ or desk.name}代管（{code}）", code) for code in desk.serves]
    return rows


def stations_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return each station with its id."""
    return [(desk.name, desk.desk_id) for desk in organisation.desks if desk.kind is DeskKind.STATION]


class OtherFields(Fold):
    """Folded away, unless something of it is filled in."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__("其他：管辖区划、取件站点", "O", parent)
        here, organisation = workplace.desk, workplace.organisation
        self.division = SearchChoice("本站点服务的区划", divisions_of(organisation), self)
        self.result_to = SearchChoice(f"本站点（{here.name}）", stations_of(organisation), self)
        self.fields: Mapping[str, Field] = {
            "division": Field(
                "管辖行政区划（&X）",
                self.division,
                hint="申请由其他地方管辖时选择（同城通办），输入名称查找。",
            ),
            "result_to": Field("取件站点（&R）", self.result_to, hint="申请人要在其他站点领取结果时选择。"),
        }
        for widget in self.fields.values():
            self.column.addWidget(widget)
        self.division.chosen.connect(self.changed)
        self.result_to.chosen.connect(self.changed)

    def values(self) -> dict[str, str]:
        """Return division and result_to; what is usual is empty."""
        return {"division": self.division.value, "result_to": self.result_to.value}

    def fill(self, application: Application) -> None:
        """Show what an application has of it."""
        self.division.choose(application.division)
        self.result_to.choose(application.result_to)
        if any(self.values().values()):
            self.unfold()

    def complain(self, name: str, text: str) -> QWidget | None:
        """Say what is wrong with a field, opened for it; None for a field it does not have."""
        field = self.fields.get(name)
        if field is None:
            return None
        self.unfold()
        field.complain(text)
        return field.editor
