"""The small county at both ends of a road: its hub, and PCs of a village and a township, in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from county_certificates import Authority, authority
from hub_world import Template
from small_county import NOON, TOWNSHIP, VILLAGE
from together.links.line import Counts, Line

_TESTS = Path(__file__).resolve().parents[2]
_PATH = [str(_TESTS), *(str(_TESTS.parent / name) for name in ("src", "sync"))]
_PATIENCE_S = 20.0
# When the PCs begin their day; what was prepared lies before it.
_MORNING = NOON + timedelta(hours=1)


class Road(Protocol):
    """A line with a hub at one end and PCs at the other."""

    name: str
    hub_host: str
    line: Line
    counts: Counts
    senders: dict[str, str]

    def inside(self, side: str) -> Sequence[str]:
        """The words before a command that is to run at the `hub` or at a `pc`."""

    def reach(self, port: int) -> tuple[str, int]:
        """Where PCs reach what listens at the hub's end."""

    def begin(self) -> Counts:
        """Count from here on."""

    def cut(self, after: float, seconds: float) -> None:
        """Let the line be dead for a while, from so many seconds from now on."""


class DrivenPc:
    """A PC in a process of its own, which answers each line with a line."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
        )

    def do(self, work: str, argument: int = 0) -> dict[str, Any]:
        """Let it do something; returns its answer. Raises RuntimeError when it ended instead."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{work} {argument}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a PC ended in {work}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def prepare(folder: Path) -> Path:
    """Make a village and a township that are enrolled and have read the hub's documents; no network takes part."""
    with Template(folder / "template").world(folder / "county") as world:
        world.sync()
    return folder / "county"


class County:
    """A copy of what was prepared, in a folder."""

    def __init__(self, prepared: Path, folder: Path) -> None:
        self.folder = shutil.copytree(prepared, folder / "county")
        self._log = folder / "hub.log"
        self._authority: Authority = authority(folder, "authority")
        self._shift = folder / "shift"
        self.ahead = (_MORNING - datetime.now(UTC)).total_seconds()
        self._shift.write_text(str(self.ahead), "ascii")

    @contextmanager
    def serving(self, road: Road) -> Iterator[str]:
        """The hub at its end of the road; gives the address by which PCs reach it."""
        certificate, key = self._authority.issue(self.folder, "hub-at-work", road.hub_host)
        line = (
            *(*road.inside("hub"), sys.executable, "-m", "countyhub", "serve", *self._place()),
            *("--host", road.hub_host, "--certificate", str(certificate), "--key", str(key)),
        )
        with self._log.open("ab") as log:
            hub = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=log, text=True, env=_environment())
        assert hub.stdout
        try:
            ready = hub.stdout.readline()
            if not ready:
                raise RuntimeError(self._log.read_text("utf-8")[-2000:])
            host, port = road.reach(int(json.loads(ready)["port"]))
            yield f"https://{host}:{port}"
        finally:
            _end(hub)
            hub.stdout.close()

    @contextmanager
    def pc(self, road: Road, station: str, url: str) -> Iterator[DrivenPc]:
        """A PC at the other end, its store opened."""
        desk = {"village": VILLAGE, "township": TOWNSHIP}[station]
        words = (str(self.folder / station), desk, url, str(self._authority.file), str(self.ahead))
        pc = DrivenPc((*road.inside("pc"), sys.executable, "-m", "together.links.pc", *words))
        try:
            pc.do("opened")
            yield pc
        finally:
            pc.end()

    def faults(self) -> list[Any]:
        """What the hub's own check finds wrong."""
        line = (sys.executable, "-m", "countyhub", "verify", *self._place())
        done = subprocess.run(line, capture_output=True, text=True, env=_environment())
        if not done.stdout:
            raise RuntimeError(done.stderr[-2000:])
        faults: list[Any] = json.loads(done.stdout.splitlines()[-1])["faults"]
        return faults

    def _place(self) -> Sequence[str]:
        hub = self.folder / "hub"
        files = ("--files", str(hub / "files"), "--time-shift", str(self._shift))
        return ("--database", f"sqlite:///{hub / 'hub.sqlite'}", *files)


def _end(hub: subprocess.Popen[str]) -> None:
    """End a hub as a service manager does: it may wait for requests whose PC was killed and never says so."""
    hub.terminate()
    try:
        hub.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        hub.kill()
        hub.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(_PATH), "PYTHONUTF8": "1"}
