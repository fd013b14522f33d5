"""How many requests it takes, counted where they reach the hub, and over how many connections."""

from __future__ import annotations

import httpx
import pytest

from hub_world import StationWorld, World
from small_county import TOWNSHIP
from stationapp.domain.case import State
from stationapp.exchange import hub_client
from stationapp.exchange.state import Outcome


class Counted(httpx.BaseTransport):
    """Counts what reaches the hub."""

    def __init__(self, world: World) -> None:
        self._network = world.hub.network
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        return self._network.deliver(request)

    def during_a_run_of(self, station: StationWorld) -> list[str]:
        self.asked.clear()
        assert station.engine.run_once().outcome is Outcome.AGREED
        return list(self.asked)


@pytest.fixture
def counted(world: World) -> Counted:
    """The village's road, after everybody agreed."""
    case_id = world.village.receive(b"scan")
    world.village.hand_over(case_id, TOWNSHIP)
    for _ in range(2):
        world.sync()
    road = Counted(world)
    world.village.network = road
    world.village.stop()
    world.village.start()
    return road


EXCHANGE = ["POST /sync/v1/exchange"]


def test_nothing_new_is_one_request(world: World, counted: Counted) -> None:
    assert counted.during_a_run_of(world.village) == EXCHANGE
    assert counted.during_a_run_of(world.village) == EXCHANGE


def test_one_act_of_ones_own_is_one_request_with_its_answer(world: World, counted: Counted) -> None:
    case_id = world.village.receive()
    assert counted.during_a_run_of(world.village) == EXCHANGE
    assert world.village.statuses(case_id) == ["confirmed"]


def test_one_act_of_somebody_else_is_one_request(world: World, counted: Counted) -> None:
    case_id = world.village.acts[0].case_id
    world.township.act(case_id, "sign_for")
    world.sync(world.township)
    assert counted.during_a_run_of(world.village) == EXCHANGE
    assert world.village.state_of(case_id) is not State.IN_TRANSIT


def test_an_act_here_and_one_there_are_one_request_together(world: World, counted: Counted) -> None:
    case_id = world.village.acts[0].case_id
    world.township.act(case_id, "sign_for")
    world.sync(world.township)
    own = world.village.receive()
    assert counted.during_a_run_of(world.village) == EXCHANGE
    assert world.village.statuses(own) == ["confirmed"]
    assert world.village.state_of(case_id) is not State.IN_TRANSIT


def test_twenty_acts_are_one_request(world: World, counted: Counted) -> None:
    for _ in range(20):
        world.village.receive()
    assert counted.during_a_run_of(world.village) == EXCHANGE


def test_a_fresh_scan_costs_one_request_more_and_one_to_hear_the_verdict(
    world: World, counted: Counted
) -> None:
    world.village.receive(b"another scan")
    assert counted.during_a_run_of(world.village)[:2] == [*EXCHANGE, "POST /sync/v1/uploads"]
    assert len(counted.asked) <= 4


def test_a_warm_connection_is_kept_longer_than_the_longest_pause_between_two_looks() -> None:
    assert hub_client.KEEP_WARM_SECONDS > 300
