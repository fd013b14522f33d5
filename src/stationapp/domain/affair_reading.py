"""What lists show and search finds of an affair: the day it is about, and its words."""

from __future__ import annotations

from datetime import date

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case
from stationapp.domain.complaint_limits import complaint_due
from stationapp.domain.time_limits import DueDate

# Where each kind names its day: the latest move there is goes before the others.
_DAYS: dict[str, tuple[tuple[str, str], ...]] = {
    AffairKind.APPOINTMENT: (("rebook_appointment", "day"), ("book_appointment", "day")),
    AffairKind.CONSULTATION: (("ask_question", "answer_by"),),
    AffairKind.ABSENCE: (("prolong_absence", "until_on"), ("leave_post", "until_on")),
    AffairKind.EXTRA_HOURS: (("open_extra_hours", "day"),),
    AffairKind.PROJECT: (("open_project", "due_on"),),
    AffairKind.DUTY: (("open_duty", "day"),),
}
_WORDS = (
    ("ask_question", "question"),
    ("ask_again", "question"),
    ("answer_question", "answer"),
    ("answer_question", "basis"),
    ("file_complaint", "matter"),
    ("raise_dispute", "matter"),
    ("settle_dispute", "decision"),
    ("suggest_change", "words"),
    ("book_appointment", "address"),
    ("open_project", "credit_code"),
)


def affair_due(case: Case, calendar: WorkCalendar | None) -> DueDate | None:
    """Return the day an open affair is about or due on, None for none; that of a complaint is counted by the calendar
    and None without one.
    """
    if case.kind == AffairKind.COMPLAINT:
        return complaint_due(case, calendar) if calendar is not None else None
    named = (str(case.fact(move, fact)) for move, fact in _DAYS.get(case.kind, ()))
    text = next((text for text in named if text), "")
    day = None if case.state.is_final else _day(text)
    return DueDate(day, provisional=False, calendar_version="") if day is not None else None


def affair_words(case: Case) -> tuple[str, ...]:
    """Return what an affair says besides its subject: a register is searched by question and answer."""
    found = (str(case.fact(move, fact)) for move, fact in _WORDS)
    return (*(text for text in found if text), *case.bundle)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
