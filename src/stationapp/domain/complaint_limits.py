"""The limits of a complaint (投诉) and of rectifying a bad rating (差评整改), counted in working days.

Sources: domain section 6. 监察: accepted within five working days; one centre's windows: answered within ten. GB/T
36113—2018 sets limits, too, but its text was not at hand; a county that has it names its own here. Sichuan city
practice: 不满意 and 非常不满意 are rectified within fifteen working days, and every such applicant is called back.
"""

from __future__ import annotations

from dataclasses import dataclass

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, State
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit, due_date


@dataclass(frozen=True, slots=True)
class ComplaintLimits:
    """Working days: until a complaint is accepted, until it is answered, and by how many that is extended at most."""

    accept: int = 5
    reply: int = 10
    extension: int = 10


USUAL_LIMITS = ComplaintLimits()

RECTIFICATION = Limit(15, LimitUnit.WORKING_DAYS)
"""From the rating to the measures and the call-back."""

BAD_RATINGS = frozenset({"4", "5"})
"""不满意 and 非常不满意 (GB/T 39046 table A.8)."""


def complaint_due(
    case: Case, calendar: WorkCalendar, limits: ComplaintLimits = USUAL_LIMITS
) -> DueDate | None:
    """Return by when the next step of a complaint is due, None where nothing is owed any more."""
    if case.state is State.FILED:
        return _due(case, "file_complaint", limits.accept, calendar)
    if case.state is State.UNDER_INQUIRY:
        extension = int(case.fact("extend_complaint", "days", 0) or 0)
        return _due(case, "accept_complaint", limits.reply + extension, calendar)
    return None


def rectification_due(case: Case, calendar: WorkCalendar) -> DueDate | None:
    """Return by when a bad rating is rectified, None where none waits."""
    rated = case.when("rate")
    if rated is None or not awaits_rectification(case):
        return None
    return due_date(rated.date(), RECTIFICATION, calendar)


def awaits_rectification(case: Case) -> bool:
    """Tell whether a bad rating has not been followed by measures and a call-back."""
    return case.fact("rate", "satisfaction") in BAD_RATINGS and case.when("rectify") is None


def _due(case: Case, since: str, days: int, calendar: WorkCalendar) -> DueDate | None:
    start = case.when(since)
    return due_date(start.date(), Limit(days, LimitUnit.WORKING_DAYS), calendar) if start else None
