"""Acceptance by silence: five working days after the deciding level took the materials in, for licences only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from published_calendar import PUBLISHED
from small_county import (
    CALENDAR,
    CHINA,
    COUNTY_ITEM,
    FACTS,
    TOWNSHIP,
    WINDOW,
    batch_facts,
    event,
    hand,
    item,
    organisation,
    receipt_facts,
)
from stationapp.domain.case import Case, fold
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.catalogue import HandlingKind, ServiceItem
from stationapp.domain.deemed_acceptance import deemed_acceptance, deemed_on, falls_silent
from stationapp.domain.events import CaseEvent
from stationapp.domain.organisation import Level

LICENCE = item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, item_type="01")


def day(number: int) -> datetime:
    """A day of March 2026, in which the 2nd is a Monday."""
    return datetime(2026, 3, number, 9, tzinfo=CHINA)


def at_county(*more: CaseEvent) -> tuple[CaseEvent, ...]:
    """A case on its way from the village to the county's window, with further events."""
    return (
        event("c", "receive", hand("agent"), receipt_facts(), day(2)),
        event("c", "hand_over", hand("agent"), batch_facts(TOWNSHIP), day(2)),
        event("c", "sign_for", hand("clerk"), {}, day(3)),
        event("c", "examine", hand("clerk"), FACTS["examine"], day(4)),
        event("c", "forward", hand("clerk"), batch_facts(WINDOW, TOWNSHIP), day(4)),
        *more,
    )


def told(*events: CaseEvent) -> Case:
    """The case that events make."""
    case = fold(events, EFFECTS)
    assert case is not None
    return case


def silence(case: Case, of: ServiceItem = LICENCE) -> date | None:
    """The day of acceptance by silence in the small county."""
    return deemed_on(case, of, organisation(), CALENDAR)


SIGNED = event("c", "sign_for", hand("window"), {}, day(6))


@given(st.dates(date(2004, 1, 1), date(2026, 11, 30)))
def test_the_silence_is_complete_after_five_published_workdays(received: date) -> None:
    passed, today = 0, received
    while passed < 5:
        today += timedelta(days=1)
        passed += chinese_calendar.is_workday(today)
    found = falls_silent(received, PUBLISHED)
    assert (found.notice_due.day, found.day) == (today, today + timedelta(days=1))
    assert not found.has_come(today)
    assert found.has_come(today + timedelta(days=1))


def test_the_days_begin_when_the_deciding_level_takes_the_materials_in() -> None:
    assert silence(told(*at_county())) is None
    found = deemed_acceptance(told(*at_county(SIGNED)), LICENCE, organisation(), CALENDAR)
    assert found is not None
    assert (found.received_on, found.notice_due.day, found.day) == (
        date(2026, 3, 6),
        date(2026, 3, 13),
        date(2026, 3, 14),
    )


def test_registering_is_no_answer() -> None:
    registered = event("c", "register", hand("window"), {}, day(11))
    assert silence(told(*at_county(SIGNED, registered))) == date(2026, 3, 14)


@pytest.mark.parametrize("move", ["accept", "request_supplement", "withdraw"])
def test_an_answer_ends_the_silence(move: str) -> None:
    answer = event("c", move, hand("window"), dict(FACTS[move]), day(9))
    assert silence(told(*at_county(SIGNED, answer))) is None


def test_supplied_materials_begin_new_days_where_they_are_decided() -> None:
    asked = event("c", "request_supplement", hand("window"), FACTS["request_supplement"], day(9))
    supplied = event("c", "supply", hand("agent"), FACTS["supply"], day(10))
    assert silence(told(*at_county(SIGNED, asked, supplied))) is None
    back = (
        event("c", "hand_over", hand("agent"), batch_facts(TOWNSHIP), day(10)),
        event("c", "sign_for", hand("clerk"), {}, day(11)),
        event("c", "examine", hand("clerk"), FACTS["examine"], day(11)),
        event("c", "forward", hand("clerk"), batch_facts(WINDOW, TOWNSHIP), day(11)),
        event("c", "sign_for", hand("window"), {}, day(12)),
    )
    assert silence(told(*at_county(SIGNED, asked, supplied, *back))) == date(2026, 3, 20)


def test_a_walk_in_at_the_deciding_township_is_taken_in_when_received() -> None:
    received = event("c", "receive", hand("clerk"), receipt_facts(station=TOWNSHIP), day(2))
    township = replace(LICENCE, decides_at=Level.TOWNSHIP)
    assert silence(told(received), township) == date(2026, 3, 10)


@pytest.mark.parametrize("changes", [{"item_type": "20"}, {"decides_at": Level.TOWNSHIP}])
def test_other_items_and_other_levels_are_never_accepted_by_silence(changes: dict[str, Any]) -> None:
    assert silence(told(*at_county(SIGNED)), replace(LICENCE, **changes)) is None


def test_a_provisional_day_waits_for_the_published_calendar() -> None:
    found = falls_silent(date(2026, 12, 28), CALENDAR)
    assert found.notice_due.provisional
    assert not found.has_come(date(2027, 3, 1))
