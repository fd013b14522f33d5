"""Every row of the table of moves: refused where it does not belong, with the right code and a sentence to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import pytest

from journeys import CASE_ROWS, Journey
from small_county import event, organisation
from stationapp.domain.case import State
from stationapp.domain.case_flow import TABLE, judge, stands_right
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import ActsBy, AskKind, Situation
from stationapp.domain.organisation import Organisation, Post, PostKind
from stationapp.domain.refusal import Reason
from stationapp.domain.states import CASE_STATES
from walks import HANDS

STEPS = 3_000
STRANGERS = {
    ActsBy.OPENER: "not-holder",
    ActsBy.HOLDER: "not-holder",
    ActsBy.ADDRESSEE: "not-addressee",
    ActsBy.PARTNER: "not-partner",
    ActsBy.MEMBER: "not-partner",
    ActsBy.CONCERNED: "not-concerned",
    ActsBy.ASKER: "not-asker",
    ActsBy.COORDINATOR: "not-coordinator",
    ActsBy.ABOVE: "not-above",
    ActsBy.WATCHER: "not-concerned",
}
KINDS = {post.post_id: post.kind for post in organisation().posts}
BY_PEOPLE = sorted(name for name, row in CASE_ROWS.items() if row.acts_by is not ActsBy.HUB)
JUNK: dict[AskKind, tuple[Any, ...]] = {
    AskKind.TEXT: (7, ["x"], {"x": 1}),
    AskKind.LONG_TEXT: (7, ["x"], True),
    AskKind.CHOICE: ("nothing of the kind", 7, ["x"]),
    AskKind.DATE: ("月底", "2026-02-30", 20261120, "20261120"),
    AskKind.DESK: (7, ["x"]),
    AskKind.PERSON: (7, {"x": 1}),
    AskKind.NUMBER: (0, -1, 1000, 1.5, "5", True),
    AskKind.PARTS: ("x", ["x"], [{"desk_id": "x"}], [{"desk_id": "x", "matter": " "}]),
    AskKind.DESKS: ("x", [7], {"x": 1}),
    AskKind.ATTENDANCE: ("x", ["x"], [{"desk_id": "x"}]),
    AskKind.MATERIALS: (7, "x", [7], [{"material_id": "x"}], [{"promised_by": "x"}]),
    AskKind.MISSING: ("x", [7], [{"material_id": 7}]),
}


@dataclass
class Seen:
    """Situations in which cases stand, by state; and steps that were taken, by move."""

    standing: dict[State, list[Situation]]
    taken: dict[str, list[tuple[Situation, CaseEvent]]]
    refused: list[Reason]
    counted: Counter[tuple[str, State]]


@cache
def seen() -> Seen:
    """What some thousand random steps come across: a few of each kind, and every sentence of refusal."""
    found = Seen({state: [] for state in State}, {name: [] for name in CASE_ROWS}, [], Counter())
    chance, steps = Random(2026), 0
    while steps < STEPS or not _is_enough(found):
        journey = Journey(chance, found.counted)
        for _ in range(40):
            steps += 1
            _one_step(journey, found)
    return found


def _keep(found: Seen, situation: Situation, step: CaseEvent) -> None:
    if len(found.taken[step.move]) < 3:
        found.taken[step.move].append((situation, step))


def _is_enough(found: Seen) -> bool:
    return all(found.taken[name] for name in BY_PEOPLE) and all(found.standing[one] for one in CASE_STATES)


def _one_step(journey: Journey, found: Seen) -> None:
    walk, step = journey.walk, journey.hubs_act() or journey.attempt()
    if step is None:
        return
    if walk.case is not None:
        found.counted[step.move, walk.case.state] += 1
    _keep(found, walk.situation, step)
    state = walk.add(step).standing.state
    if any(not found.taken[name] for name in BY_PEOPLE if state in TABLE[name].from_states):
        for possible in journey.possible():
            _keep(found, walk.situation, possible)
    if len(found.standing[state]) < 4:
        found.standing[state].append(walk.situation)
    stray = event("case", journey.chance.choice(BY_PEOPLE), journey.chance.choice(HANDS), {}, walk.now)
    found.refused.extend(judge(walk.situation, stray))
    journey.let_time_pass()


def in_post(name: str) -> list[Hand]:
    """The hands whose post knows a move."""
    return [by for by in HANDS if KINDS[by.post_id] in TABLE[name].posts]


@cache
def every_post_at_every_desk() -> Organisation:
    """The small county with posts of all kinds everywhere."""
    desks = organisation().desks
    posts = tuple(
        Post(f"{desk.desk_id}/{kind}", desk.desk_id, kind, str(kind), "p-agent")
        for desk in desks
        for kind in PostKind
    )
    return replace(organisation(), posts=posts)


def standings(states: frozenset[State]) -> Iterator[Situation]:
    """Cases in any of these states."""
    return (situation for state in states for situation in seen().standing[state])


def only_code(situation: Situation, name: str, by: Hand) -> str:
    """The code of the one reason why a step without any answers is refused."""
    (reason,) = judge(situation, event("case", name, by))
    return reason.code


def test_a_case_has_stood_in_every_state() -> None:
    assert {state for state, found in seen().standing.items() if found} == CASE_STATES


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_move_is_refused_in_every_state_but_its_own(name: str) -> None:
    elsewhere = CASE_STATES - TABLE[name].from_states
    codes = {only_code(situation, name, by) for situation in standings(elsewhere) for by in in_post(name)}
    assert codes == ({"wrong-state"} if elsewhere else set())


@pytest.mark.parametrize("name", sorted(name for name in BY_PEOPLE if not TABLE[name].opens))
def test_a_move_needs_a_case(name: str) -> None:
    situation = replace(next(standings(frozenset({State.RECEIVED}))), case=None)
    assert only_code(situation, name, in_post(name)[0]) == "no-case"


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_desk_that_does_not_stand_to_the_case_as_the_move_asks_is_refused(name: str) -> None:
    row, codes = TABLE[name], set()
    for situation in standings(row.from_states & CASE_STATES):
        assert situation.case is not None
        for by in in_post(name):
            if not stands_right(situation.case, row, by, situation.organisation):
                codes.add(only_code(situation, name, by))
    assert codes == ({STRANGERS[row.acts_by]} if row.from_states else set())


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_post_the_move_is_not_for_is_refused(name: str) -> None:
    row, codes = TABLE[name], set()
    there = (situation for situation, _ in seen().taken[name] if situation.case is not None)
    for situation in (*standings(row.from_states & CASE_STATES), *there):
        assert situation.case is not None
        crowded = replace(situation, organisation=every_post_at_every_desk())
        for post in crowded.organisation.posts:
            by = Hand(post.desk_id, post.post_id, post.holder_a, "测试")
            if post.kind not in row.posts and stands_right(situation.case, row, by, crowded.organisation):
                codes.add(only_code(crowded, name, by))
    assert codes == ({"wrong-post"} if row.from_states else set())


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_stranger_to_the_post_is_refused(name: str) -> None:
    for situation, step in seen().taken[name]:
        stranger = replace(step, hand=replace(step.hand, person_id="p-nobody"))
        assert [reason.code for reason in judge(situation, stranger)] == ["no-post"]
        other_side = replace(step, hand=replace(step.hand, side="B" if step.hand.side == "A" else "A"))
        assert [reason.code for reason in judge(situation, other_side)] == ["not-in-post"]


ASKED = [(name, ask.name) for name in BY_PEOPLE for ask in TABLE[name].asks]
REQUIRED = [(name, ask.name) for name in BY_PEOPLE for ask in TABLE[name].asks if ask.required]


@pytest.mark.parametrize(("name", "asked"), REQUIRED)
@pytest.mark.parametrize("empty", ["left out", None, "", "  "])
def test_what_a_move_requires_is_not_left_out(name: str, asked: str, empty: str | None) -> None:
    for situation, step in seen().taken[name]:
        facts = {key: value for key, value in step.facts.items() if key != asked}
        if empty != "left out":
            facts[asked] = empty
        fields = [reason.field for reason in judge(situation, replace(step, facts=facts))]
        assert asked in fields


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_an_answer_that_cannot_be_read_is_refused_by_its_name(name: str, asked: str) -> None:
    (ask,) = (ask for ask in TABLE[name].asks if ask.name == asked)
    for situation, step in seen().taken[name]:
        for junk in JUNK[ask.kind]:
            reasons = judge(situation, replace(step, facts={**step.facts, asked: junk}))
            assert [(reason.code, reason.field) for reason in reasons] == [("bad-answer", asked)]


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_a_move_that_makes_a_numbered_paper_carries_its_number(name: str) -> None:
    for situation, step in seen().taken[name]:
        if "document_number" in step.facts:
            facts = {key: value for key, value in step.facts.items() if key != "document_number"}
            reasons = judge(situation, replace(step, facts=facts))
            assert [(reason.code, reason.field) for reason in reasons] == [("empty", "document_number")]


def test_every_refusal_is_a_chinese_sentence() -> None:
    sentences = {reason.text for reason in seen().refused}
    assert len(sentences) > 100
    for sentence in sentences:
        assert sentence.endswith("。")
        assert len(sentence) >= 8
        assert not any(
            code.isascii() and code.isalpha() for code in re.sub("测试[a-z-]+|[AB]岗|字母P", "", sentence)
        ), sentence


def test_every_code_of_a_refusal_is_of_one_kind_of_writing() -> None:
    for reason in seen().refused:
        assert reason.code.replace("-", "").isalpha()
        assert reason.code.islower()


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_row_of_the_table_is_sound(name: str) -> None:
    row = TABLE[name]
    assert row.name == name
    assert row.title
    assert row.from_states or row.opens
    assert row.posts or row.acts_by is ActsBy.HUB
    assert len({ask.name for ask in row.asks}) == len(row.asks)
    assert all(ask.choices for ask in row.asks if ask.kind is AskKind.CHOICE)
    assert row.clock in {"", "starts", "stops", "pauses", "resumes", "extends"}
    assert not row.effect.resumes or any(one.effect.pauses for one in TABLE.values())


def test_two_rows_have_two_titles() -> None:
    titles = [row.title for row in TABLE.values()]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []
