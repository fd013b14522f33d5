"""What can be done with a case now; what cannot be done says why, below what can."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGroupBox, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.case import State
from stationapp.domain.moves import Move
from stationapp.domain.refusal import Reason
from stationapp.services.case_details import CaseDetails, PaperOffer
from stationapp.services.guidance import Rank, rank
from stationapp.ui.fold import Fold

_IN_BATCH = "在“批次”（F4）中勾选后装批办理。"
_NOTHING = "本岗位现在不需要办理。"
_OPENING = {
    State.INCOMPLETE: "补齐材料并收件",
    State.SENT_BACK: "更正后重新收件",
    State.BOOKED: "按预约收件",
}
# Letters that press a move's button together with Alt; those of tabs, folds and texts of the page are left out.
_KEYS = "123456789ABCDEFGIKNOPRTUVXY"
_PAPERS_SHOWN = 5
# What is said about a finding is said where the findings are.
_ELSEWHERE = frozenset({"appeal_card", "decide_appeal"})


class ActionsPanel(QGroupBox):
    """One button for each move that can be made: those that lead on, and folded away those that lead aside.

    `move_wanted` carries a Move, `batches_wanted` comes for one that is made for many cases at once,
    `completion_wanted` for receiving again what was incomplete or sent back, or what an appointment was made for.
    """

    move_wanted = Signal(object)
    batches_wanted = Signal()
    completion_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("办理", parent)
        self.buttons: dict[str, QPushButton] = {}
        self.reasons: dict[str, QLabel] = {}
        self._keys = iter(_KEYS)
        self._near = QVBoxLayout()
        self.more = Fold("更多办理", "Z", self)
        column = QVBoxLayout(self)
        column.setSpacing(4)
        self._near.setSpacing(4)
        column.addLayout(self._near)
        column.addWidget(self.more)

    def show_details(self, details: CaseDetails, completion: Sequence[Reason]) -> None:
        """Show the moves of a case. `completion` says why it cannot be received again."""
        had_keyboard = any(button.hasFocus() for button in self.buttons.values())
        self._clear()
        near, aside = _sorted(details)
        if details.case.state in _OPENING:
            self._add_opening(_OPENING[details.case.state], completion)
        for move, reasons in near:
            self._add_move(self._near, move, reasons)
        for move, reasons in aside:
            self._add_move(self.more.column, move, reasons)
        if not self.buttons and not near:
            self._near.addWidget(_muted(_NOTHING, self))
        if all(button.parentWidget() is not self for button in self.buttons.values()):
            self.more.unfold()
        self.more.show_count(sum(not reasons for _, reasons in aside))
        self.more.setVisible(bool(aside))
        self._mark_first(details, had_keyboard)

    def _mark_first(self, details: CaseDetails, had_keyboard: bool) -> None:
        leading = (move.name for move, reasons in details.moves if not reasons and _leads(details, move))
        first = "receive" if "receive" in self.buttons else next(leading, "")
        if first:
            self.buttons[first].setProperty("main", True)
        wanted = first or next(iter(self.buttons), "")
        if wanted and had_keyboard and self.buttons[wanted].parentWidget() is self:
            self.buttons[wanted].show()
            self.buttons[wanted].setFocus()

    def _add_opening(self, title: str, completion: Sequence[Reason]) -> None:
        if completion:
            self._explain(self._near, "receive", f"{title}：{_text(completion)}")
            return
        self._add(self._near, "receive", title).clicked.connect(self.completion_wanted)

    def _add_move(self, column: QVBoxLayout, move: Move, reasons: Sequence[Reason]) -> None:
        if reasons:
            self._explain(column, move.name, f"{move.title}：{_text(reasons)}")
            return
        button = self._add(column, move.name, move.title)
        if move.batched:
            button.clicked.connect(self.batches_wanted)
            self._explain(column, move.name, _IN_BATCH)
            button.setAccessibleDescription(_IN_BATCH)
        else:
            button.clicked.connect(lambda: self.move_wanted.emit(move))

    def _add(self, column: QVBoxLayout, name: str, title: str) -> QPushButton:
        key = next(self._keys, "")
        button = QPushButton(f"&{key}　{title}" if key else title, self)
        button.setAutoDefault(True)
        self.buttons[name] = button
        column.addWidget(button)
        return button

    def _explain(self, column: QVBoxLayout, name: str, text: str) -> None:
        self.reasons[name] = _muted(text, self)
        column.addWidget(self.reasons[name])

    def _clear(self) -> None:
        _empty(self._near)
        _empty(self.more.column)
        self.buttons, self.reasons = {}, {}
        self._keys = iter(_KEYS)


class PapersPanel(QGroupBox):
    """The papers a case can give, the newest ones in sight. `paper_wanted` carries a PaperOffer."""

    paper_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("文书", parent)
        self.buttons: list[QPushButton] = []
        self._near = QVBoxLayout()
        self.older = Fold("较早的文书", "W", self)
        column = QVBoxLayout(self)
        column.setSpacing(4)
        self._near.setSpacing(4)
        column.addLayout(self._near)
        column.addWidget(self.older)

    def show_papers(self, papers: Sequence[PaperOffer], short_name: Callable[[str], str] = str) -> None:
        """Show a button for each paper, in the order in which they came. `short_name` names a desk one is about."""
        _empty(self._near)
        _empty(self.older.column)
        self.buttons = []
        at = max(0, len(papers) - _PAPERS_SHOWN)
        for offer in papers[:at]:
            self._add(self.older.column, offer, short_name(offer.about))
        for offer in papers[at:]:
            self._add(self._near, offer, short_name(offer.about))
        self.older.show_count(at)
        self.older.setVisible(bool(at))

    def _add(self, column: QVBoxLayout, offer: PaperOffer, about: str) -> None:
        button = QPushButton(f"{offer.title}（{about}）" if about else offer.title, self)
        button.setToolTip(offer.number)
        button.setAccessibleDescription(offer.number)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self.paper_wanted.emit(offer))
        self.buttons.append(button)
        column.addWidget(button)


_Row = tuple[Move, tuple[Reason, ...]]


def _sorted(details: CaseDetails) -> tuple[list[_Row], list[_Row]]:
    """The moves near the ordinary way and those aside, each with those that can be made first."""
    rows = (row for row in details.moves if row[0].name not in _ELSEWHERE)
    ranked = sorted(rows, key=lambda row: (bool(row[1]), rank(details.case, row[0])))
    near = [row for row in ranked if rank(details.case, row[0]) is not Rank.ASIDE]
    aside = [row for row in ranked if rank(details.case, row[0]) is Rank.ASIDE]
    return near, aside


def _leads(details: CaseDetails, move: Move) -> bool:
    return rank(details.case, move) is Rank.LEADS


def _text(reasons: Sequence[Reason]) -> str:
    return "；".join(reason.text for reason in reasons)


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
