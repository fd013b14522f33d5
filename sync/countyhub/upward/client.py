"""The road to the hub above: HTTP, signed by this hub's key there."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from countyhub.upward.above import Link
from countyhub.upward.sending import Declined
from hubprotocol.messages import (
    EnrolRequest,
    EnrolResponse,
    ExchangeRequest,
    ExchangeResponse,
    Message,
    ProblemMessage,
)
from hubprotocol.requests import sign_request
from stationapp.domain.refusal import Reason, Refused

if TYPE_CHECKING:
    import httpx

_ENROL, _EXCHANGE = "/sync/v1/enrol", "/sync/v1/exchange"
_PATIENCE_S = 60.0  # without a byte, not in all
_LEVEL = 6
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

M = TypeVar("M", bound=Message)


class HttpRoad:
    """Talks to one hub above; `authority` is a file of the certificates to believe, empty for the system's."""

    def __init__(
        self, url: str, authority: str, stamp: Callable[[], str], transport: httpx.BaseTransport | None = None
    ) -> None:
        """Open nothing yet; `stamp` gives this hub's time as text.

        Raises Refused for an address that is neither https nor this very machine's.
        """
        import httpx

        _require_private(url)
        trusted: Any = ssl.create_default_context(cafile=str(Path(authority))) if authority else True
        self._stamp = stamp
        self._client = httpx.Client(
            base_url=url.strip(), verify=trusted, timeout=_PATIENCE_S, transport=transport
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        """Ask for an identity."""
        return self._post(_ENROL, request.model_dump_json().encode(), {}, EnrolResponse)

    def exchange(self, link: Link, request: ExchangeRequest) -> ExchangeResponse:
        """Push and hear what is acknowledged."""
        from zstandard import ZstdCompressor

        body = ZstdCompressor(level=_LEVEL).compress(request.model_dump_json().encode())
        seed = bytes.fromhex(link.seed)
        signature = sign_request(link.device, seed, "POST", _EXCHANGE, body, self._stamp())
        return self._post(_EXCHANGE, body, {**signature, "Content-Encoding": "zstd"}, ExchangeResponse)

    def _post(self, path: str, body: bytes, headers: dict[str, str], kind: type[M]) -> M:
        """Return the answer. Raises OSError for a broken line and for an answer that is none of a hub's."""
        import httpx

        try:
            answer = self._client.post(
                path, content=body, headers={"Content-Type": "application/json", **headers}
            )
        except httpx.HTTPError as error:
            raise OSError(f"the hub above cannot be reached: {type(error).__name__}") from error
        if answer.status_code == httpx.codes.OK:
            return _read(kind, answer.content)
        problem = _read(ProblemMessage, answer.content)
        head = problem.extra.get("acknowledged", {})
        raise Declined(problem.code, problem.title, head.get("seq"))


def _require_private(url: str) -> None:
    """Names and documents of people travel here: in the clear nowhere but within one machine."""
    parts = urlsplit(url.strip())
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    ):
        raise Refused(Reason("not-https", "上级平台的地址必须以 https:// 开头，请核对地址。", "url"))


def _read(kind: type[M], content: bytes) -> M:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise OSError("the answer is not a hub's; somebody stands between") from error
