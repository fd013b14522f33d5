"""A station PC, driven line by line: each line names what to do and how much; the answer is a line of JSON.

python -m together.links.pc FOLDER DESK URL CA-FILE SHIFT
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx

from benchmarks.exchange_ours import applied
from hub_world import StationWorld
from hubprotocol.compression import pack
from hubprotocol.messages import EnvelopeMessage
from small_county import NOON, TOWNSHIP, receipt_facts
from stationapp.exchange.background import read_state
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.state import Outcome, SyncState
from stationapp.exchange.transport import Credentials
from stationapp.platform.clock import SteppingClock, SystemClock
from stationapp.store.records import CaseQuery

_MANY, _MUCH = 10_000, 2**30
_NO_MORE_S = 900.0  # A road on which nothing agrees in that time is given up.


@dataclass
class AheadClock(SteppingClock):
    """The machine's clock, and so much ahead; measured time is real."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()


class LinkedStation(StationWorld):
    """A PC that reaches its hub as in the field: by HTTPS, believing the county's own authority alone."""

    def __init__(self, folder: Path, desk: str, url: str, ca_file: Path, ahead: float) -> None:
        clock = AheadClock(NOON, ahead=timedelta(seconds=ahead))
        super().__init__(folder, desk, clock, Random(f"{folder.name} at work"), httpx.BaseTransport())
        self.url, self.ca_file = url, ca_file
        self.fresh: list[str] = []
        self._people = 0

    def _connect(self, credentials: Credentials | None) -> HubClient:
        return HubClient(self.url, self.clock, credentials, self.ca_file)

    def opened(self, _: int) -> dict[str, Any]:
        """Open the store, as after a start of the PC."""
        self.start()
        return {}

    def fill(self, cases: int) -> dict[str, Any]:
        """Receive so many cases without scans."""
        for _ in range(cases):
            self._receive(self._asked())
        return {}

    def scans(self, size: int) -> dict[str, Any]:
        """Receive a case with a scan of so many bytes."""
        asked, data = self._asked(), self.chance.randbytes(size)
        digest = self.files.put(data)
        scan = {"sha256": digest, "size": size, "name": "扫描件.jpg", "media_type": "image/jpeg"}
        asked["materials"][0]["attachments"] = [scan]
        with self.store.write() as unit:
            unit.attachments.add_local(digest, size, "扫描件.jpg", "image/jpeg")
        self._receive(asked)
        return {"sha256": digest}

    def sync(self, _: int) -> dict[str, Any]:
        """Exchange as the program does in the background, until both sides said that they hold the same."""
        problems: list[str] = []
        requests, until = 0, time.monotonic() + _NO_MORE_S
        while time.monotonic() < until:
            done = self.engine.run_once()
            requests += done.requests
            if done.outcome is Outcome.AGREED:
                return {"requests": requests, "agreed": True, "problems": problems}
            trouble = done.problem or next(iter(done.troubles), None)
            problems.append(f"{done.outcome}: {trouble.detail if trouble else ''}")
            threading.Event().wait(done.wait)
        return {"requests": requests, "agreed": False, "problems": problems}

    def weigh(self, _: int) -> dict[str, Any]:
        """Tell how many bytes all that waits in the outbox has as one request's body, without the rest of a request."""
        with self.store.read() as unit:
            batch = unit.events.outbox(_MANY, _MUCH)
        body = json.dumps([EnvelopeMessage.pack(one).model_dump() for one in batch], ensure_ascii=False)
        return {"packed": len(pack(body.encode())[0]) if batch else 0}

    def pass_on(self, _: int) -> dict[str, Any]:
        """Hand every case received since the last time over to the township."""
        for case_id in self.fresh:
            self.hand_over(case_id, TOWNSHIP)
        self.fresh.clear()
        return {}

    def look(self, _: int) -> dict[str, Any]:
        """Tell what is here: whether both sides agree, and a digest of all cases, acts and attachments."""
        told: list[list[Any]] = []
        with self.store.read() as unit:
            for case_id in sorted(unit.cases.find(CaseQuery(), _MANY, None)):
                events = sorted(row.event.event_id for row in unit.events.of_case(case_id))
                told.append([case_id, self.state_of(case_id), events])
            missing = len(unit.attachments.missing_here(_MANY))
            scans = sorted(unit.attachments.all_here())
        whole = [hashlib.sha256(self.files.get(name)).hexdigest() == name for name in scans]
        return {
            "cases": len(told),
            "scans": len(scans),
            "whole": all(whole) and not missing,
            "digest": hashlib.sha256(json.dumps([told, scans]).encode()).hexdigest(),
            "agreed": read_state(self.store, SyncState()).agreed,
        }

    def _asked(self) -> dict[str, Any]:
        self._people += 1
        return applied(self.chance, self._people)

    def _receive(self, asked: dict[str, Any]) -> None:
        self.serial += 1
        facts = receipt_facts(serial=self.serial, day=self.clock.now().date()) | {"application": asked}
        self.fresh.append(self.new_id())
        self.act(self.fresh[-1], "receive", facts)


def main(folder: str, desk: str, url: str, ca_file: str, ahead: str) -> None:
    """Do what is asked, until nothing more is."""
    station = LinkedStation(Path(folder), desk, url, Path(ca_file), float(ahead))
    for line in sys.stdin:
        work, _, argument = line.strip().partition(" ")
        began = time.monotonic()
        said = getattr(station, work)(int(argument or 0))
        print(json.dumps({"seconds": time.monotonic() - began} | said), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
