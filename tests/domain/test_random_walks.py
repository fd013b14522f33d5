"""Fifty thousand random steps: they go everywhere in the table of moves, and never outside it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest

from journeys import CASE_ROWS, Journey
from stationapp.domain.case import Case, Custody, State, evolve
from stationapp.domain.case_flow import EFFECTS, TABLE, case_of
from stationapp.domain.events import CaseEvent, Hand, event_to_mapping
from stationapp.domain.moves import ActsBy
from stationapp.domain.states import CASE_STATES

SEEDS = (20261120, 20261121, 20261122, 20261123)
STEPS_EACH = 12_500
STEPS_FURTHER = 50_000  # At most, where rows of the table were not come by.
LONGEST = 50  # Steps of one case; what goes on longer is left where it is.
TRIES = 12  # Refused steps in a row, after which every possible step is looked for.

UNREACHED = {
    (
        "grant",
        State.DEEMED_ACCEPTED,
    ): "nobody has looked at what silence accepted: the row is there to say so",
    ("refuse", State.ACCEPTED): "never without a review: the row is there to say so",
    ("refuse", State.DEEMED_ACCEPTED): "never without a review: the row is there to say so",
}
"""Rows of the table that no walk can reach, each with the reason why the row is there."""

ANYTIME = frozenset({"assign_number", "note_double"})
"""What the hub notes whenever it happens to hear of a case; that it notes it at all is seen."""


@dataclass
class Travels:
    """What was seen on the walks from one seed."""

    steps: int = 0
    refusals: int = 0
    walks: int = 0
    seen: Counter[tuple[str, State]] = field(default_factory=Counter)
    states: Counter[State] = field(default_factory=Counter)
    stuck: list[tuple[State, list[str]]] = field(default_factory=list)


@cache
def travelled(seed: int) -> Travels:
    """Walk as many steps as there shall be from a seed, holding every one against the table."""
    travels, chance = Travels(), Random(seed)
    while travels.steps < STEPS_EACH:
        _walk(Journey(chance, travels.seen), travels)
        travels.walks += 1
    return travels


def _walk(journey: Journey, travels: Travels) -> None:
    walk, kept = journey.walk, []
    while len(walk.events) < LONGEST:
        step = _next_step(journey)
        if step is None:
            break
        before = walk.case
        kept.append(_written(step))
        walk.add(step)
        assert_within_table(before, step, walk.standing)
        if before is not None:
            travels.seen[step.move, before.state] += 1
        else:
            travels.seen[step.move, State.RECEIVED] += 0
        travels.states[walk.standing.state] += 1
        travels.steps += 1
        _look_around(journey, travels)
        journey.let_time_pass()
    travels.refusals += journey.refused
    if walk.case is None:
        return
    assert case_of(walk.events) == walk.case, "the fold of the log is the case that was walked"
    assert [_written(step) for step in walk.events] == kept, "judging and folding change no event"
    if len(walk.events) < LONGEST and not walk.standing.state.is_final:
        travels.stuck.append((walk.standing.state, [step.move for step in walk.events]))


def _look_around(journey: Journey, travels: Travels) -> None:
    """Take, beside the walk, every step that is possible now: often where cases come seldom."""
    case = journey.walk.standing
    if journey.chance.random() > 10 / (10 + travels.states[case.state]):
        return
    for step in journey.possible():
        assert_within_table(case, step, evolve(case, step, EFFECTS[step.move]))
        travels.seen[step.move, case.state] += 1


def _next_step(journey: Journey) -> CaseEvent | None:
    due = journey.hubs_act()
    if due is not None:
        return due
    before = journey.walk.case
    for _ in range(TRIES):
        step = journey.attempt()
        assert journey.walk.case is before
        if step is not None:
            return step
    if before is not None and before.state.is_final:
        return None
    possible = journey.possible()
    return journey.chance.choice(possible) if possible else None


def _written(step: CaseEvent) -> str:
    return json.dumps(event_to_mapping(step), sort_keys=True)


def assert_within_table(before: Case | None, step: CaseEvent, after: Case) -> None:
    row = TABLE[step.move]
    assert row.opens if before is None else before.state in row.from_states
    assert row.effect.to_state in (None, after.state)
    assert after.holder == after.held_by[0] if before is None else set(before.held_by) <= set(after.held_by)
    assert after.holder in after.held_by
    assert after.origin == after.held_by[0]
    assert (after.addressed_to != "") == (after.state in (State.IN_TRANSIT, State.RESULT_IN_TRANSIT))
    assert after.visible_to >= {after.holder, after.origin} | {part.desk_id for part in after.parts}
    assert (after.closed_as is not None) == after.state.is_final
    if before is not None and row.effect.resumes:
        assert after.state is before.paused_as
    if row.acts_by is not ActsBy.HUB:
        assert_custody(before, row.effect.custody, step.hand, after)
    elif before is not None:
        assert after.holder == before.holder


def assert_custody(before: Case | None, custody: Custody, by: Hand, after: Case) -> None:
    """Only a signature or a handing over at once makes another desk the holder."""
    if before is None or custody is Custody.TAKE:
        assert after.holder == by.desk_id
    elif custody is Custody.ADDRESS:
        assert after.holder == before.holder != after.addressed_to
    elif custody is not Custody.HAND_TO:
        assert after.holder == before.holder
    if before is not None and custody is Custody.RELEASE:
        assert after.state is before.sent_as


@pytest.mark.parametrize("seed", SEEDS)
def test_tens_of_thousands_of_random_steps_stay_within_the_table(seed: int) -> None:
    travels = travelled(seed)
    assert travels.steps >= STEPS_EACH
    assert travels.refusals > travels.steps / 10, "the judge was asked things it had to refuse"


@pytest.mark.parametrize("seed", SEEDS)
def test_wherever_a_case_stands_somebody_can_do_something_until_it_is_finished(seed: int) -> None:
    assert travelled(seed).stuck == []


def test_random_walks_reach_every_state_and_make_every_move() -> None:
    states: Counter[State] = sum((travelled(seed).states for seed in SEEDS), Counter())
    moves = {move for seed in SEEDS for move, _ in travelled(seed).seen}
    assert set(states) == CASE_STATES
    assert moves == set(CASE_ROWS)


def test_walks_make_every_move_from_every_state_it_can_be_made_from() -> None:
    """What the walks so far came by too seldom is looked for on further ones."""
    rows = {
        (name, state)
        for name, row in CASE_ROWS.items()
        for state in row.from_states & CASE_STATES
        if name not in ANYTIME
    }
    travels = Travels(seen=sum((travelled(seed).seen for seed in SEEDS), Counter()))
    chance = Random(SEEDS[-1] + 1)
    while travels.steps < STEPS_FURTHER and rows - set(+travels.seen) - UNREACHED.keys():
        _walk(Journey(chance, travels.seen), travels)
    assert sorted(rows - set(+travels.seen)) == sorted(UNREACHED)
