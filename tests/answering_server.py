"""A server on this machine that answers whatever a test wants, for testing who answers instead of the hub."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOGIN_PAGE = "<html><title>上网认证</title><form>请登录</form></html>".encode()


@dataclass
class Reply:
    """One answer; `hold` keeps the connection open without answering until it is set.

    `takes` is how many bytes of the request's body it takes before it answers, or with `cut` hangs up; all
    of them by default.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    hold: threading.Event | None = None
    takes: int | None = None


Answering = Callable[[str, str, dict[str, str]], Reply]


class Server:
    """Answers every request with `reply`, or with what `answer` makes of it, and remembers what was asked."""

    def __init__(self) -> None:
        self.reply = Reply()
        self.answer: Answering | None = None
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections = 0
        self.arrived = threading.Event()
        self.url = ""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            server.connections += 1

        def answer(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.answer(self.command, self.path, headers) if server.answer else server.reply
            takes = length if reply.takes is None else min(length, reply.takes)
            server.asked.append((self.command, self.path, headers, self.rfile.read(takes)))
            server.arrived.set()
            if reply.takes is not None and reply.cut:
                self.close_connection = True
                return
            if reply.hold is not None:
                reply.hold.wait(10)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body) + (100 if reply.cut else 0)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
            self.close_connection = reply.cut

        do_GET = do_POST = do_HEAD = do_PATCH = do_PUT = do_CONNECT = answer  # noqa: N815 - names http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            return

    return Handler


class _Listening(ThreadingHTTPServer):
    """Speaks TLS where it has a context. Nothing is printed of a client that does not believe its certificate."""

    daemon_threads = False
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        return


@contextmanager
def answering(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server on a free port of the loopback interface, over TLS with a context."""
    server = Server()
    listening = _Listening(("127.0.0.1", 0), _handler(server))
    listening.tls = tls
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
