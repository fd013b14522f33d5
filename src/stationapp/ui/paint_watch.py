"""Notices the first paint of a widget: what the first picture can do without is done after it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget


class PaintWatch(QObject):
    """`painted()` once, when a widget and all that it holds were painted for the first time."""

    painted = Signal()
    _begun = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        # A paint event comes before its painting; what is queued comes after the whole window's.
        self._begun.connect(self.painted, Qt.ConnectionType.QueuedConnection)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._begun.emit()
        return False
