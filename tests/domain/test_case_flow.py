"""The table of moves: the whole story, every refusal with its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import at_county, at_township, in_department, received
from small_county import (
    COUNTY_ITEM,
    DAY,
    DEPARTMENT,
    DUE,
    FACTS,
    ID_NUMBER,
    MISSING,
    NOON,
    SECOND_TOWNSHIP,
    SUSPENDED_ITEM,
    TOWNSHIP,
    TOWNSHIP_ITEM,
    VILLAGE,
    VILLAGE_ITEM,
    WINDOW,
    application,
    batch_facts,
    event,
    hand,
    organisation,
    receipt_facts,
)
from stationapp.domain.case import State
from stationapp.domain.case_flow import (
    EFFECTS,
    TABLE,
    judge,
    possible_moves,
    why_not,
    why_not_open_to,
)
from stationapp.domain.due_facts import stated_due
from stationapp.domain.moves import ActsBy, Situation
from walks import (
    AGENT,
    APPROVER,
    CLERK,
    HANDS,
    MAYOR,
    OFFICER,
    WINDOW_CLERK,
    Walk,
    default_facts,
    right_facts,
)


def test_a_case_travels_from_the_village_to_the_county_and_back() -> None:
    walk = in_department().go("review", OFFICER).go("grant", APPROVER).go("issue_result", APPROVER)
    walk.go("send_result", WINDOW_CLERK).go("sign_for_result", CLERK)
    walk.go("send_result", CLERK).go("sign_for_result", AGENT).go("serve", AGENT).go("conclude", AGENT)
    case = walk.case
    assert case is not None
    assert case.state is State.CONCLUDED
    assert case.held_by == (VILLAGE, TOWNSHIP, WINDOW, DEPARTMENT)
    assert case.visible_to == {VILLAGE, TOWNSHIP, WINDOW, DEPARTMENT}
    assert case.holder == VILLAGE
    assert len(walk.events) == case.events == 18


def test_a_township_decides_what_lies_within_its_power() -> None:
    walk = at_township(TOWNSHIP_ITEM).go("accept", CLERK).go("grant", MAYOR).go("issue_result", CLERK)
    walk.go("send_result", CLERK).go("sign_for_result", AGENT).go("serve", AGENT).go("conclude", AGENT)
    assert walk.case is not None
    assert walk.case.state is State.CONCLUDED


def test_a_village_handles_its_own_items_on_the_spot() -> None:
    walk = received(VILLAGE_ITEM).go("handle_directly", AGENT).go("serve", AGENT).go("conclude", AGENT)
    assert walk.case is not None
    assert walk.case.state is State.CONCLUDED
    assert received(VILLAGE_ITEM).refusals("hand_over", AGENT) == ("decided-here",)


@pytest.mark.parametrize(
    ("code", "by", "place"),
    [
        (VILLAGE_ITEM, CLERK, "村的便民服务室"),
        (VILLAGE_ITEM, WINDOW_CLERK, "村的便民服务室"),
    ],
)
@pytest.mark.parametrize("move", ["receive", "note_missing"])
def test_a_desk_opens_nothing_that_is_decided_below_it_and_says_where_to_go(code, by, place, move) -> None:
    walk = Walk(code)
    assert walk.refusals(move, by) == ("decided-below",)
    (reason,) = why_not(walk.situation, TABLE[move], by)
    assert place in reason.text


def test_the_county_window_takes_what_a_township_decides_when_it_is_told_which_township() -> None:
    walk = Walk(TOWNSHIP_ITEM)
    facts = right_facts(walk, "receive", WINDOW_CLERK)
    assert walk.refusals("receive", WINDOW_CLERK, facts) == ("no-division",)
    named = {**facts, "application": {**facts["application"], "division": SECOND_TOWNSHIP}}
    walk.go("receive", WINDOW_CLERK, named).go("transfer", WINDOW_CLERK)
    assert walk.standing.addressed_to == SECOND_TOWNSHIP


@pytest.mark.parametrize(
    ("code", "by"),
    [
        (VILLAGE_ITEM, AGENT),
        (TOWNSHIP_ITEM, AGENT),
        (COUNTY_ITEM, AGENT),
        (TOWNSHIP_ITEM, CLERK),
        (COUNTY_ITEM, CLERK),
        (COUNTY_ITEM, WINDOW_CLERK),
    ],
)
@pytest.mark.parametrize("move", ["receive", "note_missing"])
def test_a_desk_opens_what_it_decides_or_passes_upwards(code, by, move) -> None:
    case = Walk(code).go(move, by).case
    assert case is not None
    assert case.origin == by.desk_id


def test_what_needs_the_applicant_in_person_is_received_at_a_window_and_by_no_agent() -> None:
    personal = Walk(applicant_must_appear=True)
    assert personal.refusals("receive", AGENT) == ("must-appear",)
    assert personal.refusals("note_missing", AGENT) == ("must-appear",)
    assert personal.refusals("receive", CLERK) == personal.refusals("receive", WINDOW_CLERK) == ()
    assert Walk(VILLAGE_ITEM, applicant_must_appear=True).refusals("receive", AGENT) == ()


def test_before_anything_is_typed_a_hand_hears_why_an_item_is_closed_to_it() -> None:
    def closed(walk: Walk, by) -> list[str]:
        return [reason.code for reason in why_not_open_to(walk.situation, by, DAY)]

    assert closed(Walk(applicant_must_appear=True), AGENT) == ["must-appear"]
    assert closed(Walk(applicant_must_appear=True), CLERK) == []
    assert closed(Walk(VILLAGE_ITEM), CLERK) == ["decided-below"]
    assert closed(Walk(SUSPENDED_ITEM), AGENT) == ["item-suspended"]


def test_an_incomplete_case_keeps_its_number_when_it_is_completed() -> None:
    walk = Walk().go("note_missing", AGENT)
    before = walk.case
    assert before is not None
    assert before.state is State.INCOMPLETE
    walk.go("receive", AGENT)
    assert walk.case is not None
    assert (walk.case.state, walk.case.receipt_number) == (State.RECEIVED, before.receipt_number)
    other = receipt_facts(serial=2)
    assert Walk().go("note_missing", AGENT).refusals("receive", AGENT, other) == ("number-changed",)


def test_an_incomplete_case_is_completed_by_the_same_person_whose_name_may_be_spelt_anew() -> None:
    walk = Walk().go("note_missing", AGENT)

    def completed(**changes: str) -> tuple[str, ...]:
        asked = application()
        return walk.refusals("receive", AGENT, receipt_facts(application=_with(asked, **changes)))

    assert completed(document_number="510721195305128228") == ("applicant-changed",)
    assert completed(document_kind="other", document_number=ID_NUMBER) == ("applicant-changed",)
    assert completed(name="吴𫘜") == ()


def _with(asked: dict[str, Any], **changes: str) -> dict[str, Any]:
    return {**asked, "applicant": {**asked["applicant"], **changes}}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ()),
        ({"problem": ""}, ()),
        ({"material_id": "id-card", "name": "居民身份证", "problem": "有效期看不清"}, ()),
        ({"material_id": "id-card", "name": "居民身份证", "problem": ""}, ("not-missing",)),
        ({"material_id": "income", "name": "收入证明"}, ("not-missing",)),
        ({"name": "收入证明"}, ("not-missing",)),
    ],
)
def test_only_materials_of_the_item_that_lack_or_fail_are_told_at_intake(changes, codes) -> None:
    missing = [{**MISSING[0], **changes}]
    facts = receipt_facts(application=application(complete=False), missing=missing)
    assert Walk().refusals("note_missing", AGENT, facts) == codes


def test_what_other_offices_share_is_not_demanded() -> None:
    walk = Walk()
    walk.item = replace(walk.item, materials=tuple(replace(row, shared=True) for row in walk.item.materials))
    facts = receipt_facts(application=application(complete=False), missing=MISSING)
    assert walk.refusals("note_missing", AGENT, facts) == ("not-missing",)


@pytest.mark.parametrize(
    ("counts", "codes"),
    [
        ({"originals": 1, "copies": 1}, ()),
        ({"originals": 2, "copies": 1}, ()),
        ({"originals": 0, "copies": 1}, ("supplement-missing",)),
        ({"originals": 1, "copies": 0}, ("supplement-missing",)),
    ],
)
def test_a_supplement_brings_as_many_as_the_catalogue_asks(counts, codes) -> None:
    row = {"material_id": "booklet", "name": "户口簿", **counts}
    walk = at_township().go("request_supplement", CLERK)
    assert walk.refusals("supply", AGENT, {"materials": [row]}) == codes


def test_a_batch_has_a_number_of_the_station_that_hands_over() -> None:
    for walk, move, by, to_desk in (
        (received(), "hand_over", AGENT, TOWNSHIP),
        (at_township().go("examine", CLERK), "forward", CLERK, WINDOW),
    ):
        stranger = "510704105213"
        assert walk.refusals(move, by, batch_facts(to_desk, stranger)) == ("foreign-number",)
        assert walk.refusals(move, by, batch_facts(to_desk, by.desk_id)) == ()


@pytest.mark.parametrize(
    ("days", "codes"), [(-2, ("wrong-day",)), (-1, ()), (0, ()), (1, ()), (2, ("wrong-day",))]
)
def test_a_receipt_number_is_of_its_own_day_or_of_the_other_side_of_midnight(days, codes) -> None:
    facts = receipt_facts(day=DAY + timedelta(days=days))
    assert Walk().refusals("receive", AGENT, facts) == codes


def test_a_case_completed_weeks_later_keeps_the_number_of_its_first_day() -> None:
    walk = Walk().go("note_missing", AGENT)
    later = event("case", "receive", AGENT, receipt_facts(), NOON + timedelta(days=20))
    assert judge(walk.situation, later) == ()


def test_a_supplement_goes_back_to_the_applicant_and_is_asked_for_once() -> None:
    walk = at_township().go("request_supplement", CLERK)
    assert walk.case is not None
    assert (walk.case.state, walk.case.holder) == (State.SUPPLEMENT, VILLAGE)
    assert walk.refusals("supply", AGENT, {"materials": []}) == ("supplement-missing",)
    walk.go("supply", AGENT).go("hand_over", AGENT).go("sign_for", CLERK)
    booklet = next(row for row in walk.case.application.materials if row.material_id == "booklet")
    assert booklet.copies == 2
    assert walk.refusals("request_supplement", CLERK, FACTS["request_supplement"]) == ("told-twice",)


def test_a_supplement_is_due_on_a_day_that_lies_ahead() -> None:
    for deadline, code in (("2026-11-20", "past-deadline"), ("月底", "bad-answer")):
        facts = {**FACTS["request_supplement"], "deadline": deadline}
        assert at_township().refusals("request_supplement", CLERK, facts) == (code,)


def test_a_result_is_served_between_its_own_day_and_today() -> None:
    on_the_spot = received(VILLAGE_ITEM).go("handle_directly", AGENT)
    decided = at_township(TOWNSHIP_ITEM).go("accept", CLERK).go("grant", MAYOR).go("issue_result", CLERK)
    decided.go("send_result", CLERK).go("sign_for_result", AGENT)
    for walk in (on_the_spot, decided):
        for day, codes in (
            ("2026-11-19", ("served-before",)),
            ("2026-11-20", ()),
            ("2026-11-21", ("served-ahead",)),
            ("昨天", ("bad-answer",)),
        ):
            assert walk.refusals("serve", AGENT, {**FACTS["serve"], "served_on": day}) == codes
    late = event(
        "case", "serve", AGENT, {**FACTS["serve"], "served_on": "2026-11-23"}, NOON + timedelta(days=5)
    )
    assert judge(decided.situation, late) == ()


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ("2026-11-20", "2026-11-26", ()),
        ("2026-11-20", "2026-12-11", ()),
        ("2026-11-20", "2026-12-12", ("publicity-long",)),
        ("2020-01-01", "2099-12-31", ("publicity-early", "publicity-long")),
        ("2026-11-19", "2026-11-26", ("publicity-early",)),
        ("2026-11-20", "2026-11-25", ("publicity-short",)),
        ("2026-11-26", "2026-11-20", ("publicity-short",)),
        ("2026-11-20", "月底", ("bad-answer",)),
        ("", "2026-11-20", ("empty",)),
    ],
)
def test_what_is_publicised_is_publicised_for_as_many_days_as_the_catalogue_says(first, last, codes) -> None:
    walk = at_township(TOWNSHIP_ITEM, publicity_days=7).go("accept", CLERK)
    facts = {**FACTS["publicise"], "publicity_from": first, "publicity_to": last}
    assert walk.refusals("publicise", CLERK, facts) == codes


def test_publicity_is_put_on_record_with_what_shows_it() -> None:
    walk = at_township(TOWNSHIP_ITEM, publicity_days=3).go("accept", CLERK)
    unproven = {**FACTS["publicise"], "evidence": " "}
    assert walk.refusals("publicise", CLERK, unproven) == ("empty",)


def test_what_must_be_publicised_is_granted_when_the_days_are_over() -> None:
    walk = at_township(TOWNSHIP_ITEM, publicity_days=3).go("accept", CLERK)
    assert walk.refusals("grant", MAYOR) == ("not-publicised",)
    walk.go("publicise", CLERK)
    assert walk.refusals("grant", MAYOR) == ("publicity-running",)
    assert walk.wait(2).refusals("grant", MAYOR) == ("publicity-running",)
    assert walk.wait(1).refusals("grant", MAYOR) == ()


@pytest.mark.parametrize(
    ("first", "last", "wait", "codes"),
    [
        ("", "", 0, ("not-publicised",)),
        ("2026-11-20", "", 30, ("not-publicised",)),
        ("2026-11-20", "2026-11-21", 30, ("publicity-short",)),
        ("2026-11-20", "2026-11-22", 0, ("publicity-running",)),
        ("2026-11-20", "2026-11-22", 3, ()),
    ],
)
def test_by_an_earlier_edition_the_decision_names_the_days_and_the_law_still_binds(
    first, last, wait, codes
) -> None:
    walk = at_township(TOWNSHIP_ITEM, publicity_days=3).go("accept", CLERK).wait(wait)
    event = walk._step("grant", MAYOR, None)
    days = {name: day for name, day in (("publicity_from", first), ("publicity_to", last)) if day}
    named = replace(event, facts={**event.facts, **days})
    old = replace(named, under=replace(event.under, rules=1))
    assert tuple(reason.code for reason in judge(walk.situation, old)) == codes
    assert [reason.code for reason in judge(walk.situation, named)] == ["not-publicised"]


def test_what_is_refused_need_not_be_publicised() -> None:
    walk = at_township(TOWNSHIP_ITEM, publicity_days=3).go("accept", CLERK).go("review", CLERK)
    assert walk.refusals("refuse", MAYOR) == ()


def test_an_item_without_publicity_is_not_publicised() -> None:
    assert at_township(TOWNSHIP_ITEM).go("accept", CLERK).refusals("publicise", CLERK) == ("no-publicity",)


def test_a_recalled_batch_is_no_longer_the_addressees_business() -> None:
    walk = received().go("hand_over", AGENT)
    assert walk.case is not None
    assert walk.case.visible_to == {VILLAGE, TOWNSHIP}
    walk.go("recall", AGENT)
    assert (walk.case.state, walk.case.visible_to) == (State.RECEIVED, {VILLAGE})
    assert walk.refusals("sign_for", CLERK) == ("wrong-state",)


def test_a_declined_handover_leaves_the_case_with_its_sender() -> None:
    walk = received().go("hand_over", AGENT).go("decline_handover", CLERK)
    assert walk.case is not None
    assert (walk.case.state, walk.case.holder, walk.case.addressed_to) == (State.RECEIVED, VILLAGE, "")


@pytest.mark.parametrize(
    ("walk", "move", "by", "code"),
    [
        (received, "sign_for", CLERK, "wrong-state"),
        (received, "hand_over", CLERK, "not-holder"),
        (at_township, "accept", CLERK, "no-power"),
        (at_township, "hand_over", AGENT, "wrong-state"),
        (at_county, "accept", WINDOW_CLERK, "not-registered"),
        (at_county, "register", OFFICER, "not-holder"),
        (in_department, "grant", APPROVER, "not-reviewed"),
        (in_department, "review", WINDOW_CLERK, "not-holder"),
    ],
)
def test_the_wrong_desk_post_or_state_is_refused_with_a_sentence(walk, move, by, code) -> None:
    reasons = judge(walk().situation, event("case", move, by, default_facts(move, COUNTY_ITEM, by)))
    assert code in [reason.code for reason in reasons]
    assert all(len(reason.text) >= 8 and not reason.text.isascii() for reason in reasons)


def accepting(**changes: Any) -> dict[str, Any]:
    """An acceptance whose promised due date says something else."""
    return {**FACTS["accept"], "promised_due": {**FACTS["accept"]["promised_due"], **changes}}


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2026-12-07"},
        {"day": "2026-12-03"},
        {"provisional": True},
        {"value": 11},
        {"limit": "5个工作日"},
    ],
)
def test_a_due_date_is_the_one_the_limit_and_the_calendar_give(changes) -> None:
    walk = at_township(TOWNSHIP_ITEM)
    assert walk.refusals("accept", CLERK, accepting(**changes)) == ("wrong-due-date",)
    uncounted = replace(walk.situation, calendar=None)
    assert judge(uncounted, event("case", "accept", CLERK, accepting(**changes))) == ()


def test_an_acceptance_names_every_due_date_its_item_has_and_no_other() -> None:
    walk = at_township(TOWNSHIP_ITEM)
    without = {name: fact for name, fact in FACTS["accept"].items() if name != "statutory_due"}
    assert walk.refusals("accept", CLERK, without) == ("wrong-due-date",)
    walk.item = replace(walk.item, statutory_limit=None)
    assert walk.refusals("accept", CLERK) == ("wrong-due-date",)
    assert walk.refusals("accept", CLERK, without) == ()


def test_a_due_date_without_its_limit_in_numbers_is_still_read() -> None:
    older = {
        name: {key: fact[key] for key in ("day", "provisional", "calendar", "limit")}
        for name, fact in DUE.items()
    }
    facts = {**FACTS["accept"], **older}
    assert at_township(TOWNSHIP_ITEM).refusals("accept", CLERK, facts) == ()
    assert stated_due(older["promised_due"]).day == date(2026, 12, 4)


def test_a_due_date_carries_its_limit_in_numbers_and_the_calendar_it_was_counted_by() -> None:
    assert DUE["promised_due"] == {
        "day": "2026-12-04",
        "provisional": False,
        "calendar": "test",
        "limit": "10个工作日",
        "value": 10,
        "unit": "working_days",
    }


def test_acceptor_and_decider_are_two_persons() -> None:
    walk = at_township(TOWNSHIP_ITEM).go("accept", CLERK)
    posts = tuple(
        replace(post, holder_a=CLERK.person_id) if post.post_id == MAYOR.post_id else post
        for post in organisation().posts
    )
    same = Situation(walk.case, replace(organisation(), posts=posts), walk.item)
    by = replace(MAYOR, person_id=CLERK.person_id)
    assert [reason.code for reason in judge(same, event("case", "grant", by, FACTS["grant"]))] == [
        "same-person"
    ]


def test_the_b_holder_acts_for_the_absent_a_and_a_stranger_does_not() -> None:
    assert received().refusals("hand_over", hand("agent", "p-agent-b")) == ()
    assert received().refusals("hand_over", replace(AGENT, person_id="p-clerk")) == ("not-in-post",)
    assert received().refusals("hand_over", replace(AGENT, side="B")) == ("not-in-post",)


def test_no_code_in_force_no_case() -> None:
    assert Walk(SUSPENDED_ITEM).refusals("receive", AGENT, receipt_facts(COUNTY_ITEM))[0] == "item-suspended"
    unknown = Situation(None, organisation(), None)
    assert judge(unknown, event("case", "receive", AGENT, receipt_facts()))[0].code == "no-code"


def test_a_receipt_needs_every_required_material_and_a_right_number() -> None:
    lacking = receipt_facts(application=application(complete=False))
    assert Walk().refusals("receive", AGENT, lacking) == ("material-missing",)
    wrong = receipt_facts(receipt_number="510704105209-20261120-010001")
    assert Walk().refusals("receive", AGENT, wrong)


def test_an_unknown_move_and_the_hubs_own_move_are_refused() -> None:
    assert received().refusals("teleport", AGENT, {}) == ("unknown-move",)
    assert received().refusals("assign_number", AGENT, {"case_number": "510704-20261120-000001"}) == (
        "unknown-move",
    )


def test_every_offered_move_can_say_why_it_is_not_possible() -> None:
    walk = at_township()
    offered = {move.name: reasons for move, reasons in possible_moves(walk.situation, CLERK)}
    assert offered["examine"] == ()
    assert [reason.code for reason in offered["accept"]] == ["no-power"]


def test_every_row_of_the_table_is_sound() -> None:
    for name, row in TABLE.items():
        assert row.name == name
        assert row.title
        assert EFFECTS[name] is row.effect
        assert row.from_states or row.opens
        assert row.posts or row.acts_by is ActsBy.HUB
        assert len({ask.name for ask in row.asks}) == len(row.asks)


@given(st.sampled_from(sorted(TABLE)), st.sampled_from(HANDS))
def test_a_voided_case_goes_nowhere_but_into_the_archive(move: str, by) -> None:
    walk = received().go("propose_void", AGENT).go("void", CLERK)
    row = TABLE[move]
    assert why_not(walk.situation, row, by) or row.effect.to_state in (None, State.ARCHIVED)
