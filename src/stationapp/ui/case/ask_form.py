"""The questions of a move as a form, whether it opens something or goes on with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from stationapp.domain.moves import Ask, AskKind
from stationapp.domain.refusal import Reason
from stationapp.ui.case.ask_editors import editor_for
from stationapp.ui.case.asking import AskEditor, Asking
from stationapp.ui.fields.field import Field

WIDE = frozenset({AskKind.MISSING, AskKind.MATERIALS, AskKind.PARTS, AskKind.ATTENDANCE})
_CHOSEN = WIDE | {AskKind.DESKS}
_EMPTY = "请填写本项内容。"
_UNCHOSEN = "请至少选择一项。"


class AskForm(QWidget):
    """One field for each question."""

    def __init__(self, asks: Sequence[Ask], asking: Asking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.asks = tuple(asks)
        self.fields: dict[str, Field] = {}
        self.editors: dict[str, AskEditor] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for ask in self.asks:
            editor = editor_for(ask, asking, self)
            field = Field(ask.title, editor.widget, required=ask.required, hint=ask.hint, parent=self)
            self.editors[ask.name], self.fields[ask.name] = editor, field
            column.addWidget(field)

    def facts(self) -> dict[str, Any]:
        """Return the answers as the event carries them; unanswered questions are left out."""
        answers = {name: editor.fact() for name, editor in self.editors.items()}
        return {name: answer for name, answer in answers.items() if answer}

    def unanswered(self) -> list[Reason]:
        """Return a reason for each question that needs an answer and has none."""
        asks = (ask for ask in self.asks if ask.required and not self.editors[ask.name].fact())
        return [Reason("empty", _UNCHOSEN if ask.kind in _CHOSEN else _EMPTY, ask.name) for ask in asks]

    def clear_complaints(self) -> None:
        """Take away what was said about the answers."""
        for field in self.fields.values():
            field.clear()

    def complain(self, reasons: Iterable[Reason]) -> list[str]:
        """Put each reason at its field, take the keyboard to the first, and return the sentences that have none."""
        homeless: list[str] = []
        first: Field | None = None
        for reason in reasons:
            field = self.fields.get(reason.field)
            if field is None:
                homeless.append(reason.text)
                continue
            field.complain(reason.text)
            first = first or field
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return homeless
