"""What a person reads before he switches off, and how refused acts are dealt with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from small_county import NOON
from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason
from stationapp.services.troubles import troubles
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.field_note import FieldNote
from stationapp.ui.sync_view import SyncView
from stationapp.ui.troubles_view import TroublesView
from stationapp.ui.words import Tone, due_words, moment_text

Wait = Callable[[], None]


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
        unit.mailboxes.reset("device:6a8e", "epoch-1")
    view = SyncView(context)
    qtbot.addWidget(view)
    settled()
    assert "抗香村便民服务室" in shown(view)
    assert "本机回执" in shown(view)
    assert "device" not in shown(view)
    assert "上次核对一致　2026-11-20 12:00" in shown(view)


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
