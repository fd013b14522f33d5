"""Whatever a client sends that was tampered with, the hub takes nothing that the table of moves refuses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countyhub.inspection.verification import verify_hub
from countyhub.sweeps.service import sweep
from hub_world import quick_folder
from journeys import CASE_ROWS, Journey
from raw_clients import RawCounty, RawTemplate, refused_codes
from small_county import JOINT_ITEM, TOWNSHIP, VILLAGE, batch_facts, catalogue
from stationapp.domain.case import Case, evolve, open_case
from stationapp.domain.case_flow import EFFECTS, TABLE, judge
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.moves import ActsBy, Situation
from stationapp.domain.states import State
from walks import HANDS, LONG_CALENDAR, Walk

BY_PEOPLE = {name for name, row in CASE_ROWS.items() if row.acts_by is not ActsBy.HUB}
UNDER = Versions(1, 1, LONG_CALENDAR.version)
LONGEST = 40
SHARES = 8  # The journeys are shared out, so that several cores can travel.
HUB_MOVES = ("assign_number", "note_double", "deem_accepted")


@pytest.fixture(scope="module")
def template() -> Iterator[RawTemplate]:
    with quick_folder() as folder:
        yield RawTemplate(folder / "template")


@pytest.fixture
def raw(template: RawTemplate) -> Iterator[RawCounty]:
    with quick_folder() as folder, template.county(folder / "county") as county:
        yield county


class HubJourney(Journey):
    """A journey of an item as the county's catalogue has it; the hub notes nothing but silence."""

    def __init__(self, chance: Random, seen: Counter[tuple[str, State]]) -> None:
        super().__init__(chance, seen)
        self.walk = Walk(chance.choice([*(one.code for one in catalogue().items), *[JOINT_ITEM] * 3]))

    def _answers(self, move: str, by: Hand) -> dict[str, Any]:
        """Sometimes the power of attorney comes later."""
        facts = dict(super()._answers(move, by))
        if self.walk.case is None and self.chance.random() < 0.2:
            facts["application"] = {**facts["application"], "attorney": ""}
        return facts

    def hubs_act(self) -> CaseEvent | None:
        act = super().hubs_act()
        return act if act is not None and act.move == "deem_accepted" else None


@dataclass(frozen=True)
class Way:
    """The events of one journey, and the moves among them."""

    seed: int
    events: tuple[CaseEvent, ...]

    @property
    def moves(self) -> set[str]:
        return {one.move for one in self.events}


def way(seed: int, seen: Counter[tuple[str, State]]) -> Way:
    journey = HubJourney(Random(seed), seen)
    for _ in range(LONGEST * 4):
        step = journey.hubs_act() or journey.attempt()
        if step is not None:
            if journey.walk.case is not None:
                seen[step.move, journey.walk.case.state] += 1
            journey.walk.add(step)
            journey.let_time_pass()
        if len(journey.walk.events) >= LONGEST:
            break
    return Way(seed, tuple(journey.walk.events))


@cache
def ways() -> list[Way]:
    """As few journeys as needed that make every move of people, every one of them at least once."""
    chosen: list[Way] = []
    seen: set[str] = set()
    often: Counter[tuple[str, State]] = Counter()
    for seed in range(1500):
        found = way(seed, often)
        if found.moves - seen:
            chosen.append(found)
            seen |= found.moves
        if seen >= BY_PEOPLE:
            break
    needed: list[Way] = []
    for one in reversed(chosen):
        others = [
            other.moves for other in chosen if other is not one and (other in needed or other.seed < one.seed)
        ]
        if one.moves - set().union(*others):
            needed.append(one)
    assert BY_PEOPLE - set().union(*(one.moves for one in needed)) == set()
    return needed


def genuine(county: RawCounty, case_id: str, step: CaseEvent, serial: int) -> CaseEvent:
    """A step of a journey as an honest client would send it."""
    facts = dict(step.facts)
    if TABLE[step.move].batched:
        facts |= batch_facts(facts["to_desk"], step.hand.desk_id[:12], serial)
    return replace(step, event_id=county.new_id(), case_id=case_id, facts=facts, under=UNDER)


def tampered(county: RawCounty, event: CaseEvent, case: Case | None, chance: Random) -> list[CaseEvent]:
    """An act as it must not be: each with something forged that its own client could forge."""
    hand, row = event.hand, TABLE[event.move]
    forged = [
        replace(event, hand=replace(hand, side="B" if hand.side == "A" else "A")),
        replace(event, hand=replace(hand, post_id="agent" if hand.post_id == "clerk" else "clerk")),
        replace(event, hand=replace(hand, post_id="no such post")),
        replace(event, facts={**event.facts, "case_number": "510704-20261120-000099"}),
        replace(event, move=chance.choice(HUB_MOVES)),
    ]
    if case is not None:
        outside = [
            name for name, one in CASE_ROWS.items() if case.state not in one.from_states and not one.opens
        ]
        forged.append(replace(event, move=chance.choice(outside)))
    own = {ask.name for ask in row.asks} | ({"application"} if row.opens else set())
    folded = {"application": {"item_code": "X"}, "materials": [], "missing": [{"material_id": "booklet"}]}
    forged += [
        replace(event, facts={**event.facts, name: value})
        for name, value in folded.items()
        if name not in own
    ]
    return [replace(one, event_id=county.new_id()) for one in forged]


@pytest.mark.parametrize("share", range(SHARES))
def test_of_every_move_only_the_genuine_act_is_taken(template: RawTemplate, share: int) -> None:
    for journey in ways()[share::SHARES]:
        with quick_folder() as folder, template.county(folder / "county", journey.seed) as county:
            _travel(county, journey)


def _travel(raw: RawCounty, journey: Way) -> None:
    chance, case_id = Random(journey.seed), raw.new_id()
    case: Case | None = None
    attacked: set[str] = set()
    for serial, step in enumerate(journey.events, start=1):
        raw.at(step.at)
        if step.move == "deem_accepted":
            assert sweep(raw.hub).deemed_accepted == 1
        elif step.move in attacked:
            _send_alone(raw, genuine(raw, case_id, step, serial))
        else:
            _send(raw, genuine(raw, case_id, step, serial), case, chance)
        attacked.add(step.move)
        effect = EFFECTS[step.move]
        case = open_case(step, effect) if case is None else evolve(case, step, effect)
        there = raw.case(case_id)
        assert there is not None
        assert (there.state, there.holder, there.addressed_to) == (case.state, case.holder, case.addressed_to)
        assert [part.state for part in there.parts] == [part.state for part in case.parts]
    assert verify_hub(raw.hub).ok


def _send(county: RawCounty, event: CaseEvent, case: Case | None, chance: Random) -> None:
    """Send forgeries from the act's own PC and from another, and then the act itself."""
    own = county.of(event.hand.desk_id)
    other = next(one for one in county.clients.values() if one is not own)
    other.event(replace(event, event_id=county.new_id()))
    assert refused_codes(other.push()) == [{"foreign-desk"}]
    somebody = "p-agent" if event.hand.person_id == "p-clerk" else "p-clerk"
    own.event(replace(event, event_id=county.new_id()), somebody)
    forgeries = tampered(county, event, case, chance)
    for forged in forgeries:
        own.event(forged)
    own.event(event)
    verdicts = own.push()
    for forged, verdict in zip((event, *forgeries), verdicts, strict=False):
        assert verdict.result.value == "refused", forged
    assert "bad-person-signature" in refused_codes(verdicts)[0]
    assert (verdicts[-1].result.value, verdicts[-1].reasons) == ("accepted", ()), event.move


def _send_alone(county: RawCounty, event: CaseEvent) -> None:
    client = county.of(event.hand.desk_id)
    client.event(event)
    assert [(one.result.value, one.reasons) for one in client.push()] == [("accepted", ())], event.move


def test_every_other_hand_is_refused_what_the_table_refuses(raw: RawCounty) -> None:
    """At every step of a journey people of all desks try other moves; what the table refuses is not taken."""
    journey = max(ways(), key=lambda one: len(one.moves))
    case_id, case, chance = raw.new_id(), None, Random(1)
    item = catalogue().versions_of(journey.events[0].application.item_code)[0]
    tried = 0
    for serial, step in enumerate(journey.events, start=1):
        raw.at(step.at)
        if step.move == "deem_accepted":
            sweep(raw.hub)
        else:
            wrong = []
            for _ in range(6):
                by, move = chance.choice(HANDS), chance.choice(sorted(BY_PEOPLE))
                if case is None and not TABLE[move].opens:
                    continue  # It would wait for the opening, and rightly keep its own PC's opening waiting.
                attempt = replace(
                    genuine(raw, case_id, step, serial), event_id=raw.new_id(), move=move, hand=by
                )
                if judge(Situation(case, Walk().organisation, item, LONG_CALENDAR), attempt):
                    wrong.append(attempt)
            for attempt in wrong:
                client = raw.of(attempt.hand.desk_id)
                client.event(attempt)
                (verdict,) = client.push()
                assert verdict.result.value in {"refused", "held"}
                tried += 1
            _send_alone(raw, genuine(raw, case_id, step, serial))
        effect = EFFECTS[step.move]
        case = open_case(step, effect) if case is None else evolve(case, step, effect)
    assert tried > 50
    assert verify_hub(raw.hub).ok


def test_no_person_s_signature_can_be_left_out_borrowed_or_moved(raw: RawCounty) -> None:
    """An own PC can seal what it likes; it cannot make a person say it."""
    journey = ways()[0]
    first = genuine(raw, raw.new_id(), journey.events[0], 1)
    raw.at(first.at)
    client = raw.of(first.hand.desk_id)
    client.event(first)
    honest = client.pending.pop()
    client.seq, client.hash = 0, honest.prev
    other = replace(first, event_id=raw.new_id(), case_id=raw.new_id())
    body = json.dumps(event_to_mapping(other), ensure_ascii=False)
    for signature in ("", "0" * 128, honest.person_signature, honest.signature, "王䶮", "zz"):
        client.seal(body, first.hand.person_id)
        client.pending[-1] = client.pending[-1].model_copy(update={"person_signature": signature})
    for verdict in client.push():
        assert verdict.result.value == "refused"
        assert {reason.code for reason in verdict.reasons} == {"bad-person-signature"}
    assert raw.case(other.case_id) is None
    assert verify_hub(raw.hub).ok


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-20", "9999-12-31", "\x00", "booklet", VILLAGE, TOWNSHIP]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
fact_names = st.sampled_from(
    sorted(
        {ask.name for row in TABLE.values() for ask in row.asks} | {"application", "to_desk", "case_number"}
    )
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """The JSON of an event with anything in it, often near to a right one."""
    right = draw(st.sampled_from([one for journey in ways() for one in journey.events]))
    data = event_to_mapping(replace(right, under=UNDER))
    data["facts"] = {**data["facts"], **draw(st.dictionaries(fact_names, anything, max_size=3))}
    if draw(st.booleans()):
        data["move"] = draw(st.sampled_from(sorted(TABLE)) | st.text(max_size=8))
    if draw(st.booleans()):
        data[draw(st.sampled_from(sorted(data)))] = draw(anything)
    return data


@settings(max_examples=25, deadline=None)
@given(st.lists(bodies(), min_size=1, max_size=12), st.integers(0, 2**32))
def test_whatever_comes_the_hub_stands_where_its_events_put_it(
    template: RawTemplate, sent: list[dict[str, Any]], seed: int
) -> None:
    with quick_folder() as folder, template.county(folder / "county", seed) as county:
        cases = [county.new_id() for _ in range(2)]
        for body in sent:
            hand = body["hand"] if isinstance(body["hand"], dict) else {}
            fresh = {"event_id": county.new_id(), "case_id": county.chance.choice(cases)}
            client = county.clients.get(str(hand.get("desk_id"))[:12], county.clients[VILLAGE])
            try:
                client.seal(json.dumps({**body, **fresh}), str(hand.get("person_id")))
            except UnicodeEncodeError:
                continue
            client.push()
        assert verify_hub(county.hub).faults == []
        for case_id in cases:
            case = county.case(case_id)
            assert case is None or set(case.last) <= set(TABLE)
