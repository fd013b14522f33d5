"""Cases in other systems' codes."""

from __future__ import annotations

import pytest

from case_logs import CaseLog, decided, on_the_spot, served, travelled
from stationapp.domain.case import Case, State
from stationapp.domain.case_course import course_of
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.code_book import DEFAULT_CODES, Evidence, code_book
from stationapp.domain.exchange_codes import (
    SuspensionKind,
    action_of,
    case_status_code,
    closing_code,
    closing_note,
    closing_title,
    suspensions_of,
)
from stationapp.domain.identity_documents import DocumentKind
from stationapp.domain.organisation import Level
from stationapp.domain.refusal import Refused


def case_of(log: CaseLog) -> Case:
    return course_of(log.events)[-1].after


def ended(move: str) -> CaseLog:
    """A case that a clerk ended before it was accepted."""
    log = CaseLog().then("receive").then("hand_over").then("sign_for")
    return log.then(move, 1, by="clerk", reason="不属于本机关职权范围", document_number="x")


@pytest.mark.parametrize(
    ("log", "code", "note"),
    [
        (served(), "0", ""),
        (served(move="refuse"), "6", "不予许可"),
        (on_the_spot(), "6", ""),
        (ended("return_application"), "1", "退件"),
        (ended("decline_acceptance"), "1", "不予受理"),
        (ended("tell_not_needed"), "1", "不需要许可"),
        (ended("void"), "2", ""),
        (ended("delete_record"), "3", ""),
        (travelled().then("withdraw", 2), "6", "申请人撤回"),
        (decided(), "", ""),
    ],
)
def test_each_way_a_case_ends_has_its_closing_code(log, code, note):
    case = case_of(log)
    assert (closing_code(case), closing_note(case)) == (code, note)


def test_a_case_that_nobody_supplied_is_closed_as_such_and_open_again_when_supplied():
    asked = CaseLog().then("receive").then("hand_over").then("sign_for").then("request_supplement", 1)
    assert case_status_code(case_of(asked)) == "3"
    asked.then("close_unsupplied", 20, by="clerk", reason="逾期未补正", document_number="x")
    assert closing_code(case_of(asked)) == "5"
    asked.then("supply", 21)
    assert (closing_code(case_of(asked)), case_status_code(case_of(asked))) == ("", "0")


def test_an_archived_case_keeps_the_code_it_was_closed_with():
    log = served()
    assert case_status_code(case_of(log)) == "1"
    log.then("archive", 9, shelf_number="2026-1")
    assert (case_status_code(case_of(log)), closing_code(case_of(log))) == ("6", "0")


def test_a_special_procedure_is_a_state_of_its_own_and_a_suspension_with_an_end():
    log = travelled().then("start_special", 2, procedure="testing", reason="须检测", expected_days=5)
    assert case_status_code(case_of(log)) == "4"
    assert [(row.kind, row.end) for row in suspensions_of(course_of(log.events))] == [
        (SuspensionKind.SPECIAL, None)
    ]
    log.then("end_special", 7, result="合格", ended_on="2026-11-23")
    assert [row.days for row in suspensions_of(course_of(log.events))] == [5]


def test_forwarding_to_a_superior_rests_the_case_and_excludes_no_day():
    log = travelled().then("review", 2).then("report_up", 3, by="approver", opinion="同意", organ="市局")
    (rest,) = suspensions_of(course_of(log.events))
    assert (rest.kind.label, rest.kind.excludes_days, rest.days) == ("转报", False, None)
    log.then("record_reply_refused", 9, by="approver", reason="不符合", organ="市局")
    assert [row.days for row in suspensions_of(course_of(log.events))] == [6]


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_status_and_every_end_a_closing_code(state):
    from dataclasses import replace

    from stationapp.domain.states import ENDED_STATES

    closed = state if state in ENDED_STATES else State.CONCLUDED if state is State.ARCHIVED else None
    case = replace(case_of(CaseLog().then("receive")), state=state, closed_as=closed)
    assert case_status_code(case) in DEFAULT_CODES.lists["case_status"].names
    assert (closing_code(case) in DEFAULT_CODES.lists["result_type"].names) == (closed is not None)


def test_every_move_of_the_table_is_one_of_the_three_actions():
    log = CaseLog()
    for move in TABLE:
        log.then(move, by="agent", outcome="agree")
    actions = {event.move: action_of(event) for event in log.events}
    assert set(actions.values()) == {"pass", "back", "other"}
    assert (actions["accept"], actions["return_application"], actions["urge"]) == ("pass", "back", "other")
    log.then("give_opinion", by="officer", outcome="disagree")
    assert action_of(log.events[-1]) == "back"


def test_every_value_of_ours_has_a_code_in_its_list():
    codes = DEFAULT_CODES
    assert all(codes.code("document_kind", str(kind)) for kind in DocumentKind)
    assert all(codes.code("project_type", str(kind)) for kind in HandlingKind)
    assert all(codes.code("level", str(level)) for level in Level)


def test_code_lists_say_how_sure_they_are_and_a_county_can_give_its_own():
    assert {row.evidence for row in DEFAULT_CODES.lists.values()} == set(Evidence)
    assert all(
        row.source and set(row.codes.values()) == set(row.names) for row in DEFAULT_CODES.lists.values()
    )
    own = code_book({"event_name": {"pass": "01", "back": "02"}})
    assert [own.code("event_name", key) for key in ("pass", "back", "other")] == ["01", "02", "3"]
    assert own.lists["event_name"].names == {"01": "通过", "02": "退回", "3": "其他"}
    assert closing_title("5") == "补正不来办结"
    assert closing_title("") == "在办"


@pytest.mark.parametrize(
    "overrides", [{"nowhere": {}}, {"get_type": {"stone": "1"}}, {"get_type": {"paper": 1}}]
)
def test_codes_for_lists_or_keys_nobody_knows_are_refused(overrides):
    with pytest.raises(Refused):
        code_book(overrides)
