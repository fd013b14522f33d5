"""What can be done with a case now; what cannot be done says why, right beside its button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGroupBox, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.case import State
from stationapp.domain.moves import Move
from stationapp.domain.refusal import Reason
from stationapp.services.case_details import CaseDetails, PaperOffer

_IN_BATCH = "在“批次”（F4）中勾选后装批办理。"
_NOTHING = "本岗位现在不需要办理。"
COMPLETE = "补齐材料并收件"
# Moves that lead a case aside: offered below those that lead it on, and never the first choice.
_ASIDE = frozenset(
    {
        "acknowledge_urging",
        "archive",
        "call_site_visit",
        "check",
        "check_promise",
        "close_unsupplied",
        "decline_acceptance",
        "decline_handover",
        "default_absent",
        "default_decision",
        "default_part",
        "delete_record",
        "dismiss_withdrawal",
        "extend",
        "note_external",
        "prioritise",
        "propose_void",
        "rate",
        "reassign",
        "recall",
        "record_meeting",
        "record_site_visit",
        "rectify",
        "refuse",
        "request_supplement",
        "request_withdrawal",
        "return_application",
        "send_back",
        "start_special",
        "tell_not_needed",
        "transfer",
        "urge",
        "void",
        "withdraw",
    }
)


class ActionsPanel(QGroupBox):
    """One button for each move of the case. `move_wanted` carries a Move, `batches_wanted` comes for one that is made
    for many cases at once, `completion_wanted` for the receipt of what was missing."""

    move_wanted = Signal(object)
    batches_wanted = Signal()
    completion_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("办理", parent)
        self.buttons: dict[str, QPushButton] = {}
        self.reasons: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setSpacing(4)

    def show_details(self, details: CaseDetails, completion: Sequence[Reason]) -> None:
        """Show the moves of a case: those that can be made first. `completion` says why it cannot be completed."""
        had_keyboard = any(button.hasFocus() for button in self.buttons.values())
        _empty(self._column)
        self.buttons, self.reasons = {}, {}
        if details.case.state is State.INCOMPLETE:
            self._add("receive", COMPLETE, [reason.text for reason in completion])
            self.buttons["receive"].clicked.connect(self.completion_wanted)
        for move, reasons in sorted(details.moves, key=_order):
            self._add_move(move, [reason.text for reason in reasons])
        if not self.buttons:
            self._column.addWidget(_muted(_NOTHING, self))
        open_moves = (name for name, button in self.buttons.items() if button.isEnabled())
        first = next(open_moves, "")
        if first and first not in _ASIDE:
            self.buttons[first].setProperty("main", True)
        if first and had_keyboard:
            self.buttons[first].show()
            self.buttons[first].setFocus()

    def _add_move(self, move: Move, reasons: list[str]) -> None:
        self._add(move.name, move.title, reasons)
        if move.batched:
            self.buttons[move.name].clicked.connect(self.batches_wanted)
            if not reasons:
                self._explain(move.name, _IN_BATCH)
        else:
            self.buttons[move.name].clicked.connect(lambda: self.move_wanted.emit(move))

    def _add(self, name: str, title: str, reasons: list[str]) -> None:
        button = QPushButton(title, self)
        button.setEnabled(not reasons)
        button.setAutoDefault(True)
        self.buttons[name] = button
        self._column.addWidget(button)
        if reasons:
            self._explain(name, "；".join(reasons))

    def _explain(self, name: str, text: str) -> None:
        self.reasons[name] = _muted(text, self)
        self.buttons[name].setAccessibleDescription(text)
        self._column.addWidget(self.reasons[name])


class PapersPanel(QGroupBox):
    """The papers a case can give. `paper_wanted` carries a PaperOffer."""

    paper_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("文书", parent)
        self.buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setSpacing(4)

    def show_papers(self, papers: Sequence[PaperOffer]) -> None:
        """Show a button for each paper."""
        _empty(self._column)
        self.buttons = []
        for offer in papers:
            button = QPushButton(offer.title, self)
            button.setToolTip(offer.number)
            button.setAccessibleDescription(offer.number)
            button.setAutoDefault(True)
            button.clicked.connect(lambda _=False, offer=offer: self.paper_wanted.emit(offer))
            self.buttons.append(button)
            self._column.addWidget(button)


def _order(row: tuple[Move, tuple[Reason, ...]]) -> tuple[bool, bool]:
    move, reasons = row
    return bool(reasons), move.name in _ASIDE


def _muted(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName("Muted")
    label.setWordWrap(True)
    return label


def _empty(column: QVBoxLayout) -> None:
    while (old := column.takeAt(0)) is not None:
        widget = old.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
