"""The hub over HTTPS: one warm connection, timeouts by progress, requests signed by the device."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from hubprotocol.messages import (
    EnrolRequest,
    EnrolResponse,
    ExchangeRequest,
    ExchangeResponse,
    ReferenceResponse,
)
from hubprotocol.requests import sign_request
from stationapp.exchange import uploads
from stationapp.exchange.answers import Answer, read_message
from stationapp.exchange.transport import (
    Credentials,
    HubFault,
    HubUnreachable,
    NotTheHub,
    Piece,
    UploadState,
)
from stationapp.platform.clock import Clock, to_text
from stationapp.platform.unavailable import Unavailable

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 15.0
PROGRESS_SECONDS = 30.0
MOST_ANSWER_BYTES = 64 * 1024 * 1024
_COMPRESSION_LEVEL = 6
_SMALL = 128  # Compressing fewer bytes than this gains nothing.
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CONNECTED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})


class HubClient:
    """A `HubTransport` over HTTPS. Used by one thread, except for `abort`, which any thread may call.

    `url` is the hub's address; plain http is taken only for this very machine. `ca_file` names further
    certificate authorities to trust (PEM); `network` carries the requests instead of sockets of our own.
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
        self._client: httpx.Client | None = None
        self._socket: socket.socket | None = None

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        return read_message(self._post_json("/sync/v1/exchange", request.model_dump_json()), ExchangeResponse)

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        return read_message(self._post_json("/sync/v1/enrol", request.model_dump_json()), EnrolResponse)

    def reference(self, name: str, version: str = "") -> ReferenceResponse:
        target = f"/sync/v1/reference/{quote(name, safe='')}"
        target += f"/{quote(version, safe='')}" if version else ""
        return read_message(self._send("GET", target), ReferenceResponse)

    def create_upload(self, sha256: str, size: int) -> UploadState:
        return uploads.created(self._send("POST", uploads.TARGET, headers=uploads.creation(sha256, size)))

    def upload_offset(self, url: str) -> UploadState:
        return uploads.state(url, self._send("HEAD", url))

    def append_upload(self, url: str, offset: int, data: bytes, last: bool) -> UploadState:
        headers = uploads.appending(offset, last)
        return uploads.state(url, self._send("PATCH", url, data, headers, signed_body=b""))

    def download(self, sha256: str, offset: int, length: int) -> Piece:
        target = f"/sync/v1/attachments/{sha256}"
        return uploads.piece(self._send("GET", target, headers=uploads.wanting(offset, length)), offset)

    def abort(self) -> None:
        """Cut a request short, so that a thread that waits for an answer wakes up with `HubUnreachable`."""
        current = self._socket
        if current is None:
            return
        try:
            # SSLSocket.shutdown would pull the TLS state from under the waiting thread.
            socket.socket.shutdown(current, socket.SHUT_RDWR)
        except OSError:
            self._socket = None  # The connection had ended by itself.

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None
            self._socket = None

    def _post_json(self, target: str, text: str) -> Answer:
        raw, headers = text.encode(), {"content-type": "application/json"}
        if len(raw) > _SMALL:
            import zstandard

            raw = zstandard.ZstdCompressor(level=_COMPRESSION_LEVEL).compress(raw)
            headers["content-encoding"] = "zstd"
        return self._send("POST", target, raw, headers)

    def _send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        signed_body: bytes | None = None,
    ) -> Answer:
        signed = body if signed_body is None else signed_body
        return self._request(method, target, body, (headers or {}) | self._signature(method, target, signed))

    def _signature(self, method: str, target: str, body: bytes) -> dict[str, str]:
        if self._credentials is None:
            return {}
        at = to_text(self._clock.now())
        return sign_request(self._credentials.device, self._credentials.seed, method, target, body, at)

    def _request(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Answer:
        import httpx

        client = self._client = self._client or self._connect()
        try:
            with client.stream(
                method, self._base + target, content=body, headers=headers, extensions={"trace": self._trace}
            ) as response:
                return Answer(response.status_code, dict(response.headers.items()), _read(response))
        except httpx.TransportError as error:
            raise _network_trouble(error) from error
        except httpx.DecodingError as error:
            raise NotTheHub("undecodable answer") from error

    def _connect(self) -> httpx.Client:
        import httpx

        local = self._host in _LOOPBACK
        return httpx.Client(
            transport=self._network,
            verify=self._trusted(),
            timeout=httpx.Timeout(PROGRESS_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=600.0),
            headers={"user-agent": "StationApp", "accept": "application/json, application/octet-stream"},
            follow_redirects=False,
            trust_env=not local,  # A proxy cannot lead to this very machine.
        )

    def _trusted(self) -> ssl.SSLContext | bool:
        """The certificate authorities of the machine and of `ca_file`; none for plain http on this machine."""
        if self._base.startswith("http://"):
            return False
        context = ssl.create_default_context()
        if self._ca_file is None:
            return context
        try:
            context.load_verify_locations(self._ca_file)
        except OSError as error:  # SSLError, for a file that holds no certificate, is one too.
            raise Unavailable("读不到县级平台的证书文件，请联系维护人员。", type(error).__name__) from error
        return context

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")


def _checked(url: str) -> tuple[str, str]:
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return url.strip().rstrip("/"), host
    if parts.scheme == "http" and host in _LOOPBACK:
        return url.strip().rstrip("/"), host
    raise Unavailable("县级平台地址必须以 https:// 开头，请核对地址。", f"scheme {parts.scheme or 'none'}")


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
