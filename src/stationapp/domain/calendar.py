"""Which days are working days.

Sources: 全国年节及纪念日放假办法 (2024-11-10) and the yearly notices of the State Council's General
Office with the make-up workdays. The notices reach only some years; beyond them an answer is given and
marked uncertain, never passed off as published. A county may add days off of its own (snow, flood).
Saturday service hours are not working days and have no place here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

from stationapp.domain.refusal import Reason, Refused

FORMAT = 1

# Month and day of the statutory holidays with a fixed date; the others move with moon and sun.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Workday:
    """Whether a day is a working day, and whether that follows from a published notice."""

    yes: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A published, versioned calendar.

    `years` are the consecutive years covered by notices; `days_off` the holidays in them (weekends need
    not be listed); `make_up_workdays` the weekend days worked; `local_days_off` the county's own, in any
    year.
    """

    version: str
    years: range
    days_off: frozenset[date]
    make_up_workdays: frozenset[date]
    local_days_off: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.version:
            raise ValueError("a calendar needs a version")
        if not self.years or self.years.step != 1:
            raise ValueError("a calendar covers consecutive years")
        if self.days_off & self.make_up_workdays:
            raise ValueError("a day is either off or a make-up workday")
        if any(day.weekday() < _SATURDAY for day in self.make_up_workdays):
            raise ValueError("a make-up workday lies on a weekend")
        if any(day.year not in self.years for day in self.days_off | self.make_up_workdays):
            raise ValueError("a listed day lies outside the years covered")

    def is_workday(self, day: date) -> Workday:
        """Whether work is done on `day`; beyond the covered years by weekends and fixed dates only."""
        if day in self.local_days_off:
            return Workday(yes=False, certain=True)
        weekend = day.weekday() >= _SATURDAY
        if day.year not in self.years:
            return Workday(yes=not weekend and (day.month, day.day) not in FIXED_HOLIDAYS, certain=False)
        if weekend:
            return Workday(yes=day in self.make_up_workdays, certain=True)
        return Workday(yes=day not in self.days_off, certain=True)

    def with_local_days_off(self, days: Iterable[date], version: str) -> WorkCalendar:
        """The same calendar with other local days off, under a new version."""
        return replace(self, local_days_off=frozenset(days), version=version)


def to_mapping(calendar: WorkCalendar) -> dict[str, object]:
    """Plain JSON data of a calendar: days as ISO text, sorted, so that equal calendars give equal text."""
    return {
        "format": FORMAT,
        "version": calendar.version,
        "first_year": calendar.years[0],
        "last_year": calendar.years[-1],
        "days_off": _written(calendar.days_off),
        "make_up_workdays": _written(calendar.make_up_workdays),
        "local_days_off": _written(calendar.local_days_off),
    }


def from_mapping(data: Mapping[str, object]) -> WorkCalendar:
    """Read what `to_mapping` wrote; further keys (source, licence) are allowed. Refused when not sound."""
    if data.get("format") != FORMAT:
        _refuse(f"格式版本是{data.get('format')}，本程序只认{FORMAT}")
    try:
        return WorkCalendar(
            version=_text(data, "version"),
            years=range(_year(data, "first_year"), _year(data, "last_year") + 1),
            days_off=_days(data, "days_off"),
            make_up_workdays=_days(data, "make_up_workdays"),
            local_days_off=_days(data, "local_days_off"),
        )
    except ValueError as error:
        _refuse(str(error))


def _written(days: frozenset[date]) -> list[str]:
    return sorted(day.isoformat() for day in days)


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is not text")
    return value


def _year(data: Mapping[str, object], key: str) -> int:
    value = data.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 1949 <= value <= 9998:
        raise ValueError(f"{key} is not a year")
    return value


def _days(data: Mapping[str, object], key: str) -> frozenset[date]:
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(day, str) for day in value):
        raise ValueError(f"{key} is not a list of days")
    return frozenset(date.fromisoformat(day) for day in value)


def _refuse(detail: str) -> NoReturn:
    raise Refused(Reason("calendar-malformed", f"工作日历数据有误，没有采用：{detail}。"))
