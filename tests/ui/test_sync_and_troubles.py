"""What a person reads before he switches off, and how refused acts are dealt with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from small_county import NOON
from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason
from stationapp.services.synchronise import SyncPicture
from stationapp.services.troubles import troubles
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.field_note import FieldNote
from stationapp.ui.sync_view import SyncView, facts, verdict
from stationapp.ui.troubles_view import TroublesView
from stationapp.ui.words import Tone, due_words, moment_text, sync_words

Wait = Callable[[], None]
CLEAR = SyncPicture(0, 0, None, 0, 0, 0, True, NOON, NOON, None, False, "", "本机时间与县中心一致。")


def test_agreement_is_said_with_its_time() -> None:
    assert sync_words(CLEAR, NOON) == ("已与县平台核对一致 12:00", Tone.GOOD)
    assert sync_words(CLEAR, NOON + timedelta(days=1)) == ("已与县平台核对一致 2026-11-20 12:00", Tone.GOOD)


def test_what_is_only_here_is_said_with_its_age() -> None:
    seen = replace(CLEAR, only_here_events=3, only_here_cases=2, oldest=NOON)
    assert sync_words(seen, NOON)[0] == "仅存本机 3 条（最早 2026-11-20 12:00）"


def test_a_hub_out_of_reach_does_not_frighten() -> None:
    seen = replace(CLEAR, agreed=False, problem="网络不通。")
    assert sync_words(seen, NOON) == ("联系不上县平台，不影响办件", Tone.WARN)


pictures = st.builds(
    SyncPicture,
    only_here_events=st.integers(0, 3),
    only_here_cases=st.integers(0, 3),
    oldest=st.sampled_from([None, NOON]),
    held=st.integers(0, 2),
    refused=st.integers(0, 2),
    attachments_waiting=st.integers(0, 2),
    agreed=st.booleans(),
    agreed_at=st.sampled_from([None, NOON]),
    last_contact=st.sampled_from([None, NOON]),
    next_attempt=st.sampled_from([None, NOON]),
    running=st.booleans(),
    problem=st.sampled_from(["", "网络不通。"]),
    drift_text=st.sampled_from(["", "本机时间比县中心快了约5分钟。"]),
)


@given(pictures)
def test_agreement_is_never_claimed_while_anything_is_only_here(seen: SyncPicture) -> None:
    text, tone = sync_words(seen, NOON)
    head, explanation, verdict_tone = verdict(seen)
    unsent = seen.only_here_events + seen.attachments_waiting
    if not seen.agreed or unsent or seen.held or seen.refused or seen.problem:
        assert "核对一致" not in text
        assert tone is not Tone.GOOD
    if not seen.agreed or unsent:
        assert "带走" not in head
        assert verdict_tone is not Tone.GOOD
    assert (tone is Tone.RED) == bool(seen.refused)
    assert explanation


@given(pictures)
def test_every_number_of_the_picture_can_be_read_on_the_page(seen: SyncPicture) -> None:
    lines = {fact.title: fact.text for fact in facts(seen, NOON)}
    for title, number in (
        ("仅存本机", seen.only_here_events),
        ("待上传附件", seen.attachments_waiting),
        ("县平台暂存", seen.held),
        ("被退回、需处理", seen.refused),
    ):
        assert lines[title].startswith(f"{number} ") if number else lines[title] == "无"


def test_due_days_are_counted_and_only_an_overdue_one_is_red() -> None:
    day = NOON.date()
    assert due_words(day - timedelta(days=2), day) == ("2026-11-18 已超期2天", Tone.RED)
    assert due_words(day, day) == ("2026-11-20 今天到期", Tone.WARN)
    assert due_words(day + timedelta(days=9), day, provisional=True) == (
        "2026-11-29 还有9天（暂定）",
        Tone.PLAIN,
    )
    assert due_words(None, day)[0] == ""
    assert moment_text(None) == "尚未"


def shown(view: SyncView) -> str:
    """All that can be read on the page."""
    return "\n".join(label.text() for label in view.findChildren(QLabel) if not label.isHidden())


def test_the_page_answers_before_anything_was_ever_sent(
    qtbot: QtBot, context: Context, received: Callable[..., Case], settled: Wait
) -> None:
    received("吴䶮")
    view = SyncView(context)
    qtbot.addWidget(view)
    settled()
    assert view.headline.text() == "可以关机；先不要重装、更换或丢失这台电脑"
    assert "1 条记录，涉及 1 件办件" in shown(view)
    assert "第一次联网同步后显示" in shown(view)
    assert not view.send.isEnabled()


def test_each_mailbox_says_whether_both_sides_agree(
    qtbot: QtBot, context: Context, workplace: Workplace, settled: Wait
) -> None:
    desk = workplace.desk.desk_id
    with workplace.store.write() as unit:
        unit.mailboxes.reset(desk, "epoch-1")
        unit.mailboxes.set_agreed(desk, True, NOON)
    view = SyncView(context)
    qtbot.addWidget(view)
    settled()
    assert "抗香村便民服务室" in shown(view)
    assert "核对一致　12:00" in shown(view)


@pytest.fixture
def refused_case(workplace: Workplace, received: Callable[..., Case]) -> Case:
    """A case whose receipt the hub refused."""
    case = received("何𡋾香")
    reason = Reason("item-closed", "该事项已停止受理。")
    with workplace.store.write() as unit:
        head = unit.chain.head()
        device = workplace.identity.device
        unit.events.apply_verdict(device, head.seq, "refused", None, NOON, (reason,))
    return case


@pytest.fixture
def view(qtbot: QtBot, context: Context, refused_case: Case, settled: Wait) -> TroublesView:
    """The refused acts, shown."""
    view = TroublesView(context)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    settled()
    return view


def test_a_refused_act_is_shown_with_its_reason(view: TroublesView, refused_case: Case) -> None:
    assert view.list.count() == 1
    assert "该事项已停止受理。" in view.reasons.text()
    assert refused_case.receipt_number in view.reasons.text()


def test_a_note_settles_it_and_without_one_nothing_happens(
    qtbot: QtBot, view: TroublesView, workplace: Workplace, settled: Wait
) -> None:
    view.settle_button.click()
    settled()
    note = FieldNote.at(view.note)
    assert note is not None
    assert note.text() == "请写明如何处理。"
    assert len(troubles(workplace)) == 1
    qtbot.keyClicks(view.note, "x")
    view.note.setPlainText("已与县里核对，改办新事项。")
    assert FieldNote.at(view.note) is None
    view.settle_button.click()
    settled()
    assert troubles(workplace) == []
    assert view.reasons.text() == "没有需要处理的事项。"
    assert not view.note.isEnabled()


def test_its_case_can_be_opened(
    qtbot: QtBot, view: TroublesView, context: Context, refused_case: Case
) -> None:
    with qtbot.waitSignal(context.bus.case_wanted) as opened:
        view.open_case.click()
    assert opened.args == [refused_case.case_id]


def test_enter_on_a_refused_act_leads_to_the_note(qtbot: QtBot, view: TroublesView) -> None:
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert view.note.hasFocus()
