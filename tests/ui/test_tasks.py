"""Work off the window's thread: order, results, the three kinds of bad news, and owners that are gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.ui.messages import Messages, Notice, Weight
from stationapp.ui.tasks import Tasks

PATIENCE = 10.0
Wait = Callable[[], None]


def test_the_result_arrives_in_the_windows_thread_and_the_work_is_done_elsewhere(
    tasks: Tasks, settled: Wait
) -> None:
    owner, threads = QObject(), []
    tasks.run(threading.get_ident, lambda where: threads.extend([where, threading.get_ident()]), owner=owner)
    settled()
    assert threads[1] == threading.get_ident()
    assert threads[0] != threads[1]


def test_acts_are_made_one_at_a_time_in_the_order_asked_for(tasks: Tasks, settled: Wait) -> None:
    owner, done, running = QObject(), [], threading.Lock()

    def act(number: int) -> int:
        assert running.acquire(blocking=False), "two acts at once"
        try:
            return number
        finally:
            running.release()

    for number in range(50):
        tasks.run(lambda number=number: act(number), done.append, owner=owner)
    settled()
    assert done == list(range(50))


def test_a_lookup_does_not_wait_behind_an_act(qtbot: QtBot, tasks: Tasks, settled: Wait) -> None:
    owner, gate, seen = QObject(), threading.Event(), []
    tasks.run(lambda: gate.wait(PATIENCE), seen.append, owner=owner)
    tasks.read(lambda: "read", seen.append, owner=owner)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["read"]
    gate.set()
    settled()
    assert seen == ["read", True]


def test_slow_work_leaves_the_window_alive(qtbot: QtBot, tasks: Tasks, settled: Wait) -> None:
    owner, gate, ticks = QObject(), threading.Event(), []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(1)
    tasks.run(lambda: gate.wait(PATIENCE), owner=owner)
    qtbot.waitUntil(lambda: len(ticks) >= 20)
    assert not tasks.idle
    gate.set()
    settled()


def test_a_result_is_dropped_when_its_owner_is_gone(tasks: Tasks, settled: Wait) -> None:
    owner, gate, got = QObject(), threading.Event(), []
    tasks.run(lambda: gate.wait(PATIENCE), got.append, owner=owner, always=lambda: got.append("always"))
    delete(owner)
    gate.set()
    settled()
    assert got == []


def test_a_cancelled_lookup_tells_nobody(tasks: Tasks, settled: Wait) -> None:
    owner, got = QObject(), []
    tasks.read(lambda: 1, got.append, owner=owner).cancel()
    tasks.read(lambda: 2, got.append, owner=owner)
    settled()
    assert got == [2]


def refuse() -> None:
    raise Refused(Reason("no", "材料不齐，不能收件。"))


def fail() -> None:
    raise Unavailable("磁盘已满。", "disk")


def stumble() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("work", "weight", "text"),
    [(refuse, Weight.REFUSED, "材料不齐，不能收件。"), (fail, Weight.UNAVAILABLE, "磁盘已满。")],
)
def test_refusals_and_troubles_stand_in_the_banner(
    work: Callable[[], None], weight: Weight, text: str, tasks: Tasks, settled: Wait, notices: list[Notice]
) -> None:
    ended = []
    owner = QObject()
    tasks.run(work, owner=owner, always=lambda: ended.append(True))
    settled()
    assert notices == [Notice(weight, text)]
    assert ended == [True]


def test_a_view_may_take_expected_bad_news_itself(tasks: Tasks, settled: Wait, notices: list[Notice]) -> None:
    owner, errors = QObject(), []
    tasks.run(refuse, failed=errors.append, owner=owner)
    settled()
    assert isinstance(errors[0], Refused)
    assert notices == []


def test_a_bug_becomes_a_report_even_when_the_view_takes_bad_news(
    tasks: Tasks, settled: Wait, crashes: list[Path | None]
) -> None:
    owner, errors = QObject(), []
    tasks.run(stumble, failed=errors.append, owner=owner)
    settled()
    report = crashes.pop()
    assert report is not None
    assert "ZeroDivisionError" in report.read_text("utf-8")
    assert errors == []


def test_another_thread_may_not_ask_for_work(tasks: Tasks) -> None:
    owner, complaints = QObject(), []

    def ask() -> None:
        try:
            tasks.run(lambda: None, owner=owner)
        except RuntimeError as error:
            complaints.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert complaints == ["only the window's thread may ask for work"]


def test_closing_finishes_every_act_and_tells_nobody(messages: Messages) -> None:
    tasks, owner, gate, made, told = Tasks(messages), QObject(), threading.Event(), [], []
    tasks.run(lambda: gate.wait(PATIENCE), owner=owner)
    for number in range(3):
        tasks.run(lambda number=number: made.append(number), told.append, owner=owner)
    gate.set()
    tasks.close()
    assert made == [0, 1, 2]
    assert told == []
    with pytest.raises(RuntimeError, match="after the end"):
        tasks.run(lambda: None, owner=owner)
    assert tasks.read(lambda: None, told.append, owner=owner).cancelled
    assert tasks.idle


def test_being_busy_is_told_once_at_the_start_and_once_at_the_end(tasks: Tasks, settled: Wait) -> None:
    owner, busy = QObject(), []
    tasks.busy_changed.connect(busy.append)
    for _ in range(3):
        tasks.read(lambda: None, owner=owner)
    settled()
    assert busy == [True, False]
