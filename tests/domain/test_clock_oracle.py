"""Clocks against an oracle that walks every day from 2004 to 2026 with code of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from published_calendar import PUBLISHED
from small_county import CHINA, event, hand, receipt_facts
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.clock import Clock, ClockStatus
from stationapp.domain.clocks import clocks_of, second_working_day_after
from stationapp.domain.events import CaseEvent
from stationapp.domain.logged_acts import LoggedAct, not_yet_received
from stationapp.domain.time_limits import Limit, LimitUnit
from supervised_case import LICENCE, ORGANISATION, accept_facts

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
FIVE = 5
UNITS = [LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS, LimitUnit.MONTHS]


@dataclass
class Life:
    """A made-up life of a case in days: what happened when, and what day it is."""

    accepted: date
    limit: Limit
    specials: list[tuple[date, date | None]] = field(default_factory=list)
    publicity: tuple[date, date] | None = None
    extension: tuple[date, int] | None = None
    decided: date | None = None
    today: date = FIRST


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Lives that end before the published calendar does."""
    accepted = draw(st.dates(FIRST, date(2026, 1, 31)))
    unit = draw(st.sampled_from(UNITS))
    limit = Limit(draw(st.integers(1, 3 if unit is LimitUnit.MONTHS else 45)), unit)
    life = Life(accepted, limit)
    day = accepted
    for _ in range(draw(st.integers(0, 2))):
        begun = day + draw(st.integers(0, 15)) * DAY
        day = begun + draw(st.integers(0, 25)) * DAY
        life.specials.append((begun, day))
    if life.specials and draw(st.booleans()):
        life.specials[-1] = (life.specials[-1][0], None)
    if draw(st.booleans()):
        first = accepted + draw(st.integers(0, 20)) * DAY
        life.publicity = (first, first + draw(st.integers(0, 10)) * DAY)
    if draw(st.booleans()):
        life.extension = (accepted + draw(st.integers(0, 40)) * DAY, draw(st.integers(1, 14)))
    if draw(st.booleans()):
        life.decided = max(accepted, day) + draw(st.integers(0, 60)) * DAY
    life.today = max(accepted, day) + draw(st.integers(0, 90)) * DAY
    return life


@dataclass
class Expected:
    """What the oracle says."""

    due: date | None
    used: int
    over: bool


def corresponding_day(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month, found by trying."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


def is_left_out(life: Life, day: date) -> bool:
    """Whether a day lies in a procedure that began before it or in the publicity; one that was over on the day of the
    acceptance leaves nothing out.
    """
    for begun, ended in life.specials:
        if begun < day and (ended is None or day <= ended):
            return True
    if life.publicity is None or life.publicity[1] <= life.accepted:
        return False
    return life.publicity[0] <= day <= life.publicity[1]


def walk(life: Life, units: int, after: date, *, working: bool) -> date | None:
    """The day on which so many counted days after a day have passed; None when they never do."""
    day, passed = after, 0
    while passed < units:
        day += DAY
        if day > LAST:
            return None
        if not is_left_out(life, day) and (not working or chinese_calendar.is_workday(day)):
            passed += 1
    return day


def oracle(life: Life) -> Expected:
    """Due day, used days and lateness, one day after another."""
    working = life.limit.unit is LimitUnit.WORKING_DAYS
    units = life.limit.value
    if life.limit.unit is LimitUnit.MONTHS:
        units = (corresponding_day(life.accepted, life.limit.value) - life.accepted).days
    due = walk(life, units, life.accepted, working=working)
    if life.extension and due is not None and life.extension[0] <= due:
        due = walk(life, life.extension[1], due, working=True)
    end = life.decided or life.today
    used, day = 0, life.accepted
    while day < end:
        day += DAY
        used += not is_left_out(life, day) and (not working or chinese_calendar.is_workday(day))
    return Expected(due, used, due is not None and end > due)


def told(life: Life, item: ServiceItem) -> tuple[LoggedAct, ...]:
    """The log of a life."""
    acts: list[tuple[date, int, str, str, dict[str, object]]] = [
        (life.accepted, 0, "accept", "window", accept_facts(life.accepted, item))
    ]
    for number, (begun, ended) in enumerate(life.specials):
        acts.append((begun, 10 * number + 1, "start_special", "officer", {"procedure": "testing"}))
        if ended is not None:
            acts.append((ended, 10 * number + 2, "end_special", "officer", {"ended_on": ended.isoformat()}))
    if life.publicity:
        first, last = (day.isoformat() for day in life.publicity)
        facts = {"publicity_from": first, "publicity_to": last}
        acts.append((life.publicity[0], 50, "publicise", "officer", facts))
    if life.extension:
        acts.append((life.extension[0], 51, "extend", "approver", {"days": life.extension[1]}))
    acts.sort(key=lambda row: row[:2])
    if life.decided:
        acts.append((life.decided, 99, "grant", "approver", {"reason": "准予。"}))
    return not_yet_received([received(life), *(_event(day, *rest) for day, _, *rest in acts)])


def received(life: Life) -> CaseEvent:
    """The receipt on the day of acceptance."""
    return event("c", "receive", hand("agent"), receipt_facts(), at(life.accepted, 8))


def _event(day: date, move: str, post: str, facts: dict[str, object]) -> CaseEvent:
    return event("c", move, hand(post), facts, at(day))


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour), CHINA)


def read(life: Life, name: str = "statutory") -> Clock:
    """The clock of a life."""
    item = replace(LICENCE, statutory_limit=life.limit, promised_limit=life.limit, extension_days=99)
    clocks = clocks_of(told(life, item), item, ORGANISATION, PUBLISHED, at(life.today, 18))
    clock = clocks.statutory if name == "statutory" else clocks.promised
    assert clock is not None
    return clock


@settings(max_examples=300, deadline=None)
@given(lives(), st.sampled_from(["statutory", "promised"]))
def test_a_clock_agrees_with_walking_every_day(life: Life, name: str) -> None:
    clock, expected = read(life, name), oracle(life)
    assert (clock.due.day if clock.due else None) == expected.due
    assert clock.due is None or not clock.due.provisional
    assert clock.used == expected.used
    assert clock.is_over is expected.over
    assert clock.remaining is not None
    assert (clock.remaining.days > 0) <= (not expected.over)


@settings(max_examples=150, deadline=None)
@given(lives())
def test_used_and_remaining_working_days_make_up_the_limit(life: Life) -> None:
    life.limit = Limit(life.limit.value, LimitUnit.WORKING_DAYS)
    clock = read(life)
    assert clock.remaining is not None
    assert clock.used + clock.remaining.days == life.limit.value + clock.extended_by


@settings(max_examples=150, deadline=None)
@given(lives())
def test_a_clock_stands_still_exactly_on_the_days_left_out(life: Life) -> None:
    clock = read(life)
    if life.decided:
        assert clock.status is ClockStatus.STOPPED
        return
    is_open = bool(life.specials) and life.specials[-1][1] is None
    still = is_left_out(life, life.today) or is_open
    assert clock.status is (ClockStatus.SUSPENDED if still else ClockStatus.RUNNING)


@settings(max_examples=150, deadline=None)
@given(lives())
def test_every_day_left_out_is_proven_by_events_of_the_log(life: Life) -> None:
    item = replace(LICENCE, statutory_limit=life.limit, promised_limit=life.limit)
    log = told(life, item)
    known = {act.event.event_id: act.event for act in log}
    clock = clocks_of(log, item, ORGANISATION, PUBLISHED, at(life.today)).statutory
    assert clock is not None
    for row in clock.excluded:
        assert row.evidence
        assert {known[one].move for one in row.evidence} <= {"start_special", "end_special", "publicise"}


@given(st.dates(FIRST, date(2026, 11, 30)))
def test_a_default_may_be_stated_on_the_second_published_workday_after_the_due_day(due: date) -> None:
    life = Life(due, Limit(2, LimitUnit.WORKING_DAYS))
    assert second_working_day_after(due, PUBLISHED).day == walk(life, 2, due, working=True)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        (date(2026, 2, 13), date(2026, 2, 27)),  # Saturday 14 February and Saturday 28 February are worked.
        (date(2026, 9, 18), date(2026, 9, 24)),  # So is Sunday 20 September.
        (date(2024, 2, 2), date(2024, 2, 8)),  # And Sunday 4 February 2024.
    ],
)
def test_make_up_workdays_count(accepted: date, due: date) -> None:
    clock = read(Life(accepted, Limit(FIVE, LimitUnit.WORKING_DAYS), today=accepted))
    assert clock.due is not None
    assert clock.due.day == due
