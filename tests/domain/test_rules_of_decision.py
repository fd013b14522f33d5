"""From acceptance to the decision: two persons, special procedures, extensions, superiors, powers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from places import (
    agreed_by_all,
    at_county,
    at_township,
    decided,
    in_department,
    reported_up,
    result_in_village,
    reviewed,
    signed_by_all,
)
from small_county import (
    COUNTY_ITEM,
    DEPARTMENT,
    FACTS,
    FORWARDED_ITEM,
    JOINT_ITEM,
    LICENCE_ITEM,
    PARTNER,
    TOWNSHIP_ITEM,
    organisation,
)
from stationapp.domain.case import State
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.due_dates import DUE_NAMES, current_due
from stationapp.domain.organisation import Grant, Post, PostKind, Power
from walks import (
    AGENT,
    APPROVER,
    CHIEF,
    CLERK,
    LONG_CALENDAR,
    MAYOR,
    OFFICER,
    PARTNER_OFFICER,
    WINDOW_CHIEF,
    WINDOW_CLERK,
    Walk,
    right_facts,
)


def granting(walk: Walk, *grants: Grant) -> Walk:
    """The same case under a matrix of powers."""
    walk.organisation = replace(organisation(), grants=grants)
    return walk


def test_a_department_reviews_and_decides_only_its_own_items() -> None:
    other = in_department()
    other.item = replace(other.item, department="dpf", department_name="游仙区残疾人联合会")
    (reason,) = other.reasons("review", OFFICER)
    assert reason.code == "no-power"
    assert "残疾人联合会" in reason.text


def test_a_case_is_assigned_to_the_department_of_its_item() -> None:
    walk = at_county().go("register", WINDOW_CLERK).go("accept", WINDOW_CLERK)
    assert walk.refusals("assign", WINDOW_CLERK, {"to_desk": PARTNER}) == ("wrong-desk",)


def test_nothing_but_an_immediate_item_or_one_with_a_check_of_form_is_decided_without_review() -> None:
    assert in_department().refusals("grant", APPROVER) == ("not-reviewed",)
    assert in_department(formal_check_only=True).refusals("grant", APPROVER) == ()
    assert in_department(handling=HandlingKind.IMMEDIATE).refusals("grant", APPROVER) == ()
    paid = in_department(handling=HandlingKind.IMMEDIATE, pays_money=True)
    assert paid.refusals("grant", APPROVER) == ("not-reviewed",)


def test_nothing_is_refused_without_a_review() -> None:
    assert in_department(handling=HandlingKind.IMMEDIATE).refusals("refuse", APPROVER) == ("not-reviewed",)
    assert reviewed().refusals("refuse", APPROVER) == ()


def test_who_reviewed_neither_checks_nor_decides() -> None:
    posts = tuple(
        replace(post, holder_b=OFFICER.person_id) if post.post_id in {"approver", "chief"} else post
        for post in organisation().posts
    )
    walk = reviewed()
    walk.organisation = replace(organisation(), posts=posts)
    for move, post in (("check", CHIEF), ("grant", APPROVER), ("refuse", APPROVER)):
        same = replace(post, person_id=OFFICER.person_id, side="B")
        assert walk.refusals(move, same) == ("same-person",)
        assert walk.refusals(move, post) == ()


def test_who_accepted_does_not_decide() -> None:
    posts = tuple(
        replace(post, holder_b=WINDOW_CLERK.person_id) if post.post_id == "approver" else post
        for post in organisation().posts
    )
    walk = reviewed()
    walk.organisation = replace(organisation(), posts=posts)
    same = replace(APPROVER, person_id=WINDOW_CLERK.person_id, side="B")
    assert walk.refusals("grant", same) == ("same-person",)


def test_a_wish_to_withdraw_is_answered_before_anything_is_decided() -> None:
    walk = reviewed().go("request_withdrawal", AGENT)
    assert walk.refusals("grant", APPROVER) == walk.refusals("refuse", APPROVER) == ("withdrawal-waits",)
    walk.go("dismiss_withdrawal", OFFICER)
    assert walk.refusals("grant", APPROVER) == ()
    assert walk.go("request_withdrawal", AGENT).refusals("grant", APPROVER) == ("withdrawal-waits",)
    walk.go("withdraw", OFFICER)
    assert walk.standing.closed_as is State.WITHDRAWN


def test_only_a_wish_that_was_uttered_is_dismissed() -> None:
    assert reviewed().refusals("dismiss_withdrawal", OFFICER) == ("not-asked",)


def test_a_desk_that_never_held_a_case_asks_nothing_of_it() -> None:
    walk = reviewed()
    assert walk.refusals("urge", PARTNER_OFFICER) == ("not-concerned",)
    assert walk.refusals("urge", AGENT) == walk.refusals("urge", CLERK) == ()


@pytest.mark.parametrize("place", [in_department, reviewed])
def test_a_special_procedure_leads_back_to_where_it_began(place) -> None:
    walk = place(LICENCE_ITEM)
    before = walk.standing.state
    walk.go("start_special", OFFICER)
    assert walk.standing.state is State.SPECIAL_PROCEDURE
    assert walk.refusals("grant", APPROVER) == ("wrong-state",)
    walk.wait(8).go("end_special", OFFICER)
    assert (walk.standing.state, walk.standing.paused_as) == (before, None)


def test_a_special_procedure_is_one_the_catalogue_lists() -> None:
    tender = {**FACTS["start_special"], "procedure": "tender"}
    assert in_department(LICENCE_ITEM).refusals("start_special", OFFICER, tender) == ("no-such-procedure",)
    assert in_department(COUNTY_ITEM).refusals("start_special", OFFICER, tender) == ()


@pytest.mark.parametrize(
    ("days", "codes"), [(-1, ("ended-outside",)), (0, ()), (8, ()), (9, ("ended-outside",))]
)
def test_a_special_procedure_ends_between_its_beginning_and_today(days: int, codes: tuple[str, ...]) -> None:
    walk = in_department(LICENCE_ITEM).go("start_special", OFFICER)
    begun = walk.now.date()
    ended = {"result": "已听证", "ended_on": (begun + timedelta(days=days)).isoformat()}
    assert walk.wait(8).refusals("end_special", OFFICER, ended) == codes


@pytest.mark.parametrize(
    ("code", "changes", "longest"),
    [
        (COUNTY_ITEM, {}, 10),
        (JOINT_ITEM, {}, 15),
        (COUNTY_ITEM, {"extension_days": 3}, 3),
        (JOINT_ITEM, {"extension_days": 3}, 3),
    ],
)
def test_a_limit_is_extended_by_no_more_than_law_or_catalogue_let(code, changes, longest) -> None:
    walk = in_department(code, **changes)
    assert walk.refusals("extend", APPROVER, {**FACTS["extend"], "days": longest}) == ()
    assert walk.refusals("extend", APPROVER, {**FACTS["extend"], "days": longest + 1}) == ("too-long",)


def test_a_limit_is_extended_once() -> None:
    walk = in_department().go("extend", APPROVER)
    due = current_due(walk.standing, "promised_due", LONG_CALENDAR)
    assert due is not None
    assert due.day == date(2026, 12, 11), "ten working days and five more"
    assert walk.refusals("extend", APPROVER) == ("extended",)


def test_a_limit_is_extended_before_it_has_run_out() -> None:
    walk = in_department()  # By law until Friday 18 December, though promised by the 4th.
    assert walk.wait(28).refusals("extend", APPROVER) == ()
    assert walk.wait(1).refusals("extend", APPROVER) == ("ran-out",)


def test_only_what_a_superior_decides_is_reported_up() -> None:
    assert reviewed().refusals("report_up", APPROVER) == ("not-forwarded",)
    assert reviewed(FORWARDED_ITEM).refusals("report_up", APPROVER) == ()


@pytest.mark.parametrize(
    ("move", "state"),
    [("record_reply_granted", State.GRANTED), ("record_reply_refused", State.REFUSED)],
)
def test_the_word_of_the_superior_decides(move: str, state: State) -> None:
    walk = reported_up().go(move, APPROVER)
    assert walk.standing.state is state
    assert walk.refusals("issue_result", OFFICER) == ()


def test_what_a_superior_decides_is_neither_granted_nor_refused_here() -> None:
    walk = reviewed(FORWARDED_ITEM)
    assert walk.refusals("grant", APPROVER) == walk.refusals("refuse", APPROVER) == ("decided-above-county",)
    passed_on = reviewed(handling=HandlingKind.FORWARDED)
    assert passed_on.refusals("grant", APPROVER) == (), (
        "what a township only passed on is decided at the county"
    )
    assert passed_on.refusals("report_up", APPROVER) == ("not-forwarded",)


@pytest.mark.parametrize("move", ["record_reply_granted", "record_reply_refused"])
def test_the_word_of_the_superior_is_recorded_by_a_second_person_with_the_power(move: str) -> None:
    assert reported_up().refusals(move, OFFICER) == ("wrong-post",)
    reviewer = reported_up()
    posts = (*organisation().posts, Post("second", DEPARTMENT, PostKind.APPROVER, "审批人", "p-officer"))
    reviewer.organisation = replace(organisation(), posts=posts)
    assert reviewer.refusals(move, replace(OFFICER, post_id="second")) == ("same-person",)
    powerless = granting(reported_up(), Grant("approver", Power.DECIDE, (), allowed=False))
    assert powerless.refusals(move, APPROVER) == ("no-grant",)
    asked = reported_up().go("request_withdrawal", AGENT)
    assert asked.refusals(move, APPROVER) == ("withdrawal-waits",)


@pytest.mark.parametrize(
    ("replied_on", "codes"),
    [
        ("2026-11-19", ("reply-before-report",)),
        ("2026-11-20", ()),
        ("2026-11-22", ()),
        ("2026-11-23", ("reply-ahead",)),
    ],
)
def test_the_word_of_the_superior_comes_between_the_report_and_its_record(
    replied_on: str, codes: tuple[str, ...]
) -> None:
    walk = reported_up().wait(2)
    facts = {**FACTS["record_reply_granted"], "replied_on": replied_on}
    assert walk.refusals("record_reply_granted", APPROVER, facts) == codes


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("游仙民准决〔2026〕010009号", ()),
        ("游仙民准决[2026]010009", ()),
        ("随便", ("number-shape",)),
        ("游仙民准决〔2026〕000000号", ("number-serial",)),
        ("游仙政务受〔2026〕010009号", ("foreign-number",)),
    ],
)
def test_a_paper_has_a_number_of_the_organ_that_issues_it(number: str, codes: tuple[str, ...]) -> None:
    facts = {"reason": "符合条件。", "document_number": number}
    walk = reviewed()
    assert walk.refusals("grant", APPROVER, facts) == codes
    assert all(reason.field == "document_number" for reason in walk.reasons("grant", APPROVER, facts))


def test_what_a_chief_gave_to_one_person_is_not_done_by_another() -> None:
    walk = in_department()
    posts = (*organisation().posts, Post("colleague", DEPARTMENT, PostKind.OFFICER, "经办人", "p-partner"))
    walk.organisation = replace(organisation(), posts=posts)
    walk.go("reassign", CHIEF, {"to_person": "p-partner"})
    (reason,) = walk.reasons("review", OFFICER)
    assert (reason.code, "测试partner" in reason.text) == ("given-to-other", True)
    colleague = replace(PARTNER_OFFICER, desk_id=DEPARTMENT, post_id="colleague")
    assert walk.refusals("review", colleague) == ()
    assert walk.go("reassign", CHIEF, {"to_person": OFFICER.person_id}).refusals("review", OFFICER) == ()


def test_what_is_given_to_an_officer_is_still_decided_by_the_approver() -> None:
    walk = in_department().go("reassign", CHIEF, {"to_person": OFFICER.person_id}).go("review", OFFICER)
    assert walk.refusals("grant", APPROVER) == ()


def test_whoever_stands_in_for_a_person_does_what_was_given_to_him() -> None:
    walk = in_department().go("reassign", CHIEF)
    posts = tuple(
        replace(post, holder_b="p-chief") if post.post_id == "officer" else post
        for post in organisation().posts
    )
    walk.organisation = replace(organisation(), posts=posts)
    stand_in = replace(OFFICER, person_id="p-chief", side="B")
    assert walk.refusals("review", stand_in) == ()


def test_a_chief_gives_work_only_to_people_of_his_own_desk_that_holds_the_case() -> None:
    walk = in_department()
    assert walk.refusals("reassign", CHIEF, {"to_person": "p-clerk"}) == ("not-here",)
    assert walk.refusals("reassign", WINDOW_CHIEF) == ("not-holder",)


def test_what_a_chief_assigned_ends_when_the_case_leaves_his_desk() -> None:
    walk = in_department().go("reassign", CHIEF).go("review", OFFICER).go("grant", APPROVER)
    assert walk.standing.handler == OFFICER.person_id
    assert walk.go("issue_result", OFFICER).standing.handler == ""


def test_a_post_without_a_row_in_the_matrix_has_what_the_table_gives_it() -> None:
    assert granting(reviewed(), Grant("officer", Power.DECIDE)).refusals("grant", APPROVER) == ()


def test_a_post_has_a_power_only_for_the_items_its_rows_name() -> None:
    named = Grant("approver", Power.DECIDE, (TOWNSHIP_ITEM,))
    assert granting(reviewed(), named).refusals("grant", APPROVER) == ("no-grant",)
    both = Grant("approver", Power.DECIDE, (TOWNSHIP_ITEM, COUNTY_ITEM))
    assert granting(reviewed(), both).refusals("grant", APPROVER) == ()


def test_a_power_taken_away_is_gone_whatever_else_gives_it() -> None:
    everything = Grant("approver", Power.DECIDE)
    taken = Grant("approver", Power.DECIDE, (COUNTY_ITEM,), allowed=False)
    (reason,) = granting(reviewed(), everything, taken).reasons("grant", APPROVER)
    assert reason.code == "no-grant"
    assert "审批权" in reason.text


@pytest.mark.parametrize(
    ("power", "post", "place", "move", "by"),
    [
        (Power.ACCEPT, "window", lambda: at_county().go("register", WINDOW_CLERK), "accept", WINDOW_CLERK),
        (Power.ACCEPT, "window", at_county, "decline_acceptance", WINDOW_CLERK),
        (Power.REVIEW, "officer", in_department, "review", OFFICER),
        (Power.DECIDE, "approver", reviewed, "refuse", APPROVER),
        (Power.SERVE, "agent", result_in_village, "serve", AGENT),
    ],
)
def test_every_power_of_the_matrix_can_be_taken_from_a_post(power, post, place, move, by) -> None:
    assert place().refusals(move, by) == ()
    taken = Grant(post, power, allowed=False)
    assert granting(place(), taken).refusals(move, by) == ("no-grant",)


def test_deciding_at_once_is_a_power_of_its_own() -> None:
    accepted = at_township(TOWNSHIP_ITEM).go("accept", CLERK)
    at_once = Grant("township-approver", Power.DECIDE_IMMEDIATE, allowed=False)
    otherwise = Grant("township-approver", Power.DECIDE, allowed=False)
    assert granting(accepted, at_once).refusals("grant", MAYOR) == ("no-grant",)
    assert granting(accepted, otherwise).refusals("grant", MAYOR) == ()


def test_a_result_is_given_out_at_the_counter() -> None:
    walk = reviewed().go("grant", APPROVER)
    elsewhere = {"to_desk": PARTNER, "result_name": "通知书"}
    assert walk.refusals("issue_result", OFFICER, elsewhere) == ("wrong-desk",)
    assert decided().standing.holder == WINDOW_CLERK.desk_id


def test_a_joint_decision_waits_for_every_department() -> None:
    assert in_department(JOINT_ITEM).go("review", OFFICER).refusals("grant", APPROVER) == ("not-fanned-out",)
    waiting = signed_by_all().go("give_opinion", PARTNER_OFFICER).go("review", OFFICER)
    (reason,) = waiting.reasons("grant", APPROVER)
    assert reason.code == "parts-open"
    assert "住房和城乡建设局" in reason.text
    assert "残疾人联合会" not in reason.text
    assert agreed_by_all().go("review", OFFICER).refusals("grant", APPROVER) == ()


def test_two_special_procedures_do_not_take_the_right_to_extend() -> None:
    walk = in_department(LICENCE_ITEM)
    for _ in range(2):
        walk.wait(3).go("start_special", OFFICER).wait(7).go("end_special", OFFICER)
    assert walk.wait(20).refusals("extend", APPROVER) == ()


def test_a_promise_alone_is_extended_before_it_has_run_out() -> None:
    walk = at_county(statutory_limit=None).go("register", WINDOW_CLERK)
    facts = right_facts(walk, "accept", WINDOW_CLERK)
    walk.go("accept", WINDOW_CLERK, {name: fact for name, fact in facts.items() if name != "statutory_due"})
    walk.go("assign", WINDOW_CLERK).wait(14)
    assert walk.refusals("extend", APPROVER) == ()
    assert walk.wait(1).refusals("extend", APPROVER) == ("ran-out",)


def test_an_extension_after_the_promise_lengthens_only_the_limit_that_still_runs() -> None:
    walk = in_department().wait(17)
    before = {name: current_due(walk.standing, name, LONG_CALENDAR) for name in DUE_NAMES}
    walk.go("extend", APPROVER)
    after = {name: current_due(walk.standing, name, LONG_CALENDAR) for name in DUE_NAMES}
    assert before["promised_due"] == after["promised_due"]
    assert before["statutory_due"] is not None
    assert after["statutory_due"] is not None
    assert after["statutory_due"].day > before["statutory_due"].day


def test_what_the_organ_above_sends_back_is_reviewed_and_may_be_reported_again() -> None:
    walk = reported_up()
    assert walk.refusals("record_reply_returned", OFFICER, {"organ": "绵阳市民政局", "reason": " "}) == (
        "empty",
    )
    walk.go("record_reply_returned", OFFICER)
    assert walk.standing.state is State.REVIEWED
    assert walk.refusals("report_up", APPROVER) == ()


def test_a_checked_case_is_heard_before_its_decision_and_comes_back_checked() -> None:
    walk = reviewed(LICENCE_ITEM).go("check", CHIEF).go("start_special", OFFICER)
    walk.wait(5).go("end_special", OFFICER)
    assert walk.standing.state is State.CHECKED


def test_a_refusal_waits_for_no_department() -> None:
    waiting = signed_by_all().go("review", OFFICER)
    assert waiting.refusals("grant", APPROVER) == ("parts-open",)
    assert waiting.refusals("refuse", APPROVER) == ()
