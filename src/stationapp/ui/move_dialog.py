"""The window in which a move is made: its questions come from the table of moves, its refusals stand at the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.moves import Ask, Move
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services.casework import act
from stationapp.services.changed import Changed
from stationapp.ui.case.ask_form import WIDE, AskForm
from stationapp.ui.case.asking import Asking
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.words import Tone

# What follows from the case is not asked.
_FOLLOWS = {
    "rebook_appointment": frozenset({"to_desk", "seat"}),
    "state_position": frozenset({"to_desk"}),
    "escalate_dispute": frozenset({"to_desk"}),
}


class MoveDialog(QDialog):
    """Makes one move on one case. `moved` carries the Case as it stands after it; the window then closes.

    What is `known` already is not asked.
    """

    moved = Signal(object)

    def __init__(
        self,
        context: Context,
        case: Case,
        item: ServiceItem | None,
        move: Move,
        parent: QWidget | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("MoveDialog")
        self.setWindowTitle(move.title)
        self._context = context
        self._case = case
        self.move_row = move
        self._known = dict(known or {})
        unasked = self._known.keys() | _FOLLOWS.get(move.name, frozenset())
        asks = [ask for ask in move.asks if ask.name not in unasked and _is_asked(ask, item)]
        self.form = AskForm(asks, Asking(context, case, item))
        self.fields, self._editors = self.form.fields, self.form.editors
        self.note = NoteLine(self)
        self.ok_button = QPushButton(f"{move.title}（F9）", self)
        self.cancel_button = QPushButton("取消（Esc）", self)
        self._lay_out()
        self._flow = TypingFlow(self)
        self._flow.watch(self)
        self.ok_button.setShortcut(Qt.Key.Key_F9)
        self.ok_button.clicked.connect(self.make)
        self.cancel_button.clicked.connect(self.reject)

    def facts(self) -> dict[str, Any]:
        """Return the answers as the event carries them; unanswered questions are left out."""
        return {**self._known, **self.form.facts()}

    def make(self) -> None:
        """Make the move, or show at the fields why it cannot be made."""
        lacking = self.form.unanswered()
        if lacking:
            self._refused(lacking)
            return
        self.form.clear_complaints()
        self.note.say("")
        self.ok_button.setEnabled(False)
        workplace, case_id, name, facts = (
            self._context.workplace,
            self._case.case_id,
            self.move_row.name,
            self.facts(),
        )
        self._context.tasks.run(
            lambda: act(workplace, case_id, name, facts), self._made, self._not_made, owner=self
        )

    def _made(self, outcome: tuple[Case, Changed]) -> None:
        case, changed = outcome
        self._context.bus.tell(changed, self)
        self.moved.emit(case)
        self.accept()

    def _not_made(self, error: Exception) -> None:
        self.ok_button.setEnabled(True)
        if isinstance(error, Refused):
            self._refused(error.reasons)
        else:
            self.note.say(error.text if isinstance(error, Unavailable) else str(error), Tone.RED)

    def _refused(self, reasons: Iterable[Reason]) -> None:
        self.note.say("；".join(self.form.complain(reasons)), Tone.RED)

    def _lay_out(self) -> None:
        case = self._case
        head = QLabel(
            f"{case.application.applicant.name}　{case.application.item_name}　{case.receipt_number}", self
        )
        head.setWordWrap(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        if not self.fields:
            column.addWidget(QLabel(f"确定{self.move_row.title}吗？", page))
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.addWidget(head)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.note)
        layout.addLayout(self._buttons())
        wide = any(ask.kind in WIDE for ask in self.form.asks)
        self.resize(920 if wide else 560, min(640, page.sizeHint().height() + 150))
        self._begin()

    def _begin(self) -> None:
        first = next(iter(self.fields.values()), None)
        (first.editor if first else self.ok_button).setFocus()

    def _buttons(self) -> QHBoxLayout:
        self.ok_button.setProperty("main", True)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.cancel_button, self.ok_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row


def _is_asked(ask: Ask, item: ServiceItem | None) -> bool:
    """Some questions are asked for some items only."""
    return ask.concerns is None or item is None or ask.concerns(item)
