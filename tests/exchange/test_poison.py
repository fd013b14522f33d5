"""One act or scan that the hub cannot take is said with its reason and delays nobody else."""

from __future__ import annotations

import httpx
import pytest

from hub_world import StationWorld, World
from hubprotocol.envelope import MOST_BODY
from hubprotocol.messages import ExchangeRequest, ExchangeResponse
from small_county import TOWNSHIP
from stationapp.domain.case import State
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import HubFault, HubTransport, TooLarge
from stationapp.services.held_back import blocked


class Choking:
    """A road on which the hub cannot take one of a device's envelopes; it counts what it is asked."""

    def __init__(self, inner: HubTransport, poison: int, trouble: type[HubFault] | type[TooLarge]) -> None:
        self._inner = inner
        self._poison = poison
        self._trouble = trouble
        self.asked = 0
        self.healthy = False

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        self.asked += 1
        if not self.healthy and self._poison in {one.seq for one in request.envelopes}:
            raise self._trouble("500 bug")
        return self._inner.exchange(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


class Refusing(Choking):
    """A road on which the hub takes nothing, not even a request without acts."""

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        raise self._trouble("500 bug")


@pytest.mark.parametrize("trouble", [HubFault, TooLarge])
def test_an_act_the_hub_cannot_take_stops_neither_what_was_before_it_nor_what_others_send(
    world: World, trouble: type[HubFault] | type[TooLarge]
) -> None:
    for_the_township = world.village.receive()
    world.village.hand_over(for_the_township, TOWNSHIP)
    world.sync(world.village)
    assert blocked(world.township.store) is None
    before = [world.township.receive() for _ in range(20)]
    poison = world.township.receive()
    behind = world.township.receive()
    road = Choking(world.township.client, 21, trouble)
    engine = ExchangeEngine(
        world.township.store, world.township.files, road, world.clock, world.township.chance.random
    )
    done = engine.run_once()
    assert (done.outcome, done.problem) == (Outcome.CAUGHT_UP, None)
    assert ["告知县级平台" in one.text for one in done.troubles] == [True]
    assert all(world.township.statuses(case_id)[0] != "pending" for case_id in before)
    assert world.township.statuses(poison) == ["pending"]
    assert world.township.statuses(behind) == ["pending"]
    assert world.township.state_of(for_the_township) is State.IN_TRANSIT
    found = blocked(world.township.store)
    assert found is not None
    assert (found.case_id, found.title, found.receipt_number != "") == (poison, "收件", True)
    asked = road.asked
    assert engine.run_once().outcome is Outcome.CAUGHT_UP
    assert road.asked - asked <= 4
    road.healthy = True
    assert engine.run_once().outcome is Outcome.AGREED
    assert blocked(world.township.store) is None


def test_no_act_is_blamed_while_the_hub_answers_nothing_at_all(world: World) -> None:
    world.village.receive()
    road = Refusing(world.village.client, 1, HubFault)
    engine = ExchangeEngine(
        world.village.store, world.village.files, road, world.clock, world.village.chance.random
    )
    assert isinstance(engine.run_once().problem, HubFault)
    assert blocked(world.village.store) is None


def test_an_overlong_act_of_a_former_program_is_refused_and_the_chain_goes_on(world: World) -> None:
    """A program that knew no limit sealed it; what it did afterwards still arrives."""
    case_id = world.village.receive()
    world.village.act(case_id, "prioritise", {"reason": "长" * MOST_BODY})
    behind = world.village.receive()
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed", "refused"]
    assert world.village.statuses(behind) == ["confirmed"]


class Picky(httpx.BaseTransport):
    """A hub that answers uploads of one size with a problem."""

    def __init__(self, world: World, size: int, status: int, code: str) -> None:
        self._network = world.hub.network
        self._size = size
        self._status = status
        self._code = code

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("upload-length") == str(self._size):
            problem = {"title": "不收", "status": self._status, "code": self._code}
            return httpx.Response(
                self._status, json=problem, headers={"content-type": "application/problem+json"}
            )
        return self._network.deliver(request)


def restarted(station: StationWorld, network: httpx.BaseTransport) -> None:
    station.network = network
    station.stop()
    station.start()


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "wrong-digest"), (413, "too-large"), (500, "bug"), (507, "upload-quota"), (409, "wrong-offset")],
)
def test_a_scan_the_hub_does_not_take_is_named_in_every_round_and_delays_no_other(
    world: World, status: int, code: str
) -> None:
    poisoned, other = world.village.receive(b"p" * 40_000), world.village.receive(b"o" * 30_000)
    restarted(world.village, Picky(world, 40_000, status, code))
    done = world.village.engine.run_once()
    assert (done.outcome, done.problem, len(done.troubles)) == (Outcome.CAUGHT_UP, None, 1)
    assert world.village.statuses(other) == ["confirmed"]
    assert world.village.statuses(poisoned) == ["held"]
    later = world.village.engine.run_once()
    assert [one.text for one in later.troubles] == [one.text for one in done.troubles]
    assert later.requests == 1
    restarted(world.village, world.hub.network)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(poisoned) == ["confirmed"]
