"""One of many, found by typing any part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget


class SearchChoice(QComboBox):
    """A list that is narrowed by what is typed; what fits nothing goes back to what was chosen before.

    `entries` are titles and values; the first value is empty and stands for the usual.
    """

    chosen = Signal()

    def __init__(self, usual: str, entries: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItem(usual, "")
        for title, value in entries:
            self.addItem(title, value)
        line = QLineEdit(self)
        self.setEditable(True)
        self.setLineEdit(line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        line.editingFinished.connect(self._settle)
        self.currentIndexChanged.connect(lambda _: self.chosen.emit())

    @property
    def value(self) -> str:
        """The value chosen, empty for the usual."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose a value; one that is not offered any more leaves the usual."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def _settle(self) -> None:
        """Take the one entry that fits what is typed, or put back what was chosen."""
        text = self.currentText().strip()
        at = self.findText(text)
        fitting = [row for row in range(self.count()) if text and text in self.itemText(row)]
        if at < 0 and len(fitting) == 1:
            at = fitting[0]
        if not text:
            at = 0
        if at >= 0:
            self.setCurrentIndex(at)
        self.setEditText(self.itemText(self.currentIndex()))
