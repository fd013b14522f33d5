"""Attachments over real connections: pieces side by side, broken streams, early answers, an exchange in between."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import pytest

from answering_server import LOGIN_PAGE, Reply, Server, answering
from hubprotocol.envelope import GENESIS
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import ChainHeadMessage, ExchangeRequest, ExchangeResponse
from hubprotocol.requests import SIGNATURE_HEADER, TIME_HEADER, is_signed
from stationapp.exchange import hub_client
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.link import StallTimer
from stationapp.exchange.transport import (
    PIECE_BYTES,
    Credentials,
    CutShort,
    HubUnreachable,
    Moved,
    NotTheHub,
    Stretch,
    TooLarge,
)
from stationapp.exchange.uploads import stretch_of
from stationapp.platform.clock import SystemClock

PATIENCE = 20.0
SEED = bytes(range(32))
URL = "/sync/v1/uploads/u1"
DIGEST = "ab" * 32
DATA = hashlib.shake_256(b"scan").digest(300_000)
PIECES = tuple(range(-(-len(DATA) // PIECE_BYTES)))
HEAD = ChainHeadMessage(seq=0, hash=GENESIS)
REQUEST = ExchangeRequest(protocol=1, device="d", sent_at="", base=HEAD)
RESPONSE = ExchangeResponse(
    protocol=1, epoch="e", server_time="2026-11-21T12:00:00+08:00", acknowledged=HEAD, durable_upto=0
)
ANSWER = Reply(200, {"content-type": "application/json"}, RESPONSE.model_dump_json().encode())


@pytest.fixture
def server() -> Iterator[Server]:
    with answering() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[HubClient]:
    made = HubClient(server.url, SystemClock(), Credentials("d", SEED))
    yield made
    made.close()


class PieceStore:
    """What a hub keeps of an upload in pieces; some pieces stall the first time they come."""

    def __init__(self, stalling: frozenset[int] = frozenset()) -> None:
        self.stalling = set(stalling)
        self.came: set[int] = set()
        self.released = threading.Event()
        self._lock = threading.Lock()

    def answer(self, method: str, path: str, headers: dict[str, str]) -> Reply:
        index = int(path.rpartition("/")[2])
        with self._lock:
            if index in self.stalling:
                self.stalling.remove(index)
                return Reply(hold=self.released)
            self.came.add(index)
            done = len(self.came) == len(PIECES)
            return Reply(204, {"upload-offset": "0", "upload-complete": "?1" if done else "?0"})


def test_pieces_travel_side_by_side_each_signed_and_with_its_digest(
    server: Server, client: HubClient
) -> None:
    store = PieceStore()
    server.answer = store.answer
    told: list[Moved] = []
    done = client.send_pieces(URL, memoryview(DATA), PIECES, lambda moved: told.append(moved) is None)
    assert done.complete
    assert told[-1] == Moved(len(DATA))
    assert len(server.asked) == len(PIECES)
    for method, path, headers, body in server.asked:
        stretch = stretch_of(int(path.rpartition("/")[2]), len(DATA))
        assert body == DATA[stretch.offset : stretch.offset + stretch.length]
        signed = (headers[TIME_HEADER.lower()], headers[SIGNATURE_HEADER.lower()])
        assert is_signed("d", sign_public_of(SEED), method, path, body, *signed)
        assert headers["content-digest"].startswith("sha-256=:")


def test_connections_that_stall_are_dropped_and_their_pieces_go_over_new_ones(
    server: Server, client: HubClient
) -> None:
    client._fleet._timer = StallTimer(least=0.2)
    store = PieceStore(frozenset({0, 3, 7, 18}))
    server.answer = store.answer
    told: list[Moved] = []
    assert client.send_pieces(
        URL, memoryview(DATA), PIECES, lambda moved: told.append(moved) is None
    ).complete
    store.released.set()
    assert store.came == set(PIECES)
    assert told[-1].size == len(DATA)
    assert told[-1].broken >= 4


def test_a_login_page_among_the_pieces_ends_the_sending(server: Server, client: HubClient) -> None:
    server.reply = Reply(200, {"content-type": "text/html"}, LOGIN_PAGE)
    with pytest.raises(NotTheHub):
        client.send_pieces(URL, memoryview(DATA), PIECES)


def test_pieces_come_down_side_by_side_and_fit_together(server: Server, client: HubClient) -> None:
    def answer(method: str, path: str, headers: dict[str, str]) -> Reply:
        first, last = (int(text) for text in headers["range"].removeprefix("bytes=").split("-"))
        content = {"content-range": f"bytes {first}-{last}/{len(DATA)}"}
        return Reply(206, content, DATA[first : last + 1])

    server.answer = answer
    got = bytearray(len(DATA))

    def take(offset: int, data: bytes) -> bool:
        got[offset : offset + len(data)] = data
        return True

    client.download_pieces(DIGEST, [stretch_of(index, len(DATA)) for index in PIECES], take)
    assert bytes(got) == DATA
    with pytest.raises(CutShort):
        client.download_pieces(DIGEST, [Stretch(0, 10, len(DATA))], lambda _, __: False)


def test_a_stream_whose_connection_breaks_is_asked_for_over_a_new_one(
    server: Server, client: HubClient
) -> None:
    server.reply = Reply(takes=100_000, cut=True)
    with pytest.raises(HubUnreachable):
        client.append_upload(URL, 0, memoryview(DATA * 20), True)
    server.reply = Reply(204, {"upload-offset": "100000", "upload-complete": "?0"})
    assert client.upload_offset(URL).offset == 100_000


def test_an_answer_before_the_end_of_a_stream_is_read_at_once(server: Server, client: HubClient) -> None:
    server.reply = Reply(204, {"upload-offset": "0", "upload-complete": "?0"})
    client.upload_offset(URL)
    server.reply = Reply(413, {"content-type": "text/html"}, b"<html>too large</html>", takes=PIECE_BYTES)
    sent: list[Moved] = []
    with pytest.raises((TooLarge, HubUnreachable)):
        client.append_upload(
            URL, 0, memoryview(bytes(64 << 20)), True, lambda moved: sent.append(moved) is None
        )
    assert sent[-1].size < 32 << 20


def test_an_exchange_goes_its_way_while_a_stream_is_paused(server: Server, client: HubClient) -> None:
    server.answer = lambda method, path, headers: (
        ANSWER
        if path.endswith("/exchange")
        else Reply(204, {"upload-offset": str(len(DATA)), "upload-complete": "?1"})
    )
    answers: list[ExchangeResponse] = []

    def pause(moved: Moved) -> bool:
        if moved.size == 5 * hub_client.BLOCK_BYTES:
            answers.append(client.exchange(REQUEST))
        return True

    assert client.append_upload(URL, 0, memoryview(DATA), True, pause).complete
    assert answers == [RESPONSE]
    assert sorted(path for _, path, *_ in server.asked) == ["/sync/v1/exchange", URL]
    assert next(body for _, path, _, body in server.asked if path == URL) == DATA


def test_who_stops_a_stream_stops_it_between_two_blocks(server: Server, client: HubClient) -> None:
    with pytest.raises(CutShort):
        client.append_upload(URL, 0, memoryview(DATA), True, lambda moved: moved.size < 100_000)
    server.reply = Reply(204, {"upload-offset": "1", "upload-complete": "?0"})
    assert client.upload_offset(URL).offset == 1


def test_silence_is_what_ends_a_stream_not_its_length(server: Server, client: HubClient) -> None:
    client._timer = StallTimer(least=0.1, most=0.2)
    released = threading.Event()
    server.reply = Reply(hold=released)
    with pytest.raises(HubUnreachable):
        client.append_upload(URL, 0, memoryview(DATA), True)
    assert client._timer.seconds == 0.2
    with pytest.raises(HubUnreachable):
        client.download(DIGEST, Stretch(0, 10, 10), lambda _, __: True)
    released.set()


def test_who_cuts_a_wait_for_news_short_finds_a_warm_connection(server: Server, client: HubClient) -> None:
    server.reply = ANSWER
    waiting = REQUEST.model_copy(update={"wait_s": 25})
    for _ in range(3):
        assert client.exchange(REQUEST) == RESPONSE
        assert client.linger(waiting, lambda: True) == RESPONSE
    assert server.connections == 2
    server.arrived.clear()
    released, cut = threading.Event(), []
    server.reply = Reply(hold=released)

    def wait() -> None:
        with pytest.raises(CutShort) as caught:
            client.linger(waiting, lambda: True)
        cut.append(caught)

    thread = threading.Thread(target=wait)
    thread.start()
    assert server.arrived.wait(PATIENCE)
    client.abort()
    thread.join(PATIENCE)
    server.reply = ANSWER
    assert client.exchange(REQUEST) == RESPONSE
    assert (server.connections, len(cut)) == (2, 1)
    released.set()


def test_a_thread_that_wakes_up_at_once_does_not_cost_the_other_connection(
    client: HubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The waiting thread may have ended before the one that woke it looks again."""
    cut: list[str] = []

    def wake_at_once() -> None:
        cut.append("second")
        client._lingers = False

    client._lingers = True
    monkeypatch.setattr(client._second, "abort", wake_at_once)
    monkeypatch.setattr(client._talk, "abort", lambda: cut.append("talk"))
    client.abort()
    assert cut == ["second"]
