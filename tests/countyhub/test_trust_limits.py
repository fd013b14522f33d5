"""What is too much, too often or too strange is answered by a problem, and the log names nobody."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from zstandard import ZstdCompressor

from countyhub.app import create_app
from countyhub.devices import service
from countyhub.limits.buckets import Limits, Rate
from countyhub.limits.gate import MOST_HEADER_BYTES, MOST_HEADERS, MOST_TARGET_BYTES
from countyhub.requests import MAX_SMALL_BYTES
from hubprotocol.keys import sign_public_of

VILLAGE = "510704105209"
EXCHANGE, ENROL = "/sync/v1/exchange", "/sync/v1/enrol"
NAME, NUMBER, PHONE = "王䶮", "510704196203140312", "13900000000"


# What is turned away reaches no database: one kind will do.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def village(county: Any) -> Any:
    return county.enrol(VILLAGE, "agent")


@dataclass
class Told:
    """A raw answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"])


def ask(
    app: FastAPI,
    path: bytes,
    headers: list[tuple[bytes, bytes]] | None = None,
    query: bytes = b"",
    body: bytes = b"",
    address: str = "10.0.0.7",
) -> Told:
    """Send what no HTTP library would: the very bytes, as a server would pass them on."""
    told = Told()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.status = message["status"]
            told.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            told.body += message.get("body", b"")

    from urllib.parse import unquote

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "headers": headers or [],
        "client": (address, 1),
        "server": ("hub", 80),
        "root_path": "",
    }
    asyncio.run(app(scope, receive, send))
    return told


LONG = b"a" * (MOST_TARGET_BYTES + 1)
SHAPES: dict[str, tuple[bytes, bytes, list[tuple[bytes, bytes]], int]] = {
    "line feed in a path": (b"/sync/v1/reference/x%0d%0aSet-Cookie:%20a", b"", [], 400),
    "zero in a path": (b"/sync/v1/reference/organisation%00", b"", [], 400),
    "escaped slash": (b"/sync/v1/attachments/..%2f..%2fetc%2fpasswd", b"", [], 400),
    "way up": (b"/sync/v1/../v1/enrol", b"", [], 400),
    "backslash": (b"/sync/v1\\enrol", b"", [], 400),
    "two slashes": (b"//sync/v1/enrol", b"", [], 400),
    "letters of a name": ("/sync/v1/reference/王䶮".encode(), b"", [], 400),
    "long path": (b"/" + LONG, b"", [], 414),
    "long query": (b"/sync/v1/snapshot", LONG, [], 414),
    "zero in a query": (b"/sync/v1/snapshot", b"feed=%00", [], 400),
    "line feed in a header": (b"/sync/v1/hub-keys", b"", [(b"x-station-device", b"a\r\nb: c")], 400),
    "zero in a header": (b"/sync/v1/hub-keys", b"", [(b"x-station-time", b"a\x00")], 400),
    "many headers": (b"/sync/v1/hub-keys", b"", [(b"x", b"1")] * (MOST_HEADERS + 1), 431),
    "long header": (b"/sync/v1/hub-keys", b"", [(b"x", b"1" * MOST_HEADER_BYTES)], 431),
    "two devices": (b"/sync/v1/hub-keys", b"", [(b"x-station-device", b"a")] * 2, 400),
    "two lengths": (b"/sync/v1/hub-keys", b"", [(b"content-length", b"1"), (b"Content-Length", b"2")], 400),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_request_whose_shape_is_an_attack_is_turned_away_at_the_gate(
    county: Any, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path, query, headers, status = SHAPES[shape]
    told = ask(county.client.app, path, headers, query)
    assert told.status == status
    assert told.headers["content-type"] == "application/problem+json"
    text = caplog.text + told.body.decode()
    assert [one for one in ("Set-Cookie", "passwd", "王", "aaaaaaaa", "b: c") if one in text] == []


def depth(count: int) -> bytes:
    return b'{"a":' * count + b"1" + b"}" * count


BODIES: dict[str, tuple[bytes, dict[str, str], int]] = {
    "deep JSON": (depth(200_000), {}, 400),
    "deep list": (b"[" * 500_000, {}, 400),
    "bomb of zstd": (ZstdCompressor().compress(bytes(70 * 1024 * 1024)), {"Content-Encoding": "zstd"}, 413),
    "half a frame": (ZstdCompressor().compress(b"{}" * 99)[:-3], {"Content-Encoding": "zstd"}, 400),
    "two encodings": (b"{}", {"Content-Encoding": "zstd, zstd"}, 415),
    "long number": (b'{"protocol": ' + b"9" * 100_000 + b"}", {}, 400),
    "not a number": (b'{"protocol": NaN}', {}, 400),
    "half a character": (b'{"device": "\\ud800"}', {}, 400),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_signed_body_made_to_hurt_is_refused(village: Any, kind: str) -> None:
    body, headers, status = BODIES[kind]
    answer = village.http("POST", EXCHANGE, body, **headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_window_beyond_the_limit_is_not_opened(village: Any) -> None:
    from zstandard import ZstdCompressionParameters

    wide = ZstdCompressor(compression_params=ZstdCompressionParameters(window_log=27, enable_ldm=True))
    streaming = wide.compressobj()
    packed = streaming.compress(b"{" * 100_000) + streaming.flush()
    answer = village.http("POST", EXCHANGE, packed, **{"Content-Encoding": "zstd"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-encoding")


@pytest.mark.parametrize("path", [ENROL, "/sync/v1/device-key"])
def test_who_is_not_known_yet_cannot_send_much(county: Any, path: str) -> None:
    for body, headers in (
        (b" " * (MAX_SMALL_BYTES + 1), {}),
        (ZstdCompressor().compress(b" " * (MAX_SMALL_BYTES + 1)), {"Content-Encoding": "zstd"}),
    ):
        answer = county.client.request("POST", path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def still() -> float:
    """A clock that stands still."""
    return 0.0


def limited(county: Any, **rates: Rate) -> FastAPI:
    return create_app(county.hub, Limits(now=still, **rates))


def enrolling(code: str) -> bytes:
    public = sign_public_of(b"1" * 32).hex()
    return json.dumps({"protocol": 1, "code": code, "device_public": public}).encode()


def test_whoever_guesses_codes_is_soon_not_heard_and_a_right_code_always_is(county: Any) -> None:
    app = limited(county, guesses=Rate(3, 1 / 60))
    guesses = [ask(app, ENROL.encode(), body=enrolling(f"{n:016d}")) for n in range(5)]
    assert [one.status for one in guesses] == [403, 403, 403, 429, 429]
    assert (guesses[-1].code, guesses[-1].headers["retry-after"]) == ("too-often", "60")
    code, _ = service.make_code(county.hub, VILLAGE)
    for _ in range(5):  # It does not count either, however often its answer is lost.
        assert ask(app, ENROL.encode(), body=enrolling(code)).status == 200
    assert ask(app, ENROL.encode(), body=enrolling("0" * 16)).status == 429
    assert ask(app, ENROL.encode(), body=enrolling("0" * 16), address="10.0.0.8").status == 403


def test_an_address_and_a_device_that_ask_too_often_are_put_off(county: Any, village: Any) -> None:
    path = "/sync/v1/hub-keys"
    app = limited(county, address=Rate(2, 1))
    assert [ask(app, path.encode()).status for _ in range(3)] == [401, 401, 429]
    assert ask(app, path.encode(), address="10.0.0.9").status == 401
    county.client = type(county.client)(limited(county, device=Rate(2, 0.1)))
    stranger = county.enrol(VILLAGE)
    assert [village.http("GET", path).status_code for _ in range(3)] == [200, 200, 429]
    late = village.http("GET", path)
    assert (late.headers["Retry-After"], late.json()["code"]) == ("10", "too-often")
    assert stranger.http("GET", path).status_code == 200
    # Who cannot sign does not use up a device's share.
    forged = {"X-Station-Device": stranger.device, "X-Station-Time": "", "X-Station-Signature": "0" * 128}
    for _ in range(5):
        assert county.client.request("GET", path, headers=forged).status_code == 401
    assert stranger.http("GET", path).status_code == 200


def test_who_signs_is_heard_from_an_address_that_others_flood(county: Any, village: Any) -> None:
    path = "/sync/v1/hub-keys"
    county.client = type(county.client)(limited(county, address=Rate(3, 0.01)))
    flood = [county.client.request("GET", path).status_code for _ in range(5)]
    assert flood == [401, 401, 401, 429, 429]
    assert village.http("GET", path).status_code == 200
    # With the name of a device that is none, a flood uses up the share of those that name one.
    forged = {"X-Station-Device": "ab" * 16, "X-Station-Time": "", "X-Station-Signature": "0" * 128}
    flood = [county.client.request("GET", path, headers=forged).status_code for _ in range(4)]
    assert flood == [401, 401, 429, 429]
    assert [village.http("GET", path).status_code for _ in range(5)] == [200] * 5
    # Known is who signed from there, and nobody by the name alone.
    other = county.client.request("GET", path, headers=forged | {"X-Station-Device": village.device[::-1]})
    assert other.status_code == 429


def test_the_log_of_the_hub_names_nobody_whatever_is_refused(
    village: Any, county: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    facts = {"application": {"applicant": {"name": NAME, "document_number": NUMBER, "phone": PHONE}}}
    village.receive(**facts)
    request = village.request()
    plain = json.loads(request.model_dump_json())
    bodies = [json.dumps(plain).encode()]
    for name, value in (
        ("base", {"seq": NAME, "hash": NUMBER}),
        ("device", NAME),
        ("envelopes", [{NAME: PHONE}]),
    ):
        bodies.append(json.dumps({**plain, name: value}).encode())
    for body in bodies:
        village.http("POST", EXCHANGE, body)
        village.http("POST", EXCHANGE, body, b"not what was signed")
        village.http("POST", f"{EXCHANGE}?name={NUMBER}", body)
    signed = plain["envelopes"][0]
    log = "\n".join(
        one.getMessage() for one in caplog.records if one.name.startswith(("countyhub", "sqlalchemy"))
    )
    assert "refused" in log
    hidden = (
        NAME,
        NUMBER,
        PHONE,
        signed["signature"],
        signed["person_signature"],
        signed["body"],
        village.seed.hex(),
    )
    assert [one for one in hidden if one in log] == []
