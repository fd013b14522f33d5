"""What is said of the sync is never better than what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_county import NOON
from stationapp.services.mailboxes import MailboxState
from stationapp.services.synchronise import SyncPicture
from stationapp.ui.sync_words import Fact, facts, mailbox_fact, strip_words, verdict
from stationapp.ui.words import Tone

CLEAR = SyncPicture(0, 0, None, 0, 0, 0, True, NOON, NOON, None, False, "", "本机时间与县级平台一致。")
UNSENT = replace(
    CLEAR,
    only_here_events=11,
    only_here_cases=5,
    unsent_cases=5,
    oldest=NOON,
    oldest_unsent=NOON,
    agreed=False,
)
CUT = replace(CLEAR, problem="网络不通。")
FIRST_TRY = replace(CLEAR, last_contact=None, running=True)
NO_TRY = replace(CLEAR, last_contact=None)
LATER = NOON + timedelta(minutes=2)
BOX = MailboxState("510704105209", "抗香村便民服务室", 7, True, NOON)


def test_the_strip_says_agreement_with_its_time_and_that_the_platform_answers() -> None:
    seen = replace(CLEAR, last_contact=LATER)
    assert strip_words(seen, LATER) == ("已与县级平台核对一致 12:00　12:02 联系正常", Tone.GOOD)
    next_day = strip_words(seen, NOON + timedelta(days=1))[0]
    assert next_day == "已与县级平台核对一致 2026-11-20 12:00　2026-11-20 12:02 联系正常"


def test_an_agreement_of_before_is_told_as_such_while_the_line_is_cut() -> None:
    words = "上次核对一致 2026-11-20 12:00　联系不上县级平台，不影响办件"
    assert strip_words(CUT, LATER) == (words, Tone.WARN)


def test_before_the_first_answer_of_a_session_nothing_is_claimed() -> None:
    before = "上次核对一致 2026-11-20 12:00"
    assert strip_words(FIRST_TRY, LATER) == (f"{before}　正在联系县级平台…", Tone.PLAIN)
    assert strip_words(NO_TRY, LATER) == (f"{before}　尚未联系县级平台", Tone.PLAIN)
    never = replace(NO_TRY, agreed=False, agreed_at=None)
    assert strip_words(never, LATER) == ("尚未核对一致　尚未联系县级平台", Tone.PLAIN)


def test_what_is_only_here_is_said_with_its_age() -> None:
    told = "仅存本机 11 条（最早 2026-11-20 12:00）"
    text, tone = strip_words(UNSENT, LATER)
    assert text == f"{told}　上次核对一致 2026-11-20 12:00　12:00 联系正常"
    assert tone is Tone.WARN
    rest = replace(UNSENT, only_here_events=14, attachments_waiting=2, held=3, refused=1)
    text, tone = strip_words(rest, LATER)
    assert text.startswith(f"{told}　2 个附件待上传　3 条县级平台暂存　1 条被退回，需处理　")
    assert tone is Tone.RED


@pytest.mark.parametrize(
    ("seen", "contact"),
    [
        (CLEAR, Fact("现在的联系", "正常", Tone.GOOD)),
        (CUT, Fact("现在的联系", "联系不上县级平台，不影响办件。网络不通。", Tone.WARN)),
        (
            replace(CUT, running=True),
            Fact("现在的联系", "联系不上县级平台，不影响办件。网络不通。", Tone.WARN),
        ),
        (FIRST_TRY, Fact("现在的联系", "正在联系县级平台…")),
        (NO_TRY, Fact("现在的联系", "尚未联系", Tone.QUIET)),
    ],
)
def test_contact_is_normal_only_after_an_answer_in_this_session(seen: SyncPicture, contact: Fact) -> None:
    assert contact in facts(seen, LATER)


def test_the_page_says_when_the_platform_last_answered() -> None:
    assert Fact("最近联系上县级平台", "12:00") in facts(CLEAR, LATER)
    assert Fact("最近联系上县级平台", "本次登录以来尚未联系上", Tone.QUIET) in facts(NO_TRY, LATER)


def test_the_pc_may_be_carried_away_when_all_is_at_the_platform() -> None:
    assert verdict(CLEAR)[0::2] == ("可以放心关机或带走电脑", Tone.GOOD)
    assert verdict(UNSENT)[0::2] == ("可以关机；先不要重装、更换或丢失这台电脑", Tone.WARN)
    head, explanation, tone = verdict(CUT)
    assert (head, tone) == ("可以关机或带走电脑；现在没有与县级平台联系上", Tone.PLAIN)
    assert "上次核对一致 2026-11-20 12:00" in explanation
    assert verdict(replace(NO_TRY, agreed=False))[0] == "可以关机；与县级平台尚未核对一致"


def test_a_mailbox_is_green_only_while_nothing_waits_and_the_platform_answers() -> None:
    now = Fact("抗香村便民服务室", "核对一致　12:00", Tone.GOOD)
    before = Fact("抗香村便民服务室", "上次核对一致　2026-11-20 12:00", Tone.QUIET)
    assert mailbox_fact(BOX, CLEAR, LATER) == now
    for seen in (UNSENT, CUT, NO_TRY, replace(CLEAR, attachments_waiting=1), replace(CLEAR, held=1)):
        assert mailbox_fact(BOX, seen, LATER) == before
    unequal = mailbox_fact(replace(BOX, agreed=False), CLEAR, LATER)
    assert unequal == Fact("抗香村便民服务室", "尚未核对一致", Tone.WARN)


moments = st.sampled_from([None, NOON])
pictures = st.builds(
    SyncPicture,
    only_here_events=st.integers(0, 3),
    only_here_cases=st.integers(0, 3),
    oldest=moments,
    held=st.integers(0, 2),
    refused=st.integers(0, 2),
    attachments_waiting=st.integers(0, 2),
    agreed=st.booleans(),
    agreed_at=moments,
    last_contact=moments,
    next_attempt=moments,
    running=st.booleans(),
    problem=st.sampled_from(["", "网络不通。"]),
    drift_text=st.sampled_from(["", "本机时间比县级平台快了约5分钟。"]),
)


@given(pictures)
def test_nothing_is_green_that_is_not_known_now(seen: SyncPicture) -> None:
    text, tone = strip_words(seen, NOON)
    head, explanation, verdict_tone = verdict(seen)
    box = mailbox_fact(BOX, seen, NOON)
    unsent = seen.unsent + seen.attachments_waiting
    if not seen.agreed or unsent or seen.held or seen.problem or not seen.last_contact:
        assert "已与县级平台核对一致" not in text
        assert Tone.GOOD not in (tone, verdict_tone, box.tone)
    if not seen.agreed or unsent:
        assert "带走" not in head
    if seen.problem or not seen.last_contact:
        assert "正常" not in text + "".join(fact.text for fact in facts(seen, NOON))
    assert (tone is Tone.RED) == bool(seen.refused)
    assert explanation


@given(pictures)
def test_every_number_of_the_picture_can_be_read_on_the_page(seen: SyncPicture) -> None:
    lines = {fact.title: fact.text for fact in facts(seen, NOON)}
    for title, number in (
        ("仅存本机", seen.unsent),
        ("待上传附件", seen.attachments_waiting),
        ("县级平台暂存", seen.held),
        ("被退回、需处理", seen.refused),
    ):
        assert lines[title].startswith(f"{number} ") if number else lines[title] == "无"
