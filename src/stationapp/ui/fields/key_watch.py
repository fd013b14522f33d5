"""Keys that Qt's widgets have no signal for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget


class KeyWatch(QObject):
    """Tells of certain keys pressed in a widget, which then does not get them."""

    pressed = Signal(int)

    def __init__(self, watched: QWidget, *keys: Qt.Key) -> None:
        super().__init__(watched)
        self._keys = keys
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in self._keys
        ):
            self.pressed.emit(event.key())
            return True
        return False
