"""One clock: a limit that runs from a day, stands still in excluded periods and stops at the act it waits for.

Pure counting. Which acts start and stop which clock is told by `case_clocks` and `stage_clocks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_dates import counted_due
from stationapp.domain.excluded_periods import ExcludedPeriod, periods_after, periods_of
from stationapp.domain.time_limits import (
    DueDate,
    Limit,
    LimitUnit,
    Period,
    Remaining,
    due_date,
    remaining,
    working_days_between,
)

_DAY = timedelta(days=1)


class ClockStatus(StrEnum):
    """Whether a clock runs; the label is what a person reads."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """The status's name on screens."""
        return _LABELS[self]


_LABELS = {ClockStatus.RUNNING: "计时中", ClockStatus.SUSPENDED: "暂停计时", ClockStatus.STOPPED: "已停止"}


@dataclass(frozen=True, slots=True)
class ClockFace:
    """What a clock is: its name and title, its limit (None for one that only measures), and its weight.

    `statutory` means that a law sets the limit, so that passing it is the graver breach. `subject` tells clocks of
    one name apart: the department of a joint part, the material of a promise.
    """

    name: str
    title: str
    limit: Limit | None
    statutory: bool = False
    source: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """From which day and event a clock runs, at which desk, and where it stopped, if it did."""

    desk_id: str
    started_on: date
    started_by: str
    stopped_on: date | None = None
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it stands.

    `due` is None without a limit and while an open special procedure keeps it from having a day. `was` is the
    provisional day stated earlier, where it has moved since. `used` counts days up to today or to the stop, in
    working days where the limit counts those or there is none, else in calendar days; excluded days are left out.
    """

    face: ClockFace
    run: Run
    due: DueDate | None
    excluded: tuple[ExcludedPeriod, ...]
    status: ClockStatus
    used: int
    remaining: Remaining | None
    extended_by: int = 0
    was: date | None = None

    @property
    def is_over(self) -> bool:
        """Whether it ran, or still runs, beyond its due day."""
        return self.remaining is not None and self.remaining.overdue

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the clock among those of a case, whatever happens later."""
        return self.face.name, self.face.subject, self.run.started_by


@dataclass(frozen=True, slots=True)
class Counting:
    """By which calendar and up to which day clocks are read."""

    calendar: WorkCalendar
    today: date


def read_clock(
    face: ClockFace, run: Run, excluded: tuple[ExcludedPeriod, ...], counting: Counting, extension: int = 0
) -> Clock:
    """Return a clock whose due day follows from its limit."""
    touching = periods_after(run.started_on, excluded)
    due = None
    if face.limit is not None:
        due = counted_due(run.started_on, face.limit, periods_of(touching), extension, counting.calendar)
    return read_with_due(face, run, touching, due, counting, extension)


def read_with_due(
    face: ClockFace,
    run: Run,
    excluded: tuple[ExcludedPeriod, ...],
    due: DueDate | None,
    counting: Counting,
    extension: int = 0,
) -> Clock:
    """Return a clock whose due day is already known, as one stated to the applicant is."""
    end = run.stopped_on or counting.today
    periods = periods_of(excluded)
    used = _used(face.limit, run.started_on, max(end, run.started_on), counting.calendar, periods)
    return Clock(
        face,
        run,
        due,
        excluded,
        _status(run, excluded, counting.today),
        used,
        _remaining(face, run.started_on, due, used, extension, end, counting.calendar, periods),
        extension,
    )


def total_units(clock: Clock, calendar: WorkCalendar) -> int:
    """Return how many units a clock's limit has in all: working days, or calendar days; 0 without a limit."""
    limit = clock.face.limit
    if limit is None:
        return 0
    if limit.unit is LimitUnit.WORKING_DAYS:
        return limit.value + clock.extended_by
    return (due_date(clock.run.started_on, limit, calendar).day - clock.run.started_on).days


def nearly_due_on(clock: Clock, left: int, calendar: WorkCalendar) -> date | None:
    """Return the first day on which at most `left` units of a clock's limit are left.

    None for a clock without a limit, or with one no longer than that, or while an open period keeps the day away.
    """
    limit, total = clock.face.limit, total_units(clock, calendar)
    if limit is None or total <= left:
        return None
    if limit.unit is not LimitUnit.WORKING_DAYS and clock.extended_by and clock.due is not None:
        return clock.due.day - left * _DAY
    unit = limit.unit if limit.unit is LimitUnit.WORKING_DAYS else LimitUnit.CALENDAR_DAYS
    periods = periods_of(clock.excluded)
    due = counted_due(clock.run.started_on, Limit(total - left, unit), periods, 0, calendar)
    return None if due is None else due.day


def _status(run: Run, excluded: tuple[ExcludedPeriod, ...], today: date) -> ClockStatus:
    if run.stopped_on is not None:
        return ClockStatus.STOPPED
    is_excluded = any(first <= today <= last for first, last in periods_of(excluded))
    is_open = any(row.last is None for row in excluded)
    return ClockStatus.SUSPENDED if is_excluded or is_open else ClockStatus.RUNNING


def _used(
    limit: Limit | None, start: date, end: date, calendar: WorkCalendar, periods: tuple[Period, ...]
) -> int:
    if limit is None or limit.unit is LimitUnit.WORKING_DAYS:
        return working_days_between(start, end, calendar, periods).days
    days = (start + number * _DAY for number in range(1, (end - start).days + 1))
    return sum(1 for day in days if not any(first <= day <= last for first, last in periods))


def _remaining(
    face: ClockFace,
    start: date,
    due: DueDate | None,
    used: int,
    extension: int,
    end: date,
    calendar: WorkCalendar,
    periods: tuple[Period, ...],
) -> Remaining | None:
    limit = face.limit
    if due is not None:
        counted = limit or Limit(1, LimitUnit.CALENDAR_DAYS)
        return remaining(end, due, counted, calendar, periods)
    if limit is None:
        return None
    if limit.unit is LimitUnit.WORKING_DAYS:
        return Remaining(limit.value + extension - used, limit.unit, overdue=False, provisional=False)
    total = (due_date(start, limit, calendar).day - start).days
    return Remaining(total - used, LimitUnit.CALENDAR_DAYS, overdue=False, provisional=False)
