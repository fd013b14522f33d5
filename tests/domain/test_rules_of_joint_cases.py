"""Joint cases: letters to all, opinions, one visit, and consent by default only where it is flagged and proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from places import agreed_by_all, at_county, fanned_out, in_department, reviewed, signed_by_all
from small_county import (
    DEPARTMENT,
    FACTS,
    JOINT_ITEM,
    OPINION_LIMIT,
    PARTNER,
    SECOND_PARTNER,
    organisation,
)
from stationapp.domain.case import State
from stationapp.domain.catalogue import Stage, StageLimit
from stationapp.domain.due_facts import due_fact
from stationapp.domain.parts import PartState, part_of
from walks import (
    AGENT,
    APPROVER,
    CLERK,
    LONG_CALENDAR,
    OFFICER,
    PARTNER_OFFICER,
    SECOND_PARTNER_OFFICER,
    WINDOW_CLERK,
    Walk,
    right_facts,
)

OBJECTION = {**FACTS["give_opinion"], "outcome": "disagree", "opinion": "坡度不符合规范。"}
DUE = due_fact(date(2026, 11, 20), OPINION_LIMIT, LONG_CALENDAR)


def state_of(walk: Walk, desk_id: str = PARTNER) -> PartState:
    """How far a department has got."""
    part = part_of(walk.standing.parts, desk_id)
    assert part is not None
    return part.state


def letters(*desk_ids: str, **changes: object) -> dict[str, object]:
    """Letters to some departments."""
    rows = [{"desk_id": one, "matter": "核对", "due": DUE, **changes} for one in desk_ids]
    return {"parts": rows, "document_number": "游仙民联〔2026〕010001号"}


def visited(*attended: str, called: tuple[str, ...] = (PARTNER, SECOND_PARTNER)) -> Walk:
    """A case whose visit was called, confirmed by those called, and recorded with who came."""
    walk = signed_by_all()
    walk.go("call_site_visit", OFFICER, {**right_facts(walk, "call_site_visit", OFFICER), "desks": called})
    for desk_id, by in ((PARTNER, PARTNER_OFFICER), (SECOND_PARTNER, SECOND_PARTNER_OFFICER)):
        if desk_id in called:
            walk.go("acknowledge_visit", by)
    rows = [{"desk_id": one, "person": "测试甲"} for one in (DEPARTMENT, *attended)]
    return walk.go("record_site_visit", OFFICER, {**FACTS["record_site_visit"], "attended": rows})


@pytest.mark.parametrize(
    "asked",
    [
        (PARTNER,),
        (PARTNER, PARTNER),
        (PARTNER, SECOND_PARTNER, SECOND_PARTNER),
        (PARTNER, DEPARTMENT),
        (),
    ],
)
def test_exactly_the_departments_of_the_catalogue_are_asked_each_once(asked: tuple[str, ...]) -> None:
    walk = in_department(JOINT_ITEM)
    assert "wrong-parts" in walk.refusals("fan_out", OFFICER, letters(*asked))
    assert walk.refusals("fan_out", OFFICER, letters(SECOND_PARTNER, PARTNER)) == ()


def test_departments_are_asked_once_and_only_about_a_joint_item() -> None:
    assert fanned_out().refusals("fan_out", OFFICER) == ("fanned-out",)
    assert in_department().refusals("fan_out", OFFICER) == ("not-joint",)


@pytest.mark.parametrize(
    ("due", "code"),
    [
        ({}, "bad-due-date"),
        (None, "bad-due-date"),
        (5, "bad-due-date"),
        ({**DUE, "day": "2026-11-30"}, "wrong-due-date"),
    ],
)
def test_a_letter_names_the_day_by_which_an_answer_is_due(due: object, code: str) -> None:
    facts = letters(PARTNER, SECOND_PARTNER, due=due)
    assert in_department(JOINT_ITEM).refusals("fan_out", OFFICER, facts) == (code,)


def test_a_letter_names_no_day_where_the_catalogue_sets_no_limit() -> None:
    walk = in_department(JOINT_ITEM, stage_limits=())
    assert walk.refusals("fan_out", OFFICER) == ("wrong-due-date",)
    assert walk.refusals("fan_out", OFFICER, letters(PARTNER, SECOND_PARTNER, due={})) == ()


def test_a_letter_is_signed_for_before_it_is_answered_and_both_only_once() -> None:
    walk = fanned_out()
    assert walk.refusals("give_opinion", PARTNER_OFFICER) == ("not-signed",)
    walk.go("sign_for_part", PARTNER_OFFICER)
    assert walk.refusals("sign_for_part", PARTNER_OFFICER) == ("signed-already",)
    walk.go("give_opinion", PARTNER_OFFICER)
    assert state_of(walk) is PartState.AGREED
    assert walk.refusals("give_opinion", PARTNER_OFFICER, OBJECTION) == ("not-partner",)


def test_each_department_answers_for_itself_alone() -> None:
    walk = signed_by_all().go("give_opinion", SECOND_PARTNER_OFFICER, OBJECTION)
    assert (state_of(walk), state_of(walk, SECOND_PARTNER)) == (PartState.SIGNED, PartState.DISAGREED)
    assert walk.refusals("give_opinion", OFFICER) == ("not-partner",)


def test_the_departments_asked_see_the_case_and_never_hold_it() -> None:
    case = signed_by_all().standing
    assert {PARTNER, SECOND_PARTNER} <= case.visible_to
    assert not {PARTNER, SECOND_PARTNER} & set(case.held_by)
    assert case.holder == DEPARTMENT


def test_an_objection_has_reasons() -> None:
    assert signed_by_all().refusals("give_opinion", PARTNER_OFFICER, {**OBJECTION, "opinion": ""}) == (
        "empty",
    )


def test_an_objection_is_settled_in_a_meeting_before_anything_is_granted() -> None:
    walk = signed_by_all().go("give_opinion", PARTNER_OFFICER, OBJECTION)
    walk.go("give_opinion", SECOND_PARTNER_OFFICER).go("review", OFFICER)
    assert walk.refusals("grant", APPROVER) == ("part-disagrees",)
    assert walk.refusals("refuse", APPROVER) == ()
    assert walk.go("record_meeting", OFFICER).refusals("grant", APPROVER) == ()


def test_a_meeting_before_the_objection_does_not_settle_it() -> None:
    walk = signed_by_all().go("record_meeting", OFFICER).go("give_opinion", PARTNER_OFFICER, OBJECTION)
    walk.go("give_opinion", SECOND_PARTNER_OFFICER).go("review", OFFICER)
    assert walk.refusals("grant", APPROVER) == ("part-disagrees",)


@pytest.mark.parametrize(
    ("desks", "codes"),
    [
        ([PARTNER], ()),
        ([], ("wrong-parts",)),
        ([DEPARTMENT], ("wrong-parts",)),
        ([PARTNER, "x"], ("wrong-parts",)),
    ],
)
def test_a_visit_calls_departments_of_the_case(desks: list[str], codes: tuple[str, ...]) -> None:
    walk = fanned_out()
    facts = {**right_facts(walk, "call_site_visit", OFFICER), "desks": desks}
    assert walk.refusals("call_site_visit", OFFICER, facts) == codes


def test_a_visit_is_called_for_today_or_later_and_recorded_when_it_has_been() -> None:
    walk = fanned_out()
    facts = {**FACTS["call_site_visit"], "visit_on": "2026-11-19"}
    assert walk.refusals("call_site_visit", OFFICER, facts) == ("past-visit",)
    walk.go("call_site_visit", OFFICER, {**facts, "visit_on": "2026-11-23"})
    assert walk.refusals("record_site_visit", OFFICER) == ("before-visit",)
    assert walk.wait(3).refusals("record_site_visit", OFFICER) == ()


def test_a_record_names_who_was_there_the_lead_among_them_and_nobody_who_was_not_called() -> None:
    walk = fanned_out().go("call_site_visit", OFFICER, {**FACTS["call_site_visit"], "desks": [PARTNER]})

    def recorded(*desks: str) -> tuple[str, ...]:
        rows = [{"desk_id": one, "person": "测试甲"} for one in desks]
        facts = {**FACTS["record_site_visit"], "attended": rows}
        return walk.refusals("record_site_visit", OFFICER, facts)

    assert recorded(DEPARTMENT, PARTNER) == recorded(DEPARTMENT) == ()
    assert recorded(PARTNER) == recorded() == ("lead-absent",)
    assert recorded(DEPARTMENT, SECOND_PARTNER) == ("not-called",)


def test_a_visit_is_confirmed_and_signed_by_those_it_called() -> None:
    walk = fanned_out()
    assert walk.refusals("acknowledge_visit", PARTNER_OFFICER) == ("no-visit",)
    walk.go("call_site_visit", OFFICER, {**FACTS["call_site_visit"], "desks": [PARTNER]})
    assert walk.refusals("acknowledge_visit", SECOND_PARTNER_OFFICER) == ("not-called",)
    assert walk.refusals("sign_visit_record", PARTNER_OFFICER) == ("no-record",)
    walk.go("acknowledge_visit", PARTNER_OFFICER).go("record_site_visit", OFFICER)
    assert walk.refusals("sign_visit_record", PARTNER_OFFICER) == ()


def test_silence_is_consent_only_for_items_the_hub_has_flagged() -> None:
    walk = signed_by_all(default_on_timeout=False).wait(30)
    assert walk.refusals("default_part", WINDOW_CLERK) == ("no-default",)
    assert "no-default" in walk.refusals("default_decision", WINDOW_CLERK)


def test_silence_is_consent_only_of_a_department_that_signed_for_its_letter() -> None:
    walk = fanned_out().wait(30)
    assert walk.refusals("default_part", WINDOW_CLERK) == ("not-proven",)


def test_silence_is_consent_from_the_second_working_day_after_the_limit() -> None:
    walk = (
        signed_by_all()
    )  # The opinion is due on Wednesday the 25th; the 27th is the second working day after.
    assert walk.wait(6).refusals("default_part", WINDOW_CLERK) == ("too-early",)
    walk.wait(1).go("default_part", WINDOW_CLERK)
    assert state_of(walk) is PartState.DEFAULTED


def test_silence_is_no_consent_where_no_limit_was_named() -> None:
    walk = in_department(JOINT_ITEM, stage_limits=())
    walk.go("fan_out", OFFICER, letters(PARTNER, SECOND_PARTNER, due={})).go("sign_for_part", PARTNER_OFFICER)
    assert walk.wait(60).refusals("default_part", WINDOW_CLERK) == ("no-limit",)


def test_a_department_that_answered_is_not_in_default() -> None:
    walk = agreed_by_all().wait(30)
    assert walk.refusals("default_part", WINDOW_CLERK) == ("no-open-part",)
    assert walk.refusals("default_part", WINDOW_CLERK, {**FACTS["default_part"], "desk_id": "x"}) == (
        "no-open-part",
    )


def test_only_the_window_takes_silence_for_consent() -> None:
    walk = signed_by_all().wait(30)
    for by in (OFFICER, APPROVER, PARTNER_OFFICER, AGENT, CLERK):
        assert walk.refusals("default_part", by) in {("wrong-post",), ("not-coordinator",)}


def test_a_joint_case_is_decided_when_those_who_were_silent_are_in_default() -> None:
    walk = (
        signed_by_all().go("give_opinion", SECOND_PARTNER_OFFICER).wait(10).go("default_part", WINDOW_CLERK)
    )
    assert walk.go("review", OFFICER).refusals("grant", APPROVER) == ()


def test_absence_is_consent_of_a_department_that_confirmed_the_call_and_did_not_come() -> None:
    walk = visited(SECOND_PARTNER)
    assert walk.refusals("default_absent", OFFICER) == ()
    assert walk.refusals(
        "default_absent", OFFICER, {**FACTS["default_absent"], "desk_id": SECOND_PARTNER}
    ) == ("not-absent",)
    assert state_of(walk.go("default_absent", OFFICER)) is PartState.ABSENT


def test_absence_is_nothing_without_a_confirmed_call_or_a_record() -> None:
    uncalled = visited(called=(SECOND_PARTNER,))
    assert uncalled.refusals("default_absent", OFFICER) == ("not-proven",)
    unrecorded = signed_by_all().go("call_site_visit", OFFICER).go("acknowledge_visit", PARTNER_OFFICER)
    assert unrecorded.refusals("default_absent", OFFICER) == ("not-absent",)


def test_a_later_call_needs_a_confirmation_of_its_own() -> None:
    walk = visited().go("call_site_visit", OFFICER)
    assert walk.refusals("default_absent", OFFICER) == ("not-proven",)


def test_absence_is_consent_only_for_items_the_hub_has_flagged() -> None:
    walk = visited()
    walk.item = fanned_out(default_on_absence=False).item
    assert walk.refusals("default_absent", OFFICER) == ("no-default",)


def urged(**changes: object) -> Walk:
    """A case of an item with default by silence, about which its department confirmed an urging."""
    walk = in_department(default_on_timeout=True, **changes)
    return walk.go("urge", AGENT).go("acknowledge_urging", OFFICER)


def test_a_department_that_is_silent_beyond_its_promise_lets_the_window_decide_by_default() -> None:
    walk = urged()  # Promised by Friday 4 December; Tuesday the 8th is the second working day after.
    assert walk.wait(17).refusals("default_decision", WINDOW_CLERK) == ("too-early",)
    walk.wait(1).go("default_decision", WINDOW_CLERK)
    assert walk.standing.state is State.DEFAULTED


def test_the_window_records_no_silence_of_its_own() -> None:
    walk = at_county(default_on_timeout=True).go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK)
    walk.go("urge", AGENT).go("acknowledge_urging", WINDOW_CLERK).wait(60)
    assert walk.refusals("default_decision", WINDOW_CLERK) == ("not-with-department",)


def test_a_decision_by_default_needs_an_urging_the_department_itself_confirmed() -> None:
    never = in_department(default_on_timeout=True).wait(60)
    assert never.refusals("default_decision", WINDOW_CLERK) == ("not-proven",)
    assert never.go("urge", AGENT).refusals("default_decision", WINDOW_CLERK) == ("not-proven",)
    earlier = Walk(default_on_timeout=True).go("receive", AGENT).go("urge", AGENT)
    earlier.go("acknowledge_urging", AGENT).go("hand_over", AGENT).go("sign_for", CLERK).go("examine", CLERK)
    earlier.go("forward", CLERK).go("sign_for", WINDOW_CLERK).go("register", WINDOW_CLERK)
    earlier.go("accept", WINDOW_CLERK).go("assign", WINDOW_CLERK).wait(60)
    assert earlier.refusals("default_decision", WINDOW_CLERK) == ("not-proven",)


def test_nothing_is_decided_by_default_while_the_applicant_waits_to_withdraw() -> None:
    walk = urged().wait(60).go("request_withdrawal", AGENT)
    assert walk.refusals("default_decision", WINDOW_CLERK) == ("withdrawal-waits",)


def test_what_must_be_publicised_is_so_before_a_decision_by_default_too() -> None:
    assert urged(publicity_days=3).wait(60).refusals("default_decision", WINDOW_CLERK) == ("not-publicised",)


def test_no_urging_is_confirmed_that_nobody_uttered() -> None:
    assert reviewed().refusals("acknowledge_urging", OFFICER) == ("not-urged",)


CHECKED_WITH = {
    "co_departments": ("dpf", "zjj"),
    "stage_limits": (StageLimit(Stage.JOINT_OPINION, OPINION_LIMIT),),
}


def test_other_departments_are_asked_what_they_know_of_a_household_each_in_its_own_time() -> None:
    walk = in_department(**CHECKED_WITH).go("fan_out", OFFICER)
    assert [part.desk_id for part in walk.standing.parts] == [PARTNER, SECOND_PARTNER]
    walk.go("sign_for_part", PARTNER_OFFICER).go("give_opinion", PARTNER_OFFICER)
    answered, waiting = walk.standing.parts
    assert (answered.state, waiting.state) == (PartState.AGREED, PartState.ASKED)


def test_nothing_is_decided_between_question_and_answer_of_a_check() -> None:
    walk = in_department(**CHECKED_WITH).go("review", OFFICER).go("fan_out", OFFICER)
    assert walk.refusals("grant", APPROVER) == ("parts-open",)


def test_a_check_that_nobody_asked_for_holds_nothing_up() -> None:
    walk = in_department(**CHECKED_WITH).go("review", OFFICER)
    assert walk.refusals("grant", APPROVER) == ()


def test_a_department_that_has_answered_still_signs_the_record_of_the_visit() -> None:
    walk = visited(PARTNER, SECOND_PARTNER)
    walk.go("give_opinion", PARTNER_OFFICER)
    assert state_of(walk) is PartState.AGREED
    assert walk.refusals("sign_visit_record", PARTNER_OFFICER) == ()
    assert walk.refusals("sign_visit_record", AGENT) == ("not-partner",)


def test_a_part_that_nobody_signed_for_is_closed_after_its_day_and_is_no_consent() -> None:
    walk = fanned_out().go("sign_for_part", SECOND_PARTNER_OFFICER)
    walk.go("give_opinion", SECOND_PARTNER_OFFICER).go("review", OFFICER)
    # The opinion is due on Wednesday the 25th.
    assert walk.wait(5).refusals("close_part", OFFICER) == ("too-early",)
    walk.wait(1).go("close_part", OFFICER)
    assert state_of(walk) is PartState.UNANSWERED
    (reason,) = walk.reasons("grant", APPROVER)
    assert (reason.code, "未回执" in reason.text) == ("part-disagrees", True)
    assert walk.refusals("refuse", APPROVER) == ()
    assert walk.go("record_meeting", OFFICER).refusals("grant", APPROVER) == ()


def test_a_part_that_was_signed_for_and_not_answered_is_closed_too() -> None:
    walk = signed_by_all().wait(6)
    assert state_of(walk.go("close_part", APPROVER)) is PartState.UNANSWERED
    assert walk.refusals("give_opinion", PARTNER_OFFICER) == ("not-partner",)


def test_a_part_without_a_day_is_closed_on_the_fifth_working_day() -> None:
    walk = in_department(JOINT_ITEM, stage_limits=())
    walk.go("fan_out", OFFICER, letters(PARTNER, SECOND_PARTNER, due={}))
    # Asked on Friday the 20th; the fifth working day after is Friday the 27th.
    assert walk.wait(6).refusals("close_part", OFFICER) == ("too-early",)
    assert walk.wait(1).refusals("close_part", OFFICER) == ()


def test_only_the_lead_closes_a_part_with_a_reason_while_it_is_open() -> None:
    walk = signed_by_all().wait(30)
    assert walk.refusals("close_part", PARTNER_OFFICER) == ("not-holder",)
    assert walk.refusals("close_part", OFFICER, {"desk_id": PARTNER, "reason": ""}) == ("empty",)
    assert agreed_by_all().wait(30).refusals("close_part", OFFICER) == ("no-open-part",)


def test_a_meeting_before_a_part_was_closed_does_not_stand_for_it() -> None:
    walk = signed_by_all().wait(6).go("record_meeting", OFFICER)
    walk.go("close_part", OFFICER).go("close_part", OFFICER).go("review", OFFICER)
    assert walk.refusals("grant", APPROVER) == ("part-disagrees",)


@pytest.mark.parametrize("lacking", ["desk", "post", "holder"])
def test_a_department_without_a_desk_or_anybody_at_it_is_named_and_not_skipped(lacking: str) -> None:
    walk = in_department(JOINT_ITEM)
    county = organisation()
    desks = tuple(desk for desk in county.desks if lacking != "desk" or desk.desk_id != PARTNER)
    posts = tuple(post for post in county.posts if lacking != "post" or post.desk_id != PARTNER)
    if lacking == "holder":
        posts = tuple(
            replace(post, holder_a="", holder_b="") if post.desk_id == PARTNER else post for post in posts
        )
    walk.organisation = replace(county, desks=desks, posts=posts)
    (reason,) = walk.reasons("fan_out", OFFICER, letters(SECOND_PARTNER))
    name = "dpf" if lacking == "desk" else "残疾人联合会"
    assert (reason.code, name in reason.text) == ("unstaffed-part", True)
    assert "没有设立岗位，请联系县级管理员" in reason.text


def test_a_record_of_an_earlier_visit_proves_no_absence_from_a_later_one() -> None:
    walk = visited(SECOND_PARTNER).go("call_site_visit", OFFICER).go("acknowledge_visit", PARTNER_OFFICER)
    assert walk.refusals("default_absent", OFFICER) == ("not-absent",)
    assert walk.refusals("sign_visit_record", PARTNER_OFFICER) == ("no-record",)
    walk.go("record_site_visit", OFFICER)
    assert walk.refusals("sign_visit_record", PARTNER_OFFICER) == ()
    assert walk.refusals("default_absent", OFFICER) == ()


def test_departments_answer_and_sign_while_a_special_procedure_goes_on() -> None:
    walk = fanned_out().go("call_site_visit", OFFICER).go("start_special", OFFICER)
    walk.go("sign_for_part", PARTNER_OFFICER).go("give_opinion", PARTNER_OFFICER)
    walk.go("acknowledge_visit", PARTNER_OFFICER)
    assert walk.standing.state is State.SPECIAL_PROCEDURE
    assert state_of(walk) is PartState.AGREED
    walk.wait(2).go("end_special", OFFICER)
    assert walk.standing.state is State.ACCEPTED
    walk.go("record_site_visit", OFFICER).go("start_special", OFFICER)
    walk.go("sign_visit_record", PARTNER_OFFICER)
    assert walk.standing.paused_as is State.ACCEPTED
