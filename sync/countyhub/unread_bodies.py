"""An answer that comes before the request's body was read says that the connection ends with it.

The rest of the body is still on its way, so the connection is of no use for another request. A client that is told
opens a new one; one that is not told sends its next request into a connection that closes.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CloseUnread:
    """ASGI middleware: adds `Connection: close` to answers that leave some of the body unread."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        is_read = False

        async def receiving() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = is_read or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_read:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receiving, sending)


def _has_body(scope: Scope) -> bool:
    """Whether a request of HTTP/1 has a body; HTTP/2 ends a request without ending the connection."""
    fields = dict(scope["headers"])
    has_one = fields.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in fields
    return has_one and str(scope.get("http_version", "")).startswith("1")
