"""What stands in the way of everything stops a run after one request, over real connections, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from answering_server import LOGIN_PAGE, Reply, answering
from county_certificates import authority, server_context
from hub_world import Template, World, quick_folder
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.state import Outcome, Round
from stationapp.exchange.transport import (
    Credentials,
    HubBusy,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
)
from stationapp.platform.unavailable import Unavailable

HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def world(template: Template) -> Iterator[World]:
    """One world for all of this: no trouble may leave anything behind."""
    with quick_folder() as folder, template.world(folder / "world") as made:
        yield made


def problem(status: int, code: str, **headers: str) -> Reply:
    body = json.dumps({"title": "说明", "status": status, "code": code}).encode()
    return Reply(status, {"content-type": "application/problem+json", **headers}, body)


@dataclass(frozen=True)
class Trouble:
    """What answers, what it is taken for, a word of the sentence, and the shortest time to wait."""

    reply: Reply
    kind: type[Unavailable]
    word: str
    at_least: float = 0.0


TROUBLES = {
    "login page": Trouble(Reply(200, HTML, LOGIN_PAGE), NotTheHub, "上网认证"),
    "redirect to a login page": Trouble(
        Reply(302, {"location": "http://portal.test/login"}), NotTheHub, "上网认证"
    ),
    "redirect that keeps the method": Trouble(
        Reply(307, {"location": "https://portal.test/login"}), NotTheHub, "上网认证"
    ),
    "network authentication required": Trouble(Reply(511, HTML, LOGIN_PAGE), NotTheHub, "上网认证"),
    "login page in plain text": Trouble(
        Reply(200, {"content-type": "text/plain"}, b"please log in"), NotTheHub, "上网认证"
    ),
    "script that leads to a login page": Trouble(
        Reply(200, {"content-type": "text/javascript"}, b"location='http://portal.test'"),
        NotTheHub,
        "上网认证",
    ),
    "page that forbids": Trouble(Reply(403, HTML, b"<html>blocked</html>"), NotTheHub, "不是县级平台"),
    "JSON of somebody else": Trouble(
        Reply(200, JSON, b'{"code": 0, "message": "ok", "data": {}}'), NotTheHub, "不是县级平台"
    ),
    "refusal of somebody else": Trouble(
        Reply(401, JSON, b'{"error": "unauthorized"}'), NotTheHub, "不是县级平台"
    ),
    "unknown device": Trouble(problem(401, "unknown-device"), HubRefusesDevice, "不接受本机", 300.0),
    "revoked device": Trouble(problem(403, "revoked-device"), HubRefusesDevice, "不接受本机", 300.0),
    "too many requests": Trouble(problem(429, "too-often", **{"retry-after": "90"}), HubBusy, "繁忙", 90.0),
    "overloaded hub": Trouble(problem(503, "busy", **{"retry-after": "900"}), HubBusy, "繁忙", 900.0),
    "broken gateway": Trouble(Reply(502, HTML, b"<html>bad gateway</html>"), HubUnreachable, "连不上"),
}


def run_against(world: World, url: str, client: HubClient | None = None) -> Round:
    """Let the village, with an act and a scan to send, run once against whoever answers there."""
    village = world.village
    village.receive(village.chance.randbytes(20_000))
    credentials = Credentials(village.identity.device, village.identity.device_seed)
    road = client or HubClient(url, world.clock, credentials)
    try:
        engine = ExchangeEngine(village.store, village.files, road, world.clock, village.chance.random)
        return engine.run_once()
    finally:
        road.close()


def assert_nothing_is_lost(world: World) -> None:
    """As soon as the real hub answers, everything goes its way."""
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert all(world.village.statuses(act.case_id) == ["confirmed"] for act in world.village.acts)


@pytest.mark.parametrize("name", TROUBLES)
def test_a_run_ends_after_one_request_and_says_why(world: World, name: str) -> None:
    trouble = TROUBLES[name]
    with answering() as server:
        server.reply = trouble.reply
        done = run_against(world, server.url)
        assert len(server.asked) == 1
    assert (done.outcome, done.requests, done.troubles) == (Outcome.FAILED, 1, ())
    assert type(done.problem) is trouble.kind
    assert trouble.word in done.problem.text
    assert done.wait >= trouble.at_least
    assert_nothing_is_lost(world)


@pytest.mark.parametrize(
    ("issuer", "days", "word"),
    [("county", -1, "日期"), ("interceptor", 1, "安全证书不受信任")],
    ids=["certificate out of its days, or a wrong clock", "somebody between who opens TLS"],
)
def test_a_certificate_in_doubt_ends_the_run_before_anything_was_sent(
    world: World, issuer: str, days: int, word: str
) -> None:
    with quick_folder() as folder:
        own = {name: authority(folder, name) for name in ("county", "interceptor")}
        context = server_context(*own[issuer].issue(folder, "hub", days=days))
        with answering(context) as server:
            identity = world.village.identity
            credentials = Credentials(identity.device, identity.device_seed)
            road = HubClient(server.url, world.clock, credentials, own["county"].file)
            done = run_against(world, server.url, road)
            assert server.asked == []
    assert (done.outcome, done.requests) == (Outcome.FAILED, 1)
    assert isinstance(done.problem, NotTheHub)
    assert word in done.problem.text
    assert_nothing_is_lost(world)


@pytest.mark.parametrize("status", [407, 403])
def test_a_proxy_that_wants_to_know_who_one_is_ends_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    with answering() as server:
        server.reply = Reply(status, HTML, LOGIN_PAGE)
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, server.url)
        done = run_against(world, "https://hub.example")
        assert [method for method, *_ in server.asked] == ["CONNECT"]
    assert (done.outcome, done.requests) == (Outcome.FAILED, 1)
    assert isinstance(done.problem, NotTheHub)
    assert "代理" in done.problem.text
    assert_nothing_is_lost(world)


def test_a_name_that_leads_nowhere_is_a_road_that_is_closed(world: World) -> None:
    done = run_against(world, "http://127.0.0.1:1")
    assert (done.outcome, done.requests) == (Outcome.FAILED, 1)
    assert isinstance(done.problem, HubUnreachable)
    assert_nothing_is_lost(world)


@pytest.mark.parametrize("name", ["login page", "overloaded hub", "revoked device", "JSON of somebody else"])
def test_trouble_that_begins_while_a_scan_is_carried_ends_the_run_too(world: World, name: str) -> None:
    world.sync(world.village)
    trouble, honest = TROUBLES[name], world.village.client.exchange
    with answering() as server:
        server.reply = trouble.reply
        identity = world.village.identity
        road = HubClient(server.url, world.clock, Credentials(identity.device, identity.device_seed))
        road.exchange = honest
        done = run_against(world, server.url, road)
        assert len(server.asked) == 1
    assert done.outcome is Outcome.FAILED
    assert type(done.problem) is trouble.kind
    assert_nothing_is_lost(world)
