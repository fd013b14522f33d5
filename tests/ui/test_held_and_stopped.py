"""What the hub holds, what it refused and what stops the exchange: on every page where a person meets it."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hubprotocol.envelope import GENESIS, seal
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import NOON
from stationapp.domain.case import Case
from stationapp.domain.events import event_to_mapping
from stationapp.domain.refusal import Reason, Refused
from stationapp.exchange import orders, outbox
from stationapp.exchange.background import SyncWorker, read_state
from stationapp.exchange.orders import Phase, Standing
from stationapp.exchange.state import SyncState
from stationapp.exchange.transport import (
    ActNotTaken,
    ChainForked,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
    ProtocolTooOld,
)
from stationapp.platform.atomic_files import disk_trouble
from stationapp.platform.machine import Health
from stationapp.platform.unavailable import Unavailable
from stationapp.services.case_details import details
from stationapp.services.casework import act
from stationapp.services.held_back import held_back
from stationapp.services.synchronise import Standstill, SyncPicture, picture
from stationapp.services.troubles import settle, troubles
from stationapp.services.worklists import summaries
from stationapp.services.workplace import Workplace
from stationapp.store.records import ChainHead
from stationapp.store.station_store import StationStore
from stationapp.ui.case.head import CaseHead
from stationapp.ui.case.head_words import standing_words
from stationapp.ui.case.history import HistoryTable, in_order
from stationapp.ui.case_columns import sent_text, sent_tip, sent_tone, state_text, state_tone, whereabouts
from stationapp.ui.context import Context
from stationapp.ui.farewell import Farewell
from stationapp.ui.sync_view import SyncView
from stationapp.ui.sync_words import facts, strip_words, verdict
from stationapp.ui.words import Tone, size_text

Wait = Callable[[], None]
Judge = Callable[[int, str, Reason], None]
FAULT = Reason("hub-fault", "县级平台处理这一步时出了故障；请通知县级平台管理员。")
SCAN_MISSING = Reason("attachment-missing", "附件尚未全部传到县级平台，传齐后自动继续办理。")
UNKNOWN = Reason("unknown-kind", "县级平台尚不认识这种记录。")
TAKEN = Reason("number-taken", "收件号已被另一个办件使用，请核对后重新收件。", "receipt_number")
CLOSED = Reason("item-closed", "该事项已停止受理。")
IN_TOUCH = SyncState(last_contact=NOON)
LATER = NOON + timedelta(minutes=2)


class Worker(SyncWorker):
    """A sync worker that does nothing, in a state somebody chose."""

    def __init__(self, store: StationStore, state: SyncState) -> None:
        self._store, self._chosen = store, state

    def state(self) -> SyncState:
        return read_state(self._store, self._chosen)


@pytest.fixture
def judge(workplace: Workplace) -> Judge:
    """Applies a verdict of the hub to the act of a sequence number."""

    def apply(seq: int, result: str, reason: Reason) -> None:
        with workplace.store.write() as unit:
            unit.events.apply_verdict(workplace.identity.device, seq, result, None, NOON, (reason,))

    return apply


def seen_with(workplace: Workplace, state: SyncState = IN_TOUCH) -> SyncPicture:
    return picture(workplace, Worker(workplace.store, state))


def test_what_the_hub_holds_is_not_called_only_here_and_is_told_by_reason(
    workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    for name in ("吴䶮", "何𡋾香", "㛃"):
        received(name)
    judge(1, "held", FAULT)
    judge(2, "held", SCAN_MISSING)
    judge(3, "held", SCAN_MISSING)
    found = held_back(workplace.store)
    assert [(one.code, one.count, one.needs_somebody) for one in found] == [
        ("hub-fault", 1, True),
        ("attachment-missing", 2, False),
    ]
    seen = seen_with(workplace)
    lines = [(fact.title, fact.text, fact.tone) for fact in facts(seen, LATER)]
    assert ("请打电话", f"1 条：{FAULT.text}", Tone.WARN) in lines
    assert ("", f"2 条：{SCAN_MISSING.text}", Tone.PLAIN) in lines
    assert ("仅存本机", "无", Tone.GOOD) in lines
    head, explanation, tone = verdict(seen)
    assert (head, tone) == ("可以关机；有办件县级平台还没有办理", Tone.WARN)
    assert "没有丢失" in explanation
    assert "仅存本机" not in strip_words(seen, LATER)[0]


def test_a_case_whose_opening_was_refused_is_red_everywhere_and_stays_so_when_it_was_dealt_with(
    qtbot: QtBot, workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    case = received()
    judge(1, "refused", TAKEN)
    (trouble,) = troubles(workplace)
    settle(workplace, trouble.event_id, "已重新收件")
    (row,) = summaries(workplace, [case.case_id])
    assert (state_text(row), state_tone(row), sent_text(row), sent_tone(row)) == (
        *("未被承认", Tone.RED),
        *("未被承认", Tone.RED),
    )
    assert sent_tip(row).startswith(f"县级平台没有承认这个办件：{TAKEN.text}不能再办理")
    assert whereabouts(row, str) == case.origin
    found = details(workplace, case.case_id)
    said = standing_words(found)
    assert (said.tone, said.text) == (Tone.RED, sent_tip(row))
    assert found.moves
    assert {reason.text for _, reasons in found.moves for reason in reasons} == {sent_tip(row)}
    head = CaseHead(workplace)
    qtbot.addWidget(head)
    head.show_details(found)
    assert head.state.text() == "未被承认"
    with pytest.raises(Refused, match="重新收件"):
        act(workplace, case.case_id, "urge", {})


def test_a_record_the_hub_does_not_understand_yet_asks_nothing_of_the_agent(
    workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    received()
    judge(1, "held", UNKNOWN)
    (one,) = held_back(workplace.store)
    assert "本机不用做什么" in one.text


def test_list_head_and_history_say_that_an_act_is_held_and_why(
    qtbot: QtBot, workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    case = received()
    judge(1, "held", FAULT)
    (row,) = summaries(workplace, [case.case_id])
    assert sent_text(row) == "县级暂存"
    assert "没有丢失" in sent_tip(row)
    found = details(workplace, case.case_id)
    said = standing_words(found)
    assert (said.tone, FAULT.text in said.text, "联网后自动上报" in said.text) == (Tone.WARN, True, False)
    table = HistoryTable()
    qtbot.addWidget(table)
    table.show_steps(in_order(found.steps, found.refused_steps))
    cells = [table.item(0, column).text() for column in (3, 4)]
    assert cells == [FAULT.text, "县级平台暂存"]


def test_what_exists_only_here_is_said_before_what_the_hub_holds(
    workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    case = received()
    prioritise(workplace, case)
    judge(1, "held", FAULT)
    (row,) = summaries(workplace, [case.case_id])
    assert (row.pending, row.held, row.unsent) == (2, 1, 1)
    assert (sent_text(row), sent_tone(row)) == ("仅存本机", Tone.WARN)
    first, second = sent_tip(row).splitlines()
    assert first.startswith("1 条记录仅存本机")
    assert second.startswith("1 条记录县级平台已收到、还没有生效，没有丢失")
    said = standing_words(details(workplace, case.case_id))
    assert (
        said.text
        == f"有 1 步仅存本机，联网后自动上报。另有 1 步县级平台已收到、还没有生效，没有丢失：{FAULT.text}"
    )
    assert said.tone is Tone.WARN


def prioritise(workplace: Workplace, case: Case) -> None:
    """A second act of the case."""
    move = next(move for move, _ in details(workplace, case.case_id).moves if move.name == "prioritise")
    act(workplace, case.case_id, move.name, {"reason": "老年人"})


def block(workplace: Workplace) -> None:
    """The hub answers, but takes no request with the first act."""
    with workplace.store.write() as unit:
        outbox.note_stuck(unit, unit.events.outbox(1, 0)[0])


def test_an_act_that_no_request_can_carry_is_named_wherever_something_waits_behind_it(
    qtbot: QtBot, context: Context, workplace: Workplace, received: Callable[..., Case], settled: Wait
) -> None:
    stuck, behind = received("吴䶮"), received("㛃")
    block(workplace)
    seen = seen_with(workplace, replace(IN_TOUCH, troubles=(ActNotTaken("500 at 1", "有一条处理不了。"),)))
    assert seen.troubles == ()
    head, explanation, tone = verdict(seen)
    assert (head, tone) == ("可以关机；先不要重装、更换或丢失这台电脑", Tone.RED)
    for words in (stuck.receipt_number, "“收件”", "没有丢失", "后面的 1 条", "打电话给县级平台管理员"):
        assert words in explanation
    assert "联网后自动报送" not in explanation
    assert [one.tone for one in facts(seen, LATER) if one.title == "请打电话"] == [Tone.RED]
    text, strip_tone = strip_words(seen, LATER)
    assert ("请打电话" in text, strip_tone) == (True, Tone.RED)
    own = standing_words(details(workplace, stuck.case_id))
    other = standing_words(details(workplace, behind.case_id))
    for said in (own, other):
        assert ("没有丢失" in said.text, "联网后自动" in said.text, said.tone) == (True, False, Tone.RED)
        assert "打电话给县级平台管理员" in said.text
    assert "其中“收件”" in own.text
    assert f"前面办件 {stuck.receipt_number} 的“收件”" in other.text
    farewell = Farewell(seen)
    qtbot.addWidget(farewell)
    assert ("打电话" in farewell.text.text(), "联网后自动" in farewell.text.text()) == (True, False)


def test_an_act_that_was_taken_after_all_is_named_no_more(
    workplace: Workplace, received: Callable[..., Case]
) -> None:
    case = received()
    block(workplace)
    with workplace.store.write() as unit:
        first = unit.events.outbox(1, 0)[0]
        unit.chain.set_acknowledged(ChainHead(first.seq, first.hash), 0)
    assert seen_with(workplace).blocked is None
    assert "联网后自动上报" in standing_words(details(workplace, case.case_id)).text


@pytest.mark.parametrize("unsent", [0, 1])
@pytest.mark.parametrize(
    ("problem", "kind", "in_strip", "to_do"),
    [
        (
            disk_trouble(OSError(errno.ENOSPC, "full")),
            Standstill.DISK,
            "本机硬盘写不进去",
            ("清理磁盘空间", "没有丢失", "不要收件", "要重办"),
        ),
        (
            disk_trouble(OSError(errno.EIO, "broken")),
            Standstill.DAMAGED,
            "可能已损坏，请停止办件",
            ("维护人员", "不要重装、格式化或更换", "县级平台已经收到的记录都在"),
        ),
    ],
    ids=["full", "damaged"],
)
def test_a_disk_that_keeps_nothing_more_is_no_matter_of_the_line(
    workplace: Workplace,
    received: Callable[..., Case],
    problem: Unavailable,
    kind: Standstill,
    in_strip: str,
    to_do: tuple[str, ...],
    unsent: int,
) -> None:
    for _ in range(unsent):
        received()
    seen = seen_with(workplace, replace(IN_TOUCH, problem=problem))
    assert seen.standstill is kind
    text, tone = strip_words(seen, LATER)
    assert (in_strip in text, "不影响办件" in text, tone) == (True, False, Tone.RED)
    assert "不影响办件" not in facts(seen, LATER)[0].text
    head, explanation, verdict_tone = verdict(seen)
    assert verdict_tone is Tone.RED
    assert [words for words in to_do if words not in head + explanation] == []
    assert ("仅存本机 1 条" in explanation) is bool(unsent)
    assert "联网后自动报送" not in explanation


def test_a_refused_act_stays_in_the_history_with_its_reason(
    qtbot: QtBot, workplace: Workplace, received: Callable[..., Case], judge: Judge
) -> None:
    case = received()
    judge(1, "refused", CLOSED)
    found = details(workplace, case.case_id)
    assert found.steps == ()
    table = HistoryTable()
    qtbot.addWidget(table)
    table.show_steps(in_order(found.steps, found.refused_steps))
    assert [table.item(0, column).text() for column in (1, 3, 4)] == ["收件", CLOSED.text, "被退回"]
    assert (standing_words(found).tone, sent_text(summaries(workplace, [case.case_id])[0])) == (
        Tone.RED,
        "未被承认",
    )
    with workplace.store.write() as unit:
        (event,) = unit.events.refused()
        unit.events.settle_refused(event.event.event_id, "改办新事项", "p-agent", NOON)
    (settled,) = details(workplace, case.case_id).refused_steps
    assert settled.settled


def test_refused_acts_stand_at_their_time_and_the_others_in_the_order_of_the_hub(
    workplace: Workplace, received: Callable[..., Case]
) -> None:
    (step,) = details(workplace, received().case_id).steps
    early, late = replace(step, at=NOON), replace(step, at=NOON + timedelta(hours=2))
    refused = replace(step, at=NOON + timedelta(hours=1), status="refused")
    assert in_order([late, early], [refused]) == [refused, late, early]
    assert in_order([early, late], [refused]) == [early, refused, late]
    assert in_order([early], [refused]) == [early, refused]


@pytest.mark.parametrize(
    ("problem", "kind", "in_strip", "tone"),
    [
        (HubUnreachable(), Standstill.OUT_OF_REACH, "联系不上县级平台", Tone.WARN),
        (NotTheHub(), Standstill.STRANGER, "需要检查网络或电脑时间", Tone.WARN),
        (HubBusy(90.0), Standstill.BUSY, "县级平台繁忙", Tone.WARN),
        (HubRefusesDevice(), Standstill.NOT_KNOWN, "县级平台不接受本机", Tone.RED),
        (ChainForked(), Standstill.FORKED, "像是被复制或恢复过", Tone.RED),
        (ProtocolTooOld(), Standstill.TOO_OLD, "请升级", Tone.WARN),
        (HubFault(), Standstill.OTHER, "同步没有完成", Tone.WARN),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Unavailable) else "",
)
def test_what_stops_the_exchange_is_called_by_its_name(
    workplace: Workplace,
    received: Callable[..., Case],
    problem: Unavailable,
    kind: Standstill,
    in_strip: str,
    tone: Tone,
) -> None:
    received()
    seen = seen_with(workplace, replace(IN_TOUCH, problem=problem))
    assert seen.standstill is kind
    text, strip_tone = strip_words(seen, LATER)
    assert (in_strip in text, strip_tone) == (True, tone)
    assert facts(seen, LATER)[0].text.endswith(problem.text)
    _, explanation, _ = verdict(seen)
    assert "没有丢失" in explanation
    promises = kind not in (Standstill.NOT_KNOWN, Standstill.FORKED, Standstill.STRANGER, Standstill.TOO_OLD)
    assert ("联网后自动报送" in explanation) is promises


def test_a_locked_pc_says_so_before_anything_else(
    workplace: Workplace, received: Callable[..., Case]
) -> None:
    received()
    with workplace.store.write() as unit:
        orders.note(unit, Standing(1, "lock", Phase.HEARD))
    seen = seen_with(workplace)
    head, explanation, tone = verdict(seen)
    assert (head, tone) == ("县级平台已锁定本机，不能再办理", Tone.RED)
    assert "正在送往县级平台" in explanation
    assert "没有丢失" in explanation
    assert head in strip_words(seen, LATER)[0]


def test_a_wrong_clock_and_single_troubles_stand_out(workplace: Workplace) -> None:
    forged = HubFault("order", "收到一条签名不对的命令，没有执行。")
    seen = seen_with(workplace, replace(IN_TOUCH, drift=timedelta(hours=-9), troubles=(forged, forged)))
    assert seen.clock_health is Health.BAD
    lines = {fact.title: fact for fact in facts(seen, LATER)}
    assert lines["本机时间"].tone is Tone.RED
    assert lines["其他情况"].text == forged.text
    assert "本机时间不对" in strip_words(seen, LATER)[0]


def test_the_page_counts_the_bytes_of_what_is_on_its_way(
    qtbot: QtBot, context: Context, workplace: Workplace, settled: Wait
) -> None:
    digest = workplace.files.put(b"a scan" * 1000)
    with workplace.store.write() as unit:
        unit.attachments.add_local(digest, 3_000_000, "扫描件.jpg", "image/jpeg")
        unit.attachments.set_upload(digest, "/uploads/1", 1_200_000)
    view = SyncView(context)
    qtbot.addWidget(view)
    settled()
    shown = [label.text() for label in view.findChildren(QLabel)]
    assert "1 个附件待上传，共 3.0 MB，已传 1.2 MB" in shown


def test_sizes_are_written_as_people_read_them() -> None:
    assert [size_text(size) for size in (0, 1, 640_000, 2_900_000, 1_200_000_000)] == [
        "0 KB",
        "1 KB",
        "640 KB",
        "2.9 MB",
        "1.2 GB",
    ]


def test_an_act_of_a_newer_program_is_named_in_chinese_and_asks_for_an_upgrade(
    workplace: Workplace, received: Callable[..., Case]
) -> None:
    case = received()
    with workplace.store.read() as unit:
        (stored,) = unit.events.of_case(case.case_id)
    strange = replace(stored.event, event_id="5f0c3a52-0000-4000-8000-000000000001", move="teleport")
    body = json.dumps(event_to_mapping(strange), ensure_ascii=False)
    sealed = seal("other-device", 1, GENESIS, CASE_EVENT_KIND, body, bytes(32), bytes(32))
    with workplace.store.write() as unit:
        unit.events.apply_confirmed([(1, NOON, stored.envelope, stored.event), (2, NOON, sealed, strange)])
    found = details(workplace, case.case_id)
    assert [step.title for step in found.steps] == ["收件", "新版程序的步骤"]
    said = standing_words(found)
    assert ("请升级" in said.text, "没有丢失" in said.text, said.tone) == (True, True, Tone.WARN)
    (row,) = summaries(workplace, [case.case_id])
    assert (sent_text(row), "请升级" in sent_tip(row)) == ("需升级", True)
