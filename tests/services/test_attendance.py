"""Who was at which window in which half of the day, and which windows were empty without a word."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from stationapp.platform.clock import SteppingClock
from stationapp.services import absences, attendance
from stationapp.services.attendance import PostAttendance
from stationapp.services.workplace import Workplace

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
AWAY = {"cause": "meeting", "until_on": "2026-11-20", "until_at": "17:00"}


def at(place: Workplace, moment: str) -> None:
    """Go to another time."""
    place.clock = SteppingClock(datetime.fromisoformat(f"{moment}:00+08:00"), timedelta(seconds=1))


def agents(place: Workplace, day: date = FRIDAY) -> PostAttendance:
    """The agent's post on a day."""
    (found,) = (row for row in attendance.attendance(place, day) if row.post.post_id == "agent")
    return found


def test_a_session_over_noon_counts_for_both_halves_of_the_day(village: Workplace) -> None:
    at(village, "2026-11-20T08:55")
    attendance.begin_session(village)
    at(village, "2026-11-20T17:30")
    attendance.end_session(village, village.post)
    assert [shift.present for shift in agents(village).shifts] == [("测试agent",), ("测试agent",)]
    assert not agents(village).was_unmanned


def test_a_window_at_which_nobody_signed_in_is_listed_once_its_time_has_come(village: Workplace) -> None:
    at(village, "2026-11-20T10:00")
    assert [shift.unmanned for shift in agents(village).shifts] == [True, False]
    at(village, "2026-11-20T15:00")
    attendance.begin_session(village)
    assert [shift.unmanned for shift in agents(village).shifts] == [True, False]
    assert [shift.present for shift in agents(village).shifts] == [(), ("测试agent",)]


def test_whoever_said_that_he_would_be_away_leaves_no_empty_window(village: Workplace) -> None:
    at(village, "2026-11-20T08:00")
    absences.leave(village, AWAY)
    at(village, "2026-11-20T15:00")
    assert [(shift.away, shift.unmanned) for shift in agents(village).shifts] == [
        (("测试agent",), False),
        (("测试agent",), False),
    ]


def test_who_came_back_is_expected_again(village: Workplace) -> None:
    at(village, "2026-11-20T08:00")
    case, _ = absences.leave(village, AWAY)
    at(village, "2026-11-20T12:00")
    absences.come_back(village, case.case_id)
    at(village, "2026-11-20T15:00")
    assert [shift.unmanned for shift in agents(village).shifts] == [False, True]


def test_nobody_is_expected_on_a_day_off_or_on_a_day_to_come(village: Workplace) -> None:
    at(village, "2026-11-21T10:00")
    assert not agents(village, SATURDAY).was_unmanned
    assert not agents(village, date(2026, 11, 23)).was_unmanned


def test_a_session_that_a_power_cut_ended_counts_for_the_half_in_which_it_began(village: Workplace) -> None:
    at(village, "2026-11-20T09:00")
    attendance.begin_session(village)
    at(village, "2026-11-23T09:00")
    assert [shift.unmanned for shift in agents(village).shifts] == [False, True]


@pytest.mark.parametrize("times", [1, 2])
def test_an_end_closes_the_latest_session_and_no_other(village: Workplace, times: int) -> None:
    at(village, "2026-11-20T09:00")
    attendance.begin_session(village)
    at(village, "2026-11-20T14:00")
    attendance.begin_session(village)
    for _ in range(times):
        attendance.end_session(village, village.post)
    with village.store.read() as unit:
        first, second = unit.sign_ins.of_day("2026-11-20")
    assert (first.until_at, second.until_at is not None) == (None, True)
