"""The truth table of crossing acts, against the table of moves itself."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from random import Random

import pytest

from small_county import COUNTY_ITEM, JOINT_ITEM, LICENCE_ITEM, NEEDLESS_ITEM, PROMISE_ITEM, TOWNSHIP_ITEM
from stationapp.domain.case_flow import TABLE
from stationapp.domain.crossing_rows import ROWS, rows_of
from stationapp.domain.crossings import (
    CLASSES,
    NOT_MADE,
    PUBLISH_CATALOGUE,
    PUBLISH_ORGANISATION,
    SIDES,
    Side,
    class_of,
    crossing_pairs,
    remedy,
)
from stationapp.domain.events import Hand
from stationapp.domain.moves import ActsBy, Move
from walks import HANDS, Walk, right_facts

ROOT = Path(__file__).resolve().parents[2]
ITEMS = (COUNTY_ITEM, JOINT_ITEM, LICENCE_ITEM, NEEDLESS_ITEM, PROMISE_ITEM, TOWNSHIP_ITEM)
Doing = tuple[Move, Hand]


def test_the_page_is_that_of_the_table():
    made = runpy.run_path(str(ROOT / "packaging" / "docs" / "make_crossings.py"))
    text = (ROOT / "docs" / "crossings.md").read_text(encoding="utf-8")
    assert text == made["rendered"](), "run python packaging/docs/make_crossings.py"


def test_rows_speak_of_moves_there_are():
    names = TABLE.keys() | {PUBLISH_CATALOGUE, PUBLISH_ORGANISATION}
    assert {move for row in ROWS for move in (row.first, row.second)} <= names
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_whoever_is_refused_is_told_a_sentence():
    for row in ROWS:
        for verdict in (row.in_order, row.reversed_):
            refused = verdict.earlier or verdict.refused.replace(NOT_MADE, "")
            assert bool(refused) == bool(verdict.told), row.name


def test_every_pair_that_can_cross_has_a_row_or_one_class():
    assert set(SIDES) == set(ActsBy)
    assert len({row.sides for row in CLASSES}) == len(CLASSES)
    for first, second in crossing_pairs():
        sides = frozenset({SIDES[first.acts_by], SIDES[second.acts_by]})
        assert rows_of(first.name, second.name) or class_of(first, second).sides == sides


@pytest.mark.parametrize("move", [one for one in TABLE.values() if one.paper], ids=lambda one: one.name)
def test_a_refused_act_with_a_paper_says_what_to_do_with_it(move):
    assert remedy(move.name)


def doings(walk: Walk) -> list[Doing]:
    """What can be done now, by whom, with the right facts."""
    standing = [move for move in TABLE.values() if walk.standing.state in move.from_states and move.posts]
    found = [(move, by) for move in standing for by in HANDS if TABLE[move.name].kind == walk.standing.kind]
    return [(move, by) for move, by in found if by_right(walk, move, by) and not walk.reasons(move.name, by)]


def by_right(walk: Walk, move: Move, by: Hand) -> bool:
    post = walk.organisation.post(by.post_id)
    return post is not None and post.kind in move.posts


def walked(seed: int) -> Iterator[Walk]:
    """Yield a case as it stands after each of its steps, chosen by a seed."""
    chance = Random(seed)
    walk = Walk(chance.choice(ITEMS))
    walk.go(chance.choice(("receive", "note_missing")), HANDS[0])
    for _ in range(chance.randrange(4, 16)):
        yield walk
        possible = doings(walk)
        if not possible:
            return
        walk.wait(chance.choice((0, 0, 1, 5)))
        move, by = chance.choice(possible)
        if walk.reasons(move.name, by):
            continue  # The days that passed speak against it.
        walk.go(move.name, by)


@pytest.mark.parametrize("seed", range(40))
def test_the_second_of_two_acts_stands_or_is_refused_with_a_sentence(seed):
    chance = Random(seed)
    for walk in walked(seed):
        possible = doings(walk)
        chance.shuffle(possible)
        pairs = [(one, other) for one in possible[:6] for other in possible[:6]]
        for (first, by_first), (second, by_second) in pairs:
            after = cross(walk, first, by_first)
            facts = right_facts(walk, second.name, by_second)
            reasons = after.reasons(second.name, by_second, facts)
            assert all(re.search(r"[\u4e00-\u9fff].*。$", reason.text) for reason in reasons)
            codes = {reason.code for reason in reasons}
            wanted = expected_codes((first, by_first), (second, by_second))
            assert wanted is None or codes <= wanted, (first.name, second.name, codes)
            if not reasons:
                cross(after, second, by_second, facts)


def expected_codes(one: Doing, other: Doing) -> set[str] | None:
    """With which reasons the second of two acts may be refused by what its class says; None for any."""
    (first, by_first), (second, by_second) = one, other
    sides = (SIDES[first.acts_by], SIDES[second.acts_by])
    if sides == (Side.ASKER, Side.ASKER):
        return None if first is second else set()
    if sides[0] is Side.ASKER:
        return {"withdrawal-waits"}
    if sides[1] is Side.ASKER:
        return {"wrong-state"}
    if sides == (Side.PARTNER, Side.PARTNER) and by_first.desk_id != by_second.desk_id:
        return set()
    return None


def cross(walk: Walk, move: Move, by: Hand, facts=None) -> Walk:
    """The case after one more act, the walk itself standing where it is."""
    after = copy(walk)
    after.events = list(walk.events)
    return after.go(move.name, by, facts)


def test_asking_never_moves_a_case():
    for move in TABLE.values():
        if move.acts_by in (ActsBy.CONCERNED, ActsBy.WATCHER) and move.kind == "case":
            assert move.effect.to_state is None
            assert str(move.effect.custody) == "keep"
