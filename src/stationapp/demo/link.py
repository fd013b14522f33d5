"""A station's line to the hub that can really be cut: a loopback relay that is closed while the village is
offline.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading

_CHUNK = 65536
_CAN_SHARE = hasattr(socket, "SO_REUSEPORT")


class Link:
    """Relays one loopback port to the hub. While cut, nothing listens and every open connection is dead."""

    def __init__(self, hub_port: int) -> None:
        self._hub = ("127.0.0.1", hub_port)
        # Held while nothing listens, so that no other program gets the port before the line is up again.
        self._held = _bound(0)
        self.port: int = self._held.getsockname()[1]
        self._stop: threading.Event | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address a station is told."""
        return f"http://127.0.0.1:{self.port}"

    def lead_to(self, hub_port: int) -> None:
        """Lead to the hub's port from the next connecting on; a hub that was started again may have another."""
        self._hub = ("127.0.0.1", hub_port)

    def connect(self) -> None:
        """Let the station reach the hub."""
        if self._thread is not None:
            return
        listener = self._listening()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=_relay, args=(listener, self._hub, self._stop), name="link")
        self._thread.start()

    def cut(self) -> None:
        """Cut the line: open connections break, new ones are refused."""
        if self._thread is None or self._stop is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None

    def _listening(self) -> socket.socket:
        if not _CAN_SHARE:
            self._held.close()
        listener = _bound(self.port)
        listener.listen()
        return listener

    def close(self) -> None:
        """Cut the line for good and give its port back."""
        self.cut()
        self._held.close()


def _bound(port: int) -> socket.socket:
    """Return a socket that has a loopback port; several of ours may have the same, where the system can share."""
    one = socket.socket()
    if _CAN_SHARE:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(("127.0.0.1", port))
    return one


def _relay(listener: socket.socket, hub: tuple[str, int], stop: threading.Event) -> None:
    peers: dict[socket.socket, socket.socket] = {}
    with selectors.DefaultSelector() as selector, listener:
        selector.register(listener, selectors.EVENT_READ)
        while not stop.is_set():
            for key, _ in selector.select(timeout=0.05):
                ready = key.fileobj
                if ready is listener:
                    _join(listener, hub, peers, selector)
                elif (
                    isinstance(ready, socket.socket) and ready in peers and not _pass_on(ready, peers[ready])
                ):
                    _part(ready, peers, selector)
        for end in peers:
            end.close()


def _join(
    listener: socket.socket,
    hub: tuple[str, int],
    peers: dict[socket.socket, socket.socket],
    selector: selectors.BaseSelector,
) -> None:
    station, _ = listener.accept()
    try:
        far = socket.create_connection(hub, timeout=10)
    except OSError:
        station.close()
        return
    for one, other in ((station, far), (far, station)):
        one.settimeout(30)
        peers[one] = other
        selector.register(one, selectors.EVENT_READ)


def _pass_on(source: socket.socket, target: socket.socket) -> bool:
    try:
        data = source.recv(_CHUNK)
        if data:
            target.sendall(data)
    except OSError:
        return False
    return bool(data)


def _part(
    end: socket.socket, peers: dict[socket.socket, socket.socket], selector: selectors.BaseSelector
) -> None:
    for one in (end, peers[end]):
        with contextlib.suppress(KeyError):
            selector.unregister(one)
        peers.pop(one, None)
        one.close()
