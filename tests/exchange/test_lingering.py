"""Waiting at the hub for news: one request, cut short by whoever wants something, and only where it is worth it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from answering_server import Reply, answering
from hub_world import World
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ChainHeadMessage, ExchangeRequest, ExchangeResponse
from small_county import TOWNSHIP
from stationapp.domain.case import State
from stationapp.exchange.asking import WAIT_SECONDS
from stationapp.exchange.background import SyncWorker
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.state import Outcome, SyncState
from stationapp.exchange.transport import Credentials, CutShort, HubTransport, HubUnreachable
from stationapp.platform.clock import SteppingClock
from stationapp.platform.unavailable import Unavailable

PATIENCE = 20.0
REQUEST = ExchangeRequest(
    protocol=1, device="d", sent_at="", base=ChainHeadMessage(seq=0, hash=GENESIS), wait_s=25
)


class Desk:
    """A road to a hub that holds idle requests until there is news or somebody cuts them short."""

    def __init__(self, inner: HubTransport, clock: SteppingClock) -> None:
        self._inner = inner
        self._clock = clock
        self.waited: list[int] = []
        self.waiting = threading.Event()
        self.news = threading.Event()
        self.cut = threading.Event()
        self.holds = True
        self.retry_after = 0

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        return self._inner.exchange(request).model_copy(update={"retry_after_s": self.retry_after})

    def linger(self, request: ExchangeRequest, still: Callable[[], bool]) -> ExchangeResponse:
        self.waited.append(request.wait_s)
        if not still():
            raise CutShort("before the wait")
        if self.holds:
            self.waiting.set()
            while not self.news.wait(0.01):
                if self.cut.is_set():
                    self.cut.clear()
                    self.waiting.clear()
                    raise CutShort("aborted")
            self.waiting.clear()
        return self._inner.exchange(request.model_copy(update={"wait_s": 0}))

    def abort(self) -> None:
        self.cut.set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


@pytest.fixture
def desk(world: World) -> Desk:
    world.clock.step = timedelta(
        milliseconds=1
    )  # Each look at the clock takes time; a good road takes little.
    return Desk(world.village.client, world.clock)


def engine_at(world: World, desk: Desk) -> ExchangeEngine:
    village = world.village
    return ExchangeEngine(village.store, village.files, desk, world.clock, village.chance.random)


def proven(world: World, desk: Desk) -> ExchangeEngine:
    """An engine that has measured a good road."""
    engine = engine_at(world, desk)
    rounds = [engine.run_once() for _ in range(4)]
    assert rounds[-1].lingers
    return engine


def test_only_a_road_that_was_good_for_a_while_is_waited_on(world: World, desk: Desk) -> None:
    engine = engine_at(world, desk)
    assert not engine.run_once().lingers
    assert [engine.run_once().lingers for _ in range(3)][-1]


def test_news_end_the_wait_and_cost_one_request(world: World, desk: Desk) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    engine = proven(world, desk)
    world.sync(world.township)
    world.township.act(case_id, "sign_for")
    world.sync(world.township)
    desk.news.set()
    done = engine.run_once(idle=True)
    assert (done.outcome, done.requests, desk.waited) == (Outcome.AGREED, 1, [WAIT_SECONDS])
    assert world.village.state_of(case_id) is not State.IN_TRANSIT
    assert case_id in done.touched


def test_who_has_something_to_send_does_not_wait(world: World, desk: Desk) -> None:
    engine = proven(world, desk)
    case_id = world.village.receive(b"scan")
    assert engine.run_once(idle=True).outcome is Outcome.AGREED
    assert desk.waited == []
    assert world.village.statuses(case_id) == ["confirmed"]


def test_a_hub_that_answers_at_once_is_asked_now_and_then_only(world: World, desk: Desk) -> None:
    engine = proven(world, desk)
    desk.holds = False
    assert not engine.run_once(idle=True).lingers
    assert not engine.run_once().lingers
    world.clock.advance(timedelta(seconds=700))
    assert engine.run_once().lingers


def test_a_hub_with_much_to_do_is_left_alone_for_so_long(world: World, desk: Desk) -> None:
    engine = proven(world, desk)
    desk.retry_after = 1200
    done = engine.run_once()
    assert (done.outcome, done.lingers) == (Outcome.AGREED, False)
    assert 1200 <= done.wait <= 1440
    world.village.receive(b"scan")
    done = engine.run_once()
    assert (done.pushed, done.outcome) == (1, Outcome.CAUGHT_UP)
    assert done.wait >= 1200
    desk.retry_after = 0
    assert engine.run_once().outcome is Outcome.AGREED


def test_a_wait_that_breaks_is_a_failure_and_no_longer_waited_on(world: World, desk: Desk) -> None:
    engine = proven(world, desk)

    def broken(_: ExchangeRequest, __: Callable[[], bool]) -> ExchangeResponse:
        raise HubUnreachable("the router forgot the connection")

    desk.linger = broken
    assert engine.run_once(idle=True).outcome is Outcome.FAILED
    assert not engine.run_once().lingers


@contextmanager
def working(world: World, desk: Desk, heard: Callable[[SyncState], None]) -> Iterator[SyncWorker]:
    """A worker whose road is good from its fourth run on; it is pressed until then."""
    village = world.village

    def make(interrupted: Callable[[], bool]) -> ExchangeEngine:
        return ExchangeEngine(
            village.store, village.files, desk, world.clock, village.chance.random, interrupted
        )

    def tell(state: SyncState, _: frozenset[str]) -> None:
        heard(state)
        if not state.running and state.next_attempt is not None:
            worker.send_now()

    worker = SyncWorker(village.store, make, world.clock, tell, desk.abort)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def test_an_act_cuts_the_wait_short_and_goes_at_once(world: World, desk: Desk) -> None:
    sent = threading.Event()

    def heard(state: SyncState) -> None:
        if state.agreed and state.pending.events == 0 and len(world.village.acts) == 1:
            sent.set()

    with working(world, desk, heard) as worker:
        assert desk.waiting.wait(PATIENCE)
        assert not worker.state().running
        assert worker.state().next_attempt is None
        case_id = world.village.receive()
        worker.send_now()
        assert sent.wait(PATIENCE)
        assert desk.waiting.wait(PATIENCE)
    assert world.village.statuses(case_id) == ["confirmed"]


def test_stopping_does_not_wait_for_news(world: World, desk: Desk) -> None:
    with working(world, desk, lambda _: None):
        assert desk.waiting.wait(PATIENCE)
    assert not any(thread.name == "sync" for thread in threading.enumerate())


def test_a_wait_over_a_real_connection_is_cut_short_from_another_thread(world: World) -> None:
    released, caught = threading.Event(), []
    with answering() as server:
        server.reply = Reply(hold=released)
        client = HubClient(server.url, world.clock, Credentials("d", bytes(32)))

        def wait() -> None:
            try:
                client.linger(REQUEST, lambda: True)
            except Unavailable as trouble:
                caught.append(type(trouble))

        thread = threading.Thread(target=wait)
        thread.start()
        assert server.arrived.wait(PATIENCE)
        client.abort()
        thread.join(PATIENCE)
        released.set()
        client.close()
    assert caught == [CutShort]


def test_who_wanted_something_before_the_wait_began_does_not_wait(world: World) -> None:
    released = threading.Event()
    with answering() as server:
        server.reply = Reply(hold=released)
        client = HubClient(server.url, world.clock, Credentials("d", bytes(32)))
        with pytest.raises(CutShort):
            client.linger(REQUEST, lambda: False)
        released.set()
        client.close()


def test_a_wait_that_broke_by_itself_is_the_networks_fault(world: World) -> None:
    with answering() as server:
        server.reply = Reply(200, {"content-type": "application/json"}, b"{}", cut=True)
        client = HubClient(server.url, world.clock, Credentials("d", bytes(32)))
        with pytest.raises(HubUnreachable):
            client.linger(REQUEST, lambda: True)
        client.close()
