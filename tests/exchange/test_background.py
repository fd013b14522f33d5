"""The thread that syncs: when asked, when due, when the link is back, and gone when told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from countyhub.references import publishing
from hub_world import World
from hubprotocol.messages import ExchangeRequest, ExchangeResponse
from small_county import catalogue
from stationapp.exchange import background
from stationapp.exchange.background import OnChange, SyncWorker, read_state
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.state import SyncState
from stationapp.exchange.transport import HubUnreachable
from stationapp.platform.unavailable import Unavailable

PATIENCE = 20.0


class Road:
    """The village's road to its hub, which a test can close, hold up or break."""

    def __init__(self, world: World) -> None:
        self._inner = world.village.client
        self.closed = False
        self.bug = False
        self.held = threading.Event()
        self.released = threading.Event()
        self.holds = False

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        if self.holds:
            self.held.set()
            assert self.released.wait(PATIENCE)
            raise HubUnreachable("cut short")
        if self.bug:
            raise ZeroDivisionError
        if self.closed:
            raise HubUnreachable("dark")
        return self._inner.exchange(request)

    def abort(self) -> None:
        self.released.set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class Watch:
    """Hears of every change and lets a test wait for one."""

    def __init__(self) -> None:
        self.heard: list[tuple[SyncState, frozenset[str]]] = []
        self._changed = threading.Condition()

    def __call__(self, state: SyncState, touched: frozenset[str]) -> None:
        with self._changed:
            self.heard.append((state, touched))
            self._changed.notify_all()

    def forget(self) -> None:
        """Let only what is heard from now on count."""
        with self._changed:
            self.heard.clear()

    def wait(self, until: Callable[[SyncState], bool]) -> SyncState:
        """Return the last state heard as soon as `until` holds for it."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: bool(self.heard) and not self.heard[-1][0].running and until(self.heard[-1][0]),
                PATIENCE,
            )
            return self.heard[-1][0]


@contextmanager
def working(world: World, road: Road, watch: OnChange) -> Iterator[SyncWorker]:
    """Run a worker; with the highest chance every delay is the longest one."""
    village = world.village

    def make(interrupted: Callable[[], bool]) -> ExchangeEngine:
        return ExchangeEngine(village.store, village.files, road, world.clock, lambda: 1.0, interrupted)

    worker = SyncWorker(village.store, make, world.clock, watch, road.abort)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def test_it_runs_at_once_and_says_that_both_agree(world: World) -> None:
    case_id = world.village.receive()
    watch = Watch()
    with working(world, Road(world), watch) as worker:
        state = watch.wait(lambda state: state.agreed)
        assert state.pending.events == 0
        assert state.last_contact is not None
        assert state.next_attempt is not None
        assert worker.state().agreed
    assert any(case_id in touched for _, touched in watch.heard)
    assert [state.running for state, _ in watch.heard[:2]] == [True, False]


def test_an_act_sends_without_waiting_for_the_next_look(world: World) -> None:
    watch = Watch()
    with working(world, Road(world), watch) as worker:
        watch.wait(lambda state: state.agreed)
        case_id = world.village.receive()
        assert not worker.state().agreed
        assert worker.state().pending.events == 1
        watch.forget()
        worker.send_now()
        watch.wait(lambda state: state.agreed and state.pending.events == 0)
    assert world.village.statuses(case_id) == ["confirmed"]


def test_it_comes_back_by_itself_when_the_link_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stationapp.exchange.retry.BASE_SECONDS", 0.01)
    road, watch = Road(world), Watch()
    road.closed = True
    world.village.receive()
    with working(world, road, watch):
        state = watch.wait(lambda state: state.problem is not None)
        assert not state.agreed
        assert state.last_contact is None
        road.closed = False
        assert watch.wait(lambda state: state.agreed).problem is None


def test_a_person_need_not_wait_for_the_delay(world: World) -> None:
    road, watch = Road(world), Watch()
    road.closed = True
    with working(world, road, watch) as worker:
        watch.wait(lambda state: state.problem is not None)
        road.closed = False
        worker.send_now()
        watch.wait(lambda state: state.agreed)


def test_stopping_cuts_a_waiting_request_short(world: World) -> None:
    road, watch = Road(world), Watch()
    road.holds = True
    with working(world, road, watch) as worker:
        assert road.held.wait(PATIENCE)
        worker.stop()
    assert not any(thread.name == "sync" for thread in threading.enumerate())


def test_a_bug_is_reported_and_the_thread_lives_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    road, watch = Road(world), Watch()
    road.bug = True
    with working(world, road, watch) as worker:
        state = watch.wait(lambda state: state.problem is not None)
        assert "程序出错" in state.problem.text
        assert [args.exc_type for args in reported] == [ZeroDivisionError]
        road.bug = False
        worker.send_now()
        watch.wait(lambda state: state.agreed)


def test_whoever_listens_may_stumble_and_the_sync_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    monkeypatch.setattr(background, "AFTER_BUG_SECONDS", 0.01)
    watch, stumbled = Watch(), list[bool]()

    def listen(state: SyncState, touched: frozenset[str]) -> None:
        if len(stumbled) < 2 and not state.running:
            stumbled.append(state.problem is not None)
            raise LookupError("made up")
        watch(state, touched)

    with working(world, Road(world), listen):
        watch.wait(lambda state: state.agreed)
    assert stumbled == [False, True], "when it was told of a round, and when it was told of that"
    assert [args.exc_type for args in reported] == [LookupError, LookupError]


def test_trouble_with_the_disk_is_said_and_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "STORE_TROUBLE_SECONDS", 0.01)
    watch, full = Watch(), [True]
    village = world.village
    honest = village.store.write

    def write() -> object:
        if full[0]:
            raise Unavailable("磁盘已满，无法写入。请清理磁盘空间后重试。")
        return honest()

    monkeypatch.setattr(village.store, "write", write)
    with working(world, Road(world), watch) as worker:
        assert "磁盘已满" in watch.wait(lambda state: state.problem is not None).problem.text
        full[0] = False
        worker.send_now()
        watch.wait(lambda state: state.agreed)


def test_the_state_before_anything_happened_is_honest(world: World) -> None:
    world.village.receive()
    state = read_state(world.village.store, SyncState())
    assert (state.agreed, state.pending.events, state.last_contact) == (False, 1, None)


def test_new_documents_are_told_again_until_they_were_taken_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "STORE_TROUBLE_SECONDS", 0.01)
    watch, told = Watch(), []
    world.sync(world.village)
    world.hub.hub.database.write(
        lambda connection: publishing.publish_catalogue(connection, world.hub.hub, catalogue(2))
    )

    def hear(state: SyncState, touched: frozenset[str]) -> None:
        if state.renewed:
            told.append(state.renewed)
            if len(told) == 1:
                raise Unavailable("磁盘已满，无法写入。")
        watch(state, touched)

    with working(world, Road(world), hear):
        watch.wait(lambda state: bool(state.renewed))
    assert told == [{"catalogue"}, {"catalogue"}]
