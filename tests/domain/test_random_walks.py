"""Random walks through the table: they go everywhere, and never outside it."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from small_county import COUNTY_ITEM, TOWNSHIP_ITEM, VILLAGE_ITEM, event
from stationapp.domain.case import Case, Custody, State
from stationapp.domain.case_flow import TABLE, case_of, judge, why_not
from stationapp.domain.rules.routing import next_stop
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.events import Hand
from stationapp.domain.moves import ActsBy
from walks import HANDS, Walk, default_facts

Step = tuple[str, Hand]

ITEMS = (
    (COUNTY_ITEM, {}),
    (COUNTY_ITEM, {"publicity_days": 3, "applicant_must_appear": True}),
    (TOWNSHIP_ITEM, {}),
    (TOWNSHIP_ITEM, {"handling": HandlingKind.COMMITTED}),
    (VILLAGE_ITEM, {}),
)


def right_facts(walk: Walk, move: str, by: Hand) -> dict[str, Any]:
    """What the program and an attentive person would answer, wherever the case stands."""
    case, facts = walk.case, dict(default_facts(move, walk.code, by))
    if case is None:
        return facts
    if move == "receive":
        facts |= {"receipt_number": case.receipt_number, "enquiry_code": case.enquiry_code}
    elif move == "request_supplement":
        facts["to_desk"] = case.origin
    elif TABLE[move].batched:
        upwards = move in {"hand_over", "forward"}
        facts["to_desk"] = next_desk(walk.situation, by.desk_id, upwards=upwards) or ""
    elif move == "grant" and walk.item.publicity_days:
        facts |= {"publicity_from": "2026-11-17", "publicity_to": "2026-11-19"}
    return facts


def allowed(walk: Walk) -> list[Step]:
    """Every move that somebody can make now, as the judge sees it."""
    situation = walk.situation
    steps = [
        (name, by)
        for name, row in TABLE.items()
        for by in HANDS
        if row.acts_by is not ActsBy.HUB and not why_not(situation, row, by)
    ]
    return [
        (name, by)
        for name, by in steps
        if not judge(situation, event("case", name, by, right_facts(walk, name, by)))
    ]


def give_number(walk: Walk) -> None:
    """The hub's own act after registering or accepting: it is judged by nobody."""
    facts = {"case_number": "510704-20261120-000001"}
    walk.events.append(event("case", "assign_number", Hand("hub", "hub", "hub", "县级平台", ""), facts))


def take(walk: Walk, step: Step) -> None:
    """Make a move, hold the case against the table, and let the hub give its number where it does."""
    move, by = step
    before = walk.case
    walk.go(move, by, right_facts(walk, move, by))
    after = walk.case
    assert after is not None
    assert_within_table(before, move, by, after)
    assert case_of(walk.events) == after
    if move in {"register", "accept"} and not after.case_number:
        give_number(walk)
        numbered = walk.case
        assert numbered is not None
        assert numbered.case_number
        assert (numbered.state, numbered.holder) == (after.state, after.holder)


def assert_within_table(before: Case | None, move: str, by: Hand, after: Case) -> None:
    row = TABLE[move]
    assert row.opens if before is None else before.state in row.from_states
    assert row.effect.to_state in (None, after.state)
    assert after.holder == after.held_by[0] if before is None else set(before.held_by) <= set(after.held_by)
    assert after.holder in after.held_by
    assert after.origin == after.held_by[0]
    assert (after.addressed_to != "") == (after.state in (State.IN_TRANSIT, State.RESULT_IN_TRANSIT))
    assert after.visible_to >= {after.holder, after.origin}
    assert_custody(before, row.effect.custody, by, after)


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


ENDS = frozenset({"void", "withdraw"})


def walked(chance: Random) -> Walk:
    """A case that goes on until nobody can do anything more; giving up is drawn seldom."""
    code, changes = chance.choice(ITEMS)
    walk = Walk(code, **changes)
    while len(walk.events) < 80 and (steps := allowed(walk)):
        onward = [step for step in steps if step[0] not in ENDS]
        take(walk, chance.choice(onward if onward and chance.random() < 0.95 else steps))
    return walk


def test_random_walks_make_every_move_and_reach_every_state() -> None:
    chance = Random(20261120)
    moves: set[str] = set()
    states: set[State] = set()
    for _ in range(300):
        walk = walked(chance)
        moves |= {step.move for step in walk.events}
        states |= {case.state for end in range(len(walk.events)) if (case := case_of(walk.events[: end + 1]))}
    assert moves == set(TABLE)
    assert states == set(State)


def test_a_walk_that_is_not_given_up_comes_to_an_end() -> None:
    """Wherever a case stands, somebody can do something, until it is finished."""
    for seed in range(40):
        walk = walked(Random(seed))
        assert walk.case is not None
        assert walk.case.state.is_final or len(walk.events) >= 80


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_walk_leaves_the_table_and_every_one_folds_alike_twice(data: st.DataObject) -> None:
    code, changes = data.draw(st.sampled_from(ITEMS))
    walk = Walk(code, **changes)
    for _ in range(data.draw(st.integers(5, 25))):
        steps = allowed(walk)
        if not steps:
            break
        take(walk, data.draw(st.sampled_from(steps)))
        stray = data.draw(st.sampled_from(sorted(TABLE))), data.draw(st.sampled_from(HANDS))
        if stray not in allowed(walk):
            assert walk.refusals(stray[0], stray[1], right_facts(walk, *stray))
