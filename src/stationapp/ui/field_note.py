"""A sentence right below the field or button it is about."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

_NAME = "FieldNote"
# What a person does to a field when he takes up the note: it has been read then.
_EDITS = ("textEdited", "textChanged", "currentIndexChanged", "dateChanged", "clicked")


class FieldNote(QLabel):
    """Shows why a rule refused, until the field is changed or another note takes its place."""

    def __init__(self, near: QWidget, text: str) -> None:
        super().__init__(text, near.parentWidget() or near)
        self.setObjectName(_NAME)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.near = near
        near.installEventFilter(self)
        near.setAccessibleDescription(text)
        near.setProperty("refused", True)
        _restyle(near)
        for name in _EDITS:
            if hasattr(near, name):
                getattr(near, name).connect(self.dismiss)
                break

    @classmethod
    def show_at(cls, near: QWidget, text: str) -> FieldNote:
        """Put `text` under `near`, in place of an earlier note, and give `near` the focus."""
        from PySide6.QtGui import QAccessible, QAccessibleEvent

        cls.clear_at(near)
        note = cls(near, text)
        note.place()
        note.show()
        note.raise_()
        near.setFocus(Qt.FocusReason.OtherFocusReason)
        QAccessible.updateAccessibility(QAccessibleEvent(near, QAccessible.Event.DescriptionChanged))
        return note

    @classmethod
    def at(cls, near: QWidget) -> FieldNote | None:
        """The note that stands at a field, if one does."""
        parent = near.parentWidget() or near
        notes = (note for note in parent.findChildren(cls) if note.near is near)
        return next(notes, None)

    @classmethod
    def clear_at(cls, near: QWidget) -> None:
        """Take the note at a field away, if one stands there."""
        note = cls.at(near)
        if note is not None:
            note.dismiss()

    def dismiss(self, *_: object) -> None:
        """Go away and give the field its usual look."""
        self.near.removeEventFilter(self)
        self.near.setProperty("refused", False)
        self.near.setAccessibleDescription("")
        _restyle(self.near)
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def place(self) -> None:
        """Stand below the field, or above it where there is no room below."""
        parent = self.parentWidget()
        if parent is None:
            return
        room = parent.width() - self.near.x() - 4
        self.setFixedWidth(max(160, min(max(self.near.width(), 320), room)))
        self.setFixedHeight(self.heightForWidth(self.width()))
        below = self.near.geometry().bottom() + 3
        above = self.near.y() - self.height() - 3
        self.move(self.near.x(), below if below + self.height() <= parent.height() or above < 0 else above)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.near:
            return False
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self.place()
        elif event.type() == QEvent.Type.Hide:
            self.hide()
        elif event.type() == QEvent.Type.Show:
            self.show()
        return False


def _restyle(widget: QWidget) -> None:
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
