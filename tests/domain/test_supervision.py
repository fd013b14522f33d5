"""The supervision's findings: warnings, cards, who answers, appeals, and the same result offline and at the hub."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from published_calendar import PUBLISHED
from small_county import DEPARTMENT, TOWNSHIP, VILLAGE, WINDOW
from stationapp.domain.catalogue import Stage, StageLimit
from stationapp.domain.findings import (
    Appeal,
    AppealOutcome,
    Finding,
    FindingKind,
    Grade,
    finding_from_mapping,
    finding_to_mapping,
    gravest,
    revoked_by_desk,
    standing,
)
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.refusal import Refused
from stationapp.domain.supervision_export import TABLE_11, to_table_11
from stationapp.domain.supervision_policy import (
    DEFAULT_POLICY,
    SupervisionPolicy,
    policy_from_mapping,
    policy_to_mapping,
)
from stationapp.domain.supervision_rules import RULES
from supervised_case import (
    ACCEPTED,
    LICENCE,
    ORGANISATION,
    SERVICE,
    TO_WINDOW,
    Row,
    found_at,
    log_of,
    moment,
    working,
)

DECIDED: tuple[Row, ...] = (
    *ACCEPTED,
    ("review", "officer", "03-11"),
    ("grant", "approver", "03-12"),
    ("issue_result", "officer", "03-13"),
    ("send_result", "window", "03-13 15:00"),
    ("sign_for_result", "clerk", "03-16"),
    ("serve", "clerk", "03-17"),
    ("conclude", "clerk", "03-17 15:00"),
)


def codes(found: tuple[Finding, ...]) -> list[str]:
    """The rules that found something, in order."""
    return [one.rule for one in found]


def only(found: tuple[Finding, ...], rule: str) -> Finding:
    """The one finding of a rule."""
    (one,) = [one for one in found if one.rule == rule]
    return one


def test_a_case_handled_in_time_has_no_finding() -> None:
    assert found_at(log_of(*DECIDED), "12-01") == ()
    assert found_at((), "12-01") == ()


def test_a_case_is_warned_of_then_carded_yellow_then_red() -> None:
    log = log_of(*ACCEPTED)
    of_case = ["W01", "D01", "D02"]
    seen = {day: [code for code in codes(found_at(log, day)) if code in of_case] for day in (
        "03-18", "03-19", "03-23", "03-24", "04-07", "04-08",
    )}  # fmt: skip
    assert seen == {
        "03-18": [],
        "03-19": ["W01"],
        "03-23": ["W01"],
        "03-24": ["W01", "D01"],
        "04-07": ["W01", "D01"],
        "04-08": ["W01", "D01", "D02"],
    }
    found = found_at(log, "04-08")
    assert [only(found, code).grade for code in of_case] == [Grade.WARNING, Grade.YELLOW, Grade.RED]
    assert only(found, "D01").day == date(2026, 3, 24)
    assert only(found, "D01").sentence == (
        "游仙区民政局的“承诺时限”（10个工作日，自2026-03-09起）最迟应于2026-03-23完成，已超过，至今未完成。"
    )


def test_a_card_names_the_desk_that_held_the_case_its_person_and_the_evidence() -> None:
    log = log_of(*ACCEPTED, ("review", "officer", "03-11"))
    card = only(found_at(log, "03-24"), "D01")
    assert (card.desk_id, card.person, card.person_name, card.stage) == (
        DEPARTMENT,
        "p-officer",
        "测试officer",
        "承诺时限",
    )
    assert card.evidence == (log[7].event.event_id,)
    nobody_yet = only(found_at(log_of(*ACCEPTED), "03-24"), "D01")
    assert (nobody_yet.desk_id, nobody_yet.person) == (DEPARTMENT, "p-approver")


def test_what_was_finished_late_stays_a_card_with_the_day_it_was_settled() -> None:
    running = only(found_at(log_of(*ACCEPTED), "03-30"), "D01")
    log = log_of(*ACCEPTED, ("review", "officer", "03-26"), ("grant", "approver", "03-27"))
    settled = only(found_at(log, "12-01"), "D01")
    assert (running.settled_on, settled.settled_on) == (None, date(2026, 3, 27))
    assert settled.sentence.endswith("已超过，实际于2026-03-27完成。")
    assert "D02" not in codes(found_at(log, "12-01"))


def test_a_finding_keeps_its_identity_when_the_log_grows_and_time_passes() -> None:
    log = log_of(*ACCEPTED)
    early = only(found_at(log, "03-24"), "D01")
    later = (*log, *log_of(("review", "officer", "04-20"), ("grant", "approver", "04-21")))
    assert only(found_at(later, "09-01"), "D01").finding_id == early.finding_id
    twin = log_of(*ACCEPTED)
    assert only(found_at(twin, "03-24"), "D01").finding_id != early.finding_id


def test_a_stage_runs_over_even_when_the_case_is_in_time() -> None:
    slow = replace(LICENCE, stage_limits=(StageLimit(Stage.REVIEW, working(1)),))
    found = found_at(log_of(*DECIDED), "12-01", slow)
    assert codes(found) == ["W02", "D06"]
    late = only(found, "D06")
    assert (late.stage, late.desk_id, late.grade) == ("审查", WINDOW, Grade.YELLOW)


def test_a_village_that_reports_late_is_carded_and_not_the_township() -> None:
    rows: tuple[Row, ...] = (TO_WINDOW[0], ("hand_over", "agent", "03-06"))
    late = only(found_at(log_of(*rows), "03-06 12:00"), "D04")
    assert (late.desk_id, late.person, late.grade, late.day) == (
        VILLAGE,
        "p-agent",
        Grade.YELLOW,
        date(2026, 3, 6),
    )


def test_a_township_that_does_not_forward_in_time_is_carded_by_the_law_for_licences() -> None:
    log = log_of(*TO_WINDOW[:3])
    assert only(found_at(log, "04-02"), "D03").desk_id == TOWNSHIP
    assert only(found_at(log, "04-02"), "D03").grade is Grade.RED
    assert only(found_at(log, "04-02", SERVICE), "D05").grade is Grade.YELLOW


def test_five_silent_days_are_a_breach_of_the_law_for_licences_and_of_service_else() -> None:
    log = log_of(*TO_WINDOW)
    assert codes(found_at(log, "03-13")) == ["W02"]
    assert only(found_at(log, "03-14"), "D03").grade is Grade.RED
    assert only(found_at(log, "03-14", SERVICE), "D06").grade is Grade.YELLOW


def test_a_suspended_case_is_not_carded() -> None:
    log = log_of(*ACCEPTED, ("start_special", "officer", "03-12", {"expected_days": 60}))
    assert not {"D01", "D02", "W01"} & set(codes(found_at(log, "04-30")))


def test_a_special_procedure_longer_than_told_is_carded() -> None:
    log = log_of(*ACCEPTED, ("start_special", "officer", "03-12", {"expected_days": 5}))
    assert only(found_at(log, "03-20"), "D08").day == date(2026, 3, 20)


def test_a_department_that_does_not_answer_is_carded_itself() -> None:
    due = log_of(("accept", "window", "03-10"))[0].event.facts["promised_due"]
    parts = [{"desk_id": TOWNSHIP, "matter": "核查", "due": due}]
    log = log_of(*ACCEPTED, ("fan_out", "officer", "03-10", {"parts": parts}))
    card = only(found_at(log, "03-25"), "D07")
    assert (card.desk_id, card.person) == (TOWNSHIP, "p-clerk")


def test_a_lapsed_supplement_and_an_unchecked_promise_are_warned_of_while_they_wait() -> None:
    rows: tuple[Row, ...] = (
        *TO_WINDOW,
        ("request_supplement", "window", "03-09", {"deadline": "2026-03-20"}),
    )
    assert only(found_at(log_of(*rows), "03-23"), "W04").grade is Grade.WARNING
    closed = log_of(*rows, ("close_unsupplied", "window", "03-24", {"reason": "逾期未补正"}))
    assert "W04" not in codes(found_at(closed, "03-25"))


def test_nobody_is_carded_by_a_guessed_calendar() -> None:
    log = log_of(
        ("receive", "clerk", "2026-12-18"),
        ("forward", "clerk", "2026-12-18"),
        ("accept", "window", "2026-12-21"),
    )
    found = found_at(log, "2027-03-01")
    assert {one.grade for one in found} <= {Grade.NORMAL, Grade.WARNING}
    assert "W03" in codes(found)
    known = replace(PUBLISHED, version="cn-2027.1", years=range(2004, 2028))
    assert {"D01", "D02"} <= set(codes(found_at(log, "2027-03-01", calendar=known)))


def test_a_revoked_card_stays_on_record_and_counts_no_more() -> None:
    found = found_at(log_of(*ACCEPTED), "04-08")
    red = only(found, "D02")
    upheld = Appeal(red.finding_id, AppealOutcome.UPHELD, "理由不成立", "监察岗")
    revoked = Appeal(red.finding_id, AppealOutcome.REVOKED, "停电停办", "监察岗")
    elsewhere = Appeal("0" * 32, AppealOutcome.REVOKED, "无", "监察岗")
    assert gravest(standing(found, ())) is Grade.RED
    assert gravest(standing(found, (upheld,))) is Grade.RED
    rows = standing(found, (upheld, elsewhere, revoked))
    assert [row.finding for row in rows] == list(found)
    assert gravest(rows) is Grade.YELLOW
    assert revoked_by_desk(rows) == {DEPARTMENT: 1}
    (taken_back,) = [row for row in rows if row.is_revoked]
    assert taken_back.text.endswith("（申诉后已撤销：停电停办）")
    assert gravest(()) is Grade.NORMAL


def test_the_county_may_settle_thresholds_and_grades() -> None:
    log = log_of(*ACCEPTED)
    early = SupervisionPolicy(warn_percent=50, grades={"D01": 3})
    found = found_at(log, "03-24", policy=early)
    assert only(found, "W01").day == date(2026, 3, 16)
    assert only(found, "D01").grade is Grade.RED
    strict = SupervisionPolicy(handover_limit=working(1))
    rows: tuple[Row, ...] = (TO_WINDOW[0], ("hand_over", "agent", "03-04"))
    assert "D04" in codes(found_at(log_of(*rows), "03-05", policy=strict))


@given(st.integers(0, 60), st.integers(0, 100), st.integers(0, 30))
def test_a_warning_never_comes_with_the_whole_limit_left(total: int, percent: int, days: int) -> None:
    left = SupervisionPolicy(warn_percent=percent, warn_days=days).units_left_to_warn(total)
    assert 0 <= left < max(total, 1)
    assert left >= min(total - 1, total * percent // 100)


def test_a_policy_travels_as_json_and_keeps_within_the_law() -> None:
    policy = SupervisionPolicy(version=3, warn_days=2, acceptance_limit=working(2), grades={"W02": 0})
    assert policy_from_mapping(json.loads(json.dumps(policy_to_mapping(policy)))) == policy
    assert policy_from_mapping({"format": 1, "version": 0}) == DEFAULT_POLICY


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"version": "1"},
        {"warn_percent": 101},
        {"late_upload_hours": True},
        {"acceptance_limit": {"value": 6, "unit": "working_days"}},
        {"examination_limit": {"value": 20, "unit": "calendar_days"}},
        {"delivery_limit": 10},
        {"extension_days": 11},
        {"grades": {"D01": 4}},
        {"grades": ["D01"]},
    ],
)
def test_an_unsound_policy_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="监察规则设置有误"):
        policy_from_mapping({**policy_to_mapping(DEFAULT_POLICY), **wrong})


def test_a_finding_travels_as_json() -> None:
    log = log_of(*ACCEPTED, ("review", "officer", "03-26"), ("grant", "approver", "03-27"))
    for one in (*found_at(log, "12-01"), *found_at(log_of(*ACCEPTED), "04-30")):
        assert finding_from_mapping(json.loads(json.dumps(finding_to_mapping(one)))) == one


def test_a_finding_is_exported_with_the_fields_of_the_standard() -> None:
    red = only(found_at(log_of(*ACCEPTED), "04-08"), "D02")
    row = to_table_11(standing((red,), ())[0], "510704-1", LICENCE, ORGANISATION, moment("04-08 10:30"))
    assert tuple(row) == TABLE_11
    assert row["督办发出时间"] == "20260408T103000"
    assert row["状态产生时间"] == "20260408T000000"
    assert (row["监察预警类型代码"], row["监察规则编号"], row["事项类型代码"]) == ("3", "D02", "01")
    assert (row["被督办机构"], row["责任部门"]) == ("绵阳市游仙区民政局", "游仙区民政局")
    revoked = standing((red,), (Appeal(red.finding_id, AppealOutcome.REVOKED, "停电", "监察岗"),))[0]
    taken_back = to_table_11(revoked, "510704-1", LICENCE, ORGANISATION, moment("04-08 10:30"))
    assert taken_back["监察预警类型代码"] == "0"
    assert taken_back["监察结果描述"].endswith("（申诉后已撤销：停电）")


def test_every_rule_has_a_code_of_its_own_a_source_and_a_sentence() -> None:
    listed = [rule.code for rule in RULES]
    assert len(listed) == len(set(listed))
    assert all(rule.title and rule.source and rule.sentence.endswith("。") for rule in RULES)


@st.composite
def courses(draw: st.DrawFn) -> list[Row]:
    """Courses of a case with arbitrary days between the acts, broken off anywhere."""
    day, rows = date(2026, 1, 5), []
    special = [("start_special", "officer"), ("end_special", "officer")] if draw(st.booleans()) else []
    moves = [(row[0], row[1]) for row in ACCEPTED]
    moves += [
        *special,
        ("review", "officer"),
        ("grant", "approver"),
        ("issue_result", "officer"),
        ("serve", "window"),
    ]
    for move, post in moves[: draw(st.integers(1, len(moves)))]:
        day += timedelta(days=draw(st.integers(0, 12)))
        rows.append((move, post, day.isoformat()))
    return rows


@settings(max_examples=60, deadline=None)
@given(courses(), st.integers(0, 23), st.sampled_from([LICENCE, SERVICE]))
def test_a_station_without_network_finds_what_the_hub_finds(rows: list[Row], hours: int, of: Any) -> None:
    offline = log_of(*rows, of=of)
    hub = [LoggedAct(act.event, act.event.at + timedelta(hours=hours)) for act in offline]
    now = "2026-12-01"
    assert found_at(offline, now, of) == found_at(hub, now, of)
    late = [LoggedAct(act.event, act.event.at + timedelta(days=3)) for act in offline]
    beyond = [one for one in found_at(late, now, of) if one.kind is not FindingKind.LATE_UPLOAD]
    assert tuple(beyond) == found_at(offline, now, of)


@settings(max_examples=60, deadline=None)
@given(courses(), st.dates(date(2026, 1, 5), date(2026, 12, 1)), st.integers(0, 60))
def test_a_finding_once_there_does_not_go_away_by_time_alone(rows: list[Row], day: date, later: int) -> None:
    log = log_of(*rows)
    first = {one.finding_id for one in found_at(log, day.isoformat())}
    assert first <= {one.finding_id for one in found_at(log, (day + timedelta(days=later)).isoformat())}
