"""A county keeps its connections warm: however many lie idle, the next station is answered."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from hub_in_a_process import serving

IDLE = 400
ASKED = b"GET /sync/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def answered(port: int, connection: socket.socket) -> bytes:
    """Ask on a connection and return the first line of the answer; the connection stays open."""
    connection.sendall(ASKED)
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next(
        int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head.split(b"\r\n")[0]


def test_idle_connections_keep_nobody_out(tmp_path: Path) -> None:
    with serving(tmp_path / "hub") as hub, contextlib.ExitStack() as kept:
        for _ in range(IDLE):
            warm = kept.enter_context(socket.create_connection(("127.0.0.1", hub.port), timeout=60))
        assert answered(hub.port, warm) == b"HTTP/1.1 200 OK"
        last = kept.enter_context(socket.create_connection(("127.0.0.1", hub.port), timeout=60))
        assert answered(hub.port, last) == b"HTTP/1.1 200 OK"
        assert answered(hub.port, last) == b"HTTP/1.1 200 OK"
