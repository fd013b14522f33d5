"""The window with 100,000 cases while a sync brings news and somebody scrolls: how long does it ever stand still?

A timer that is due every five milliseconds tells how long the window's thread was away. The baseline is a bare Qt table
of as many rows, scrolled by the same keys, with nothing behind it. Goal: no gap above 50 ms.
"""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path
from typing import Any

from bench_station import BenchStation

CASES = 100_000
KEYS = 200
TICK_MS = 5
PAUSE_MS = 20
GOAL_MS = 50.0


def measure(place: Path) -> dict[str, Any]:
    """Return the gaps of the bare table and of ours, in milliseconds."""
    from PySide6.QtWidgets import QApplication

    from stationapp.platform.fonts import find_fonts
    from stationapp.ui.application import make_application
    from stationapp.ui.style import load_fonts

    app = QApplication.instance() or make_application([])
    load_fonts(find_fonts())
    bare = _bare(app)
    ours, brought = _ours(app, place)
    return {
        "baseline": f"a bare QTableView of {CASES:,} rows scrolled by the same keys",
        "cases": CASES,
        "events_brought_by_the_sync": brought,
        "bare_max_ms": round(max(bare), 1),
        "bare_p99_ms": round(statistics.quantiles(bare, n=100)[98], 1),
        "ours_max_ms": round(max(ours), 1),
        "ours_p99_ms": round(statistics.quantiles(ours, n=100)[98], 1),
        "goals": {f"no gap above {GOAL_MS:.0f} ms": max(ours) <= GOAL_MS},
    }


def _bare(app: Any) -> list[float]:
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QTableView

    view = QTableView()
    view.setModel(QStringListModel([f"收件号{number}" for number in range(CASES)]))
    view.resize(1166, 720)
    view.show()
    return _gaps(app, view)


def _ours(app: Any, place: Path) -> tuple[list[float], int]:
    from PySide6.QtCore import QObject

    from stationapp.ui.application import settle
    from stationapp.ui.bus import Bus
    from stationapp.ui.cases_view import CasesView
    from stationapp.ui.context import Context
    from stationapp.ui.messages import Messages
    from stationapp.ui.tasks import Tasks

    station = BenchStation(place)
    station.fill(CASES)
    owner = QObject()
    messages = Messages(station.workplace.paths.crash, station.workplace.clock, owner)
    tasks = Tasks(messages, owner)
    context = Context(station.workplace, tasks, Bus(owner), messages)
    view = CasesView(context)
    view.resize(1166, 720)
    view.show()
    settle(tasks)
    news = _News(station, context)
    news.start()
    try:
        gaps = _gaps(app, view.rows)
    finally:
        news.stop()
        settle(tasks)
        tasks.close()
        station.close()
    return gaps, news.brought


class _News(threading.Thread):
    """What a sync does all the time in a thread of its own: verdicts on acts, and the screens are told."""

    def __init__(self, station: BenchStation, context: Any) -> None:
        super().__init__(name="news")
        self._station, self._context = station, context
        self._over = threading.Event()
        self.brought = 0

    def run(self) -> None:
        from hubprotocol.messages import Result
        from stationapp.services.changed import Changed, Kind
        from stationapp.store.records.exchange import ChainHead

        store = self._station.workplace.store
        while not self._over.is_set():
            with store.write() as unit:
                batch = unit.events.outbox(50, 1 << 20)
                for envelope in batch:
                    at = self._station.workplace.now()
                    unit.events.apply_verdict(envelope.device, envelope.seq, Result.ACCEPTED, 1, at)
                if batch:
                    unit.chain.set_acknowledged(ChainHead(batch[-1].seq, batch[-1].hash), 0)
            self.brought += len(batch)
            self._context.bus.tell_from_thread(Changed.of(Kind.SYNC, Kind.OUTBOX))
            self._over.wait(0.05)

    def stop(self) -> None:
        self._over.set()
        self.join()


def _gaps(app: Any, view: Any) -> list[float]:
    """Scroll by keys and return how long the window's thread was away between two ticks, beyond the tick itself."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest

    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(max(0.0, (now - last) * 1000 - TICK_MS))
        last = now

    loop, ticking, typing = QEventLoop(), QTimer(), QTimer()
    ticking.setTimerType(Qt.TimerType.PreciseTimer)
    ticking.timeout.connect(tick)
    pressed = iter([Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_PageUp] * (KEYS // 4))

    def press() -> None:
        key = next(pressed, None)
        if key is None:
            loop.quit()
            return
        QTest.keyClick(view, key)

    typing.timeout.connect(press)
    app.processEvents()
    last = time.perf_counter()
    ticking.start(TICK_MS)
    typing.start(PAUSE_MS)
    loop.exec()
    ticking.stop()
    typing.stop()
    return gaps
