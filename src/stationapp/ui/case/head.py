"""The head of a case: who, what, which numbers, where it stands, who answers for it, until when, what is special."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from stationapp.domain.case import CASE
from stationapp.services.case_details import CaseDetails
from stationapp.services.unrecognised import TITLE
from stationapp.services.workplace import Workplace
from stationapp.ui.case.head_words import (
    Said,
    holder_words,
    marks,
    people_words,
    standing_words,
    waiting_lines,
)
from stationapp.ui.fields.field import NoteLine, restyle
from stationapp.ui.state_tones import STATE_TONES
from stationapp.ui.words import Tone, due_words

_DUE_TITLES = {"promised_due": "承诺办结", "statutory_due": "法定办结", "due": "期限"}
_DECIDED = ("grant", "refuse", "default_decision", "record_reply_granted", "record_reply_refused")


def due_lines(details: CaseDetails, today: date) -> list[tuple[str, Tone]]:
    """Return each due date of an accepted case with how urgent it is, and what it was as long as it was provisional;
    of a finished one only the date.
    """
    case, lines = details.case, []
    running = not case.state.is_final and all(case.when(move) is None for move in _DECIDED)
    for name, due in details.due:
        text, tone = due_words(due.day, today, provisional=due.provisional)
        was = f"（原暂定 {due.was.isoformat()}）" if due.was else ""
        shown = text if running else due.day.isoformat()
        lines.append((f"{_DUE_TITLES[name]} {shown}{was}", tone if running else Tone.QUIET))
    return lines


class CaseHead(QFrame):
    """The card on top of a case."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Card")
        self._workplace = workplace
        self.applicant = self._label("Title")
        self.item = self._label("Heading")
        self.state = self._pill("Title")
        self.state.setMargin(6)
        self.numbers = self._label()
        self.holder = self._label()
        self.people = self._label("Muted")
        self.due = self._label()
        self.marks = QHBoxLayout()
        self.waiting = QVBoxLayout()
        self.note = NoteLine(self)
        self._lay_out()

    def show_details(self, details: CaseDetails) -> None:
        """Show a case."""
        case, workplace = details.case, self._workplace
        today = workplace.now().date()
        self.applicant.setText(case.application.applicant.name or "（未留姓名）")
        self.item.setText(case.application.item_name)
        shut = details.unrecognised is not None
        self.state.setText(TITLE if shut else case.state.label)
        restyle(self.state, "tone", str(Tone.RED if shut else STATE_TONES[case.state]))
        numbers = (
            ("收件号" if case.kind == CASE else "编号", case.receipt_number),
            ("办件编号", case.case_number),
            ("查询码", case.enquiry_code),
        )
        self.numbers.setText("　　".join(f"{title} {number}" for title, number in numbers if number))
        self.holder.setText(holder_words(workplace.organisation, case))
        self.people.setText(people_words(workplace.organisation, case))
        self._say_due(due_lines(details, today))
        self._show_marks(marks(case))
        lines = waiting_lines(case, details.item, workplace.organisation, workplace.calendar, today)
        self._show_waiting(lines)
        self._say_pending(details)

    def mark_texts(self) -> list[str]:
        """Return the marks that are shown."""
        return _texts(self.marks)

    def waiting_texts(self) -> list[str]:
        """Return what is said about waiting."""
        return _texts(self.waiting)

    def _say_due(self, dues: list[tuple[str, Tone]]) -> None:
        self.due.setText("　　".join(text for text, _ in dues))
        self.due.setVisible(bool(dues))
        restyle(self.due, "tone", str(_worst([tone for _, tone in dues])))

    def _show_marks(self, found: Sequence[Said]) -> None:
        _empty(self.marks)
        for said in found:
            pill = self._pill()
            pill.setText(said.text)
            pill.setProperty("tone", str(said.tone))
            self.marks.addWidget(pill)
        self.marks.addStretch(1)

    def _show_waiting(self, found: Sequence[Said]) -> None:
        _empty(self.waiting)
        for said in found:
            line = NoteLine(self)
            line.say(said.text, said.tone)
            self.waiting.addWidget(line)

    def _say_pending(self, details: CaseDetails) -> None:
        said = standing_words(details)
        self.note.say(said.text, said.tone)

    def _lay_out(self) -> None:
        for label in (self.item, self.numbers, self.holder, self.people, self.due):
            label.setWordWrap(True)  # A long one must not push the window beyond a small screen.
        self.marks.setSpacing(6)
        self.waiting.setSpacing(2)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 8, 14, 8)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.applicant, 0, 0)
        grid.addWidget(self.item, 0, 1)
        grid.addWidget(self.state, 0, 2, 2, 1)
        grid.addWidget(self.numbers, 1, 0, 1, 2)
        grid.addLayout(self.marks, 2, 0, 1, 3)
        grid.addWidget(self.holder, 3, 0, 1, 3)
        grid.addWidget(self.people, 4, 0, 1, 3)
        grid.addWidget(self.due, 5, 0, 1, 3)
        grid.addLayout(self.waiting, 6, 0, 1, 3)
        grid.addWidget(self.note, 7, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def _label(self, name: str = "") -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _pill(self, name: str = "") -> QLabel:
        pill = self._label(name)
        pill.setProperty("pill", True)
        pill.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return pill


def _worst(tones: list[Tone]) -> Tone:
    return next((tone for tone in (Tone.RED, Tone.WARN) if tone in tones), Tone.PLAIN)


def _texts(layout: QHBoxLayout | QVBoxLayout) -> list[str]:
    widgets = (layout.itemAt(place).widget() for place in range(layout.count()))
    return [widget.text() for widget in widgets if isinstance(widget, QLabel)]


def _empty(layout: QHBoxLayout | QVBoxLayout) -> None:
    while (old := layout.takeAt(0)) is not None:
        widget = old.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
