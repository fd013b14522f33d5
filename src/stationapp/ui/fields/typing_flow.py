"""Enter goes on to the next field, and the wheel scrolls the page instead of changing the value under the mouse."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

_GOES_ON = (QLineEdit, QComboBox, QAbstractSpinBox, QCheckBox)
_WATCHED = (*_GOES_ON, QPushButton, QPlainTextEdit)
_SCROLLS = (QComboBox, QAbstractSpinBox)


class TypingFlow(QObject):
    """Watches the editors of a form. An editor with the property "entersItself" keeps its Enter."""

    def watch(self, form: QWidget) -> None:
        """Watch every editor inside `form`, also those added since the last call."""
        for editor in (form, *form.findChildren(QWidget)):
            if isinstance(editor, _WATCHED):
                editor.removeEventFilter(self)
                editor.installEventFilter(self)
            if isinstance(editor, _SCROLLS):
                editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            if isinstance(editor, QPlainTextEdit):
                editor.setTabChangesFocus(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and self._is_enter(cast(QKeyEvent, event)):
            return self._enter(watched)
        if event.type() == QEvent.Type.Wheel and isinstance(watched, _SCROLLS) and not watched.hasFocus():
            event.ignore()
            return True
        return False

    def _is_enter(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def _enter(self, watched: QObject) -> bool:
        if isinstance(watched, QPushButton):
            watched.click()
            return True
        if isinstance(watched, _GOES_ON) and not watched.property("entersItself"):
            watched.focusNextChild()
            return True
        return False
