"""The thread that keeps a station in touch with its hub: when asked, when due, when there is news."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.state import Outcome, Round, SyncState
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.station_store import StationStore

OnChange = Callable[[SyncState, frozenset[str]], None]
AFTER_BUG_SECONDS = 300.0
STORE_TROUBLE_SECONDS = 30.0


class SyncWorker:
    """Runs an engine in a thread of its own.

    `make_engine` gets a question the engine asks between requests: whether to end early. `abort` cuts a
    request short that waits for an answer. `on_change` gets the new state and the ids of cases that may look
    different now; it is called from the worker's thread, and again with the same `renewed` when it raised
    Unavailable. A callback that fails even for a failure it is told of is reported, and the thread goes on.
    """

    def __init__(
        self,
        store: StationStore,
        make_engine: Callable[[Callable[[], bool]], ExchangeEngine],
        clock: Clock,
        on_change: OnChange,
        abort: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_change = on_change
        self._abort = abort
        self._stopping = threading.Event()
        self._wanted = threading.Event()
        self._engine = make_engine(self._stopping.is_set)
        self._state = read_state(store, SyncState())
        self._lock = threading.Lock()
        self._lingers = False  # The hub is asked for news without a pause, and answers when there is some.
        self._untold: frozenset[str] = frozenset()  # New documents that `on_change` has not taken in yet.
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)

    def start(self) -> None:
        """Begin, with a run at once."""
        self._thread.start()

    def send_now(self) -> None:
        """Run as soon as possible, whatever delay was agreed on; called after every act and by the button.

        What waits at the hub for news is cut short; an attachment under way gives way between two blocks.
        """
        self._engine.hurry()
        self._wanted.set()

    def stop(self) -> None:
        """End the thread and wait for its end; a request under way is cut short and can be sent again."""
        self._stopping.set()
        self._wanted.set()
        while self._thread.is_alive():
            self._abort()
            self._thread.join(_JOIN_SECONDS)

    def state(self) -> SyncState:
        """Return where the sync stands; what waits here is counted now."""
        with self._lock:
            known = self._state
        return read_state(self._store, known)

    def _work(self) -> None:
        wait = 0.0
        while not self._stopping.is_set():
            self._wanted.wait(0.0 if self._lingers else wait)
            self._lingers = self._lingers and not self._wanted.is_set()
            self._wanted.clear()
            if not self._stopping.is_set():
                wait = self._run()
        self._engine.close()

    def _run(self) -> float:
        """Run the engine once and return the seconds to wait; whatever happens, the thread lives on."""
        idle, self._lingers = self._lingers, False
        try:
            if not idle:
                self._tell(replace(self.state(), running=True, renewed=frozenset()), frozenset())
            done = self._engine.run_once(idle)
            self._lingers = done.lingers
            self._untold |= done.renewed
            self._tell(self._after(done), done.touched)
            self._untold = frozenset()
        except Unavailable as trouble:  # The store itself: disk full, read-only or gone.
            return self._give_up(trouble, STORE_TROUBLE_SECONDS)
        except Exception as bug:  # noqa: BLE001 - reported like any bug; work on cases must not lose its sync.
            self._report(bug)
            return self._give_up(Unavailable(_BUG, type(bug).__name__), AFTER_BUG_SECONDS)
        return done.wait

    def _give_up(self, problem: Unavailable, wait: float) -> float:
        """Say why a run came to nothing; the store, which may be the trouble, is not asked."""
        next_attempt = self._clock.now() + timedelta(seconds=wait)
        with self._lock:
            known = self._state
        told = replace(known, running=False, problem=problem, renewed=frozenset(), next_attempt=next_attempt)
        try:
            self._tell(told, frozenset())
        except Exception as bug:  # noqa: BLE001 - whoever listens stumbles; the sync goes on without him.
            self._report(bug)
        return wait

    def _report(self, bug: Exception) -> None:
        threading.excepthook(threading.ExceptHookArgs((type(bug), bug, bug.__traceback__, self._thread)))

    def _after(self, done: Round) -> SyncState:
        before, now = self.state(), self._clock.now()
        return replace(
            before,
            running=False,
            ordered=done.outcome is Outcome.ORDERED,
            last_contact=done.contact or before.last_contact,
            next_attempt=None if done.lingers else now + timedelta(seconds=done.wait),
            drift=before.drift if done.drift is None else done.drift,
            problem=done.problem,
            troubles=done.troubles,
            renewed=self._untold,
        )

    def _tell(self, state: SyncState, touched: frozenset[str]) -> None:
        with self._lock:
            self._state = state
        self._on_change(state, touched)


def read_state(store: StationStore, known: SyncState) -> SyncState:
    """Return a state with what the store says now: what waits, and whether both sides agree."""
    with store.read() as unit:
        pending = unit.events.pending_summary()
        feeds = unit.mailboxes.agreement()
    nothing_only_here = pending.events == pending.held and pending.attachments == 0
    compared = bool(feeds) and all(feed.agreed for feed in feeds)
    agreed = compared and nothing_only_here
    times = [feed.at for feed in feeds if feed.at is not None]
    last = min(times) if compared and times else known.last_agreed
    return replace(known, pending=pending, agreed=agreed, last_agreed=last)


_JOIN_SECONDS = 0.2
_BUG = "同步时程序出错，错误报告已保存。本机可继续办件，稍后会自动重试。"
