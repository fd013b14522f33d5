"""The due dates of an accepted case as they stand today.

An acceptance whose limit reaches beyond the last published year of holidays states a provisional day (暂定). When a
later calendar is in force the day is counted again; the event keeps the day it stated, and so does the notice the
applicant holds. What was certain when it was stated stays, until days are excluded or the limit is extended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case
from stationapp.domain.due_facts import stated_due
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import (
    ExclusionKind,
    day_named,
    excluded_periods,
    periods_after,
    periods_of,
)
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit, Period, due_date

DUE_NAMES = ("promised_due", "statutory_due")
"""The due dates of an acceptance; the first there is goes before the others."""

ACCEPTANCES = ("deem_accepted", "accept")
"""The moves a case's limits start from: acceptance by silence, and by the authority."""

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
    """Return a due date by the calendar in force, None for a case that has none of that name or is suspended.

    `calendar` None means that none has arrived; then the date stands as stated.
    """
    acceptance = acceptance_of(case)
    fact = acceptance.facts.get(name) if acceptance is not None else None
    if acceptance is None or not isinstance(fact, Mapping):
        return None
    start, stated = limits_start(acceptance), stated_due(fact)
    excluded = periods_of(periods_after(start, excluded_periods(case.pauses)))
    extension = _extension(case, start, fact, excluded, calendar)
    due = standing_due(fact, start, excluded, extension, calendar)
    if due is None:
        return None
    was = stated.day if stated.provisional and due.day != stated.day else None
    return CurrentDue(due.day, due.provisional, due.calendar_version, was)


def standing_due(
    fact: Mapping[str, Any],
    start: date,
    excluded: tuple[Period, ...],
    extension: int,
    calendar: WorkCalendar | None,
) -> DueDate | None:
    """Return what a stated due date has become, None while an open period keeps it from having a day.

    `start` is the day its limit starts from, `extension` the days by which the limit was extended. A date whose
    limit was not kept stands as stated.
    """
    stated, limit = stated_due(fact), kept_limit(fact)
    touched = excluded or extension or _is_outdated(stated, calendar)
    if calendar is None or limit is None or not touched:
        return stated
    return counted_due(start, limit, excluded, extension, calendar)


def counted_due(
    start: date, limit: Limit, excluded: tuple[Period, ...], extension: int, calendar: WorkCalendar
) -> DueDate | None:
    """Return the last day of a limit that starts on a day, None while an open period keeps it from having one.

    An extension is counted in working days (行政许可法 arts. 42, 82), whatever the limit itself counts.
    """
    try:
        if limit.unit is LimitUnit.WORKING_DAYS:
            return due_date(start, Limit(limit.value + extension, limit.unit), calendar, excluded)
        due = due_date(start, limit, calendar, excluded)
        if extension == 0:
            return due
        longer = due_date(due.day, Limit(extension, LimitUnit.WORKING_DAYS), calendar, excluded)
    except OverflowError:
        return None
    return replace(longer, provisional=due.provisional or longer.provisional)


def acceptance_of(case: Case) -> CaseEvent | None:
    """Return the event from which a case's limits run, None for a case that is not accepted."""
    return acceptance_among(tuple(case.last.values()))


def acceptance_among(events: Sequence[CaseEvent]) -> CaseEvent | None:
    """Return the event of a case from which its limits run, None where it is not accepted.

    Silence goes before a later acceptance, for its day is the earlier one; but not before an answer given in time
    that reached the hub only afterwards.
    """
    latest = {event.move: number for number, event in enumerate(events)}
    silence, acceptance = (events[latest[move]] if move in latest else None for move in ACCEPTANCES)
    if silence is None or latest.get("request_supplement", -1) > latest["deem_accepted"]:
        return acceptance
    notice_due = day_named(silence, "notice_due")
    in_time = acceptance is not None and notice_due is not None and acceptance.at.date() <= notice_due
    return acceptance if in_time else silence


def limits_start(acceptance: CaseEvent) -> date:
    """Return the day the limits run from: of the acceptance, or of the receipt where silence accepted (art. 32(4))."""
    received = day_named(acceptance, "received_on") if acceptance.move == "deem_accepted" else None
    return received or acceptance.at.date()


def leading_due(case: Case) -> str:
    """Return the name of the due date a case is worked towards: the promised one, else the statutory one; or ""."""
    acceptance = acceptance_of(case)
    facts = acceptance.facts if acceptance is not None else {}
    return next((name for name in DUE_NAMES if facts.get(name)), "")


def last_due(case: Case) -> str:
    """Return the name of the due date after which a case is late by law: the statutory one, else the promised one; or
    "".
    """
    acceptance = acceptance_of(case)
    facts = acceptance.facts if acceptance is not None else {}
    return next((name for name in reversed(DUE_NAMES) if facts.get(name)), "")


def may_move(case: Case, name: str) -> bool:
    """Tell whether the calendar in force decides a due date, and not the acceptance that stated it."""
    acceptance = acceptance_of(case)
    fact = acceptance.facts.get(name) if acceptance is not None else None
    if acceptance is None or not isinstance(fact, Mapping) or kept_limit(fact) is None:
        return False
    excluded = periods_after(limits_start(acceptance), excluded_periods(case.pauses))
    return stated_due(fact).provisional or bool(excluded) or "extend" in case.last


def publicity_of(case: Case) -> tuple[Period, ...]:
    """Return the days of publicity of a case, which its limits leave out; empty for none."""
    rows = excluded_periods(case.pauses)
    return periods_of(row for row in rows if row.kind is ExclusionKind.PUBLICITY)


def kept_limit(fact: Mapping[str, Any]) -> Limit | None:
    """Return the limit a due date was counted by; older acceptances did not keep it, later ones may count otherwise."""
    value, unit = fact.get("value"), fact.get("unit")
    if not isinstance(value, int) or unit not in _UNITS:
        return None
    is_sound = value == 0 if unit == LimitUnit.ON_THE_SPOT else 1 <= value <= _LONGEST
    return Limit(value, LimitUnit(unit)) if is_sound else None


def extension_days(event: CaseEvent) -> int:
    """Return by how many days an extension lengthens the limits; 0 for one that cannot be read."""
    days = event.facts.get("days")
    text = str(days).strip() if isinstance(days, int | str) and not isinstance(days, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _LONGEST else 0


def extended_by(
    event: CaseEvent, start: date, limit: Limit, excluded: tuple[Period, ...], calendar: WorkCalendar
) -> int:
    """Return by how many days an extension lengthens a limit that starts on a day: by none when that had run out."""
    due = counted_due(start, limit, excluded, 0, calendar)
    return 0 if due is not None and event.at.date() > due.day else extension_days(event)


def _extension(
    case: Case,
    start: date,
    fact: Mapping[str, Any],
    excluded: tuple[Period, ...],
    calendar: WorkCalendar | None,
) -> int:
    event, limit = case.last.get("extend"), kept_limit(fact)
    if event is None or limit is None or calendar is None:
        return 0
    return extended_by(event, start, limit, excluded, calendar)


def _is_outdated(stated: DueDate, calendar: WorkCalendar | None) -> bool:
    return calendar is not None and stated.provisional and calendar.version != stated.calendar_version
