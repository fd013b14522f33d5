"""Supervision along random lawful journeys: what the table allows is no fault, clocks agree with the folded case."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from random import Random

import pytest

from journeys import Journey
from stationapp.domain.catalogue import Stage
from stationapp.domain.clock import ClockStatus
from stationapp.domain.clocks import CaseClocks, clocks_of
from stationapp.domain.deemed_acceptance import deemed_acceptance
from stationapp.domain.due_dates import current_due
from stationapp.domain.findings import Finding, FindingKind
from stationapp.domain.logged_acts import LoggedAct, not_yet_received, placed
from stationapp.domain.supervision import findings
from walks import LONG_CALENDAR, Walk

SEEDS = range(20261120, 20261200)
STEPS = 40


@cache
def walked(seed: int) -> Walk:
    """A lawful journey of some steps."""
    journey = Journey(Random(seed), {})
    for _ in range(STEPS):
        step = journey.hubs_act() or journey.attempt()
        if step is not None:
            journey.walk.add(step)
            journey.let_time_pass()
    return journey.walk


def clocks(walk: Walk) -> CaseClocks:
    """The clocks of a journey at its end."""
    log = not_yet_received(walk.events)
    return clocks_of(log, walk.item, walk.organisation, LONG_CALENDAR, walk.now)


def found(walk: Walk, log: tuple[LoggedAct, ...]) -> tuple[Finding, ...]:
    """The findings of a journey at its end."""
    return findings(log, walk.item, walk.organisation, LONG_CALENDAR, walk.now)


WALKS = [seed for seed in SEEDS if walked(seed).case is not None]


@pytest.mark.parametrize("seed", WALKS)
def test_what_the_table_allows_is_no_fault(seed: int) -> None:
    walk = walked(seed)
    kinds = {FindingKind.PROCEDURE, FindingKind.LOGIC, FindingKind.CLOCK}
    faults = [
        one for one in found(walk, not_yet_received(walk.events)) if one.kind in kinds and one.rule != "P08"
    ]
    assert faults == []


@pytest.mark.parametrize("seed", WALKS)
def test_the_trail_knows_who_holds_the_case(seed: int) -> None:
    walk = walked(seed)
    assert placed(not_yet_received(walk.events))[-1].holder == walk.standing.holder


@pytest.mark.parametrize("seed", WALKS)
def test_the_clocks_of_the_case_end_on_its_current_due_days(seed: int) -> None:
    walk = walked(seed)
    seen = clocks(walk)
    for name, clock in (("statutory_due", seen.statutory), ("promised_due", seen.promised)):
        due = current_due(walk.standing, name, LONG_CALENDAR)
        assert due is None or clock is None or (clock.due is not None and clock.due.day == due.day)


@pytest.mark.parametrize("seed", WALKS)
def test_the_clock_of_acceptance_runs_as_long_as_silence_counts(seed: int) -> None:
    walk = walked(seed)
    silence = deemed_acceptance(walk.standing, walk.item, walk.organisation, LONG_CALENDAR)
    running = [
        clock
        for clock in clocks(walk).stages
        if clock.face.name == Stage.ACCEPTANCE and clock.status is not ClockStatus.STOPPED
    ]
    if silence is not None:
        assert [(clock.run.started_on, clock.due) for clock in running] == [
            (silence.received_on, silence.notice_due)
        ]


@pytest.mark.parametrize("seed", WALKS)
def test_the_hub_finds_what_the_station_found(seed: int) -> None:
    walk = walked(seed)
    offline = not_yet_received(walk.events)
    hub = tuple(LoggedAct(event, event.at + timedelta(hours=2)) for event in walk.events)
    assert found(walk, hub) == found(walk, offline)


def test_the_journeys_come_far_enough_to_mean_something() -> None:
    assert len(WALKS) > len(SEEDS) // 2
    seen = [clocks(walked(seed)) for seed in WALKS]
    assert sum(one.statutory is not None for one in seen) > len(WALKS) // 4
    assert sum(any(clock.excluded for clock in one.of_case) for one in seen) >= 3
    assert {
        one.rule for seed in WALKS for one in found(walked(seed), not_yet_received(walked(seed).events))
    } >= {
        "D01",
        "D04",
        "D06",
        "W02",
    }
