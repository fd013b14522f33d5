"""The shipped calendar against an independent source, and what happens where no notice reaches."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from stationapp.domain.calendar import WorkCalendar, Workday, from_mapping, to_mapping
from stationapp.domain.refusal import Refused

SHIPPED = Path(__file__).parents[2] / "resources" / "calendar" / "cn-workdays.json"


def shipped_data() -> dict[str, object]:
    data: dict[str, object] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="module")
def shipped() -> WorkCalendar:
    return from_mapping(shipped_data())


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_every_day_from_2004_to_2026_agrees_with_the_published_notices(shipped: WorkCalendar) -> None:
    for day in every_day(date(2004, 1, 1), date(2026, 12, 31)):
        assert shipped.is_workday(day) == Workday(chinese_calendar.is_workday(day), certain=True), day


def test_the_shipped_calendar_says_where_its_facts_come_from() -> None:
    data = shipped_data()
    assert data["licence"] == "MIT"
    assert str(data["compiled_from"]).startswith("chinesecalendar ")
    assert data["version"] == "cn-2026.1"


def test_working_days_per_year_are_those_counted_from_the_notices(shipped: WorkCalendar) -> None:
    days = every_day(date(2024, 1, 1), date(2026, 12, 31))
    counts = Counter(day.year for day in days if shipped.is_workday(day).yes)
    assert counts == {2024: 251, 2025: 248, 2026: 248}


def test_weekend_workdays_of_2026(shipped: WorkCalendar) -> None:
    worked = [d for d in every_day(date(2026, 1, 1), date(2026, 12, 31)) if d.weekday() >= 5]
    assert [f"{d:%m-%d}" for d in worked if shipped.is_workday(d).yes] == [
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    ]  # fmt: skip


@pytest.mark.parametrize("day", [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)])
def test_beyond_the_notices_fixed_holidays_are_off_but_not_certain(
    shipped: WorkCalendar, day: tuple[int, int]
) -> None:
    for year in (2003, 2027, 2030):
        assert shipped.is_workday(date(year, *day)) == Workday(yes=False, certain=False)


def test_beyond_the_notices_weekdays_are_worked_and_weekends_off_but_not_certain(
    shipped: WorkCalendar,
) -> None:
    assert shipped.is_workday(date(2027, 1, 4)) == Workday(yes=True, certain=False)
    assert shipped.is_workday(date(2027, 1, 9)) == Workday(yes=False, certain=False)


def test_a_local_day_off_holds_in_any_year_and_over_a_make_up_workday(shipped: WorkCalendar) -> None:
    snow = {date(2026, 1, 4), date(2026, 3, 4), date(2027, 1, 5)}
    local = shipped.with_local_days_off(snow, version="cn-2026.1+510704.1")
    assert all(local.is_workday(day) == Workday(yes=False, certain=True) for day in snow)
    assert local.version == "cn-2026.1+510704.1"
    assert shipped.is_workday(date(2026, 3, 4)).yes


def test_a_calendar_survives_the_way_through_json(shipped: WorkCalendar) -> None:
    local = shipped.with_local_days_off({date(2026, 12, 1)}, version="x.2")
    assert from_mapping(json.loads(json.dumps(to_mapping(local)))) == local


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"version": ""},
        {"version": None},
        {"first_year": "2004"},
        {"first_year": True},
        {"last_year": 2003},
        {"last_year": 99999},
        {"days_off": "2026-01-01"},
        {"days_off": ["2026-02-30"]},
        {"days_off": [20260101]},
        {"days_off": ["2030-01-01"]},
        {"days_off": ["2026-01-04"]},
        {"make_up_workdays": ["2026-01-05"]},
        {"local_days_off": None},
    ],
)
def test_an_unsound_calendar_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        from_mapping(shipped_data() | change)
    assert refused.value.reasons[0].code == "calendar-malformed"
