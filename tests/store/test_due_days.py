"""Due days that rest on a calendar not yet published: counted anew when it arrives, in the same transaction."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from small_county import CALENDAR, CHINA
from stationapp.domain.calendar import WorkCalendar, to_mapping
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import CaseEvent
from stationapp.domain.time_limits import Limit, LimitUnit
from stationapp.store.rebuild import compare, rebuild
from stationapp.store.records import CaseQuery, CaseSummary
from stationapp.store.repositories.projections import Projections
from stationapp.store.station_store import StationStore
from store.world import COUNTY_WINDOW, NOON, World, event

ACCEPTED = datetime(2026, 12, 21, 9, tzinfo=CHINA)
NEXT_YEAR = WorkCalendar(
    "cn-2027.1",
    range(CALENDAR.years.start, 2028),
    CALENDAR.days_off | {date(2027, 1, day) for day in (1, 4, 5)},
    CALENDAR.make_up_workdays,
)


def put(store: StationStore, calendar: WorkCalendar) -> None:
    """Let a calendar arrive."""
    with store.write() as unit:
        body = json.dumps(to_mapping(calendar), ensure_ascii=False)
        unit.references.put("calendar", calendar.version, body, "", NOON)


def accept(case_id: str, days: int = 20, **facts: Any) -> CaseEvent:
    """An acceptance on 2026-12-21 under the calendar of 2026."""
    stated = due_fact(ACCEPTED.date(), Limit(days, LimitUnit.WORKING_DAYS), CALENDAR)
    return event(case_id, "accept", COUNTY_WINDOW, {"promised_due": stated | facts}, ACCEPTED)


def line(store: StationStore, case_id: str) -> CaseSummary:
    """The one line of a case."""
    with store.read() as unit:
        return unit.cases.summary([case_id])[0]


@pytest.fixture
def cases(store: StationStore, world: World) -> list[str]:
    """A case with a provisional due day, one with a certain one, one of before limits were kept, one just received."""
    put(store, CALENDAR)
    received = [world.receive() for _ in range(4)]
    ids = [one.case_id for one in received]
    old = accept(ids[2])
    plain = {"day": "2027-01-19", "provisional": True, "calendar": CALENDAR.version}
    old = replace(old, facts={"promised_due": plain})
    for one, acceptance in zip(received, (accept(ids[0]), accept(ids[1], days=5), old, None), strict=True):
        world.confirm(store, one, *([acceptance] if acceptance else []))
    return ids


def test_a_new_calendar_makes_a_provisional_day_certain(store: StationStore, cases: list[str]) -> None:
    before = line(store, cases[0])
    assert (before.due_day, before.due_provisional) == (date(2027, 1, 19), True)
    put(store, NEXT_YEAR)
    after = line(store, cases[0])
    assert (after.due_day, after.due_provisional) == (date(2027, 1, 21), False)
    assert after.updated_at == before.updated_at
    with store.read() as unit:
        stated = unit.events.of_case(cases[0])[1].event.facts["promised_due"]
        assert unit.cases.find(CaseQuery(due_before=date(2027, 1, 20))) == [cases[2], cases[1]]
    assert (stated["day"], stated["provisional"]) == ("2027-01-19", True)
    assert compare(store) == []


def test_only_cases_whose_day_may_move_are_looked_at(
    store: StationStore, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed, plain = [], Projections.renew

    def noted(projections: Projections, key: int) -> None:
        renewed.append(key)
        plain(projections, key)

    monkeypatch.setattr(Projections, "renew", noted)
    put(store, NEXT_YEAR)
    assert len(renewed) == 1
    assert [line(store, case_id).due_provisional for case_id in cases] == [False, False, True, False]


def test_a_corrected_calendar_moves_the_day_once_more(store: StationStore, cases: list[str]) -> None:
    put(store, NEXT_YEAR)
    put(store, replace(NEXT_YEAR, version="cn-2027.2", days_off=NEXT_YEAR.days_off | {date(2027, 1, 8)}))
    assert line(store, cases[0]).due_day == date(2027, 1, 22)
    assert compare(store) == []


def test_rebuilding_comes_to_the_same(store: StationStore, cases: list[str]) -> None:
    put(store, NEXT_YEAR)
    shown = [line(store, case_id) for case_id in cases]
    rebuild(store)
    assert [line(store, case_id) for case_id in cases] == shown
    assert compare(store) == []


def test_a_case_that_arrives_after_the_calendar_is_counted_by_it(store: StationStore, world: World) -> None:
    put(store, NEXT_YEAR)
    received = world.receive()
    world.confirm(store, received, accept(received.case_id))
    assert (line(store, received.case_id).due_day, line(store, received.case_id).due_provisional) == (
        date(2027, 1, 21),
        False,
    )
    assert compare(store) == []


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "{}", '{"format": 2}'])
def test_a_calendar_of_a_later_format_leaves_the_days_as_stated(
    store: StationStore, cases: list[str], body: str
) -> None:
    with store.write() as unit:
        unit.references.put("calendar", "later", body, "", NOON)
    found = line(store, cases[0])
    assert (found.due_day, found.due_provisional) == (date(2027, 1, 19), True)
    assert compare(store) == []


def test_a_calendar_whose_transaction_fails_has_moved_nothing(store: StationStore, cases: list[str]) -> None:
    def cut_off() -> None:
        with store.write() as unit:
            unit.references.put("calendar", "cn-2027.1", json.dumps(to_mapping(NEXT_YEAR)), "", NOON)
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        cut_off()
    assert line(store, cases[0]).due_provisional
    assert compare(store) == []
