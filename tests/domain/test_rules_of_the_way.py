"""The way of a case between places, and its ends: 同城通办, results, withdrawing, voiding, rating, archiving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from places import (
    at_county,
    at_township,
    concluded,
    decided,
    in_department,
    received,
    result_in_village,
    reviewed,
)
from small_county import (
    FACTS,
    SECOND_TOWNSHIP,
    SECOND_VILLAGE,
    SHARED_DIVISION,
    TOWNSHIP,
    TOWNSHIP_ITEM,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
    application,
    batch_facts,
    hand,
    receipt_facts,
)
from stationapp.domain.case import State
from stationapp.domain.rules.acceptance import silence_of
from walks import (
    AGENT,
    APPROVER,
    CLERK,
    MAYOR,
    OFFICER,
    SECOND_AGENT,
    SECOND_CLERK,
    SECOND_MAYOR,
    WINDOW_CLERK,
    Walk,
    right_facts,
)


def asked(code: str = TOWNSHIP_ITEM, **changes: str) -> dict[str, object]:
    """A receipt for another division, or with the result to be got elsewhere."""
    return receipt_facts(code, application={**application(code), **changes})


def elsewhere(**changes: str) -> Walk:
    """What the other township decides, signed for by the township of the village that received it."""
    walk = Walk(TOWNSHIP_ITEM).go("receive", AGENT, asked(**{"division": SECOND_VILLAGE, **changes}))
    return walk.go("hand_over", AGENT).go("sign_for", CLERK)


def at_other_township(**changes: str) -> Walk:
    """The same, passed on over the county's window."""
    walk = elsewhere(**changes).go("transfer", CLERK).go("sign_for", WINDOW_CLERK)
    return walk.go("transfer", WINDOW_CLERK).go("sign_for", SECOND_CLERK)


def test_what_another_township_decides_goes_to_it_over_the_county() -> None:
    walk = elsewhere()
    assert walk.refusals("accept", CLERK) == ("not-competent",)
    assert walk.refusals("transfer", CLERK, batch_facts(SECOND_TOWNSHIP, TOWNSHIP)) == ("wrong-desk",)
    case = at_other_township().go("accept", SECOND_CLERK).standing
    assert (case.state, case.held_by) == (State.ACCEPTED, (VILLAGE, TOWNSHIP, WINDOW, SECOND_TOWNSHIP))


def test_the_township_that_only_passes_on_decides_nothing_and_its_silence_accepts_nothing() -> None:
    walk = elsewhere()
    walk.item = replace(walk.item, item_type="01")
    assert silence_of(walk.wait(30).situation) is None
    there = at_other_township()
    there.item = walk.item
    assert silence_of(there.situation) is not None


@pytest.mark.parametrize("division", [SECOND_TOWNSHIP, SECOND_VILLAGE, SHARED_DIVISION])
def test_a_division_is_served_by_its_own_station_or_a_shared_one(division: str) -> None:
    assert elsewhere(division=division).refusals("transfer", CLERK) == ()


def test_a_division_nobody_serves_is_refused_at_the_counter() -> None:
    walk = Walk(TOWNSHIP_ITEM)
    assert walk.refusals("receive", AGENT, asked(division="510704999999")) == ("no-station",)
    assert walk.refusals("receive", AGENT, asked(result_to="510704999999")) == ("no-station",)
    assert walk.refusals("receive", AGENT, asked(result_to=f"{WINDOW}-mzj")) == ("no-station",)


def test_what_is_decided_here_is_not_passed_on() -> None:
    assert at_township(TOWNSHIP_ITEM).refusals("transfer", CLERK) == ("competent-here",)


def test_what_is_decided_above_is_examined_and_forwarded_not_passed_on() -> None:
    assert at_township().refusals("transfer", CLERK) == ("decided-above",)
    assert at_county().refusals("transfer", WINDOW_CLERK) == ("competent-here",)


def test_a_result_goes_back_the_way_to_where_the_applicant_asked() -> None:
    walk = at_other_township().go("accept", SECOND_CLERK).go("grant", SECOND_MAYOR)
    walk.go("issue_result", SECOND_CLERK)
    assert walk.refusals("serve", SECOND_CLERK) == ("not-origin",)
    for sender, addressee in ((SECOND_CLERK, WINDOW_CLERK), (WINDOW_CLERK, CLERK), (CLERK, AGENT)):
        walk.go("send_result", sender).go("sign_for_result", addressee)
    assert walk.refusals("serve", AGENT) == ()


def test_a_result_is_got_where_the_applicant_chose_to() -> None:
    facts = asked(division=SECOND_VILLAGE, result_to=SECOND_VILLAGE)
    walk = Walk(TOWNSHIP_ITEM).go("receive", AGENT, facts).go("hand_over", AGENT).go("sign_for", CLERK)
    walk.go("transfer", CLERK).go("sign_for", WINDOW_CLERK).go("transfer", WINDOW_CLERK)
    walk.go("sign_for", SECOND_CLERK).go("accept", SECOND_CLERK).go("grant", SECOND_MAYOR)
    walk.go("issue_result", SECOND_CLERK).go("send_result", SECOND_CLERK).go("sign_for_result", SECOND_AGENT)
    assert walk.refusals("send_result", SECOND_CLERK) == ("not-holder",)
    assert walk.go("serve", SECOND_AGENT).go("conclude", SECOND_AGENT).standing.state is State.CONCLUDED


def test_a_result_chosen_at_the_county_window_is_served_there() -> None:
    walk = Walk().go("receive", AGENT, asked("TEST-COUNTY", result_to=WINDOW)).go("hand_over", AGENT)
    walk.go("sign_for", CLERK).go("examine", CLERK).go("forward", CLERK).go("sign_for", WINDOW_CLERK)
    walk.go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK).go("assign", WINDOW_CLERK)
    walk.go("review", OFFICER).go("grant", APPROVER).go("issue_result", OFFICER)
    assert walk.refusals("send_result", WINDOW_CLERK) == ("at-origin",)
    assert walk.refusals("serve", WINDOW_CLERK) == ()


def test_what_a_village_handles_is_asked_for_and_got_in_the_applicants_own_village() -> None:
    walk = Walk(VILLAGE_ITEM)
    (reason,) = walk.reasons("receive", AGENT, asked(VILLAGE_ITEM, division=SECOND_VILLAGE))
    assert reason.code == "handled-elsewhere"
    assert "云林村" in reason.text
    assert walk.refusals("receive", AGENT, asked(VILLAGE_ITEM, result_to=TOWNSHIP)) == ("handled-elsewhere",)
    assert walk.refusals("receive", AGENT, asked(VILLAGE_ITEM, division=VILLAGE, result_to=VILLAGE)) == ()


def test_collection_is_announced_where_the_result_lies() -> None:
    assert decided().refusals("notify_collection", WINDOW_CLERK) == ("not-origin",)
    assert result_in_village().refusals("notify_collection", AGENT) == ()


@pytest.mark.parametrize(
    ("proof", "codes"),
    [
        ({"manner": "in_person"}, ()),
        ({"manner": "household"}, ("no-relation",)),
        ({"manner": "household", "relation": "配偶"}, ()),
        ({"manner": "left"}, ("no-witness",)),
        ({"manner": "left", "witness": "村委会"}, ()),
        ({"manner": "post"}, ("no-waybill", "no-sending-day")),
        ({"manner": "post", "waybill": "EMS1"}, ("no-sending-day",)),
        ({"manner": "post", "waybill": "EMS1", "sent_on": "2026-11-20"}, ()),
        ({"manner": "electronic", "consent": " "}, ("no-consent",)),
        ({"manner": "electronic", "consent": "书面同意"}, ()),
    ],
)
def test_each_manner_of_service_has_its_proof(proof: dict[str, str], codes: tuple[str, ...]) -> None:
    assert result_in_village().refusals("serve", AGENT, {**FACTS["serve"], **proof}) == codes


def test_a_record_is_voided_only_after_somebody_proposed_it() -> None:
    walk = received()
    assert walk.refusals("void", CLERK) == walk.refusals("delete_record", CLERK) == ("not-proposed",)


@pytest.mark.parametrize(
    ("kind", "move", "other", "state"),
    [
        ("void", "void", "delete_record", State.VOIDED),
        ("delete", "delete_record", "void", State.DELETED),
    ],
)
def test_what_was_proposed_is_what_is_confirmed(kind: str, move: str, other: str, state: State) -> None:
    walk = received().go(
        "propose_void", AGENT, {**right_facts(received(), "propose_void", AGENT), "kind": kind}
    )
    assert walk.refusals(other, CLERK) == ("proposed-otherwise",)
    assert walk.go(move, CLERK).standing.closed_as is state


def test_a_second_person_of_the_desk_or_the_desk_above_confirms_and_nobody_else() -> None:
    walk = received().go("propose_void", AGENT)
    assert walk.refusals("void", AGENT) == ("same-person",)
    assert walk.refusals("void", hand("agent", "p-agent-b")) == ()
    assert walk.refusals("void", CLERK) == ()
    assert walk.refusals("void", SECOND_CLERK) == walk.refusals("void", WINDOW_CLERK) == ("not-above",)


def test_what_is_accepted_is_not_voided() -> None:
    assert in_department().refusals("propose_void", WINDOW_CLERK) == ("wrong-state",)


def test_a_case_is_rated_with_the_citizens_own_code_and_by_any_desk_that_held_it() -> None:
    walk = concluded()
    wrong = {**FACTS["rate"], "enquiry_code": "AAAA-BBBB-CCCC-DDDD"}
    assert walk.refusals("rate", CLERK, wrong) == ("wrong-code",)
    assert walk.refusals("rate", SECOND_CLERK) == ("not-concerned",)
    assert walk.refusals("rate", CLERK) == walk.refusals("rate", OFFICER) == ()


def test_a_case_is_rated_once_and_when_it_is_over() -> None:
    assert reviewed().refusals("rate", AGENT) == ("wrong-state",)
    walk = concluded().go("rate", AGENT)
    assert walk.refusals("rate", CLERK) == ("rated",)
    assert walk.go("archive", AGENT).refusals("rate", CLERK) == ("rated",)


def test_a_case_can_still_be_rated_when_it_is_in_the_archive() -> None:
    assert concluded().go("archive", AGENT).refusals("rate", AGENT) == ()


@pytest.mark.parametrize(("kind", "move"), [("void", "void"), ("delete", "delete_record")])
def test_an_archived_record_that_was_entered_by_mistake_is_not_rated(kind: str, move: str) -> None:
    facts = {**right_facts(received(), "propose_void", AGENT), "kind": kind}
    walk = received().go("propose_void", AGENT, facts).go(move, CLERK).go("archive", AGENT)
    assert walk.refusals("rate", AGENT) == ("no-service",)


def test_a_record_entered_by_mistake_is_not_rated() -> None:
    assert received().go("propose_void", AGENT).go("void", CLERK).refusals("rate", AGENT) == ("wrong-state",)


@pytest.mark.parametrize(
    ("satisfaction", "codes"),
    [("1", ("no-bad-rating",)), ("3", ("no-bad-rating",)), ("4", ()), ("5", ())],
)
def test_only_a_bad_rating_is_followed_by_amends(satisfaction: str, codes: tuple[str, ...]) -> None:
    walk = concluded()
    code = walk.standing.enquiry_code
    walk.go("rate", AGENT, {**FACTS["rate"], "enquiry_code": code, "satisfaction": satisfaction})
    assert walk.refusals("rectify", AGENT) == codes


def test_the_archive_keeps_how_a_case_ended() -> None:
    walk = in_department().go("request_withdrawal", AGENT).go("withdraw", OFFICER).go("archive", APPROVER)
    assert (walk.standing.state, walk.standing.closed_as) == (State.ARCHIVED, State.WITHDRAWN)
    assert walk.refusals("archive", APPROVER) == ("wrong-state",)


def test_what_is_not_over_is_not_archived() -> None:
    assert reviewed().refusals("archive", APPROVER) == ("wrong-state",)


def test_the_first_who_was_asked_stays_named_and_responsibility_goes_with_the_case() -> None:
    case = at_township().standing
    assert case.first_asked == AGENT
    assert case.responsible == CLERK
    assert received().go("hand_over", AGENT).standing.responsible == AGENT
    assert reviewed().standing.responsible == OFFICER


def test_the_township_itself_keeps_what_it_decided_until_it_is_sent() -> None:
    walk = at_township(TOWNSHIP_ITEM).go("accept", CLERK).go("grant", MAYOR)
    assert walk.go("issue_result", CLERK).standing.holder == TOWNSHIP


def test_a_proposal_to_void_ends_when_the_case_is_handed_on() -> None:
    walk = received().go("propose_void", AGENT).go("hand_over", AGENT)
    assert not walk.standing.void_proposed
    walk.go("sign_for", CLERK)
    assert walk.refusals("void", SECOND_MAYOR) != ()
    assert walk.refusals("void", WINDOW_CLERK) == ("not-proposed",)
    assert walk.go("propose_void", CLERK).refusals("void", WINDOW_CLERK) == ()


def test_a_proposal_to_void_does_not_outlast_a_handover_that_was_taken_back() -> None:
    walk = received().go("propose_void", AGENT).go("hand_over", AGENT).go("recall", AGENT)
    assert walk.refusals("void", CLERK) == ("not-proposed",)
