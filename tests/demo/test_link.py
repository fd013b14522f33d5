"""A cut link is really cut: open connections are dead and new ones find nobody."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from stationapp.demo.link import Link


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says back what it hears."""
    listener = socket.create_server(("127.0.0.1", 0))
    talks: list[threading.Thread] = []

    def talk(connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(4096):
                connection.sendall(data)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            talks.append(threading.Thread(target=talk, args=(connection,)))
            talks[-1].start()

    server = threading.Thread(target=serve)
    server.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    server.join()
    for thread in talks:
        thread.join()


@pytest.fixture
def link(echo: int) -> Iterator[Link]:
    made = Link(echo)
    yield made
    made.close()


def said_back(connection: socket.socket, words: bytes) -> bytes:
    connection.sendall(words)
    heard = b""
    while len(heard) < len(words):
        part = connection.recv(4096)
        if not part:
            break
        heard += part
    return heard


def connected(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", link.port), timeout=10)


def test_before_it_is_connected_nobody_listens(link: Link) -> None:
    with pytest.raises(ConnectionRefusedError):
        connected(link)


def test_everything_passes_both_ways_while_it_is_connected(link: Link) -> None:
    link.connect()
    link.connect()
    with connected(link) as one, connected(link) as other:
        assert said_back(one, b"x" * 300_000) == b"x" * 300_000
        assert said_back(other, b"second") == b"second"
        assert said_back(one, b"still there") == b"still there"


def test_cutting_kills_open_connections_and_refuses_new_ones(link: Link) -> None:
    link.connect()
    with connected(link) as open_one:
        assert said_back(open_one, b"before") == b"before"
        link.cut()
        # Either end of a dead connection is right; silence would be a time-out.
        with contextlib.suppress(ConnectionError):
            assert open_one.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        connected(link)


def test_a_link_that_was_cut_is_joined_again_at_the_same_address(link: Link) -> None:
    address = link.url
    for _ in range(3):
        link.connect()
        with connected(link) as connection:
            assert said_back(connection, b"again") == b"again"
        link.cut()
    link.cut()
    assert link.url == address


def test_a_cut_link_keeps_its_port_from_other_programs(link: Link) -> None:
    with pytest.raises(OSError, match="in use"):
        socket.create_server(("127.0.0.1", link.port))


def test_a_hub_that_is_down_ends_the_stations_connection_and_not_the_link() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    link = Link(port)
    link.connect()
    try:
        for _ in range(2):
            with connected(link) as connection:
                assert connection.recv(1) == b""
    finally:
        link.close()
