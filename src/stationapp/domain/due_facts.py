"""The due dates an acceptance carries, as its event keeps them: {day, provisional, calendar, limit, value, unit}.

`limit` is the limit in words as the notice prints it; `value` and `unit` let the day be counted again under a
newer calendar. Events from before they were kept have only the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeGuard

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.time_limits import DueDate, Limit, due_date

# What makes a due date another one; the calendar it was counted by is a note of where it came from.
_COUNTED = ("day", "provisional", "limit", "value", "unit")


def due_fact(start: date, limit: Limit, calendar: WorkCalendar) -> dict[str, Any]:
    """Return the due date of a limit that starts on a day, as an event carries it."""
    due = due_date(start, limit, calendar)
    return {
        "day": due.day.isoformat(),
        "provisional": due.provisional,
        "calendar": due.calendar_version,
        "limit": limit.text,
        "value": limit.value,
        "unit": str(limit.unit),
    }


def is_due_fact(fact: Any) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a fact can be read as a due date."""
    if not isinstance(fact, Mapping) or not isinstance(fact.get("provisional"), bool):
        return False
    try:
        date.fromisoformat(str(fact.get("day")))
    except ValueError:
        return False
    return True


def agrees(fact: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether everything a due fact says is what it should say; the older shape says less."""
    return all(fact[name] == wanted[name] for name in _COUNTED if name in fact)


def stated_due(fact: Mapping[str, Any]) -> DueDate:
    """Return a due date as it was counted when the case was accepted."""
    day = date.fromisoformat(str(fact["day"]))
    return DueDate(day, bool(fact["provisional"]), str(fact.get("calendar", "")))
