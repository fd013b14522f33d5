"""The due dates of an accepted case as they stand today.

An acceptance whose limit reaches beyond the last published year of holidays states a provisional day (暂定). When a
later calendar is in force the day is counted again; the event keeps the day it stated, and so does the notice the
applicant holds. What was certain when it was stated stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case
from stationapp.domain.due_facts import stated_due
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit, Period, due_date

DUE_NAMES = ("promised_due", "statutory_due")
"""The due dates of an acceptance; the first there is goes before the others."""

_UNITS = tuple(str(unit) for unit in LimitUnit)
_LONGEST = 999  # More of any unit is nobody's limit, and would end beyond all dates.


@dataclass(frozen=True, slots=True)
class CurrentDue:
    """A due date as it stands. `was` is the provisional day stated at acceptance, where it has moved since."""

    day: date
    provisional: bool
    calendar_version: str
    was: date | None = None


def current_due(case: Case, name: str, calendar: WorkCalendar | None) -> CurrentDue | None:
    """Return a due date by the calendar in force, None for a case that has none of that name.

    `calendar` None means that none has arrived; then the date stands as stated.
    """
    fact, accepted = case.fact("accept", name, None), case.when("accept")
    if not isinstance(fact, Mapping) or accepted is None:
        return None
    stated, limit, publicity = stated_due(fact), _kept_limit(fact), publicity_of(case)
    due = stated
    if calendar is not None and limit is not None and (publicity or _is_outdated(stated, calendar)):
        due = due_date(accepted.date(), limit, calendar, publicity)
    was = stated.day if stated.provisional and due.day != stated.day else None
    return CurrentDue(due.day, due.provisional, due.calendar_version, was)


def leading_due(case: Case) -> str:
    """Return the name of the due date a case is worked towards: the promised one, else the statutory one; or ""."""
    return next((name for name in DUE_NAMES if case.fact("accept", name, None)), "")


def may_move(case: Case, name: str) -> bool:
    """Tell whether the calendar in force decides a due date, and not the acceptance that stated it."""
    fact = case.fact("accept", name, None)
    if not isinstance(fact, Mapping) or _kept_limit(fact) is None:
        return False
    return stated_due(fact).provisional or bool(publicity_of(case))


def publicity_of(case: Case) -> tuple[Period, ...]:
    """Return the days of publicity before a case was granted, which its limits leave out; empty for none."""
    days = [str(case.fact("grant", name) or "") for name in ("publicity_from", "publicity_to")]
    first_and_last = all(days) and days[0] <= days[1]
    return ((date.fromisoformat(days[0]), date.fromisoformat(days[1])),) if first_and_last else ()


def _is_outdated(stated: DueDate, calendar: WorkCalendar) -> bool:
    return stated.provisional and calendar.version != stated.calendar_version


def _kept_limit(fact: Mapping[str, Any]) -> Limit | None:
    """Return the limit a due date was counted by; older acceptances did not keep it, later ones may count otherwise."""
    value, unit = fact.get("value"), fact.get("unit")
    if not isinstance(value, int) or unit not in _UNITS:
        return None
    is_sound = value == 0 if unit == LimitUnit.ON_THE_SPOT else 1 <= value <= _LONGEST
    return Limit(value, LimitUnit(unit)) if is_sound else None
