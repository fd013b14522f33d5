"""A client that was tampered with: whatever it sends, the judge answers with reasons, and what passes can be folded."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys import CASE_ROWS, Journey
from small_county import event
from stationapp.domain.case import evolve, open_case
from stationapp.domain.case_flow import EFFECTS, judge
from stationapp.domain.events import CaseEvent, Hand, event_from_mapping, event_to_mapping
from stationapp.domain.moves import ActsBy, Situation
from walks import HANDS

BY_PEOPLE = sorted(name for name, row in CASE_ROWS.items() if row.acts_by is not ActsBy.HUB)
FACT_NAMES = sorted(
    {ask.name for row in CASE_ROWS.values() for ask in row.asks}
    | {
        "application",
        "to_desk",
        "document_number",
        "receipt_number",
        "enquiry_code",
        "batch_number",
        "batch_id",
    }
    | {"statutory_due", "promised_due", "case_number", "received_on"}
)
DESKS = sorted({by.desk_id for by in HANDS})

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-20", "2026-13-40", "9999-12-31", "0001-01-01", *DESKS, "booklet", "hearing"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=6)
            | st.sampled_from(
                ["material_id", "name", "desk_id", "matter", "due", "day", "provisional", "person"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
"""Anything that JSON can say."""


@cache
def steps() -> tuple[tuple[Situation, CaseEvent], ...]:
    """Right steps of every move, each in its situation."""
    found: list[tuple[Situation, CaseEvent]] = []
    counted: Counter[str] = Counter()
    chance = Random(7)
    for _ in range(120):
        journey = Journey(chance, {})
        for _ in range(40):
            step = journey.hubs_act() or journey.attempt()
            if step is None:
                continue
            if counted[step.move] < 6 and step.move in BY_PEOPLE:
                counted[step.move] += 1
                found.append((journey.walk.situation, step))
            journey.walk.add(step)
            journey.let_time_pass()
    return tuple(found)


def folded_if_it_passes(situation: Situation, step: CaseEvent) -> None:
    """What the judge lets pass can be folded; what it refuses has its reasons."""
    reasons = judge(situation, step)
    assert all(reason.code and reason.text for reason in reasons)
    if not reasons:
        effect = EFFECTS[step.move]
        case = evolve(situation.case, step, effect) if situation.case else open_case(step, effect)
        assert case.visible_to


@settings(max_examples=800, deadline=None)
@given(st.data())
def test_a_right_step_with_one_fact_made_up_is_judged_and_never_breaks_the_judge(data: st.DataObject) -> None:
    situation, step = data.draw(st.sampled_from(steps()))
    names = sorted(step.facts) or FACT_NAMES
    name = data.draw(st.sampled_from(names) | st.sampled_from(FACT_NAMES))
    folded_if_it_passes(situation, replace(step, facts={**step.facts, name: data.draw(anything)}))


@settings(max_examples=350, deadline=None)
@given(st.data())
def test_a_right_step_with_something_made_up_deep_inside_a_fact_is_judged(data: st.DataObject) -> None:
    situation, step = data.draw(st.sampled_from(steps()))
    facts = {name: _spoilt(data, value) for name, value in step.facts.items()}
    folded_if_it_passes(situation, replace(step, facts=facts))


def _spoilt(data: st.DataObject, value: Any) -> Any:
    """The same value with one part of it, however deep, replaced by anything."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 3)):
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: _spoilt(data, value[name])}
    if isinstance(value, list | tuple) and value and data.draw(st.integers(0, 3)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [_spoilt(data, one) if number == place else one for number, one in enumerate(value)]
    return data.draw(anything) if data.draw(st.booleans()) else value


@settings(max_examples=350, deadline=None)
@given(st.data())
def test_made_up_facts_of_any_move_by_any_hand_are_judged(data: st.DataObject) -> None:
    situation, step = data.draw(st.sampled_from(steps()))
    facts = data.draw(
        st.dictionaries(st.sampled_from(FACT_NAMES) | st.text(max_size=6), anything, max_size=6)
    )
    move = data.draw(st.sampled_from(BY_PEOPLE) | st.text(max_size=8))
    by = data.draw(st.sampled_from(HANDS) | st.builds(Hand, *[st.text(max_size=8)] * 5))
    folded_if_it_passes(situation, event("case", move, by, facts, step.at))


@pytest.mark.parametrize("part", ["desk_id", "post_id", "person_id", "person_name", "side"])
@pytest.mark.parametrize("made_up", [None, 7, ["x"], {"x": 1}])
def test_a_hand_that_is_told_in_anything_but_texts_is_no_event_at_all(part: str, made_up: Any) -> None:
    told = event_to_mapping(steps()[0][1])
    told["hand"] = {**told["hand"], part: made_up}
    with pytest.raises(TypeError):
        event_from_mapping(told)
