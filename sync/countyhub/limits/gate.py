"""The gate before the application: requests whose very shape is an attack are answered here.

What comes through has a path, a query and headers of bounded length without control characters, and says once
what is signed. Nothing of a request that is turned away is written to the log but why, and how long it was.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from countyhub.limits.buckets import Limits
from countyhub.problems import Problem, respond
from hubprotocol.requests import DEVICE_HEADER, SIGNATURE_HEADER, TIME_HEADER

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_HEADERS = 64
MOST_HEADER_BYTES = 16 * 1024
MOST_TARGET_BYTES = 8 * 1024
_PLAIN_PATH = re.compile(rb"/[A-Za-z0-9._~/-]*")
_PLAIN_HEADER = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_ONCE = frozenset(
    name.lower().encode()
    for name in (
        DEVICE_HEADER,
        TIME_HEADER,
        SIGNATURE_HEADER,
        "Content-Length",
        "Content-Encoding",
        "Content-Type",
    )
)

log = logging.getLogger(__name__)


class Gate:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Problem as problem:
            log.info("turned away: %s, target of %d bytes", problem, len(_target(scope)))
            await respond(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        if self._limits is not None:
            self._limits.count_address(address_of(scope), _named_device(scope))
        target, headers = _target(scope), scope["headers"]
        if len(target) > MOST_TARGET_BYTES:
            raise Problem("long-target", f"at most {MOST_TARGET_BYTES} bytes")
        if len(headers) > MOST_HEADERS or sum(map(_length, headers)) > MOST_HEADER_BYTES:
            raise Problem("long-headers", f"at most {MOST_HEADERS} of {MOST_HEADER_BYTES} bytes together")
        _check_target(scope)
        _check_headers(headers)


def address_of(scope: Scope) -> str:
    """Return the address a request came from, empty where the server does not say."""
    client = scope.get("client")
    return str(client[0]) if client else ""


@contextmanager
def guesses_counted(request: Request) -> Iterator[None]:
    """Around the use of a one-time code: a wrong one counts against the address, a right one always passes.

    Others behind the same address so cannot be kept from enrolling. Raises Problem `too-often`.
    """
    limits: Limits | None = getattr(request.app.state, "limits", None)
    try:
        yield
    except Problem as problem:
        if limits is not None and problem.message.code == "wrong-code":
            limits.count_guess(address_of(request.scope))
        raise


def _named_device(scope: Scope) -> str:
    wanted = DEVICE_HEADER.lower().encode()
    found = (value for name, value in scope["headers"] if name.lower() == wanted)
    return next(found, b"").decode("latin-1")


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def _check_target(scope: Scope) -> None:
    """No path of the protocol needs an escape, so that nobody can mean two things by one."""
    path = _target(scope).partition(b"?")[0]
    if not _PLAIN_PATH.fullmatch(path) or b"//" in path or {b".", b".."} & set(path.split(b"/")):
        raise Problem("bad-request", "path")
    if _CONTROL.search(unquote_to_bytes(scope.get("query_string", b"").replace(b"+", b" "))):
        raise Problem("bad-request", "query")


def _check_headers(headers: list[tuple[bytes, bytes]]) -> None:
    names = [name.lower() for name, _ in headers]
    twice = [name.decode() for name in sorted(_ONCE) if names.count(name) > 1]
    if twice:
        raise Problem("bad-request", f"header twice: {', '.join(twice)}")
    if not all(_PLAIN_HEADER.fullmatch(value) for _, value in headers):
        raise Problem("bad-request", "header")


def _length(header: tuple[bytes, bytes]) -> int:
    return len(header[0]) + len(header[1])
