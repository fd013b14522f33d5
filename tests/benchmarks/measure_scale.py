"""What one county costs a hub, and the hub above: `python tests/benchmarks/measure_scale.py sqlite|postgres [CASES]`.

Everything runs in this one process, without HTTP between station and hub, so the figures are what a core does: events
a second taken in with every check, bytes an event on disk, bytes an event on the line upward, memory.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "src"), str(HERE.parents[1] / "sync")]

import httpx
from sqlalchemy import text

from conftest import PostgresServer
from countyhub.acceptance.service import exchange
from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.initialise import initialise_above
from countyhub.upward import hosting, sending
from countyhub.upward.client import HttpRoad
from hub_world import HubWorld, InProcess, person_seed
from hubprotocol.envelope import GENESIS, Envelope, seal
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import (
    ChainHeadMessage,
    EnrolRequest,
    EnvelopeMessage,
    ExchangeRequest,
)
from hubprotocol.versions import CASE_EVENT_KIND, MAX_VERSION
from small_county import NOON, TOWNSHIP, VILLAGE, application, batch_facts, hand, receipt_facts
from stationapp.domain.check_character import check_character
from stationapp.domain.events import CaseEvent, Versions, event_to_mapping
from stationapp.platform.clock import SystemClock

PCS, BATCH = 8, 20


class CountingNetwork(httpx.BaseTransport):
    """Counts what goes over the line."""

    def __init__(self, network: InProcess) -> None:
        self._network, self.sent = network, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += len(request.read())
        return self._network.handle_request(request)


@contextmanager
def database_urls(engine: str, place: Path) -> Iterator[Callable[[str], str]]:
    """Yield what names a fresh database."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{place / name}.sqlite"
        return
    server = PostgresServer(durable=True)
    server.start()
    try:
        import psycopg

        def make(name: str) -> str:
            address = {"host": str(server.data), "user": "postgres", "dbname": "postgres"}
            with psycopg.connect(**address, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # our own name
            return server.url(name)

        yield make
    finally:
        server.stop()


def acts(pc: int, cases: int, chance: Random) -> Iterator[CaseEvent]:
    """Each case is received and handed over: two events of the usual six."""
    agent, under = hand("agent"), Versions(1, 1, "test")
    for number in range(1, cases + 1):
        case_id, serial = _id(chance), pc * 1000 + number
        asked = application()
        body = f"510721{1940 + pc}0307{number:03d}"
        asked["applicant"] |= {"document_number": body + check_character(body)}
        received = receipt_facts(serial=serial, day=NOON.date()) | {"application": asked}
        over = batch_facts(TOWNSHIP, VILLAGE, serial)
        yield CaseEvent(_id(chance), case_id, "receive", NOON, agent, received, under)
        yield CaseEvent(_id(chance), case_id, "hand_over", NOON, agent, over, under)


def _id(chance: Random) -> str:
    raw = chance.randbytes(16).hex()
    return f"{raw[:8]}-{raw[8:12]}-7{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"


def sealed(device: str, seed: bytes, events: Iterator[CaseEvent]) -> list[Envelope]:
    """A PC's chain."""
    chain: list[Envelope] = []
    person = person_seed(hand("agent").person_id)
    for event in events:
        body = json.dumps(event_to_mapping(event), ensure_ascii=False)
        before = chain[-1].hash if chain else GENESIS
        chain.append(seal(device, len(chain) + 1, before, CASE_EVENT_KIND, body, seed, person))
    return chain


def enrol(hub: Hub, chance: Random) -> tuple[str, bytes]:
    """A new PC of the village."""
    seed = chance.randbytes(32)
    code, _ = devices.make_code(hub, VILLAGE)
    request = EnrolRequest(protocol=MAX_VERSION, code=code, device_public=sign_public_of(seed).hex())
    return devices.enrol(hub, request).device, seed


def push(hub: Hub, device: str, chain: list[Envelope]) -> None:
    """Send a PC's chain in batches; every event must be accepted."""
    known = devices.find(hub, device)
    assert known is not None
    for start in range(0, len(chain), BATCH):
        run = chain[start : start + BATCH]
        before = chain[start - 1] if start else None
        request = ExchangeRequest(
            protocol=MAX_VERSION,
            device=device,
            sent_at="",
            base=ChainHeadMessage(seq=start, hash=before.hash if before else GENESIS),
            envelopes=tuple(EnvelopeMessage.pack(one) for one in run),
        )
        answer = exchange(hub, known, request)
        refused = [one for one in answer.verdicts if one.result != "accepted"]
        assert not refused, refused[0]


def size_of(hub: Hub) -> int:
    """Bytes the database takes on the disk."""
    with hub.database.engine.connect() as connection:
        if not hub.database.is_sqlite:
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return Path(str(hub.database.engine.url.database)).stat().st_size


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of a piece of work: by the clock, and of this process's processor."""
    begin, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - used


def measure(engine: str, cases: int, place: Path) -> dict[str, float]:
    """Take a county's cases in, tell the hub above, and return the figures."""
    chance = Random("scale")
    with database_urls(engine, place) as url:
        (place / "county").mkdir()
        world = HubWorld(place / "county", SystemClock(), chance)
        if engine != "sqlite":
            world.hub.database.close()
            world.hub = Hub(Database(url("county")), world.hub.files, random_bytes=chance.randbytes)
        world.found()
        city = Hub(Database(url("city")), FolderFiles(place / "city"), random_bytes=chance.randbytes)
        initialise_above(city, "510700")
        figures = _taken_in(world.hub, cases, chance)
        figures |= _told_upward(world.hub, city, round(figures["events"]))
        city.database.close()
        world.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**figures, "peak_megabytes": round(megabytes)}


def _taken_in(county: Hub, cases: int, chance: Random) -> dict[str, float]:
    pcs = [enrol(county, chance) for _ in range(PCS)]
    share = cases // PCS
    chains = [sealed(device, seed, acts(pc, share, chance)) for pc, (device, seed) in enumerate(pcs, start=1)]
    events, empty = sum(map(len, chains)), size_of(county)
    seconds, used = timed(lambda: [push(county, pc[0], chain) for pc, chain in zip(pcs, chains, strict=True)])
    return {
        "events": events,
        "taken_in_per_s": round(events / seconds),
        "taken_in_processor_ms": round(1000 * used / events, 2),
        "bytes_an_event": round((size_of(county) - empty) / events),
    }


def _told_upward(county: Hub, city: Hub, events: int) -> dict[str, float]:
    line = CountingNetwork(InProcess(create_app(city)))
    road = HttpRoad("https://city", "", county.stamp, transport=line)
    sending.enrol(county, road, "http://city", "", hosting.make_code(city, "510704")[0])
    at_county, at_city, sent = size_of(county), size_of(city), line.sent
    seconds, used = timed(lambda: sending.tell(county, road))
    road.close()
    return {
        "told_upward_per_s": round(events / seconds),
        "told_upward_processor_ms": round(1000 * used / events, 2),
        "bytes_an_event_on_the_line": round((line.sent - sent) / events),
        "bytes_an_event_at_the_city": round((size_of(city) - at_city) / events),
        "bytes_an_event_until_durable": round((size_of(county) - at_county) / events),
    }


if __name__ == "__main__":
    kind, number = [*sys.argv[1:], *("sqlite", "2000")[len(sys.argv) - 1 :]][:2]
    with tempfile.TemporaryDirectory(prefix="stationapp-scale-") as folder:
        sys.stdout.write(json.dumps({kind: measure(kind, int(number), Path(folder))}) + "\n")
