"""Due dates as they stand: provisional ones follow the calendar in force, certain ones stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import in_department
from small_county import CALENDAR, CHINA, LICENCE_ITEM, event, hand, receipt_facts
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, fold
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.due_dates import current_due, leading_due, may_move
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import excluded_periods, periods_of
from stationapp.domain.time_limits import Limit, LimitUnit, due_date
from walks import LONG_CALENDAR, OFFICER

ACCEPTED = datetime(2026, 12, 21, 9, tzinfo=CHINA)
TWENTY_DAYS = Limit(20, LimitUnit.WORKING_DAYS)
NEXT_YEAR = WorkCalendar(
    "cn-2027.1",
    range(CALENDAR.years.start, 2028),
    CALENDAR.days_off | {date(2027, 1, day) for day in (1, 4, 5, 6)},
    CALENDAR.make_up_workdays | {date(2027, 1, 9)},
)


def told(*events: CaseEvent) -> Case:
    """The case that events make."""
    case = fold(events, EFFECTS)
    assert case is not None
    return case


def accepted(**facts: Any) -> Case:
    """A case accepted on 2026-12-21 with these facts."""
    return told(
        event("case-1", "receive", hand("agent"), receipt_facts()),
        event("case-1", "accept", hand("window"), facts, ACCEPTED),
    )


def stated(limit: Limit = TWENTY_DAYS, **changes: Any) -> dict[str, Any]:
    """A due date as an acceptance under the calendar of 2026 states it."""
    return due_fact(ACCEPTED.date(), limit, CALENDAR) | changes


def test_a_provisional_date_is_counted_again_by_a_later_calendar_and_says_what_it_was() -> None:
    case, fact = accepted(promised_due=stated()), stated()
    assert (fact["day"], fact["provisional"]) == ("2027-01-19", True)
    due = current_due(case, "promised_due", NEXT_YEAR)
    assert due is not None
    assert (due.day, due.provisional) == (date(2027, 1, 21), False)
    assert (due.was, due.calendar_version) == (date(2027, 1, 19), "cn-2027.1")
    assert may_move(case, "promised_due")
    assert case.fact("accept", "promised_due") == fact


def test_a_date_that_becomes_certain_without_moving_was_no_other_day() -> None:
    same = replace(NEXT_YEAR, days_off=CALENDAR.days_off | {date(2027, 1, 1)}, make_up_workdays=frozenset())
    due = current_due(accepted(promised_due=stated()), "promised_due", same)
    assert due is not None
    assert (due.day, due.provisional, due.was) == (date(2027, 1, 19), False, None)


@pytest.mark.parametrize(
    "fact",
    [
        stated(Limit(5, LimitUnit.WORKING_DAYS)),
        {name: value for name, value in stated().items() if name not in {"value", "unit"}},
        stated(unit="moons"),
        stated(unit=["working_days"]),
        stated(value="20"),
        stated(value=0),
        stated(value=10**9),
        stated(unit="on_the_spot"),
    ],
)
def test_certain_dates_and_dates_whose_limit_is_not_known_stand(fact: dict[str, Any]) -> None:
    case = accepted(promised_due=fact)
    due = current_due(case, "promised_due", NEXT_YEAR)
    assert due is not None
    assert (due.day.isoformat(), due.provisional, due.was) == (fact["day"], fact["provisional"], None)
    assert not may_move(case, "promised_due")


@pytest.mark.parametrize("calendar", [None, CALENDAR])
def test_without_another_calendar_the_date_stands_as_stated(calendar: WorkCalendar | None) -> None:
    due = current_due(accepted(promised_due=stated()), "promised_due", calendar)
    assert due is not None
    assert (due.day, due.provisional, due.was) == (date(2027, 1, 19), True, None)


def test_a_case_not_accepted_has_no_due_date() -> None:
    case = told(event("case-1", "receive", hand("agent"), receipt_facts()))
    assert (leading_due(case), current_due(case, "promised_due", NEXT_YEAR)) == ("", None)


def test_the_promised_date_goes_before_the_statutory_one() -> None:
    assert leading_due(accepted(promised_due=stated(), statutory_due=stated())) == "promised_due"
    assert leading_due(accepted(promised_due=None, statutory_due=stated())) == "statutory_due"


@given(st.integers(1, 40), st.sampled_from(["working_days", "calendar_days", "months"]))
def test_the_date_is_what_an_acceptance_under_that_calendar_would_state_unless_it_was_certain(
    value: int, unit: str
) -> None:
    limit = Limit(value, LimitUnit(unit))
    fact = stated(limit)
    due = current_due(accepted(statutory_due=fact), "statutory_due", NEXT_YEAR)
    counted = due_date(ACCEPTED.date(), limit, NEXT_YEAR if fact["provisional"] else CALENDAR)
    assert due is not None
    assert (due.day, due.provisional) == (counted.day, counted.provisional)


def test_days_of_publicity_move_a_certain_date_and_are_no_provisional_day() -> None:
    first = ACCEPTED.date() + timedelta(days=1)
    publicity = {"publicity_from": first.isoformat(), "publicity_to": (first + timedelta(days=2)).isoformat()}
    case = told(
        event("case-1", "receive", hand("agent"), receipt_facts()),
        event(
            "case-1",
            "accept",
            hand("window"),
            {"promised_due": stated(Limit(5, LimitUnit.WORKING_DAYS))},
            ACCEPTED,
        ),
        event("case-1", "grant", hand("approver"), {"reason": "准予。", **publicity}, ACCEPTED),
    )
    due = current_due(case, "promised_due", CALENDAR)
    assert due is not None
    assert (due.day, due.was) == (date(2026, 12, 31), None)
    assert may_move(case, "promised_due")


def test_every_special_procedure_of_a_case_is_left_out() -> None:
    walk = in_department(LICENCE_ITEM)
    for _ in range(2):
        walk.wait(3).go("start_special", OFFICER).wait(4).go("end_special", OFFICER)
    due = current_due(walk.standing, "promised_due", LONG_CALENDAR)
    walked = excluded_periods(walk.events)
    assert len(walked) == len(excluded_periods(walk.standing.pauses)) == 2
    start = walk.standing.last["accept"].at.date()
    wanted = due_date(start, Limit(10, LimitUnit.WORKING_DAYS), LONG_CALENDAR, periods_of(walked))
    assert due is not None
    assert due.day == wanted.day
