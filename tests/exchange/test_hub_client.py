"""The hub client: who answers, whose fault it is, and what travels."""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import zstandard

from answering_server import LOGIN_PAGE, Reply, Server, answering
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import (
    ChainHeadMessage,
    EnrolRequest,
    ExchangeRequest,
    ExchangeResponse,
    HoldingsMessage,
    PageMessage,
)
from hubprotocol.requests import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER, is_signed
from stationapp.exchange import hub_client
from stationapp.exchange.answers import Answer, patience_of
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import (
    ChainForked,
    ChainGap,
    CodeRefused,
    Credentials,
    Gone,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
    ProtocolTooOld,
    Stretch,
    TooLarge,
    WrongOffset,
)
from stationapp.platform.clock import CHINA, FixedClock
from stationapp.platform.unavailable import Unavailable

NOON = FixedClock(datetime.datetime(2026, 11, 21, 12, 0, tzinfo=CHINA))
SEED = bytes(range(32))
CREDENTIALS = Credentials("device-1", SEED)
HEAD = ChainHeadMessage(seq=0, hash=GENESIS)
REQUEST = ExchangeRequest(protocol=1, device="device-1", sent_at="", base=HEAD)
RESPONSE = ExchangeResponse(
    protocol=1,
    epoch="epoch-1",
    server_time="2026-11-21T12:00:00+08:00",
    acknowledged=HEAD,
    durable_upto=0,
    pages=(
        PageMessage(
            feed="device:device-1",
            epoch="epoch-1",
            head=0,
            holdings=HoldingsMessage(count=0, digest=EMPTY_HOLDINGS),
        ),
    ),
)
JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
DIGEST = "ab" * 32


@pytest.fixture
def server() -> Iterator[Server]:
    with answering() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[HubClient]:
    made = HubClient(server.url, NOON, CREDENTIALS)
    yield made
    made.close()


def problem(code: str, status: int, **extra: object) -> Reply:
    body = {"title": "说明", "status": status, "code": code, "extra": extra}
    return Reply(status, {"content-type": "application/problem+json"}, json.dumps(body).encode())


def test_an_exchange_travels_compressed_signed_and_on_one_connection(
    server: Server, client: HubClient
) -> None:
    server.reply = Reply(200, JSON, RESPONSE.model_dump_json().encode())
    assert client.exchange(REQUEST) == RESPONSE
    assert client.exchange(REQUEST) == RESPONSE
    method, path, headers, body = server.asked[0]
    assert (method, path, headers["content-encoding"]) == ("POST", "/sync/v1/exchange", "zstd")
    assert ExchangeRequest.model_validate_json(zstandard.ZstdDecompressor().decompress(body)) == REQUEST
    signed = (headers[TIME_HEADER.lower()], headers[SIGNATURE_HEADER.lower()])
    assert headers[DEVICE_HEADER.lower()] == "device-1"
    assert is_signed("device-1", sign_public_of(SEED), method, path, body, *signed)


def test_a_compressed_answer_is_read(server: Server, client: HubClient) -> None:
    packed = zstandard.ZstdCompressor().compress(RESPONSE.model_dump_json().encode())
    server.reply = Reply(200, {**JSON, "content-encoding": "zstd"}, packed)
    assert client.exchange(REQUEST) == RESPONSE


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, HTML, LOGIN_PAGE),
        Reply(403, HTML, LOGIN_PAGE),
        Reply(404, HTML, LOGIN_PAGE),
        Reply(500, HTML, LOGIN_PAGE),
        Reply(511, HTML, LOGIN_PAGE),
        Reply(302, {"location": "http://portal.test/login"}),
        Reply(204),
        Reply(200, JSON, b'{"code": 0, "msg": "please log in"}'),
        Reply(200, JSON, b"[]"),
        Reply(407, HTML, LOGIN_PAGE),
    ],
    ids=lambda reply: f"{reply.status}-{reply.headers.get('content-type', 'none')}",
)
def test_somebody_elses_answer_is_not_taken_for_the_hubs(
    server: Server, client: HubClient, reply: Reply
) -> None:
    server.reply = reply
    with pytest.raises(NotTheHub) as caught:
        client.exchange(REQUEST)
    assert "县级平台" in caught.value.text or "代理" in caught.value.text


def test_a_login_page_is_no_attachment_and_no_upload(server: Server, client: HubClient) -> None:
    server.reply = Reply(200, HTML, LOGIN_PAGE)
    for ask in (
        lambda: client.download(DIGEST, Stretch(0, 100, 100), keep_nothing),
        lambda: client.create_upload(DIGEST, 100),
        lambda: client.upload_offset("/sync/v1/uploads/u"),
        lambda: client.append_upload("/sync/v1/uploads/u", 0, memoryview(b"x"), True),
        lambda: client.missing_pieces("/sync/v1/uploads/u"),
        lambda: client.send_pieces("/sync/v1/uploads/u", memoryview(b"x"), [0]),
        lambda: client.reference("catalogue"),
    ):
        with pytest.raises(NotTheHub):
            ask()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (problem("unknown-device", 401), HubRefusesDevice),
        (problem("revoked-device", 403), HubRefusesDevice),
        (problem("unsupported-protocol", 400), ProtocolTooOld),
        (problem("fork", 409), ChainForked),
        (problem("too-large", 413), TooLarge),
        (Reply(413, HTML, b"<html>proxy</html>"), TooLarge),
        (problem("wrong-offset", 409), WrongOffset),
        (problem("superseded", 409), WrongOffset),
        (problem("not-found", 404), Gone),
        (problem("bad-request", 400), HubFault),
        (problem("bug", 500), HubFault),
        (Reply(502, HTML, b"<html>bad gateway</html>"), HubUnreachable),
        (Reply(200, JSON, RESPONSE.model_dump_json().encode()[:-20]), HubUnreachable),
        (Reply(200, JSON, b'{"protocol": 1, "epoch": 3}'), HubFault),
        (Reply(200, JSON, b"{}", cut=True), HubUnreachable),
    ],
)
def test_every_no_is_sorted_by_whose_fault_it_is(
    server: Server, client: HubClient, reply: Reply, expected: type[Unavailable]
) -> None:
    server.reply = reply
    with pytest.raises(expected) as caught:
        client.exchange(REQUEST)
    assert caught.value.text.endswith("。")


def test_a_gap_names_the_head_the_hub_still_has(server: Server, client: HubClient) -> None:
    server.reply = problem("gap", 409, acknowledged={"seq": 7, "hash": "c" * 64})
    with pytest.raises(ChainGap) as caught:
        client.exchange(REQUEST)
    assert caught.value.head == ChainHeadMessage(seq=7, hash="c" * 64)
    server.reply = problem("gap", 409)
    with pytest.raises(HubFault):
        client.exchange(REQUEST)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("-5", 0.0),
        ("morgen", 30.0),
        ("1e9", 3600.0),
        ("nan", 30.0),
        ("GMT", 30.0),
        ("", 30.0),
    ],
)
def test_a_busy_hub_says_how_long(server: Server, client: HubClient, header: str, seconds: float) -> None:
    server.reply = problem("unavailable", 503)
    server.reply.headers["retry-after"] = header
    with pytest.raises(HubBusy) as caught:
        client.exchange(REQUEST)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Sat, 21 Nov 2026 04:00:00 GMT", 300.0),
        ("Sat, 21 Nov 2026 04:10:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 04:00:00", 30.0),
        ("", 30.0),
    ],
)
def test_a_date_to_come_back_at_counts_from_the_hubs_own_clock(date: str, seconds: float) -> None:
    headers = {"retry-after": "Sat, 21 Nov 2026 04:05:00 GMT", "date": date}
    assert patience_of(Answer(503, headers)) == seconds


def test_a_wrong_code_is_told_from_a_refused_device(server: Server) -> None:
    client = HubClient(server.url, NOON)
    server.reply = problem("wrong-code", 403)
    with pytest.raises(CodeRefused):
        client.enrol(EnrolRequest(protocol=1, code="X", device_public="a" * 64))
    assert DEVICE_HEADER.lower() not in server.asked[0][2]
    client.close()


def test_nobody_listening_is_unreachable(server: Server) -> None:
    client = HubClient("http://127.0.0.1:1", NOON)
    with pytest.raises(HubUnreachable) as caught:
        client.exchange(REQUEST)
    assert "127.0.0.1" not in caught.value.detail
    client.close()


def test_a_link_without_a_byte_for_too_long_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_client, "PROGRESS_SECONDS", 0.1)
    client, released = HubClient(server.url, NOON), threading.Event()
    server.reply = Reply(hold=released)
    with pytest.raises(HubUnreachable, match="县级平台"):
        client.exchange(REQUEST)
    released.set()
    client.close()


def test_a_waiting_request_can_be_cut_short_from_another_thread(server: Server, client: HubClient) -> None:
    released, caught = threading.Event(), []
    server.reply = Reply(hold=released)

    def ask() -> None:
        try:
            client.exchange(REQUEST)
        except HubUnreachable as trouble:
            caught.append(trouble)

    thread = threading.Thread(target=ask)
    thread.start()
    assert server.arrived.wait(10)
    client.abort()
    thread.join(10)
    released.set()
    assert len(caught) == 1


def test_a_connection_that_died_is_made_anew(server: Server, client: HubClient) -> None:
    server.reply = Reply(200, JSON, b"{}", cut=True)
    with pytest.raises(HubUnreachable):
        client.exchange(REQUEST)
    server.reply = Reply(200, JSON, RESPONSE.model_dump_json().encode())
    assert client.exchange(REQUEST) == RESPONSE


@pytest.mark.parametrize("url", ["http://hub.example", "ftp://127.0.0.1", "hub.example", "https://", ""])
def test_only_https_leaves_this_machine(url: str) -> None:
    with pytest.raises(Unavailable, match="https"):
        HubClient(url, NOON)


@pytest.mark.parametrize("url", ["https://hub.example/", "http://localhost:8000", "http://[::1]:8000"])
def test_https_and_this_very_machine_are_fine(url: str) -> None:
    HubClient(url, NOON)


class Broken(httpx.BaseTransport):
    """A network on which every request ends in the same error."""

    def __init__(self, code: int) -> None:
        self.cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
        self.cause.verify_code = code

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("tls") from self.cause


@pytest.mark.parametrize(("code", "word"), [(9, "日期"), (10, "日期"), (20, "证书"), (62, "证书")])
def test_a_certificate_that_does_not_fit_is_explained_and_a_wrong_clock_named(code: int, word: str) -> None:
    client = HubClient("https://hub.example", NOON, network=Broken(code))
    with pytest.raises(NotTheHub, match=word):
        client.exchange(REQUEST)
    client.close()


def test_an_upload_goes_on_where_the_hub_stopped(server: Server, client: HubClient) -> None:
    place = {"location": "/sync/v1/uploads/u1", "upload-offset": "40", "upload-complete": "?0"}
    server.reply = Reply(201, place)
    begun = client.create_upload(DIGEST, 100)
    assert (begun.url, begun.offset, begun.complete) == ("/sync/v1/uploads/u1", 40, False)
    server.reply = Reply(204, {"upload-offset": "100", "upload-complete": "?1"})
    done = client.append_upload(begun.url, 40, memoryview(b"y" * 60), True)
    assert (done.offset, done.complete) == (100, True)
    method, path, headers, body = server.asked[1]
    assert (method, headers["upload-offset"], headers["upload-complete"], len(body)) == (
        "PATCH",
        "40",
        "?1",
        60,
    )
    signed = (headers[TIME_HEADER.lower()], headers[SIGNATURE_HEADER.lower()])
    assert is_signed("device-1", sign_public_of(SEED), method, path, b"", *signed)


def keep_nothing(offset: int, data: bytes) -> bool:
    return True


def test_a_download_takes_only_the_stretch_it_asked_for(server: Server, client: HubClient) -> None:
    server.reply = Reply(206, {"content-range": "bytes 10-19/50"}, b"z" * 10)
    got: list[tuple[int, bytes]] = []

    def take(offset: int, data: bytes) -> bool:
        got.append((offset, data))
        return True

    client.download(DIGEST, Stretch(10, 10, 50), take)
    assert got == [(10, b"z" * 10)]
    assert server.asked[0][2]["range"] == "bytes=10-19"
    for wrong in (Stretch(20, 10, 50), Stretch(10, 10, 60)):
        with pytest.raises(HubFault):
            client.download(DIGEST, wrong, take)
    got.clear()
    server.reply = Reply(200, {"content-type": "application/octet-stream"}, b"0123456789")
    client.download(DIGEST, Stretch(4, 3, 10), take)
    assert got == [(4, b"456")]


def test_a_download_shorter_than_asked_for_is_a_broken_connection(server: Server, client: HubClient) -> None:
    server.reply = Reply(206, {"content-range": "bytes 0-9/50"}, b"z" * 5)
    with pytest.raises(HubUnreachable):
        client.download(DIGEST, Stretch(0, 10, 50), keep_nothing)


def test_an_endless_answer_is_not_swallowed(
    server: Server, client: HubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_client, "MOST_ANSWER_BYTES", 1000)
    server.reply = Reply(200, JSON, b" " * 2000)
    with pytest.raises(HubFault):
        client.exchange(REQUEST)


def test_the_address_of_the_certificate_authorities_can_be_given(tmp_path: Path) -> None:
    client = HubClient("https://127.0.0.1:1", NOON, ca_file=tmp_path / "missing.pem")
    with pytest.raises(Unavailable, match="证书"):
        client.exchange(REQUEST)


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    server: Server, client: HubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.reply = Reply(200, JSON, RESPONSE.model_dump_json().encode())
    assert client.exchange(REQUEST) == RESPONSE
    assert server.asked[0][1] == "/sync/v1/exchange"
