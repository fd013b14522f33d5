"""The two sides of `make bench-exchange` as programs that are started, driven line by line, and looked at."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import exchange_ours

HERE = Path(__file__).resolve().parent
PEER = "anki==26.9.3"
_PATIENCE_S = 30.0

Server = subprocess.Popen[str]


class Client:
    """A program that answers each line with a line."""

    def __init__(self, *command: object) -> None:
        self._process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def do(self, phase: str, argument: object = "") -> dict[str, Any]:
        """Let it do one phase; returns its answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{phase} {argument}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended in {phase}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def driven(*clients: Client) -> Iterator[Sequence[Client]]:
    """Clients, ended afterwards."""
    try:
        yield clients
    finally:
        for client in clients:
            client.end()


@dataclass(frozen=True, slots=True)
class Side:
    """How a side is served, how a client of it is started, and its words for adding files and exchanging them."""

    name: str
    serve: Callable[[Path], AbstractContextManager[tuple[int, Server]]]
    client: Callable[[Path, int], Client]
    begin: Callable[[Client, Client | None], None]
    is_filled: bool  # whether the cases are there already when it begins
    add_files: str
    exchange_files: str
    weigh: str = ""  # the word for the bytes of what waits, compressed once


def ours() -> Side:
    """Our hub on a SQLite file, and our stations."""
    return Side("ours", _hub, _station, _open, True, "files_of", "sync", "weigh")


def peer(python: Path) -> Side:
    """The peer, by the Python of the environment it is installed in."""
    return Side(
        PEER, partial(_syncserver, python), partial(_collection, python), _same, False, "files", "media"
    )


def install_peer(place: Path) -> Path:
    """Install the peer into an environment of its own; returns its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", PEER], check=True)
    return python


def prepare(place: Path, corpus: Path | None) -> Path:
    """Make our hub with two PCs of one village; at the first the cases of a corpus are received and not yet sent."""
    codes = exchange_ours.found(place / "hub", 2)
    with (
        _hub(place) as (port, _),
        driven(_station(place / "first", port), _station(place / "second", port)) as stations,
    ):
        for station, code in zip(stations, codes, strict=True):
            station.do("enrolment", code)
            station.do("opened")
            station.do("sync")
        if corpus is not None:
            stations[0].do("fill", corpus)
    return place


def peak_of(server: Server) -> float:
    """The most memory a running process ever held, in MB (Linux)."""
    status = Path(f"/proc/{server.pid}/status").read_text("ascii")
    return int(next(row for row in status.splitlines() if row.startswith("VmHWM")).split()[1]) / 1024


@contextmanager
def _hub(place: Path) -> Iterator[tuple[int, Server]]:
    """The hub, at the time of the corpus."""
    folder = place / "hub"
    shift = folder / "shift"
    shift.write_text(str((exchange_ours.NOON - datetime.now(UTC)).total_seconds()), "ascii")
    database = f"sqlite:///{folder / 'hub.sqlite'}"
    line = [sys.executable, "-m", "countyhub", "serve", "--database", database, "--time-shift", str(shift)]
    path = os.pathsep.join(str(HERE.parents[1] / name) for name in ("src", "sync"))
    with _running(line, {"PYTHONPATH": path}, subprocess.PIPE) as hub:
        assert hub.stdout
        yield int(json.loads(hub.stdout.readline())["url"].rsplit(":", 1)[1]), hub
        hub.stdout.close()


@contextmanager
def _syncserver(python: Path, place: Path) -> Iterator[tuple[int, Server]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    settings = {"SYNC_USER1": "bench:bench", "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port)}
    settings |= {"SYNC_BASE": str(place / "server"), "RUST_LOG": "error", "MAX_SYNC_PAYLOAD_MEGS": "1000"}
    with _running([str(python), "-m", "anki.syncserver"], settings, subprocess.DEVNULL) as server:
        _wait_for(port)
        yield port, server


@contextmanager
def _running(line: Sequence[str], settings: Mapping[str, str], output: int) -> Iterator[Server]:
    server = subprocess.Popen(
        line, env={**os.environ, **settings}, stdout=output, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _station(place: Path, port: int) -> Client:
    return Client(sys.executable, HERE / "exchange_ours.py", place, f"http://127.0.0.1:{port}")


def _collection(python: Path, place: Path, port: int) -> Client:
    return Client(python, HERE / "exchange_peer.py", place, f"http://127.0.0.1:{port}/")


def _open(*clients: Client | None) -> None:
    for client in clients:
        if client is not None:
            client.do("opened")


def _same(first: Client, second: Client | None) -> None:
    """The peer's clients begin with the same empty collection, and with their media synced."""
    first.do("upload")
    first.do("media")
    if second is not None:
        second.do("download")
        second.do("media")
