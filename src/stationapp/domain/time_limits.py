"""Counting time limits: due days, working days between, days left.

行政许可法 art. 82: its periods are working days, statutory holidays excluded. Other rules count calendar
days, months or years, so the unit belongs to each limit. The day of the start is not counted and the last
day counts to its end (民法典 arts. 201, 203); a month ends on the corresponding day, or on the month's last
day (art. 202).
"""

from __future__ import annotations

import calendar as month_table
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stationapp.domain.calendar import WorkCalendar

Period = tuple[date, date]
"""First and last day, both included."""

_DAY = timedelta(days=1)


class LimitUnit(StrEnum):
    """What a limit counts."""

    ON_THE_SPOT = "on_the_spot"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"


_UNIT_WORDS = {
    LimitUnit.WORKING_DAYS: "个工作日",
    LimitUnit.CALENDAR_DAYS: "日",
    LimitUnit.MONTHS: "个月",
    LimitUnit.YEARS: "年",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of units; on the spot (当场) has the value 0, everything else at least 1."""

    value: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.unit is LimitUnit.ON_THE_SPOT and self.value != 0:
            raise ValueError("an on-the-spot limit has no number")
        if self.unit is not LimitUnit.ON_THE_SPOT and self.value < 1:
            raise ValueError("a limit is at least one unit")

    @property
    def text(self) -> str:
        """As printed: 当场办结, 20个工作日, 15日, 1个月."""
        if self.unit is LimitUnit.ON_THE_SPOT:
            return "当场办结"
        return f"{self.value}{_UNIT_WORDS[self.unit]}"


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a limit; `provisional` (暂定) when a day not yet covered by a notice was consulted."""

    day: date
    provisional: bool
    calendar_version: str


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """A number of working days, negative when counted backwards, and whether notices cover all of them."""

    days: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Remaining:
    """Days left until a due day, in working days or calendar days.

    0 and not overdue means today is the last day. An overdue limit has `days` <= 0: 0 when only days off have
    passed since.
    """

    days: int
    unit: LimitUnit
    overdue: bool
    provisional: bool


@dataclass(slots=True)
class _Consultation:
    """Asks the calendar and remembers whether every answer was certain."""

    calendar: WorkCalendar
    certain: bool = True

    def is_workday(self, day: date) -> bool:
        answer = self.calendar.is_workday(day)
        self.certain = self.certain and answer.certain
        return answer.yes


def due_date(
    start: date,
    limit: Limit,
    calendar: WorkCalendar,
    excluded: Sequence[Period] = (),
    *,
    move_to_working_day: bool = False,
) -> DueDate:
    """The last day of `limit` counted from `start`.

    Days in `excluded` (supplementing, special procedures, publicity) are not counted; overlapping periods
    count once. An open period, ending on `date.max`, has no due day: OverflowError. With
    `move_to_working_day` a limit in days, months or years that ends on a day off ends on the next working
    day (民法典 art. 203).
    """
    periods = _checked(excluded)
    consultation = _Consultation(calendar)
    day = _last_day(start, limit, consultation, periods)
    if move_to_working_day and limit.unit not in (LimitUnit.WORKING_DAYS, LimitUnit.ON_THE_SPOT):
        while _is_excluded(day, periods) or not consultation.is_workday(day):
            day += _DAY
    return DueDate(day, provisional=not consultation.certain, calendar_version=calendar.version)


def recompute(
    previous: DueDate,
    start: date,
    limit: Limit,
    calendar: WorkCalendar,
    excluded: Sequence[Period] = (),
    *,
    move_to_working_day: bool = False,
) -> DueDate:
    """The due date under another calendar: `previous` itself when day and certainty are unchanged."""
    new = due_date(start, limit, calendar, excluded, move_to_working_day=move_to_working_day)
    same = (new.day, new.provisional) == (previous.day, previous.provisional)
    return previous if same else new


def working_days_between(
    start: date, end: date, calendar: WorkCalendar, excluded: Sequence[Period] = ()
) -> WorkingDayCount:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    periods = _checked(excluded)
    consultation = _Consultation(calendar)
    first, last = sorted((start, end))
    days = sum(1 for day in _counted_days(first, periods, last) if consultation.is_workday(day))
    return WorkingDayCount(days if start <= end else -days, consultation.certain)


def remaining(
    today: date, due: DueDate, limit: Limit, calendar: WorkCalendar, excluded: Sequence[Period] = ()
) -> Remaining:
    """Days left of `limit` on `today`: working days for a limit in working days, else calendar days."""
    overdue = today > due.day
    if limit.unit is LimitUnit.WORKING_DAYS:
        count = working_days_between(today, due.day, calendar, excluded)
        return Remaining(count.days, limit.unit, overdue, due.provisional or not count.certain)
    first, last = sorted((today, due.day))
    days = sum(1 for _ in _counted_days(first, _checked(excluded), last))
    return Remaining(-days if overdue else days, LimitUnit.CALENDAR_DAYS, overdue, due.provisional)


def _last_day(start: date, limit: Limit, consultation: _Consultation, periods: Sequence[Period]) -> date:
    if limit.unit is LimitUnit.ON_THE_SPOT:
        return start
    working = limit.unit is LimitUnit.WORKING_DAYS
    left = limit.value if working else _calendar_days(start, limit)
    for day in _counted_days(start, periods, date.max):
        if not working or consultation.is_workday(day):
            left -= 1
        if left == 0:
            return day
    raise OverflowError("the limit ends after the last day there is")


def _calendar_days(start: date, limit: Limit) -> int:
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return limit.value
    months = limit.value * (12 if limit.unit is LimitUnit.YEARS else 1)
    return (_months_later(start, months) - start).days


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = month_table.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def _counted_days(after: date, periods: Sequence[Period], last: date) -> Iterator[date]:
    """Every day after `after` up to and including `last` that lies in no excluded period."""
    day = after
    while day < last:
        day += _DAY
        covered_until = max((end for first, end in periods if first <= day <= end), default=None)
        if covered_until is None:
            yield day
        else:
            day = covered_until


def _is_excluded(day: date, periods: Sequence[Period]) -> bool:
    return any(first <= day <= last for first, last in periods)


def _checked(periods: Sequence[Period]) -> Sequence[Period]:
    if any(last < first for first, last in periods):
        raise ValueError("an excluded period ends before it begins")
    return periods
