"""Editors for what a joint case asks: its departments, who is called, who came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from stationapp.domain.moves import Ask
from stationapp.domain.organisation import Desk
from stationapp.domain.parts import Part
from stationapp.ui.case.asking import Asking


class PartDeskEditor:
    """A department of the case that has not answered yet."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        open_parts = [part.desk_id for part in _parts(asking) if part.state.is_open]
        for desk in _desks(asking, open_parts):
            self.widget.addItem(desk.name, desk.desk_id)

    def fact(self) -> str:
        return str(self.widget.currentData() or "")


class PartsEditor:
    """What each department of the item is asked: one line for each, all of them needed."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        self._lines: dict[str, QLineEdit] = {}
        grid = QGridLayout(self.widget)
        grid.setContentsMargins(0, 0, 0, 0)
        organisation, item = asking.context.workplace.organisation, asking.item
        found = (organisation.department_desk(name) for name in (item.co_departments if item else ()))
        for row, desk in enumerate(desk for desk in found if desk is not None):
            line = self._lines[desk.desk_id] = QLineEdit(self.widget)
            line.setAccessibleName(desk.name)
            line.setText(f"对“{item.name if item else ''}”申请提出意见")
            grid.addWidget(QLabel(desk.name, self.widget), row, 0)
            grid.addWidget(line, row, 1)
        _lead_focus(self.widget, self._lines.values())

    def fact(self) -> list[dict[str, str]]:
        rows = ((desk_id, line.text().strip()) for desk_id, line in self._lines.items())
        return [{"desk_id": desk_id, "matter": matter} for desk_id, matter in rows if matter]


class DesksEditor:
    """Which departments of the case are called, all of them unless one is left out."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        self._boxes: dict[str, QCheckBox] = {}
        for desk in _desks(asking, (part.desk_id for part in _parts(asking))):
            box = self._boxes[desk.desk_id] = QCheckBox(desk.name, self.widget)
            box.setChecked(True)
            column.addWidget(box)
        _lead_focus(self.widget, self._boxes.values())

    def fact(self) -> list[str]:
        return [desk_id for desk_id, box in self._boxes.items() if box.isChecked()]


class AttendanceEditor:
    """Who came to a visit: the lead and everybody called, each with the names of those who were there."""

    def __init__(self, _ask: Ask, asking: Asking, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        self._lines: dict[str, QLineEdit] = {}
        grid = QGridLayout(self.widget)
        grid.setContentsMargins(0, 0, 0, 0)
        case = asking.case
        came = (case.holder, *case.fact("call_site_visit", "desks", ())) if case is not None else ()
        for row, desk in enumerate(_desks(asking, came)):
            line = self._lines[desk.desk_id] = QLineEdit(self.widget)
            line.setAccessibleName(desk.name)
            line.setPlaceholderText("到场人员姓名；未到场的留空")
            grid.addWidget(QLabel(desk.name, self.widget), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(line, row, 1)
        _lead_focus(self.widget, self._lines.values())

    def fact(self) -> list[dict[str, Any]]:
        rows = ((desk_id, line.text().strip()) for desk_id, line in self._lines.items())
        return [{"desk_id": desk_id, "person": person} for desk_id, person in rows if person]


def _lead_focus(widget: QWidget, fields: Iterable[QWidget]) -> None:
    """The keyboard goes to the first field, where there is one."""
    for field in fields:
        widget.setFocusProxy(field)
        return


def _parts(asking: Asking) -> tuple[Part, ...]:
    return asking.case.parts if asking.case is not None else ()


def _desks(asking: Asking, ids: Iterable[str]) -> list[Desk]:
    organisation = asking.context.workplace.organisation
    found = (organisation.desk(desk_id) for desk_id in dict.fromkeys(ids))
    return [desk for desk in found if desk is not None]
