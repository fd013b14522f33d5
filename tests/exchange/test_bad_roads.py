"""Attachments on roads that cut, choke or only let small things pass; what is carried, and in which way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx

from countyhub.problems import Problem
from hub_world import InProcess, StationWorld, World, agreed
from small_county import TOWNSHIP
from stationapp.exchange.state import Outcome

SCAN = 600_000
SMALL = 20_000


class CutBody(httpx.SyncByteStream):
    """An answer's body that breaks off."""

    def __init__(self, data: bytes, upto: int) -> None:
        self._data = data
        self._upto = upto

    def __iter__(self) -> Iterator[bytes]:
        yield self._data[: self._upto]
        raise httpx.ReadError("the connection broke")


def cut(network: InProcess, request: httpx.Request, upto: int) -> None:
    """Let the first bytes of a long body arrive, and break the connection, if there are more of them."""
    sent, body = b"", iter(request.stream)
    for block in body:
        sent += block
        if len(sent) > upto:
            request.stream = httpx.ByteStream(sent)
            network.deliver(request, upto)
            raise httpx.WriteError("the connection broke")
    request.stream = httpx.ByteStream(sent)


@dataclass
class Narrow(httpx.BaseTransport):
    """Cuts every request and answer with more than `SMALL` bytes in the middle, as long as it is `bad`."""

    network: InProcess
    bad: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    carried: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, request.url.path))
        if self.bad:
            self.carried += SMALL
            cut(self.network, request, SMALL)
            self.carried -= SMALL
        answer = self.network.deliver(request)
        come = len(answer.read())
        broken = self.bad and come > SMALL
        self.carried += len(request.content) + (SMALL if broken else come)
        if broken:
            return httpx.Response(
                answer.status_code, headers=answer.headers, stream=CutBody(answer.content, SMALL)
            )
        return answer

    def count(self, method: str, part: str) -> int:
        """How many requests there were of a kind."""
        return sum(1 for asked, path in self.asked if asked == method and part in path)


def on(station: StationWorld, network: httpx.BaseTransport) -> None:
    station.network = network
    station.stop()
    station.start()


def test_where_no_stream_survives_pieces_carry_a_scan_up_in_one_round(world: World) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    road = Narrow(world.hub.network)
    on(world.village, road)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert road.count("PUT", "/pieces/") >= (SCAN - 6 * SMALL) // (16 * 1024)
    assert road.count("PATCH", "") <= 4
    assert road.carried < 1.1 * SCAN + 10_000
    assert agreed(world)


def test_where_no_stream_survives_pieces_carry_a_scan_down_in_one_round(world: World) -> None:
    scan = world.village.chance.randbytes(SCAN)
    case_id = world.village.receive(scan)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    road = Narrow(world.hub.network)
    on(world.township, road)
    assert world.township.engine.run_once().outcome is Outcome.AGREED
    with world.township.store.read() as unit:
        (sha256,) = unit.attachments.all_here()
    assert world.township.files.get(sha256) == scan
    assert road.carried < 1.1 * SCAN + 20_000
    assert road.count("GET", "/attachments/") >= SCAN // (16 * 1024)


def test_when_the_road_heals_scans_go_in_one_stream_again(world: World) -> None:
    world.sync(world.village)
    road = Narrow(world.hub.network)
    on(world.village, road)
    world.village.receive(world.village.chance.randbytes(SCAN))
    world.village.engine.run_once()
    road.bad = False
    world.village.receive(world.village.chance.randbytes(SCAN))
    world.village.engine.run_once()
    road.asked.clear()
    world.village.receive(world.village.chance.randbytes(SCAN))
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert (road.count("POST", "/uploads"), road.count("PATCH", ""), road.count("PUT", "")) == (1, 0, 0)


@dataclass
class Between(httpx.BaseTransport):
    """Puts a function before the hub; None lets the request pass."""

    network: InProcess
    answer: Callable[[httpx.Request], httpx.Response | None]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.answer(request) or self.network.deliver(request)


def test_with_a_hub_that_knows_no_pieces_streams_go_on_where_they_broke(world: World) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    pieces: list[str] = []

    def older(request: httpx.Request) -> httpx.Response | None:
        if "/pieces" in request.url.path:
            pieces.append(request.method)
            problem = {"title": "没有", "status": 404, "code": "not-found"}
            return httpx.Response(404, json=problem)
        cut(world.hub.network, request, 50_000)
        return None

    on(world.village, Between(world.hub.network, older))
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert pieces == ["GET"]


def test_a_file_that_is_all_there_but_not_in_its_place_is_put_there_on_asking(world: World) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    honest, failing = world.hub.hub.files.finish, [True]

    def finish(upload: str, sha256: str, length: int) -> bool:
        if failing:
            raise Problem("unavailable")
        return honest(upload, sha256, length)

    road = Narrow(world.hub.network)
    on(world.village, road)
    world.hub.hub.files.finish = finish
    assert world.village.engine.run_once().outcome is Outcome.FAILED
    failing.clear()
    assert world.village.engine.run_once().outcome is Outcome.AGREED


def test_a_proxy_that_takes_no_large_bodies_gets_smaller_ones(world: World) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    refused: list[int] = []

    def proxy(request: httpx.Request) -> httpx.Response | None:
        if (size := len(request.read())) > 100_000:
            refused.append(size)
            return httpx.Response(413, html="<html>Request Entity Too Large</html>")
        return None

    on(world.village, Between(world.hub.network, proxy))
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert refused == [SCAN, SCAN // 2, SCAN // 4]


def test_an_act_made_while_a_scan_is_on_its_way_up_is_confirmed_before_the_scan_has_arrived(
    world: World,
) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    urgent: list[str] = []

    def acting(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/uploads"):
            body = iter(request.stream)
            sent = [next(body), next(body)]
            urgent.append(world.village.receive())
            sent.append(next(body))
            assert world.village.statuses(urgent[0]) == ["confirmed"]
            request.stream = httpx.ByteStream(b"".join([*sent, *body]))
        return None

    on(world.village, Between(world.hub.network, acting))
    done = world.village.engine.run_once()
    assert (done.outcome, len(urgent), done.pushed) == (Outcome.AGREED, 1, 2)


def test_an_act_made_while_a_scan_is_on_its_way_down_is_confirmed_before_the_scan_is_here(
    world: World,
) -> None:
    scan = world.village.chance.randbytes(SCAN)
    case_id = world.village.receive(scan)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.window)
    urgent: list[str] = []

    class Slowly(httpx.SyncByteStream):
        def __init__(self, data: bytes) -> None:
            self._data = data

        def __iter__(self) -> Iterator[bytes]:
            yield self._data[:100_000]
            urgent.append(world.township.receive())
            yield self._data[100_000:200_000]
            assert world.township.statuses(urgent[0])[0] != "pending"
            yield self._data[200_000:]

    def acting(request: httpx.Request) -> httpx.Response | None:
        if "/attachments/" not in request.url.path:
            return None
        answer = world.hub.network.deliver(request)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=Slowly(answer.read()))

    on(world.township, Between(world.hub.network, acting))
    assert world.township.engine.run_once().outcome is Outcome.AGREED
    assert len(urgent) == 1


def test_trouble_with_the_exchange_ends_the_run_and_keeps_what_the_scan_had_reached(world: World) -> None:
    world.sync(world.village)
    world.village.receive(world.village.chance.randbytes(SCAN))
    with world.village.store.read() as unit:
        (waiting,) = unit.attachments.not_at_hub(10)
    dark: list[bool] = []

    def darkening(request: httpx.Request) -> httpx.Response | None:
        if dark:
            raise httpx.ConnectError("dark")
        if request.url.path.endswith("/uploads"):
            body = iter(request.stream)
            for _ in range(20):
                next(body)
            world.village.receive()
            dark.append(True)
            next(body)
        return None

    on(world.village, Between(world.hub.network, darkening))
    done = world.village.engine.run_once()
    assert done.outcome is Outcome.FAILED
    assert "连不上" in done.problem.text
    on(world.village, world.hub.network)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    with world.village.store.read() as unit:
        assert unit.attachments.get(waiting.sha256).at_hub
