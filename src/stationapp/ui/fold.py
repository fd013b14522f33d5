"""Something that is seldom needed: folded away behind a button that says how much there is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

_SHUT, _OPEN = "▸", "▾"


class Fold(QWidget):
    """A button and, below it, what it opens. `key` is the letter that presses it together with Alt."""

    toggled = Signal(bool)

    def __init__(self, title: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._key = title, key
        self._count = 0
        self.button = QPushButton(self)
        self.button.setProperty("flat", True)
        self.button.setProperty("fold", True)
        self.button.setCheckable(True)
        self.button.setAutoDefault(True)
        self.body = QWidget(self)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.button)
        layout.addWidget(self.body)
        self.body.hide()
        self.button.toggled.connect(self._turn)
        self._say()

    @property
    def is_open(self) -> bool:
        """Whether what is folded away can be seen."""
        return self.button.isChecked()

    def unfold(self, on: bool = True) -> None:
        """Open or shut it."""
        self.button.setChecked(on)

    def show_count(self, count: int) -> None:
        """Say how much is folded away."""
        self._count = count
        self._say()

    def _turn(self, on: bool) -> None:
        self.body.setVisible(on)
        self._say()
        self.toggled.emit(on)

    def _say(self) -> None:
        count = f"（{self._count}）" if self._count else ""
        self.button.setText(f"{_OPEN if self.is_open else _SHUT} {self._title}{count}（&{self._key}）")
        self.button.setAccessibleName(f"{self._title}{count}，{'已展开' if self.is_open else '已折叠'}")
