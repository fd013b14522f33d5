"""委托代办: how the applicant authorised the agent who takes his materials to the next desk."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.moves import Ask
from stationapp.domain.organisation import Level, PostKind
from stationapp.services.workplace import Workplace
from stationapp.ui.fields.field import Field

_LATER = "收件后打印委托书，签名后再登记"
_HINT = "材料移交上级之前，须登记申请人的委托。"


def needs_attorney(workplace: Workplace, item: ServiceItem | None) -> bool:
    """Tell whether an agent carries this item's materials elsewhere for the applicant."""
    return item is not None and item.decides_at is not Level.VILLAGE and workplace.post.kind is PostKind.AGENT


def attorney_ask() -> Ask:
    """The question of the move that puts an authority on file."""
    (ask,) = TABLE["note_attorney"].asks
    return ask


class AttorneyField(Field):
    """Which authority is there already; hidden where none is needed."""

    changed = Signal()

    def __init__(self, workplace: Workplace, item: ServiceItem, parent: QWidget | None = None) -> None:
        self.choice = QComboBox(parent)
        self.choice.addItem(_LATER, "")
        for value, title in attorney_ask().choices:
            self.choice.addItem(title, value)
        super().__init__("申请人的委托（&I）", self.choice, hint=_HINT, parent=parent)
        if not needs_attorney(workplace, item):
            self.hide()
        self.choice.currentIndexChanged.connect(lambda _: self.changed.emit())

    @property
    def value(self) -> str:
        """How the agent was authorised, empty for not yet."""
        return str(self.choice.currentData() or "")

    def put(self, value: str) -> None:
        """Show what an application has."""
        self.choice.setCurrentIndex(max(0, self.choice.findData(value)))
