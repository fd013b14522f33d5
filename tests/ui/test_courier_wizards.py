"""A stick is written and read by keyboard alone, and every page says what a person has to do next."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key, seal_key
from hubprotocol.courier.container import Writer, opened
from hubprotocol.courier.manifest import digest
from hubprotocol.courier.messages import (
    AskingMessage,
    Direction,
    FileReportMessage,
    HeaderMessage,
    ReceiptMessage,
    Taking,
)
from hubprotocol.courier.stick import StickWriter, find, folder_of
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import ChainHeadMessage, ExchangeResponse, OrderMessage, Result, VerdictMessage
from hubprotocol.orders import OrderKind, sign_order
from stationapp.domain.case import Case
from stationapp.exchange.courier import writing
from stationapp.exchange.courier.answers import AnswerTaken
from stationapp.exchange.courier.ledger import read_ledger
from stationapp.exchange.courier.reading import Finding, Kind, StickRead
from stationapp.exchange.courier.reading import Result as FileResult
from stationapp.exchange.outbox import Lost
from stationapp.platform import removable
from stationapp.platform.clock import to_text
from stationapp.platform.removable import mounted_sticks
from stationapp.services import lost_pc
from stationapp.services.synchronise import picture
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.courier import wizard as wizards
from stationapp.ui.courier.card import CourierCard
from stationapp.ui.courier.read_wizard import ReadWizard
from stationapp.ui.courier.wizard import CourierWizard, drive_words
from stationapp.ui.courier.words import finding_advice, finding_result, read_headline
from stationapp.ui.courier.write_wizard import WriteWizard
from stationapp.ui.words import Tone
from windows import press

Wait = Callable[[], None]
HUB = bytes([3] * 32)
KEY = bytes(range(32))


@pytest.fixture
def stick(tmp_path: Path, workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that is plugged in, at a station enrolled with a hub whose key we have."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(wizards, "sticks", lambda: [folder])
    workplace.identity = replace(workplace.identity, hub_public=sign_public_of(HUB).hex())
    with workplace.store.write() as unit:
        unit.identity.set(workplace.identity)
    return folder


def shown(qtbot: QtBot, view: CourierWizard, settled: Wait) -> CourierWizard:
    """A wizard on the screen with the keyboard in it."""
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    settled()
    return view


def words(view: QWidget) -> str:
    """All that can be read now."""
    return "\n".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def answered(workplace: Workplace, stick: Path, order: OrderMessage | None = None) -> None:
    """What a hub does with the file on the stick: takes everything and answers beside it."""
    (file,) = find(stick)
    found = file.scanned()
    with file.opened() as stream:
        first = next(iter(opened(stream, found, open_key(HUB, bytes.fromhex(found.header.key)))))
        asking = records.read_message(first, AskingMessage)
    response = everything_accepted(workplace, asking).model_copy(update={"order": order})
    report = FileReportMessage(taking=Taking.TAKEN, device=asking.device, number=1, hash=found.hash)
    receipt = ReceiptMessage(
        device=asking.device,
        made_at=asking.made_at,
        epoch=asking.epoch,
        acknowledged=response.acknowledged,
        files=(report,),
        asked=asking,
    )
    stick_writer = StickWriter(folder_of(stick, asking.device), "D0000001")
    key = seal_key(sign_public_of(workplace.identity.device_seed), KEY).hex()
    turned = {"direction": Direction.DOWN, "key": key, "manifest": digest(b""), "changes": ()}

    def header(stream: bytes) -> HeaderMessage:
        return found.header.model_copy(update=turned | {"stream": stream.hex()})

    writer = Writer(stick_writer.write, KEY, header)
    records.write_message(writer, records.RECEIPT, receipt)
    records.write_message(writer, records.ANSWER, response)
    writer.finish(HUB)
    stick_writer.place(b"")


def everything_accepted(workplace: Workplace, asking: AskingMessage) -> ExchangeResponse:
    """An exchange's answer that takes all there is."""
    with workplace.store.read() as unit:
        head, sent = unit.chain.head(), unit.events.outbox(100, 10**9)
    at = asking.made_at
    return ExchangeResponse(
        protocol=1,
        epoch=asking.epoch,
        server_time=at,
        acknowledged=ChainHeadMessage(seq=head.seq, hash=head.hash),
        durable_upto=0,
        verdicts=tuple(
            VerdictMessage(seq=one.seq, event_id="", result=Result.ACCEPTED, revision=1, received_at=at)
            for one in sent
        ),
    )


def test_a_stick_is_written_and_read_by_keyboard(
    qtbot: QtBot,
    context: Context,
    workplace: Workplace,
    received: Callable[..., Case],
    stick: Path,
    settled: Wait,
) -> None:
    case = received("吴䶮")
    view = shown(qtbot, WriteWizard(context), settled)
    assert "办件 1 件，办理记录 1 条" in words(view)
    press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: view.pages.currentIndex() == 2)
    assert "已写好，并已读回核对" in words(view)
    assert "请把U盘交到：沉抗镇便民服务中心" in words(view)
    assert case.receipt_number in words(view)
    press(Qt.Key.Key_Return)
    assert view.isHidden()
    assert picture(workplace, None).only_here_events == 1
    answered(workplace, stick)
    with qtbot.waitSignal(context.bus.changed):
        view = shown(qtbot, ReadWizard(context), settled)
        press(Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: view.pages.currentIndex() == 2)
    assert "县级平台已收到本机 1 条办理记录" in words(view)
    assert "县级平台给本站的回执　第 1 号" in words(view)
    assert "本站写出的文件" in words(view)
    assert picture(workplace, None).only_here_events == 0


def lock(workplace: Workplace) -> OrderMessage:
    """The hub's order to lock this PC."""
    named = (workplace.identity.device, 1, OrderKind.LOCK, to_text(workplace.clock.now()))
    device, number, kind, at = named
    return OrderMessage(
        device=device, number=number, kind=kind, issued_at=at, signature=sign_order(HUB, *named)
    )


@pytest.mark.parametrize("unsent", [0, 1])
def test_an_order_to_lock_that_comes_by_stick_ends_the_session_once_all_is_sent(
    qtbot: QtBot,
    context: Context,
    workplace: Workplace,
    received: Callable[..., Case],
    stick: Path,
    settled: Wait,
    unsent: int,
) -> None:
    received("吴䶮")
    written(context, qtbot, settled)
    answered(workplace, stick, lock(workplace))
    over: list[bool] = []
    context.bus.session_over.connect(lambda: over.append(True))
    if unsent:
        with workplace.store.write() as unit:
            unit.attachments.add_local(workplace.files.put(b"a scan"), 6, "扫描件.jpg", "image/jpeg")
    view = shown(qtbot, ReadWizard(context), settled)
    view.go.click()
    settled()
    assert over == ([] if unsent else [True])
    assert view.isVisible() is bool(unsent), "nothing lies over the window that says why"
    assert lost_pc.finish(workplace.paths) == ("" if unsent else lost_pc.LOCKED)
    if unsent:
        assert "县级平台已锁定本机" in words(view)
        assert "可继续写到U盘送出" in words(view)
        written(context, qtbot, settled)


def written(context: Context, qtbot: QtBot, settled: Wait) -> None:
    """Write what is unsent onto the stick."""
    view = shown(qtbot, WriteWizard(context), settled)
    view.go.click()
    settled()
    assert "已写好" in words(view)
    view.done_button.click()


def test_the_card_tells_what_is_on_its_way(
    qtbot: QtBot, context: Context, received: Callable[..., Case], stick: Path, settled: Wait
) -> None:
    received("吴䶮")
    card = CourierCard(context)
    qtbot.addWidget(card)
    settled()
    assert card.waiting.isHidden()
    card.write.click()
    (view,) = card.findChildren(WriteWizard)
    settled()
    view.go.click()
    settled()
    view.done_button.click()
    settled()
    assert "还没有读到回执的U盘文件：第1号" in card.waiting.text()
    card.read.click()
    settled()
    assert len(card.findChildren(ReadWizard)) == 1
    again = WriteWizard(context)
    qtbot.addWidget(again)
    settled()
    assert "第1号" in again.remark.text()
    again.only_new.setChecked(True)
    settled()
    assert "没有未送出的内容" in again.lead.text()


def test_what_stands_in_the_way_is_said_where_it_is_chosen(
    qtbot: QtBot, context: Context, received: Callable[..., Case], stick: Path, settled: Wait
) -> None:
    received("吴䶮")
    view = shown(qtbot, WriteWizard(context), settled)
    stick.rmdir()
    view.go.click()
    settled()
    assert "找不到这个U盘" in words(view)
    assert view.pages.currentIndex() == 0
    stick.mkdir()
    press(Qt.Key.Key_Return)
    settled()
    assert "已写好" in words(view)


def test_without_a_stick_nothing_can_be_begun_and_a_folder_can_be_named(
    qtbot: QtBot, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settled: Wait
) -> None:
    monkeypatch.setattr(wizards, "sticks", list)
    view = shown(qtbot, ReadWizard(context), settled)
    assert not view.go.isEnabled()
    assert "没有找到U盘" in words(view)
    monkeypatch.setattr(wizards, "sticks", lambda: [tmp_path / "plugged in"])
    view.again.click()
    assert view.chosen() == tmp_path / "plugged in"
    assert "没有找到U盘" not in words(view)
    view.offer(tmp_path)
    assert view.go.isEnabled()
    view.drives.setFocus()
    press(Qt.Key.Key_Return)
    settled()
    assert "没有找到转送文件" in words(view)


def test_a_window_stays_while_the_stick_is_at_work(
    qtbot: QtBot, context: Context, stick: Path, settled: Wait
) -> None:
    view = shown(qtbot, ReadWizard(context), settled)
    view.show_busy(True)
    press(Qt.Key.Key_Escape)
    event = QCloseEvent()
    view.closeEvent(event)
    assert (view.isVisible(), event.isAccepted()) == (True, False)
    view.show_busy(False)
    press(Qt.Key.Key_Escape)
    assert not view.isVisible()


def test_only_mounted_places_are_sticks(tmp_path: Path) -> None:
    (tmp_path / "agent" / "USB").mkdir(parents=True)
    assert mounted_sticks([tmp_path, tmp_path / "nothing"]) == []
    assert Path("/proc") in mounted_sticks([Path("/")])
    assert all(path.is_mount() for path in removable.sticks())


def test_what_does_not_fit_into_one_file_is_said_and_written_with_the_next(
    qtbot: QtBot,
    context: Context,
    workplace: Workplace,
    received: Callable[..., Case],
    stick: Path,
    settled: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "_MOST_BYTES", 1)  # One act fits into a file then, whatever its size.
    cases = [received(name) for name in ("吴䶮", "㛃", "何𡋾香")]
    view = shown(qtbot, WriteWizard(context), settled)
    assert "还有 2 条要接着写下一份" in view.lead.text()
    press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: view.headline.text() == "这一份已写好；还有 2 条记录没有写")
    assert "没有丢失" in words(view)
    assert view.more.hasFocus()
    press(Qt.Key.Key_G, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: view.headline.text() == "这一份已写好；还有 1 条记录没有写")
    assert cases[0].receipt_number not in words(view)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.headline.text() == "已写好，并已读回核对")
    assert view.more.isHidden()
    assert [file.name for file in find(stick)] == ["U0000001", "U0000002", "U0000003"]
    with workplace.store.read() as unit:
        rows = read_ledger(unit, workplace.identity.device).files
    assert [(row.first_seq, row.last_seq) for row in rows] == [(1, 1), (2, 2), (3, 3)]


def test_going_on_leaves_out_only_what_goes_the_same_way(
    qtbot: QtBot,
    context: Context,
    workplace: Workplace,
    received: Callable[..., Case],
    stick: Path,
    settled: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    received("吴䶮")
    received("㛃")
    lost = shown(qtbot, WriteWizard(context), settled)
    lost.go.click()
    settled()
    assert lost.more.isHidden()
    monkeypatch.setattr(writing, "_MOST_BYTES", 1)
    view = shown(qtbot, WriteWizard(context), settled)
    for button in (view.go, view.more):
        button.click()
        settled()
    with workplace.store.read() as unit:
        rows = read_ledger(unit, workplace.identity.device).files
    assert [(row.first_seq, row.last_seq) for row in rows] == [(1, 2), (1, 1), (2, 2)]


def test_where_the_stick_fails_nothing_is_lost_and_that_is_said(
    qtbot: QtBot,
    context: Context,
    received: Callable[..., Case],
    stick: Path,
    settled: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    received("吴䶮")
    view = shown(qtbot, WriteWizard(context), settled)
    with monkeypatch.context() as pulled:

        def gone(*_: object) -> None:
            raise OSError(errno.EIO, "gone")

        pulled.setattr(StickWriter, "write", gone)
        view.go.click()
        settled()
    assert view.trouble.text().startswith("✖ U盘已拔出或读写出错")
    assert view.trouble.text().endswith("没有丢失。")
    view.go.click()
    settled()
    assert view.trouble.isHidden()
    assert "已写好" in words(view)


def test_a_damaged_file_of_our_own_is_not_called_on_its_way(
    qtbot: QtBot, context: Context, received: Callable[..., Case], stick: Path, settled: Wait
) -> None:
    received("吴䶮")
    writer = shown(qtbot, WriteWizard(context), settled)
    writer.go.click()
    settled()
    (file,) = find(stick)
    (part,) = [part for part in file.parts if part is not None]
    whole = part.read_bytes()
    for damaged in (whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:], whole[:-100]):
        part.write_bytes(damaged)
        view = shown(qtbot, ReadWizard(context), settled)
        view.go.click()
        settled()
        assert "没有采用" in view.headline.text()
        assert "重新写一份" in words(view)
        assert "没有丢失" in words(view)
        assert "还在路上" not in words(view)


def finding(kind: Kind, result: FileResult, code: str = "", **more: Any) -> Finding:
    name = "D0000001" if kind is Kind.ANSWER else "U0000001"
    return Finding(name, "6F1C22B0", kind, result, "原因。", code, **more)


def answer(*reports: FileReportMessage, settled: int = 0, locked: bool = False) -> Finding:
    taken = AnswerTaken(settled, 0, 0, reports, frozenset(), frozenset(), (), False, locked)
    return finding(Kind.ANSWER, FileResult.TAKEN, answer=taken)


REFUSED = FileReportMessage(taking=Taking.REFUSED, code="fork", text="不一致")


@pytest.mark.parametrize(
    ("found", "headline", "tone"),
    [
        ([], "U盘上没有找到转送文件", Tone.WARN),
        ([answer(settled=2)], "县级平台已收到本机 2 条办理记录", Tone.GOOD),
        ([answer(REFUSED)], "有文件没有采用，请看下面的说明", Tone.RED),
        (
            [answer(REFUSED, settled=2)],
            "县级平台已收到本机 2 条办理记录；另有文件没有采用，请看下面的说明",
            Tone.RED,
        ),
        ([answer(settled=2, locked=True)], "县级平台已锁定本机，不能再办理", Tone.RED),
        ([finding(Kind.OWN, FileResult.WAITING)], "U盘上还没有县级平台的回执", Tone.WARN),
        ([finding(Kind.OTHERS, FileResult.WAITING)], "别的站点的文件还没有送到县级平台", Tone.WARN),
        ([finding(Kind.OTHERS, FileResult.CARRIED)], "读取完成", Tone.GOOD),
        ([finding(Kind.OTHERS_ANSWER, FileResult.NOT_OURS)], "这个U盘是别的站点的", Tone.WARN),
        ([finding(Kind.OWN, FileResult.OLD)], "读取完成，没有新内容", Tone.QUIET),
    ],
)
def test_the_headline_says_the_gravest_thing(found: list[Finding], headline: str, tone: Tone) -> None:
    assert read_headline(StickRead(tuple(found))) == (headline, tone)


def test_whoever_reads_of_a_refused_file_reads_what_to_do() -> None:
    refused = FileResult.REFUSED
    assert "写到U盘" in finding_advice(finding(Kind.OWN, refused, "altered"))
    assert "写到U盘" in finding_advice(finding(Kind.UNREADABLE, refused, "truncated", station="510704105209"))
    assert "新的回执" in finding_advice(finding(Kind.ANSWER, refused, "wrong-signature"))
    assert "那边的办件也没有丢失" in finding_advice(finding(Kind.UNREADABLE, refused, "truncated"))
    assert finding_advice(finding(Kind.ANSWER, refused, "former-key")) == "本机的办件没有变动，也没有丢失。"
    assert finding_advice(answer(REFUSED)) == "本机的办件没有变动，也没有丢失。"
    assert finding_advice(finding(Kind.OWN, FileResult.WAITING)) == ""
    assert finding_result(answer(REFUSED)) == ("县级平台没有收下", Tone.RED)


def test_whoever_meets_a_restored_county_platform_reads_at_once_to_write_anew() -> None:
    told = answer(settled=1)
    assert told.answer is not None
    restored = replace(told, answer=replace(told.answer, lost=Lost(3, 1)))
    useless = finding(Kind.OWN, FileResult.WAITING, "write-anew")
    for found in (restored, useless):
        headline, tone = read_headline(StickRead((found,)))
        assert "请现在重新写一份" in headline
        assert tone is Tone.WARN
    assert finding_result(useless) == ("请重新写一份", Tone.WARN)
    assert finding_result(finding(Kind.OWN, FileResult.OLD, "in-later-file")) == ("没有新内容", Tone.QUIET)
    assert finding_result(finding(Kind.OWN, FileResult.OLD)) == ("县级平台已收下", Tone.GOOD)
    assert finding_result(finding(Kind.OWN, FileResult.OLD)) == ("县级平台已收下", Tone.GOOD)


def test_a_drive_is_named_with_the_room_on_it(tmp_path: Path) -> None:
    assert drive_words(tmp_path / "nowhere") == str(tmp_path / "nowhere")
    assert drive_words(tmp_path).startswith(f"{tmp_path}　剩余 ")
