"""What the head of a case says: people, marks, what stands still, what silence would mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from case_logs import MONDAY, CaseLog, served, travelled
from small_county import CALENDAR, LICENCE_ITEM, TOWNSHIP, catalogue, organisation
from stationapp.domain.case import Case
from stationapp.domain.case_flow import case_of
from stationapp.ui.case.head_words import holder_words, marks, people_words, waiting_lines
from stationapp.ui.words import Tone


def case_from(log: CaseLog) -> Case:
    case = case_of(log.events)
    assert case is not None
    return case


def said(log: CaseLog, today: date = MONDAY) -> list[tuple[str, Tone]]:
    case = case_from(log)
    item = catalogue().in_force(case.application.item_code, today)
    return [(row.text, row.tone) for row in waiting_lines(case, item, organisation(), CALENDAR, today)]


def test_who_was_asked_first_stays_named_when_another_answers_for_the_case() -> None:
    first = people_words(organisation(), case_from(CaseLog().then("receive")))
    assert first == "首问责任人 测试agent（抗香村便民服务室，A岗）"
    later = people_words(organisation(), case_from(travelled().then("review", 2)))
    assert later == f"{first}　现责任人 测试officer（游仙区民政局）"


def test_the_person_a_chief_named_is_shown() -> None:
    log = travelled().then("reassign", 2, by="chief", to_person="p-officer")
    assert people_words(organisation(), case_from(log)).endswith("承办人 测试officer")


def test_on_its_way_a_case_is_said_to_be_still_answered_for_by_its_sender() -> None:
    words = holder_words(organisation(), case_from(CaseLog().then("receive").then("hand_over")))
    assert words.startswith("抗香村便民服务室 已移交 沉抗镇便民服务中心")
    assert "仍由抗香村便民服务室负责" in words


@pytest.mark.parametrize(
    ("log", "texts"),
    [
        (CaseLog().then("receive"), []),
        (CaseLog().then("receive").then("prioritise", by="agent"), ["绿色通道"]),
        (CaseLog().then("receive").then("urge", by="agent"), ["催办待确认"]),
        (CaseLog().then("receive").then("urge", by="agent").then("acknowledge_urging", by="agent"), []),
        (
            CaseLog().then("receive").then("acknowledge_urging", by="agent").then("urge", by="agent"),
            ["催办待确认"],
        ),
        (travelled().then("request_withdrawal", 2, by="agent"), ["撤回申请待处理"]),
        (
            CaseLog().then("receive").then("propose_void", by="agent", to_desk=TOWNSHIP),
            ["已提出作废，待复核"],
        ),
        (
            CaseLog()
            .then("receive")
            .then("propose_void", by="agent", to_desk=TOWNSHIP)
            .then("void", by="agent"),
            [],
        ),
        (served().then("rate", 6), ["已评价：非常满意"]),
        (served().then("rate", 6, satisfaction="5"), ["已评价：非常不满意"]),
        (served().then("archive", 6), ["办结结果：已办结"]),
        (
            CaseLog().then("receive").then("note_double", by="hub", others=[]),
            ["疑似重复申请"],
        ),
    ],
)
def test_marks_say_what_is_special_and_what_waits(log: CaseLog, texts: list[str]) -> None:
    assert [mark.text for mark in marks(case_from(log))] == texts


def test_a_special_procedure_says_which_why_and_that_it_does_not_count() -> None:
    ((text, tone),) = said(travelled().then("start_special", 2))
    assert text == "特别程序（听证）期间不计入办理时限，预计 10 个工作日：理由见附件。"
    assert tone is Tone.WARN


def test_a_supplement_says_until_when_what_is_waited_for() -> None:
    log = CaseLog().then("receive").then("hand_over").then("sign_for").then("request_supplement")
    assert said(log) == [("等候补正，期限 2026-12-01：户口簿", Tone.WARN)]


def test_what_was_sent_back_says_by_whom_and_why() -> None:
    log = CaseLog().then("receive").then("hand_over").then("sign_for").then("send_back", by="clerk")
    assert said(log) == [("沉抗镇便民服务中心退回更正：姓名录错", Tone.WARN)]


@pytest.mark.parametrize(
    ("days", "text", "tone"),
    [
        (1, "再过 5 个工作日（2026-11-24）无答复将视为受理", Tone.PLAIN),
        (7, "再过 1 个工作日（2026-11-24）无答复将视为受理", Tone.WARN),
        (8, "今天（2026-11-24）无答复将视为受理", Tone.WARN),
        (9, "答复期限 2026-11-24已过，没有答复的将视为受理", Tone.RED),
    ],
)
def test_silence_about_a_licence_is_counted_in_working_days(days: int, text: str, tone: Tone) -> None:
    log = CaseLog(code=LICENCE_ITEM).then("receive").then("hand_over").then("sign_for")
    log.then("examine").then("forward").then("sign_for", 1, 9, "window")
    assert said(log, MONDAY + timedelta(days=days)) == [(text, tone)]


def test_silence_about_what_is_no_licence_means_nothing() -> None:
    log = CaseLog().then("receive").then("hand_over").then("sign_for").then("examine")
    assert said(log.then("forward").then("sign_for", 1, 9, "window")) == []


def test_acceptance_by_silence_says_from_which_day() -> None:
    log = CaseLog().then("receive").then("deem_accepted", 8, by="hub", received_on="2026-11-16")
    ((text, _),) = said(log)
    assert "2026-11-16" in text
    assert "视为受理" in text


def test_possible_doubles_are_named_with_their_stations() -> None:
    others = [{"receipt_number": "510704106201-20261116-0100014", "station": "云林村便民服务室"}]
    ((text, _),) = said(CaseLog().then("receive").then("note_double", by="hub", others=others))
    assert "510704106201-20261116-0100014（云林村便民服务室）" in text
