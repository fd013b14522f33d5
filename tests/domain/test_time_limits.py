"""Time limits against a second, differently built count over the published notices of 2004-2026."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.calendar import WorkCalendar, from_mapping
from stationapp.domain.time_limits import (
    DueDate,
    Limit,
    LimitUnit,
    Remaining,
    WorkingDayCount,
    due_date,
    recompute,
    remaining,
    working_days_between,
)

SHIPPED = Path(__file__).parents[2] / "resources" / "calendar" / "cn-workdays.json"
CALENDAR: WorkCalendar = from_mapping(json.loads(SHIPPED.read_text(encoding="utf-8")))
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
WORKDAYS = [day for day in ALL_DAYS if chinese_calendar.is_workday(day)]

STARTS = st.dates(FIRST, date(2026, 6, 30))
COUNTS = st.integers(1, 60)
Periods = list[tuple[date, date]]


@st.composite
def excluded_periods(draw: st.DrawFn) -> Periods:
    firsts = draw(st.lists(st.dates(FIRST, date(2026, 6, 30)), max_size=4))
    return [(first, first + timedelta(days=draw(st.integers(0, 12)))) for first in firsts]


@st.composite
def start_with_periods(draw: st.DrawFn) -> tuple[date, Periods]:
    start = draw(STARTS)
    shifts = draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 12)), max_size=4))
    begun = [(start + timedelta(days=shift), length) for shift, length in shifts]
    return start, [(first, first + timedelta(days=length)) for first, length in begun]


def outside(days: Iterable[date], periods: Periods) -> list[date]:
    covered = {first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1)}
    return [day for day in days if day not in covered]


def working(value: int) -> Limit:
    return Limit(value, LimitUnit.WORKING_DAYS)


@given(STARTS, COUNTS)
def test_working_day_limits_end_on_the_nth_published_workday_after_the_start(start: date, count: int) -> None:
    expected = WORKDAYS[bisect_right(WORKDAYS, start) + count - 1]
    assert due_date(start, working(count), CALENDAR) == DueDate(expected, False, "cn-2026.1")


@given(start_with_periods(), COUNTS)
def test_excluded_days_do_not_count_however_the_periods_overlap(
    drawn: tuple[date, Periods], count: int
) -> None:
    start, periods = drawn
    left = outside(WORKDAYS, periods)
    expected = left[bisect_right(left, start) + count - 1]
    assert due_date(start, working(count), CALENDAR, periods).day == expected


@given(start_with_periods(), st.integers(1, 90))
def test_calendar_day_limits_skip_excluded_days_only(drawn: tuple[date, Periods], count: int) -> None:
    start, periods = drawn
    left = outside(ALL_DAYS, periods)
    due = due_date(start, Limit(count, LimitUnit.CALENDAR_DAYS), CALENDAR, periods)
    assert due.day == left[bisect_right(left, start) + count - 1]
    assert not due.provisional


@given(STARTS, st.dates(FIRST, LAST), excluded_periods())
def test_working_days_between_equal_the_listed_workdays(start: date, end: date, periods: Periods) -> None:
    first, last = sorted((start, end))
    expected = len([day for day in outside(WORKDAYS, periods) if first < day <= last])
    counted = working_days_between(start, end, CALENDAR, periods)
    assert counted == WorkingDayCount(expected if start <= end else -expected, certain=True)


@given(STARTS, COUNTS)
def test_the_days_between_start_and_due_day_are_the_limit(start: date, count: int) -> None:
    due = due_date(start, working(count), CALENDAR)
    assert working_days_between(start, due.day, CALENDAR).days == count
    assert remaining(start, due, working(count), CALENDAR).days == count


@pytest.mark.parametrize(
    ("count", "latest"),
    [(5, "2026-12-24"), (10, "2026-12-17"), (20, "2026-12-03"), (30, "2026-11-19"), (45, "2026-10-29"),
     (60, "2026-10-09")],
)  # fmt: skip
def test_the_latest_acceptance_day_with_a_certain_due_day_in_2026(count: int, latest: str) -> None:
    start = date.fromisoformat(latest)
    assert due_date(start, working(count), CALENDAR) == DueDate(LAST, False, "cn-2026.1")
    next_start = WORKDAYS[WORKDAYS.index(start) + 1]
    due = due_date(next_start, working(count), CALENDAR)
    assert due.provisional
    assert due.day.year == 2027


def test_a_limit_over_new_year_is_provisional_and_settles_when_the_notice_arrives() -> None:
    start, limit = date(2026, 12, 21), working(10)
    provisional = due_date(start, limit, CALENDAR)
    assert provisional == DueDate(date(2027, 1, 5), True, "cn-2026.1")
    notice = WorkCalendar(
        version="cn-2027.1",
        years=range(2004, 2028),
        days_off=CALENDAR.days_off | {date(2027, 1, 1), date(2027, 1, 4)},
        make_up_workdays=CALENDAR.make_up_workdays,
    )
    settled = recompute(provisional, start, limit, notice)
    assert settled == DueDate(date(2027, 1, 6), False, "cn-2027.1")
    assert recompute(settled, start, limit, notice) is settled


def test_recomputing_keeps_the_old_due_date_when_nothing_changed_but_the_version() -> None:
    due = due_date(date(2026, 3, 2), working(5), CALENDAR)
    same_days = CALENDAR.with_local_days_off((), version="cn-2026.2")
    assert recompute(due, date(2026, 3, 2), working(5), same_days) is due


def test_a_local_day_off_moves_the_due_day() -> None:
    due = due_date(date(2026, 3, 2), working(5), CALENDAR)
    snow = CALENDAR.with_local_days_off({date(2026, 3, 4)}, version="cn-2026.1+snow")
    assert recompute(due, date(2026, 3, 2), working(5), snow).day == date(2026, 3, 10)


def test_excluded_days_without_a_notice_do_not_make_the_due_day_provisional() -> None:
    calendar = WorkCalendar("t", range(2026, 2027), frozenset(), frozenset())
    start, gap = date(2025, 12, 20), [(date(2025, 12, 20), date(2025, 12, 31))]
    assert due_date(start, working(1), calendar, gap) == DueDate(date(2026, 1, 1), False, "t")


def test_an_on_the_spot_limit_ends_on_its_day() -> None:
    spot = Limit(0, LimitUnit.ON_THE_SPOT)
    day = date(2027, 1, 1)
    assert due_date(day, spot, CALENDAR, move_to_working_day=True) == DueDate(day, False, "cn-2026.1")


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-01-31", Limit(1, LimitUnit.MONTHS), "2026-02-28"),
        ("2024-01-31", Limit(1, LimitUnit.MONTHS), "2024-02-29"),
        ("2026-11-30", Limit(3, LimitUnit.MONTHS), "2027-02-28"),
        ("2026-12-15", Limit(12, LimitUnit.MONTHS), "2027-12-15"),
        ("2024-02-29", Limit(1, LimitUnit.YEARS), "2025-02-28"),
        ("2026-05-05", Limit(2, LimitUnit.YEARS), "2028-05-05"),
    ],
)
def test_months_and_years_end_on_the_corresponding_day(start: str, limit: Limit, expected: str) -> None:
    due = due_date(date.fromisoformat(start), limit, CALENDAR)
    assert due == DueDate(date.fromisoformat(expected), False, "cn-2026.1")


def test_excluded_days_lengthen_a_limit_in_months() -> None:
    gap = [(date(2026, 3, 10), date(2026, 3, 19))]
    due = due_date(date(2026, 3, 2), Limit(1, LimitUnit.MONTHS), CALENDAR, gap)
    assert due.day == date(2026, 4, 12)


@pytest.mark.parametrize(
    ("start", "expected", "provisional"),
    [
        ("2026-02-06", "2026-02-24", False),
        ("2026-12-25", "2027-01-11", True),
        ("2026-03-03", "2026-03-18", False),
    ],
)
def test_a_calendar_day_limit_moves_to_a_working_day_only_where_asked(
    start: str, expected: str, provisional: bool
) -> None:
    limit = Limit(15, LimitUnit.CALENDAR_DAYS)
    first = date.fromisoformat(start)
    unmoved = due_date(first, limit, CALENDAR)
    moved = due_date(first, limit, CALENDAR, move_to_working_day=True)
    assert unmoved == DueDate(first + timedelta(days=15), False, "cn-2026.1")
    assert moved == DueDate(date.fromisoformat(expected), provisional, "cn-2026.1")


def test_days_left_count_down_to_zero_and_then_are_overdue() -> None:
    due = due_date(date(2026, 11, 16), working(4), CALENDAR)
    assert due.day == date(2026, 11, 20)

    def left(day: int) -> Remaining:
        return remaining(date(2026, 11, day), due, working(4), CALENDAR)

    assert left(19) == Remaining(1, LimitUnit.WORKING_DAYS, overdue=False, provisional=False)
    assert left(20) == Remaining(0, LimitUnit.WORKING_DAYS, overdue=False, provisional=False)
    assert left(21) == Remaining(0, LimitUnit.WORKING_DAYS, overdue=True, provisional=False)
    assert left(24) == Remaining(-2, LimitUnit.WORKING_DAYS, overdue=True, provisional=False)


def test_days_left_of_other_limits_are_calendar_days() -> None:
    month = Limit(1, LimitUnit.MONTHS)
    due = due_date(date(2026, 11, 2), month, CALENDAR)
    gap = [(date(2026, 11, 23), date(2026, 11, 25))]
    day = date(2026, 11, 21)
    assert remaining(day, due, month, CALENDAR).days == 11
    assert remaining(day, due, month, CALENDAR, gap).days == 8
    late = remaining(date(2026, 12, 5), due, month, CALENDAR)
    assert late == Remaining(-3, LimitUnit.CALENDAR_DAYS, overdue=True, provisional=False)


def test_limits_print_in_the_words_of_the_papers() -> None:
    texts = [Limit(0, LimitUnit.ON_THE_SPOT).text, working(20).text]
    texts += [Limit(2, unit).text for unit in (LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS, LimitUnit.YEARS)]
    assert texts == ["当场办结", "20个工作日", "2日", "2个月", "2年"]


@pytest.mark.parametrize(
    ("value", "unit"), [(1, LimitUnit.ON_THE_SPOT), (0, LimitUnit.MONTHS), (-1, LimitUnit.YEARS)]
)
def test_a_limit_without_sense_cannot_be_made(value: int, unit: LimitUnit) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limit(value, unit)


def test_a_period_that_ends_before_it_begins_is_a_mistake() -> None:
    backwards = [(date(2026, 3, 4), date(2026, 3, 3))]
    with pytest.raises(ValueError, match="before it begins"):
        due_date(date(2026, 3, 2), working(5), CALENDAR, backwards)


def test_an_open_period_has_no_due_day() -> None:
    with pytest.raises(OverflowError):
        due_date(date(2026, 3, 2), working(5), CALENDAR, [(date(2026, 3, 3), date.max)])
