"""即办: a case decided in a few screens, with every step judged, two persons still, and all or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from county_at_work import County, draft, stored_events
from small_county import COUNTY_ITEM, FACTS, TOWNSHIP_ITEM, VILLAGE_ITEM
from stationapp.domain.case import Case, State
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.refusal import Refused
from stationapp.services import intake
from stationapp.services.at_once import (
    CHAINS,
    chains,
    make_chain,
    receive_and_accept,
    why_not_received_and_accepted,
)
from stationapp.services.workplace import Workplace

SERVE = {"manner": "in_person", "recipient": "吴䶮", "served_on": "2026-11-20"}


def item(workplace: Workplace, code: str) -> ServiceItem:
    found = workplace.catalogue.in_force(code, workplace.now().date())
    assert found is not None
    return found


def offered(workplace: Workplace, case: Case) -> dict[str, list[str]]:
    return {chain.name: [one.code for one in reasons] for chain, reasons in chains(workplace, case)}


def moves(workplace: Workplace, case: Case) -> list[str]:
    return [row.event.move for row in stored_events(workplace, case.case_id)]


def test_a_matter_of_the_township_takes_three_screens_and_two_persons(county: County) -> None:
    clerk, mayor = county.at("clerk"), county.at("township-approver")
    made, changed = receive_and_accept(clerk, draft(TOWNSHIP_ITEM))
    assert (made.case.state, changed.case_ids) == (State.ACCEPTED, (made.case.case_id,))
    assert [offer.name for offer in made.papers] == ["material_receipt", "acceptance_notice"]
    county.share()
    assert offered(mayor, made.case) == {"grant_and_issue": []}
    assert offered(clerk, made.case) == {}
    decided, _ = make_chain(mayor, made.case.case_id, "grant_and_issue", {"reason": "符合条件。"})
    assert [offer.name for offer in decided.papers] == ["decision"]
    assert decided.case.fact("issue_result", "result_name") == item(clerk, TOWNSHIP_ITEM).result_name
    county.share()
    assert offered(clerk, decided.case) == {"serve_and_conclude": []}
    done, _ = make_chain(clerk, made.case.case_id, "serve_and_conclude", SERVE)
    assert [offer.name for offer in done.papers] == ["service_certificate", "conclusion_notice"]
    assert done.case.state is State.CONCLUDED
    steps = ["receive", "accept", "grant", "issue_result", "serve", "conclude"]
    assert moves(clerk, made.case) == steps


def test_the_window_registers_accepts_and_assigns_in_one_step(county: County) -> None:
    window, _ = county.at("window"), county.at("clerk")
    made, _ = receive_and_accept(window, draft(COUNTY_ITEM))
    assert moves(window, made.case) == ["receive", "register", "accept", "assign"]
    case, _ = intake.receive(county.at("agent"), draft(COUNTY_ITEM, "王㛃"))
    for below, above in (("agent", "clerk"), ("clerk", "window")):
        if below == "clerk":
            county.act("clerk", case, "examine", opinion="同意转报。")
        county.send(below, case)
        county.sign(above, case)
    assert offered(window, county.known("window", case)) == {"register_and_accept": []}
    other, _ = make_chain(window, case.case_id, "register_and_accept", {})
    assert (other.case.state, other.case.holder) == (State.ACCEPTED, "510704000000-mzj")
    assert [offer.name for offer in other.papers] == ["acceptance_notice"]


def test_a_matter_of_the_village_is_done_while_the_applicant_waits(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(VILLAGE_ITEM))
    assert offered(agent, case) == {"handle_and_serve": []}
    done, _ = make_chain(agent, case.case_id, "handle_and_serve", {**SERVE, "result_name": "查询结果单"})
    assert done.case.state is State.CONCLUDED
    assert done.case.fact("handle_directly", "result_name") == "查询结果单"


def test_who_accepted_does_not_decide_however_many_steps_are_made_at_once(county: County) -> None:
    clerk = county.at("clerk")
    made, _ = receive_and_accept(clerk, draft(TOWNSHIP_ITEM))
    # The same person in the approver's chair.
    mayor = county.at("township-approver")
    county.share()
    posts = tuple(
        replace(post, holder_a="p-clerk") if post.post_id == "township-approver" else post
        for post in mayor.organisation.posts
    )
    mayor.references = replace(mayor.references, organisation=replace(mayor.organisation, posts=posts))
    mayor.person, mayor.post = (
        clerk.person,
        mayor.references.organisation.post("township-approver") or mayor.post,
    )
    assert offered(mayor, made.case) == {"grant_and_issue": ["same-person"]}
    with pytest.raises(Refused, match="受办分离"):
        make_chain(mayor, made.case.case_id, "grant_and_issue", {"reason": "准予。"})


def test_when_a_later_step_is_refused_none_has_happened(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(VILLAGE_ITEM))
    with agent.store.read() as unit:
        before = unit.numbers.last_count("document:抗香村送", "2026")
    with pytest.raises(Refused):
        make_chain(agent, case.case_id, "handle_and_serve", {**SERVE, "manner": "left"})  # without a witness
    assert moves(agent, case) == ["receive"]
    with agent.store.read() as unit:
        assert unit.numbers.last_count("document:抗香村送", "2026") == before == 0


def test_a_receipt_whose_acceptance_is_refused_leaves_the_draft(county: County) -> None:
    agent, begun = county.at("agent"), draft(TOWNSHIP_ITEM)
    intake.save_draft(agent, begun)
    with pytest.raises(Refused):
        receive_and_accept(agent, begun)
    assert [row.draft_id for row in intake.drafts(agent)] == [begun.draft_id]
    with agent.store.read() as unit:
        assert unit.cases.get(begun.draft_id) is None


def test_why_a_case_cannot_be_accepted_at_once_is_said_before_it_is_typed(county: County) -> None:
    agent, clerk, window = (county.at(post) for post in ("agent", "clerk", "window"))
    assert why_not_received_and_accepted(clerk, item(clerk, TOWNSHIP_ITEM)) == ()
    assert why_not_received_and_accepted(window, item(window, COUNTY_ITEM)) == ()
    for place, code in ((agent, TOWNSHIP_ITEM), (agent, VILLAGE_ITEM), (clerk, COUNTY_ITEM)):
        assert [one.code for one in why_not_received_and_accepted(place, item(place, code))] == ["no-power"]


def test_a_chain_is_not_made_from_another_state_nor_by_an_unknown_name(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(COUNTY_ITEM))
    assert offered(agent, case) == {}
    for name in ("handle_and_serve", "serve_and_conclude", "everything"):
        with pytest.raises(Refused):
            make_chain(agent, case.case_id, name, SERVE)


def test_what_a_chain_asks_for_is_what_its_moves_ask_for() -> None:
    asks = {chain.name: {ask.name: ask.required for ask in chain.asks} for chain in CHAINS}
    assert asks["register_and_accept"] == {}
    assert asks["grant_and_issue"]["reason"] is True
    assert asks["grant_and_issue"]["result_name"] is False
    assert set(FACTS["serve"]) - {"document_number"} <= set(asks["serve_and_conclude"])
