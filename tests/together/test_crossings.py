"""Every row of the truth table of crossing acts, through real stations and a real hub, in both orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from countyhub.references import publishing
from countyhub.references.service import Law
from countyhub.sweeps.service import sweep
from hub_world import quick_folder
from small_county import (
    COUNTY_ITEM,
    TOWNSHIP,
    application,
    batch_facts,
    receipt_facts,
)
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import ItemStatus
from stationapp.domain.crossing_rows import ROWS
from stationapp.domain.crossings import (
    NOT_MADE,
    SIDES,
    CrossingRow,
    Verdict,
    class_of,
    crossing_pairs,
    remedy,
)
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import ActsBy
from stationapp.domain.states import State
from together.crossing_county import UNDER, Act, CrossingTemplate, CrossingWorld, Stage
from together.crossing_scenes import HUB, SCENES, Scene
from walks import (
    AGENT,
    CLERK,
)


@pytest.fixture(scope="module")
def template() -> Iterator[CrossingTemplate]:
    """A founded hub with six enrolled PCs, to be copied for every row."""
    with quick_folder() as folder:
        yield CrossingTemplate(folder / "template")


@pytest.fixture
def world(template: CrossingTemplate) -> Iterator[CrossingWorld]:
    """A fresh county."""
    with quick_folder() as folder, template.world(folder / "world") as made:
        yield made


BY_NAME = {row.name: row for row in ROWS}
OPENINGS = {
    "receive × receive, one receipt number",
    "receive × receive, one applicant",
    "hand_over × hand_over, one batch number",
    "book_appointment × book_appointment",
}
PUBLICATIONS = {name for name in BY_NAME if "suspension" in name or "lost post" in name}
BOTH_ORDERS = pytest.mark.parametrize("turned", [False, True], ids=["in order", "reversed"])


def test_every_row_is_tried_here() -> None:
    assert SCENES.keys() | OPENINGS | PUBLICATIONS == BY_NAME.keys()
    assert len(ROWS) == len(BY_NAME)
    for name, scene in SCENES.items():
        assert (scene.first.move, scene.second.move) == (BY_NAME[name].first, BY_NAME[name].second)


@BOTH_ORDERS
@pytest.mark.parametrize("name", SCENES)
def test_acts_that_cross(template: CrossingTemplate, name: str, turned: bool) -> None:
    scene = SCENES[name]
    names = {scene.first.pc, scene.second.pc, "village", "township"} - {""}
    with quick_folder() as folder, template.at(scene.place, scene.item, folder / "world", names) as stage:
        _cross(stage, BY_NAME[name], scene, turned)


def _cross(stage: Stage, row: CrossingRow, scene: Scene, turned: bool) -> None:
    world = stage.world
    for act in (scene.first, scene.second):
        world.wait(act.after)
        _act_offline(stage, act, row)
    world.wait(scene.rest)
    early, late = (scene.second, scene.first) if turned else (scene.first, scene.second)
    made = [_reach_the_hub(world, act) for act in (early, late)]
    world.sync(*(name for name in world.pcs if name != late.pc))
    verdict = row.reversed_ if turned else row.in_order
    _all_agree(world, stage.case_id, verdict)
    _is_told(world, stage.case_id, (early, late), verdict, row)
    if HUB in (early.hand, late.hand):
        assert sum(made) == (verdict.refused != NOT_MADE)


def _act_offline(stage: Stage, act: Act, row: CrossingRow) -> None:
    """The PC's own program lets it be done: it has not heard of the other act."""
    if act.hand == HUB:
        return
    event = stage.event(act)
    if _could_be_made_before(row):
        assert stage.refusals(act) == ()
    stage.world.pcs[act.pc].append(event)


def _reach_the_hub(world: CrossingWorld, act: Act) -> int:
    if act.hand == HUB:
        return sweep(world.hub.hub).deemed_accepted
    world.sync(act.pc)
    return 0


def _all_agree(world: CrossingWorld, case_id: str, verdict: Verdict) -> None:
    case = world.hub.case(case_id)
    assert case is not None
    assert case.state is verdict.state
    seeing = [pc for pc in world.pcs.values() if set(pc.identity.desks) & case.visible_to]
    assert seeing
    for pc in seeing:
        assert pc.case(case_id) == case
    assert world.hub.faults() == []


def _could_be_made_before(row: CrossingRow) -> bool:
    return not (row.in_order.earlier or row.reversed_.earlier)


def _is_told(
    world: CrossingWorld, case_id: str, acts: tuple[Act, Act], verdict: Verdict, row: CrossingRow
) -> None:
    """Who lost finds it under 需处理, with what came first; who stands sees his act in the history."""
    early, late = acts
    refused = {early.pc: verdict.earlier} if verdict.earlier else {late.pc: verdict.refused}
    for pc_name, act, other in ((early.pc, early, late), (late.pc, late, early)):
        if act.hand == HUB:
            continue
        pc, code = world.pcs[pc_name], refused.get(pc_name, "")
        found = pc.troubles()
        if not code:
            assert found == []
            assert TABLE[act.move].title in pc.shown(case_id)
            continue
        assert [(one.case_id, one.title) for one in found] == [(case_id, TABLE[act.move].title)]
        assert code in {reason.code for reason in found[0].reasons}
        assert any(_says(reason.text, verdict.told) for reason in found[0].reasons)
        assert found[0].remedy == remedy(act.move)
        if _could_be_made_before(row) and pc.case(case_id) == world.hub.case(case_id):
            assert f"“{TABLE[other.move].title}”" in found[0].meanwhile
            assert other.hand.person_name in found[0].meanwhile


def _says(text: str, told: str) -> bool:
    return all(part in text for part in told.split("{}"))


def _open(world: CrossingWorld, pc: str, by: Hand, facts: dict[str, Any], move: str = "receive") -> str:
    """Open a case at a PC offline; return its id."""
    case_id = world.pcs[pc].new_id()
    _append(world, pc, case_id, move, by, facts)
    return case_id


def _append(
    world: CrossingWorld, pc: str, case_id: str, move: str, by: Hand, facts: dict[str, Any], **more: Any
) -> None:
    own = world.pcs[pc]
    event = CaseEvent(own.new_id(), case_id, move, own.clock.now(), by, facts, UNDER)
    own.append(replace(event, **more))


def _applicant(number: str) -> dict[str, Any]:
    asked = application()
    return asked | {"applicant": asked["applicant"] | {"document_number": number}}


OTHER_NUMBER = "510704196203140312"


@BOTH_ORDERS
@pytest.mark.parametrize("what", ["receipt", "batch"])
def test_numbers_that_two_pcs_give_out(world: CrossingWorld, what: str, turned: bool) -> None:
    name = {
        "receipt": "receive × receive, one receipt number",
        "batch": "hand_over × hand_over, one batch number",
    }[what]
    row = BY_NAME[name]
    opening = {"village": receipt_facts(serial=1), "village-2": receipt_facts(serial=2)}
    opening["village-2"]["application"] = _applicant(OTHER_NUMBER)
    if what == "receipt":
        opening["village-2"]["receipt_number"] = opening["village"]["receipt_number"]
    cases = {pc: _open(world, pc, AGENT, facts) for pc, facts in opening.items()}
    if what == "batch":
        for serial, pc in enumerate(cases):
            facts = batch_facts(TOWNSHIP) | {"batch_id": f"batch of {pc} {serial}"}
            _append(world, pc, cases[pc], "hand_over", AGENT, facts)
    early, late = ("village-2", "village") if turned else ("village", "village-2")
    world.sync(early, late)
    world.sync()
    verdict = row.reversed_ if turned else row.in_order
    assert world.pcs[early].troubles() == []
    (trouble,) = world.pcs[late].troubles()
    assert [reason.code for reason in trouble.reasons] == [verdict.refused]
    assert _says(trouble.reasons[0].text, verdict.told)
    left = world.hub.case(cases[late])
    assert (left.state if left else State.RECEIVED) is verdict.state
    assert world.hub.faults() == []


@BOTH_ORDERS
def test_one_applicant_at_two_stations(world: CrossingWorld, turned: bool) -> None:
    row = BY_NAME["receive × receive, one applicant"]
    village = _open(world, "village", AGENT, receipt_facts(serial=1))
    township = _open(world, "township", CLERK, receipt_facts(serial=1, station=TOWNSHIP))
    pcs = ("township", "village") if turned else ("village", "township")
    world.sync(*pcs)
    world.sync()
    for pc, case_id in (("village", village), ("township", township)):
        case = world.pcs[pc].case(case_id)
        assert case is not None
        assert case == world.hub.case(case_id)
        assert case.state is row.in_order.state is row.reversed_.state
        (other,) = case.fact("note_double", "others")
        assert other["station"] != (case.origin == TOWNSHIP and "沉抗镇便民服务中心")
        assert world.pcs[pc].troubles() == []


@BOTH_ORDERS
def test_one_seat_given_away_twice(world: CrossingWorld, turned: bool) -> None:
    row = BY_NAME["book_appointment × book_appointment"]
    seat = {"to_desk": TOWNSHIP, "day": "2026-11-23", "slot": "09:00", "seat": 1, "manner": "office"}
    cases = {}
    for pc, by, station in (("village", AGENT, AGENT.desk_id), ("township", CLERK, TOWNSHIP)):
        facts = receipt_facts(serial=9, station=station) | seat
        facts["application"]["applicant"] |= {"phone": "13800000000"}
        cases[pc] = _open(world, pc, by, facts, "book_appointment")
    early, late = ("township", "village") if turned else ("village", "township")
    world.sync(early, late)
    world.sync()
    verdict = row.reversed_ if turned else row.in_order
    booked = world.hub.case(cases[early])
    assert booked is not None
    assert booked.state is verdict.state
    assert world.hub.case(cases[late]) is None
    (trouble,) = world.pcs[late].troubles()
    assert [reason.code for reason in trouble.reasons] == [verdict.refused]
    assert _says(trouble.reasons[0].text, verdict.told)


def _suspend(world: CrossingWorld) -> None:
    def work(connection: Any) -> None:
        catalogue = Law(connection, world.hub.hub).current_catalogue
        today = world.clock.now().date()
        rows = []
        for item in catalogue.items:
            if item.code != COUNTY_ITEM:
                rows.append(item)
                continue
            fresh = replace(item, version=2, status=ItemStatus.SUSPENDED, effective_from=today)
            rows += [replace(item, effective_to=today), fresh]
        publishing.publish_catalogue(
            connection, world.hub.hub, replace(catalogue, version=2, items=tuple(rows))
        )

    world.hub.hub.database.write(work)


def _dismiss(world: CrossingWorld) -> None:
    def work(connection: Any) -> None:
        county = Law(connection, world.hub.hub).current_organisation
        posts = tuple(
            replace(post, holder_a="p-agent-b", holder_b="") if post.post_id == "agent" else post
            for post in county.posts
        )
        publishing.publish_organisation(connection, world.hub.hub, replace(county, posts=posts), {})

    world.hub.hub.database.write(work)


@BOTH_ORDERS
@pytest.mark.parametrize("name", sorted(PUBLICATIONS))
def test_documents_that_change_while_a_station_is_offline(
    world: CrossingWorld, name: str, turned: bool
) -> None:
    row = BY_NAME[name]
    publish = _suspend if "suspension" in name else _dismiss
    days = 31 if "after" in name else 29
    if turned:
        publish(world)
    world.clock.advance(timedelta(days=days))
    case_id = _open(world, "village", AGENT, receipt_facts(day=world.clock.now().date()))
    world.sync("village")
    if not turned:
        publish(world)
    world.sync()
    verdict = row.reversed_ if turned else row.in_order
    case = world.hub.case(case_id)
    assert (case is None) == bool(verdict.refused)
    found = world.pcs["village"].troubles()
    assert [reason.code for one in found for reason in one.reasons] == (
        [verdict.refused] if verdict.refused else []
    )
    assert all(_says(one.reasons[0].text, verdict.told) for one in found)


def test_every_pair_that_can_cross_has_a_row_or_a_class() -> None:
    assert set(SIDES) == set(ActsBy)
    pairs = list(crossing_pairs())
    assert len(pairs) > 1000
    for first, second in pairs:
        assert class_of(first, second).outcome
