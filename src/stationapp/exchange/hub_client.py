"""The hub over HTTPS: few warm connections, timeouts by progress, requests signed by the device.

One connection talks, another one carries an attachment meanwhile or waits for news, and on a bad road several
carry pieces. An exchange never queues behind an attachment.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from hubprotocol.compression import AVAILABLE_HEADER, DCZ, IDENTITY, NEWEST, available, pack, unpack
from hubprotocol.courier.messages import CarryRequest, CarryResponse
from hubprotocol.device_messages import (
    FarewellRequest,
    FarewellResponse,
    HubKeysResponse,
    KeyChangeResponse,
    KeyChangesRequest,
)
from hubprotocol.messages import (
    DigestRequest,
    DigestResponse,
    EnrolRequest,
    EnrolResponse,
    ExchangeRequest,
    ExchangeResponse,
    ReferenceResponse,
    SnapshotMessage,
    SnapshotRequest,
)
from hubprotocol.requests import sign_request
from stationapp.exchange import uploads
from stationapp.exchange.answers import Answer, read_message, require_success
from stationapp.exchange.fleet import Fleet
from stationapp.exchange.link import StallTimer
from stationapp.exchange.transport import (
    PIECE_BYTES,
    Credentials,
    CutShort,
    GoingOn,
    HubFault,
    HubUnreachable,
    Moved,
    NotTheHub,
    Stretch,
    Take,
    UploadState,
    always,
)
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.unavailable import Unavailable

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 15.0
PROGRESS_SECONDS = 30.0
MOST_ANSWER_BYTES = 64 * 1024 * 1024
# Longer than the longest pause between two looks; the hub keeps an idle connection for as long as it sees fit.
KEEP_WARM_SECONDS = 600.0
MOST_CONNECTIONS = 8
BLOCK_BYTES = 16 * 1024
# What lies in the system's buffer counts as sent; more of it would hide a dead road and delay an exchange.
_SEND_BUFFER_BYTES = 64 * 1024
_STRANGE_CODING = 415
_CODINGS = {"accept-encoding": f"{DCZ}, zstd"}
FAREWELL = "/sync/v1/farewell"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
_BEFORE_WAIT = "http11.receive_response_headers.started"


class HubClient:
    """A `HubTransport` over HTTPS. Used by one thread, except for `abort`, which any thread may call.

    `url` is the hub's address; plain http is taken only for this very machine. `ca_file` (PEM) pins the
    county's own certificate authority: then no other one is believed, those of the machine neither. `network`
    carries the requests instead of sockets of our own.
    Raises Unavailable for an address that cannot be used.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        credentials: Credentials | None = None,
        ca_file: Path | None = None,
        network: httpx.BaseTransport | None = None,
    ) -> None:
        self._base, self._host = _checked(url)
        self._clock = clock
        self._credentials = credentials
        self._ca_file = ca_file
        self._network = network
        self._aborted = False
        self._lingers = False  # Whether an answer is waited for that may come late.
        self._hub_shares = False  # Whether the hub has shown that it has our dictionary.
        self._timer = StallTimer(most=PROGRESS_SECONDS)
        self._talk, self._second = self._connect(), self._connect()
        # A network of somebody else's carries one request at a time.
        self._fleet = Fleet(self._connect, MOST_CONNECTIONS if network is None else 1, clock)

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        return read_message(self._post_json("/sync/v1/exchange", request.model_dump_json()), ExchangeResponse)

    def linger(self, request: ExchangeRequest, still: Callable[[], bool]) -> ExchangeResponse:
        self._aborted = False
        self._lingers = True
        try:
            answer = self._wait(request, still)
        except HubUnreachable as trouble:
            if self._aborted:
                raise CutShort(trouble.detail) from trouble
            raise
        finally:
            self._lingers = False
        # Both connections stay warm, and an act that cuts the next wait short finds one ready.
        self._talk, self._second = self._second, self._talk
        return read_message(self._unpacked(answer), ExchangeResponse)

    def snapshot(self, request: SnapshotRequest) -> SnapshotMessage:
        query = urlencode(request.model_dump(exclude_defaults=True))
        answer = self._send(
            "GET", f"/sync/v1/snapshot?{query}", headers=_CODINGS | {AVAILABLE_HEADER: available()}
        )
        return read_message(self._unpacked(answer), SnapshotMessage)

    def digest(self, request: DigestRequest) -> DigestResponse:
        return read_message(self._post_json("/sync/v1/digest", request.model_dump_json()), DigestResponse)

    def change_key(self, changes: KeyChangesRequest) -> KeyChangeResponse:
        return read_message(
            self._post_json("/sync/v1/device-key", changes.model_dump_json()), KeyChangeResponse
        )

    def hub_keys(self) -> HubKeysResponse:
        return read_message(self._send("GET", "/sync/v1/hub-keys"), HubKeysResponse)

    def farewell(self, request: FarewellRequest) -> FarewellResponse:
        return read_message(self._post_json(FAREWELL, request.model_dump_json()), FarewellResponse)

    def send_signed(self, target: str, body: bytes, headers: dict[str, str]) -> None:
        """Post a JSON body that was signed beforehand; raises what stands behind an answer that is no success."""
        headers = {"content-type": "application/json", **headers}
        require_success(self._talk.ask("POST", target, body, headers, PROGRESS_SECONDS))

    def use(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        return read_message(self._post_json("/sync/v1/enrol", request.model_dump_json()), EnrolResponse)

    def reference(self, name: str, version: str = "") -> ReferenceResponse:
        target = f"/sync/v1/reference/{quote(name, safe='')}"
        target += f"/{quote(version, safe='')}" if version else ""
        return read_message(self._send("GET", target), ReferenceResponse)

    def create_upload(
        self, sha256: str, size: int, data: memoryview | None = None, going_on: GoingOn = always
    ) -> UploadState:
        headers = uploads.creation(sha256, size, whole=data is not None)
        return uploads.created(
            self._stream("POST", uploads.TARGET, headers, data or memoryview(b""), going_on)
        )

    def upload_offset(self, url: str) -> UploadState:
        return uploads.state(url, self._carry("HEAD", url))

    def append_upload(
        self, url: str, offset: int, data: memoryview, last: bool, going_on: GoingOn = always
    ) -> UploadState:
        headers = uploads.appending(offset, last)
        return uploads.state(url, self._stream("PATCH", url, headers, data, going_on))

    def missing_pieces(self, url: str) -> tuple[int, ...]:
        return uploads.missing(self._carry("GET", uploads.pieces_of(url)))

    def send_pieces(
        self, url: str, data: memoryview, indexes: Sequence[int], going_on: GoingOn = always
    ) -> UploadState:
        reached = UploadState(url, 0)

        def send(lane: _Connection, stretch: Stretch, silence: float) -> UploadState:
            target = f"{uploads.pieces_of(url)}/{stretch.offset // PIECE_BYTES}"
            body = bytes(data[stretch.offset : stretch.offset + stretch.length])
            headers = uploads.piece(body) | self._signature("PUT", target, body)
            return uploads.state(url, lane.ask("PUT", target, body, headers, silence))

        def keep(_: Stretch, state: UploadState) -> None:
            nonlocal reached
            reached = max(reached, state, key=lambda known: (known.complete, known.offset))

        self._fleet.run([uploads.stretch_of(index, len(data)) for index in indexes], send, keep, going_on)
        return reached

    def download(self, sha256: str, stretch: Stretch, take: Take) -> None:
        target, headers = self._wanting(sha256, stretch)
        silence = self._timer.seconds
        try:
            self._second.fetch(target, headers, stretch, silence, take)
        except HubUnreachable:
            self._timer.note_stall(silence)
            raise

    def download_pieces(
        self, sha256: str, stretches: Sequence[Stretch], take: Take, going_on: GoingOn = always
    ) -> None:
        def fetch(lane: _Connection, stretch: Stretch, silence: float) -> bytes:
            target, headers = self._wanting(sha256, stretch)
            found = bytearray()

            def add(_: int, data: bytes) -> bool:
                found.extend(data)
                return True

            lane.fetch(target, headers, stretch, silence, add)
            return bytes(found)

        def keep(stretch: Stretch, data: bytes) -> None:
            if not take(stretch.offset, data):
                raise CutShort(f"at {stretch.offset}")

        self._fleet.run(stretches, fetch, keep, going_on)

    def courier_announce(self, request: CarryRequest) -> CarryResponse:
        return read_message(self._post_json("/sync/v1/courier", request.model_dump_json()), CarryResponse)

    def courier_send(self, file_hash: str, place: int, data: bytes) -> None:
        require_success(self._send("PUT", f"/sync/v1/courier/{file_hash}/{place}", data))

    def courier_fetch(self, file_hash: str, place: int) -> bytes:
        answer = self._send("GET", f"/sync/v1/courier/{file_hash}/{place}")
        require_success(answer)
        return answer.body

    def abort(self) -> None:
        """Cut requests short, so that a thread that waits for an answer wakes up with `HubUnreachable`.

        A request that waits for news is cut short alone: what comes instead finds the other connection warm.
        """
        lingers = self._lingers  # The thread that waits wakes up at once, and then waits no more.
        self._aborted = True
        self._second.abort()
        if not lingers:
            self._talk.abort()
            self._fleet.abort()

    def close(self) -> None:
        """End the connections."""
        self._talk.close()
        self._second.close()
        self._fleet.close()

    def _wait(self, request: ExchangeRequest, still: Callable[[], bool]) -> Answer:
        body, headers = self._packed(request.model_dump_json())
        headers |= self._signature("POST", "/sync/v1/exchange", body)
        silence = PROGRESS_SECONDS + request.wait_s
        return self._second.ask("POST", "/sync/v1/exchange", body, headers, silence, still)

    def _post_json(self, target: str, text: str) -> Answer:
        answer = self._send("POST", target, *self._packed(text))
        if answer.status == _STRANGE_CODING and self._hub_shares:
            self._hub_shares = False  # It was replaced by an earlier version.
            answer = self._send("POST", target, *self._packed(text))
        return self._unpacked(answer)

    def _packed(self, text: str) -> tuple[bytes, dict[str, str]]:
        """Return a JSON body as it is sent and its header fields."""
        body, coding = pack(text.encode(), NEWEST if self._hub_shares else "")
        headers = {"content-type": "application/json"} | _CODINGS
        if coding != IDENTITY:
            headers["content-encoding"] = coding
        return body, headers if coding == DCZ else headers | {AVAILABLE_HEADER: available()}

    def _unpacked(self, answer: Answer) -> Answer:
        """Undo the coding that httpx does not know; a hub that uses it has the dictionary, from then on."""
        if answer.headers.get("content-encoding", "") != DCZ:
            return answer
        try:
            body = unpack(answer.body, DCZ, MOST_ANSWER_BYTES)
        except ValueError as error:
            raise NotTheHub("undecodable answer") from error
        self._hub_shares = True
        return replace(answer, body=body)

    def _send(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        signed = (headers or {}) | self._signature(method, target, body)
        return self._talk.ask(method, target, body, signed, PROGRESS_SECONDS)

    def _carry(self, method: str, target: str) -> Answer:
        """Ask something small about an attachment; on a road that stalls a new connection beats a long wait."""
        silence = self._timer.seconds
        try:
            return self._second.ask(method, target, b"", self._signature(method, target, b""), silence)
        except HubUnreachable:
            self._timer.note_stall(silence)
            raise

    def _stream(
        self, method: str, target: str, headers: dict[str, str], data: memoryview, going_on: GoingOn
    ) -> Answer:
        """Send a body block by block; the signature covers an empty one, since the file has its own digest."""
        connection, silence = self._second, self._timer.seconds
        signed = headers | {"content-length": str(len(data))} | self._signature(method, target, b"")
        blocks = connection.guarded(self._blocks(data, going_on))
        try:
            return connection.ask(method, target, blocks, signed, silence)
        except HubUnreachable:
            self._timer.note_stall(silence)
            raise

    def _blocks(self, data: memoryview, going_on: GoingOn) -> Iterator[bytes]:
        before = self._clock.monotonic()
        for start in range(0, len(data), BLOCK_BYTES):
            if start:
                self._timer.note_moved(self._clock.monotonic() - before)
            if not going_on(Moved(start)):
                raise CutShort(f"after {start} bytes")
            before = self._clock.monotonic()
            yield bytes(data[start : start + BLOCK_BYTES])

    def _wanting(self, sha256: str, stretch: Stretch) -> tuple[str, dict[str, str]]:
        target = f"/sync/v1/attachments/{sha256}"
        return target, uploads.wanting(stretch) | self._signature("GET", target, b"")

    def _signature(self, method: str, target: str, body: bytes) -> dict[str, str]:
        if self._credentials is None:
            return {}
        at = to_text(self._clock.now())
        return sign_request(self._credentials.device, self._credentials.seed, method, target, body, at)

    def _connect(self) -> _Connection:
        return _Connection(self._base, self._open)

    def _open(self) -> httpx.Client:
        import httpx

        local = self._host in _LOOPBACK
        return httpx.Client(
            transport=self._network,
            verify=self._trust,
            timeout=httpx.Timeout(PROGRESS_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEP_WARM_SECONDS
            ),
            headers={"user-agent": "StationApp", "accept": "application/json, application/octet-stream"},
            follow_redirects=False,
            trust_env=not local,  # A proxy cannot lead to this very machine.
        )

    @cached_property
    def _trust(self) -> ssl.SSLContext | bool:
        return self._trusted()

    def _trusted(self) -> ssl.SSLContext | bool:
        """The authorities of `ca_file` alone, without it the machine's; none for plain http on this machine."""
        if self._base.startswith("http://"):
            return False
        if self._ca_file is None:
            return ssl.create_default_context()
        try:
            return ssl.create_default_context(cafile=self._ca_file)
        except OSError as error:  # SSLError, for a file that holds no certificate, is one too.
            raise Unavailable("读不到县级平台的证书文件，请联系维护人员。", type(error).__name__) from error


class _Connection:
    """One warm connection; another is made in its place when it died.

    Used by one thread at a time, except for `abort`. `open_client` makes a client that keeps one connection.
    """

    def __init__(self, base: str, open_client: Callable[[], httpx.Client]) -> None:
        self._base = base
        self._open = open_client
        self._client: httpx.Client | None = None
        self._stream: Any = None  # The network stream of httpcore, which has no public class.
        self._has_answered = False

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | Iterable[bytes],
        headers: dict[str, str],
        silence: float,
        still: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Return the answer. `silence`: seconds without a byte after which the connection counts as dead.

        `still` is asked before the wait for the answer begins; `CutShort` is raised when it says no.
        """
        with self._answer(method, target, body, headers, silence, still) as response:
            return Answer(response.status_code, dict(response.headers.items()), _read(response))

    def fetch(
        self, target: str, headers: dict[str, str], stretch: Stretch, silence: float, take: Take
    ) -> None:
        """Hand the bytes of a stretch to `take` as they arrive."""
        with self._answer("GET", target, b"", headers, silence) as response:
            head = Answer(response.status_code, dict(response.headers.items()))
            if not response.is_success:
                require_success(Answer(head.status, head.headers, _read(response)))
            got = -uploads.skipped(head, stretch)
            for part in _in_blocks(response.iter_bytes()):
                fresh = part[max(0, -got) : stretch.length - got]
                at = stretch.offset + max(0, got)
                got += len(part)
                if fresh and not take(at, fresh):
                    raise CutShort(f"at {at}")
        if got < stretch.length:
            raise HubUnreachable(f"{got} of {stretch.length} bytes")

    def guarded(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Stop sending as soon as the other side has answered, which it does early only to say no."""
        import httpcore

        for block in blocks:
            if self._has_answer():
                raise httpcore.WriteError("answered before the end")  # It then goes on to read the answer.
            yield block

    def abort(self) -> None:
        """Cut the request under way short."""
        stream = self._stream
        if stream is None:
            return
        try:
            # SSLSocket.shutdown would pull the TLS state from under the waiting thread.
            socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)
        except OSError:
            self._stream = None  # The connection had ended by itself.

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None
            self._stream = None

    @contextmanager
    def _answer(
        self,
        method: str,
        target: str,
        body: bytes | Iterable[bytes],
        headers: dict[str, str],
        silence: float,
        still: Callable[[], bool] = lambda: True,
    ) -> Iterator[httpx.Response]:
        import httpx

        client = self._client = self._client or self._open()

        def trace(event: str, info: dict[str, Any]) -> None:
            if event in _CONNECTED:
                self._begin(info["return_value"])
            if event == _BEFORE_WAIT and not still():
                raise CutShort("before the wait")

        try:
            with client.stream(
                method,
                self._base + target,
                content=body,
                headers=headers,
                timeout=httpx.Timeout(silence, connect=CONNECT_SECONDS),
                extensions={"trace": trace},
            ) as response:
                yield response
            self._has_answered = True
        except httpx.TransportError as error:
            raise _network_trouble(error) from error
        except httpx.DecodingError as error:
            raise NotTheHub("undecodable answer") from error

    def _begin(self, stream: Any) -> None:
        self._stream, self._has_answered = stream, False
        connected = stream.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def _has_answer(self) -> bool:
        """Tell whether bytes came; only after a first answer, since TLS itself says something before that."""
        return self._has_answered and bool(self._stream and self._stream.get_extra_info("is_readable"))


def _checked(url: str) -> tuple[str, str]:
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return url.strip().rstrip("/"), host
    if parts.scheme == "http" and host in _LOOPBACK:
        return url.strip().rstrip("/"), host
    raise Unavailable("县级平台地址必须以 https:// 开头，请核对地址。", f"scheme {parts.scheme or 'none'}")


def _in_blocks(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        for start in range(0, len(part), BLOCK_BYTES):
            yield part[start : start + BLOCK_BYTES]


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MOST_ANSWER_BYTES:
            raise HubFault(f"answer longer than {MOST_ANSWER_BYTES} bytes")
    return bytes(body)


def _network_trouble(error: httpx.TransportError) -> Unavailable:
    """Sort a failed request. The detail names the kind of failure, never the address."""
    import httpx

    detail = type(error).__name__
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_trouble(cause)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ProxyError):
        return NotTheHub(detail, "上网代理不让本机连接县级平台，请联系网络管理员。")
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return HubFault(detail)
    return HubUnreachable(detail)


_VALIDITY_CODES = frozenset({9, 10})  # OpenSSL: not yet valid, has expired.


def _certificate_trouble(error: ssl.SSLCertVerificationError) -> Unavailable:
    detail = f"certificate {error.verify_code}"
    if error.verify_code in _VALIDITY_CODES:
        text = "县级平台的安全证书不在有效期内，多半是本机日期时间不对。请先校准电脑的日期和时间。"
        return NotTheHub(detail, text)
    return NotTheHub(
        detail, "无法确认对方是县级平台（安全证书不受信任），没有送出任何内容。请联系网络管理员。"
    )
