"""告知承诺: a material that is promised in writing and comes by a day."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from stationapp.ui.fields.date_entry import DateEntry


class PromiseLine(QWidget):
    """A tick and, once it is made, the day by which the material comes."""

    changed = Signal()

    def __init__(self, material: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tick = QCheckBox("书面承诺补交", self)
        self.tick.setAccessibleName(f"{material}：书面承诺补交")
        self._label = QLabel("最迟", self)
        self.day = DateEntry(self)
        self.day.setAccessibleName(f"{material}：承诺补交日期")
        self.day.setMaximumWidth(self.day.sizeHint().width() + 60)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.tick, self._label, self.day):
            row.addWidget(widget)
        row.addStretch(1)
        self.tick.toggled.connect(self._turn)
        self.day.changed.connect(self.changed)
        self._turn(False)

    @property
    def promised_by(self) -> str:
        """The ISO day by which the material comes, empty when nothing is promised or no day is named."""
        return self.day.iso if self.tick.isChecked() else ""

    @property
    def lacks_day(self) -> bool:
        """Whether a promise was ticked without a day that can be read."""
        return self.tick.isChecked() and not self.day.iso

    def put(self, day: str) -> None:
        """Show a promise, or none for an empty day."""
        self.tick.setChecked(bool(day))
        self.day.set_text(day)

    def _turn(self, on: bool) -> None:
        self._label.setVisible(on)
        self.day.setVisible(on)
        if on and not self.day.text:
            self.day.setFocus()
        self.changed.emit()
