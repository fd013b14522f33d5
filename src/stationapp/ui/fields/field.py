"""A field: its title, its editor and, below it, the sentence that belongs to it."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from stationapp.ui.words import Tone

# A mark goes with every colour, for those who do not see it.
_KEY = re.compile(r"（&.）")
_MARKS = {Tone.RED: "✖ ", Tone.WARN: "⚠ ", Tone.GOOD: "✔ "}


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Give a widget a property the style sheet looks at, and let the sheet look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class NoteLine(QLabel):
    """One sentence in a tone; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tone = Tone.QUIET
        self.hide()

    def say(self, text: str, tone: Tone = Tone.QUIET) -> None:
        """Show a sentence; an empty text hides the line."""
        self.tone = tone if text else Tone.QUIET
        self.setText(f"{_MARKS.get(tone, '')}{text}" if text else "")
        restyle(self, "tone", str(tone))
        self.setVisible(bool(text))


class Field(QWidget):
    """A titled editor with a note. `editor` is the widget a person types into; `extra` stands beside it."""

    def __init__(
        self,
        title: str,
        editor: QWidget,
        *,
        required: bool = False,
        hint: str = "",
        extra: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.title = title
        self._hint = hint
        self.label = QLabel(f"{title} *" if required else title, self)
        self.label.setBuddy(editor)
        self.note = NoteLine(self)
        editor.setAccessibleName(spoken(title))
        editor.setAccessibleDescription(hint)
        row = QHBoxLayout()
        row.addWidget(editor, 1)
        if extra is not None:
            row.addWidget(extra)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.label)
        layout.addLayout(row)
        layout.addWidget(self.note)
        layout.addStretch(1)
        self.clear()

    @property
    def is_wrong(self) -> bool:
        """Whether a complaint stands at the field."""
        return self.note.tone is Tone.RED

    def complain(self, text: str) -> None:
        """Say what is wrong with the value."""
        self._say(text, Tone.RED)

    def warn(self, text: str) -> None:
        """Say what should be looked at twice; it does not stand in the way."""
        self._say(text, Tone.WARN)

    def praise(self, text: str) -> None:
        """Say that the value was checked and is right."""
        self._say(text, Tone.GOOD)

    def clear(self) -> None:
        """Show only the field's hint."""
        self._say(self._hint, Tone.QUIET)

    def _say(self, text: str, tone: Tone) -> None:
        self.note.say(text, tone)
        self.editor.setAccessibleDescription(text)
        restyle(self.editor, "refused", tone is Tone.RED)


def spoken(title: str) -> str:
    """Return a title as a screen reader says it, without the key that leads to it."""
    return _KEY.sub("", title)
