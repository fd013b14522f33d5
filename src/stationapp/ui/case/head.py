"""The head of a case: who, what, which numbers, where it stands, who holds it, until when."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from stationapp.domain.case import Case, State
from stationapp.domain.organisation import Organisation
from stationapp.services.case_details import CaseDetails
from stationapp.services.workplace import Workplace
from stationapp.ui.fields.field import NoteLine, restyle
from stationapp.ui.state_tones import STATE_TONES
from stationapp.ui.words import Tone, due_words

_DUE_TITLES = {"promised_due": "承诺办结", "statutory_due": "法定办结"}
_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})


def holder_words(organisation: Organisation, case: Case) -> str:
    """Return in words who holds a case and to whom it is on its way."""
    holder = _name(organisation, case.holder)
    if case.state in _TRAVELLING:
        return (
            f"{holder} 已移交 {_name(organisation, case.addressed_to)}，对方尚未签收；签收前仍由{holder}负责"
        )
    return f"现由 {holder} 保管"


def due_lines(details: CaseDetails, today: date) -> list[tuple[str, Tone]]:
    """Return each due date of an accepted case with how urgent it is, and what it was as long as it was provisional;
    of a finished one only the date.
    """
    case, lines = details.case, []
    running = case.when("grant") is None and case.when("refuse") is None and not case.state.is_final
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
        self.state = self._label("Title")
        self.state.setProperty("pill", True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.state.setMargin(6)
        self.numbers = self._label()
        self.holder = self._label()
        self.due = self._label()
        self.note = NoteLine(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.applicant, 0, 0)
        grid.addWidget(self.item, 0, 1)
        grid.addWidget(self.state, 0, 2, 2, 1)
        grid.addWidget(self.numbers, 1, 0, 1, 2)
        grid.addWidget(self.holder, 2, 0, 1, 3)
        grid.addWidget(self.due, 3, 0, 1, 3)
        grid.addWidget(self.note, 4, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def show_details(self, details: CaseDetails) -> None:
        """Show a case."""
        case = details.case
        self.applicant.setText(case.application.applicant.name)
        self.item.setText(case.application.item_name)
        self.state.setText(case.state.label)
        restyle(self.state, "tone", str(STATE_TONES[case.state]))
        numbers = (
            ("收件号", case.receipt_number),
            ("办件编号", case.case_number),
            ("查询码", case.enquiry_code),
        )
        self.numbers.setText("　　".join(f"{title} {number}" for title, number in numbers if number))
        self.holder.setText(holder_words(self._workplace.organisation, case))
        dues = due_lines(details, self._workplace.now().date())
        self.due.setText("　　".join(text for text, _ in dues))
        self.due.setVisible(bool(dues))
        restyle(self.due, "tone", str(_worst([tone for _, tone in dues])))
        self._say_pending(details)

    def _say_pending(self, details: CaseDetails) -> None:
        if details.refused:
            self.note.say(f"有 {details.refused} 步被县级平台退回，请到“需处理”（F6）查看。", Tone.RED)
        elif details.pending:
            self.note.say(f"有 {details.pending} 步仅存本机，联网后自动上报。", Tone.WARN)
        else:
            self.note.say("")

    def _label(self, name: str = "") -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label


def _worst(tones: list[Tone]) -> Tone:
    return next((tone for tone in (Tone.RED, Tone.WARN) if tone in tones), Tone.PLAIN)


def _name(organisation: Organisation, desk_id: str) -> str:
    desk = organisation.desk(desk_id)
    return desk.name if desk else desk_id or "县级平台"
