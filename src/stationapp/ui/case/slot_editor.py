"""The slot of an appointment: those that are free on the day that was typed, or any time written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from stationapp.domain.moves import Ask
from stationapp.domain.typed_text import half_width
from stationapp.services.seats import SlotOffer
from stationapp.ui.case.asking import Asking


class SlotEditor:
    """A list of slots with how many seats are left."""

    def __init__(self, _ask: Ask, _asking: Asking, parent: QWidget) -> None:
        self.widget = QComboBox(parent)
        self.widget.setEditable(True)
        self.widget.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)

    def offer(self, offers: Sequence[SlotOffer]) -> None:
        """Offer the slots that have seats; what is chosen already stays where it still can be."""
        before = self.fact()
        self.widget.clear()
        for offer in offers:
            if offer.free and not offer.over:
                self.widget.addItem(f"{offer.slot.start}（余 {len(offer.free)}）", offer.slot.start)
        at = self.widget.findData(before)
        if at >= 0:
            self.widget.setCurrentIndex(at)

    def fact(self) -> str:
        """The start of the slot as 09:30."""
        return half_width(self.widget.currentText()).split("(")[0].split("（")[0].strip()
