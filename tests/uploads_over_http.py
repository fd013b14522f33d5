"""What a client sends to upload: the header fields, and requests over real sockets to a real server."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from countyhub.app import create_app
from hubprotocol.requests import sign_request

UPLOADS = "/sync/v1/uploads"
AT = "2026-11-21T09:30:00+08:00"
SCAN = bytes(range(256)) * 1000
OTHER = b"another scan"


def sha(data):
    """The name of an attachment."""
    return hashlib.sha256(data).hexdigest()


def digest(data):
    """The value of a digest field."""
    return f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"


def creating(data, complete="?0"):
    """The fields that open an upload."""
    return {"Upload-Length": str(len(data)), "Upload-Complete": complete, "Repr-Digest": digest(data)}


def appending(offset, complete="?0"):
    """The fields of a stream from `offset` on."""
    kind = {"Content-Type": "application/partial-upload"}
    return kind | {"Upload-Offset": str(offset), "Upload-Complete": complete}


def create(station, data, body=b"", **headers):
    """Open an upload."""
    return station.http("POST", UPLOADS, body, b"", **creating(data) | headers)


def patch(station, location, data, offset, complete="?0", **headers):
    """Append to an upload."""
    return station.http("PATCH", location, data, b"", **appending(offset, complete) | headers)


def piece_of(data, number):
    """A piece's bytes."""
    return data[number * 16384 : (number + 1) * 16384]


def put(station, location, data, number, **headers):
    """Send a piece."""
    body = piece_of(data, number)
    return station.http(
        "PUT", f"{location}/pieces/{number}", body, **{"Content-Digest": digest(body)} | headers
    )


class Wire:
    """A connection of its own, on which a station's request is sent by hand."""

    def __init__(self, port, station):
        self._line = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._station = station

    def begin(self, method, path, length, headers):
        """Send the head of a request that announces `length` bytes."""
        signed = sign_request(self._station.device, self._station.seed, method, path, b"", AT)
        fields = signed | headers | {"Host": "hub", "Content-Length": str(length)}
        text = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._line.sendall(f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode())

    def send(self, data):
        """Send some of the body."""
        self._line.sendall(data)

    def takes(self, data):
        """Tell whether the connection still takes bytes; a closed one says no once the other side has said so."""
        try:
            for start in range(0, len(data), 10_000):
                self.send(data[start : start + 10_000])
        except OSError:
            return False
        return True

    def read_to_end(self):
        """Return all that comes until the hub closes the connection."""
        parts = []
        while part := self._line.recv(65536):
            parts.append(part)
        return b"".join(parts)

    def close(self):
        """Close the connection."""
        self._line.close()


@contextmanager
def served(hub, admission=None) -> Iterator[int]:
    """Serve a hub with the server that `countyhub serve` uses, in a thread; yields the port."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    app = create_app(hub)
    app.state.admission = admission or app.state.admission
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        keeper.bind(("127.0.0.1", 0))
        port = keeper.getsockname()[1]
        server = Server(
            app,
            "127.0.0.1",
            port,
            interface=Interfaces.ASGI,
            websockets=False,
            log_enabled=False,
        )
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve()))
        thread.start()
        try:
            _wait_for(port)
            yield port
        finally:
            loop.call_soon_threadsafe(server.stop)
            thread.join(30)
            loop.close()


def _wait_for(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            continue
        return


class OverSockets:
    """A station's requests over a connection of their own each, in the manner of the in-process ones."""

    def __init__(self, port, station):
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._station = station

    def http(self, method, path, body=b"", signed=None, **headers):
        """A signed request."""
        covered = body if signed is None else signed
        proof = sign_request(self._station.device, self._station.seed, method, path, covered, AT)
        return self._client.request(method, path, content=body, headers=proof | headers)

    def close(self):
        """Close the connections."""
        self._client.close()
