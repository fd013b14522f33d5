"""Logical faults, wrong clocks, late upload and acts without their reasons, each with its evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from small_county import MISSING, VILLAGE, WINDOW, receipt_facts
from stationapp.domain.findings import Finding, FindingKind, Grade
from supervised_case import ACCEPTED, LICENCE, TO_WINDOW, Row, found_at, log_of

TO_DECISION: tuple[Row, ...] = (*ACCEPTED, ("review", "officer", "03-11"), ("grant", "approver", "03-12"))
TO_SERVICE: tuple[Row, ...] = (
    *TO_DECISION,
    ("issue_result", "officer", "03-13"),
    ("serve", "window", "03-16"),
)


def only(found: tuple[Finding, ...], rule: str) -> Finding:
    """The one finding of a rule."""
    (one,) = [one for one in found if one.rule == rule]
    return one


def codes(*rows: Row, received: tuple[str, ...] = ()) -> set[str]:
    """The rules that find something in these rows."""
    return {one.rule for one in found_at(log_of(*rows, received=received), "03-17")}


def moved(rows: tuple[Row, ...], move: str, day: str) -> tuple[Row, ...]:
    """The rows, none of which has facts of its own, with an act moved to another day by its author's clock."""
    return tuple((row[0], row[1], day) if row[0] == move else row for row in rows)


def test_an_acceptance_after_the_conclusion_is_a_fault_with_both_acts_as_evidence() -> None:
    rows = (*TO_SERVICE, ("conclude", "agent", "03-06 12:00"))
    log = log_of(*rows)
    fault = only(found_at(log, "03-20"), "L01")
    assert (fault.kind, fault.grade) == (FindingKind.LOGIC, Grade.RED)
    assert fault.evidence == (log[7].event.event_id, log[-1].event.event_id)
    assert fault.sentence == "办结的时间（2026-03-06 12:00）与受理的时间（2026-03-09 09:00）先后矛盾。"
    assert fault.desk_id == VILLAGE


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (moved(TO_DECISION, "grant", "03-08"), "L02"),
        (moved(ACCEPTED, "receive", "03-20"), "L03"),
        (moved(TO_WINDOW, "sign_for", "03-01"), "L05"),
        (
            (
                *TO_WINDOW,
                ("request_supplement", "window", "03-09"),
                ("supply", "agent", "03-08"),
            ),
            "L04",
        ),
        (
            (
                *ACCEPTED,
                ("start_special", "officer", "03-10"),
                ("end_special", "approver", "03-09 12:00", {"ended_on": "2026-03-09"}),
            ),
            "L07",
        ),
        (
            (
                *ACCEPTED,
                ("start_special", "officer", "03-10"),
                ("end_special", "officer", "03-12", {"ended_on": "2026-03-09"}),
            ),
            "L10",
        ),
        ((*TO_DECISION, ("serve", "window", "03-16", {"served_on": "2026-03-10"})), "L11"),
        ((*TO_DECISION, ("serve", "window", "03-16", {"served_on": "2026-03-30"})), "L11"),
        (moved(TO_SERVICE, "serve", "03-10"), "L08"),
    ],
)
def test_times_that_contradict_each_other_are_flagged(rows: tuple[Row, ...], rule: str) -> None:
    assert rule in codes(*rows)
    assert rule not in codes(*TO_SERVICE)


def test_a_supplement_recorded_before_its_notice_is_flagged_by_its_place() -> None:
    supplied: Row = ("supply", "agent", "03-08")
    asked: Row = ("request_supplement", "window", "03-09")
    assert "L04" in codes(*TO_WINDOW, supplied, asked)


def test_clocks_a_few_minutes_apart_are_no_fault() -> None:
    rows: tuple[Row, ...] = (
        TO_WINDOW[0],
        ("hand_over", "agent", "03-03"),
        ("sign_for", "clerk", "03-03 08:57"),
    )
    assert codes(*rows) == set()


def test_a_clock_that_runs_ahead_of_the_hub_explains_the_contradiction_and_is_no_card() -> None:
    rows = tuple(row for row in moved(TO_DECISION, "accept", "03-20") if row[0] != "assign")
    received = tuple("" if row[0] != "accept" else "03-09 09:01" for row in rows)
    found = found_at(log_of(*rows, received=received), "03-13")
    ahead, fault = only(found, "C01"), only(found, "L02")
    assert (ahead.kind, ahead.grade, ahead.desk_id) == (FindingKind.CLOCK, Grade.NORMAL, WINDOW)
    assert "晚10天" in ahead.sentence
    assert (fault.kind, fault.grade) == (FindingKind.CLOCK, Grade.NORMAL)
    assert fault.sentence.endswith("有关单位的时钟异常，须人工核对，暂不计牌。")
    unexplained = only(found_at(log_of(*rows), "03-13"), "L02")
    assert (unexplained.kind, unexplained.grade) == (FindingKind.LOGIC, Grade.RED)


def test_the_same_contradiction_has_the_same_identity_with_and_without_receive_times() -> None:
    rows = moved(TO_DECISION, "accept", "03-20")
    offline = log_of(*rows)
    hub = [*offline]
    number = next(n for n, act in enumerate(offline) if act.event.move == "accept")
    hub[number] = type(offline[0])(offline[number].event, offline[2].event.at)
    assert (
        only(found_at(offline, "03-13"), "L02").finding_id == only(found_at(hub, "03-13"), "L02").finding_id
    )


def test_a_desk_whose_clock_was_set_back_is_told_so() -> None:
    rows: tuple[Row, ...] = (("receive", "agent", "03-03"), ("hand_over", "agent", "03-01"))
    back = only(found_at(log_of(*rows), "03-04"), "C02")
    assert (back.kind, back.grade, back.desk_id, len(back.evidence)) == (
        FindingKind.CLOCK,
        Grade.NORMAL,
        VILLAGE,
        2,
    )


def test_late_upload_from_a_station_without_network_is_explained_and_no_violation() -> None:
    received = ("03-05 09:00", "03-05 09:00")
    found = found_at(log_of(*TO_WINDOW[:2], received=received), "03-05 12:00")
    assert {one.rule for one in found} == {"U01"}
    first, second = found
    assert (first.kind, first.grade, first.day) == (FindingKind.LATE_UPLOAD, Grade.NORMAL, date(2026, 3, 2))
    assert first.sentence == (
        "抗香村便民服务室测试agent于2026-03-02 09:00离线办理“收件”，2026-03-05才上传，迟3天。"
        "属离线迟报，不作违规，也不改动办理时间。"
    )
    assert "迟2天" in second.sentence


def test_an_act_uploaded_within_a_day_is_not_late() -> None:
    assert codes(*TO_WINDOW[:1], received=("03-03 09:00",)) - {"W02", "D04"} == set()


def test_late_upload_does_not_shorten_or_lengthen_any_limit() -> None:
    rows: tuple[Row, ...] = (TO_WINDOW[0], ("hand_over", "agent", "03-04"))
    log = log_of(*rows, received=("03-20", "03-20"))
    assert {one.rule for one in found_at(log, "03-20")} == {"U01"}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("refuse", "approver", "03-12", {"reason": " "}), "P01"),
        (("withdraw", "officer", "03-12", {"reason": ""}), "P02"),
        (("extend", "approver", "03-12", {"reason": ""}), "P02"),
        (("start_special", "officer", "03-12", {"reason": ""}), "P02"),
        (("give_opinion", "officer", "03-12", {"outcome": "disagree", "opinion": ""}), "P03"),
        (("grant", "approver", "03-12", {"document_number": ""}), "P04"),
        (("extend", "approver", "03-12", {"days": 11}), "P06"),
        (("extend", "approver", "04-08", {"days": 3}), "P06"),
    ],
)
def test_acts_without_what_the_law_wants_are_found(row: Any, rule: str) -> None:
    log = log_of(*ACCEPTED, row)
    one = only(found_at(log, "03-12"), rule)
    assert one.evidence == (log[-1].event.event_id,)
    assert one.person
    assert rule not in codes(*TO_SERVICE)


def test_a_sound_opinion_against_is_no_breach() -> None:
    row: Row = ("give_opinion", "officer", "03-12", {"outcome": "disagree", "opinion": "选址不合规划。"})
    assert "P03" not in codes(*ACCEPTED, row)


def test_asking_twice_for_one_material_breaks_one_time_notice() -> None:
    other = [{"material_id": "id-card", "name": "居民身份证", "problem": "缺", "standard": "原件"}]
    first: Row = ("request_supplement", "window", "03-09", {"missing": MISSING})
    assert "P05" not in codes(
        *TO_WINDOW, first, ("request_supplement", "window", "03-10", {"missing": other})
    )
    log = log_of(*TO_WINDOW, first, ("request_supplement", "window", "03-10", {"missing": MISSING}))
    again = only(found_at(log, "03-11"), "P05")
    assert again.evidence == (log[-2].event.event_id, log[-1].event.event_id)
    assert "户口簿" in again.sentence


def test_a_second_extension_is_a_breach() -> None:
    log = log_of(
        *ACCEPTED, ("extend", "approver", "03-12", {"days": 3}), ("extend", "approver", "03-13", {"days": 3})
    )
    assert "重复延长" in only(found_at(log, "03-13"), "P06").sentence


def test_granting_without_a_required_material_is_found_unless_it_was_promised() -> None:
    receipt = receipt_facts(day=date(2026, 3, 2))
    booklet = receipt["application"]["materials"][1]
    booklet.update(originals=0, copies=0)
    rows: tuple[Row, ...] = (("receive", "agent", "03-02", receipt), *TO_DECISION[1:])
    assert "户口簿" in only(found_at(log_of(*rows), "03-13"), "P07").sentence
    supplied: Row = ("supply", "agent", "03-10")
    assert "P07" not in codes(*rows[:-1], supplied, rows[-1])
    booklet["promised_by"] = "2026-04-01"
    assert "P07" not in codes(*rows)


def test_sending_back_a_second_time_is_noted() -> None:
    back: Row = ("send_back", "clerk", "03-05")
    again: Row = ("send_back", "clerk", "03-12")
    assert "P08" not in codes(*TO_WINDOW[:3], back)
    assert "P08" in codes(
        *TO_WINDOW[:3], back, ("correct", "agent", "03-06"), ("sign_for", "clerk", "03-09"), again
    )


def test_an_extension_after_the_promise_but_within_the_law_is_no_fault() -> None:
    found = found_at(log_of(*ACCEPTED, ("extend", "approver", "03-24", {"days": 3})), "03-25")
    assert "P06" not in {one.rule for one in found}


@pytest.mark.parametrize(("last", "expected"), [("2026-03-13", 0), ("2026-03-14", 1)])
def test_publicity_beyond_the_catalogues_days_is_pointed_out(last: str, expected: int) -> None:
    days = {"publicity_from": "2026-03-11", "publicity_to": last}
    publicised = replace(LICENCE, publicity_days=3)
    log = log_of(*ACCEPTED, ("publicise", "officer", "03-11", days), of=publicised)
    found = [one for one in found_at(log, "03-12", publicised) if one.rule == "P09"]
    assert len(found) == expected
