"""Our side: one station PC, driven line by line as the peer's is, and the hub it exchanges with.

Each line on standard input names a phase and its argument; the answer is a line of JSON with the seconds it took.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
for place in (HERE, HERE.parent, HERE.parents[1] / "src", HERE.parents[1] / "sync"):
    sys.path.insert(0, str(place))

import httpx
from asked import answer

import hub_world
from hub_world import HubWorld, StationWorld
from hubprotocol.compression import pack
from hubprotocol.messages import EnvelopeMessage
from small_county import NOON, VILLAGE, application, receipt_facts
from stationapp.domain.check_character import check_character
from stationapp.domain.numbers import EnquiryCode
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import Credentials
from stationapp.platform.clock import SteppingClock

_MUCH = 2**30
_A_DAY = 5_000  # A PC has 9,999 numbers a day.
_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
)


class Station(StationWorld):
    """A PC that reaches its hub over a real connection."""

    def __init__(self, folder: Path, url: str) -> None:
        clock = SteppingClock(NOON - timedelta(days=3), timedelta(0))
        super().__init__(folder, VILLAGE, clock, Random(), httpx.BaseTransport())
        self.url = url

    def _connect(self, credentials: Credentials | None) -> HubClient:
        return HubClient(self.url, self.clock, credentials)

    def enrolment(self, code: str) -> None:
        """Become a station."""
        self.enrol(code)

    def opened(self, _: str) -> None:
        """Open the store; numbers go on behind those that were given."""
        self.start()
        self._go_on_behind(self.count(""))

    def fill(self, corpus: str) -> None:
        """Receive a case for each line of a file, which is its application."""
        for line in Path(corpus).read_text("utf-8").splitlines():
            self.case(json.loads(line))

    def files_of(self, folder: str) -> None:
        """Receive a case with each of the files as its scan."""
        for number, file in enumerate(sorted(Path(folder).iterdir())):
            data = file.read_bytes()
            asked = applied(Random(number), 900_000 + number)
            digest = self.files.put(data)
            scan = {"sha256": digest, "size": len(data), "name": "扫描件.jpg", "media_type": "image/jpeg"}
            asked["materials"][0]["attachments"] = [scan]
            with self.store.write() as unit:
                unit.attachments.add_local(digest, len(data), "扫描件.jpg", "image/jpeg")
            self.case(asked)

    def case(self, asked: dict[str, Any]) -> None:
        """Receive one case."""
        self._go_on_behind(self.serial)
        facts = receipt_facts(serial=self.serial % _A_DAY + 1, day=self.clock.now().date())
        code = EnquiryCode.from_random(self.chance.randbytes(16))
        self.act(self.new_id(), "receive", facts | {"application": asked, "enquiry_code": str(code)})

    def _go_on_behind(self, serial: int) -> None:
        """Take the next number, on the next day when a day's numbers are used up."""
        days = (serial + 1) // _A_DAY - self.serial // _A_DAY
        self.serial = serial + 1
        if days:
            self.clock.advance(timedelta(days=days))

    def sync(self, _: str) -> None:
        """Exchange until both sides hold the same and no attachment is on its way."""
        while True:
            done = self.engine.run_once()
            if done.outcome is Outcome.AGREED:
                return
            if done.troubles:
                raise RuntimeError(f"{done.outcome}: {[trouble.detail for trouble in done.troubles]}")

    def weigh(self, _: str) -> int:
        """How many bytes all that waits in the outbox has as one request's body, without the rest of a request."""
        with self.store.read() as unit:
            batch = unit.events.outbox(_A_DAY, _MUCH)
        body = json.dumps([EnvelopeMessage.pack(one).model_dump() for one in batch], ensure_ascii=False)
        return len(pack(body.encode())[0])

    def count(self, _: str) -> int:
        """How many cases are here."""
        from stationapp.store.records import CaseQuery

        with self.store.read() as unit:
            return len(unit.cases.find(CaseQuery(), 1_000_000, None))

    def files_here(self, _: str) -> int:
        """How many attachments are here."""
        return sum(file.is_file() for file in (self.folder / "attachments").rglob("*"))


def applied(chance: Random, person: int) -> dict[str, Any]:
    """An application of about 1.5 kB by a person nobody else is; what is written in it is chance."""
    asked = application()
    born = f"{1930 + person // 336_000}{person // 1000 % 12 + 1:02}{person // 12_000 % 28 + 1:02}"
    body = f"510721{born}{person % 1000:03}"
    words = ["".join(chance.choices(_CHARACTERS, k=75)) for _ in range(3)]
    asked["applicant"] |= {"document_number": body + check_character(body), "address": words[0]}
    for material, word in zip(asked["materials"], words[1:], strict=False):
        material["name"] += word
    return asked


def found(folder: Path, stations: int) -> list[str]:
    """Make a hub in a folder; return an enrolment code for each of its PCs."""
    folder.mkdir(parents=True)
    hub = HubWorld(folder, SteppingClock(NOON, timedelta(0)), Random("hub"))
    hub.found()
    codes = [hub.code(VILLAGE) for _ in range(stations)]
    hub.close()
    return codes


def main(folder: str, url: str) -> None:
    """Do what is asked, until nothing more is."""
    hub_world.URL = url
    answer(Station(Path(folder), url))


if __name__ == "__main__":
    main(*sys.argv[1:])
