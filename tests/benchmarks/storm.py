"""A county after an outage: every station sends what it has at the same moment. `make storm`.

Usage: storm.py [--stations N …] [--events N] [--database sqlite postgresql] [--workers N]. The hub is a process of its
own; the stations are virtual: their envelopes are sealed beforehand, and one asyncio process sends them over real
connections. A station that is told to wait waits as long as it is told. Prints for each storm seconds until all was
acknowledged, waiting times, how often the hub asked for patience, its processor time and peak memory, and whether
everything is there. Exit code 1 when something is lost or a goal is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
for part in ("src", "sync", "tests"):
    sys.path.insert(0, str(ROOT / part))

from sqlalchemy import func, select

from conftest import PostgresServer
from countyhub.acceptance import repository as chains
from countyhub.acceptance.tables import EnvelopeRow, VerdictRow
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database, table_of
from countyhub.devices import repository as devices
from countyhub.devices.listing import publish_devices
from countyhub.hub import Hub
from countyhub.initialise import initialise
from countyhub.mailboxes import repository as mailboxes
from hub_world import person_seed
from hubprotocol.envelope import GENESIS, seal
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import EnvelopeMessage
from hubprotocol.requests import sign_request
from hubprotocol.versions import CASE_EVENT_KIND, MAX_VERSION
from small_county import application, catalogue, organisation, receipt_facts, somebody
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.domain.organisation import Desk, Level, Organisation, Person, Post, PostKind
from stationapp.platform.clock import SystemClock
from walks import LONG_CALENDAR

PATH = "/sync/v1/exchange"
A_COUNTY, A_TOWNSHIP_HAS = 330, 20
GOAL_SECONDS, GOAL_MEGABYTES = 3.0, 400


@dataclass(frozen=True, slots=True)
class Station:
    """A virtual station: its device and the one request it has to send."""

    name: str
    headers: dict[str, str]
    body: bytes


def county_of(stations: int) -> tuple[Organisation, list[str]]:
    """The small county with so many more villages, each with an agent; returns it and the villages' codes."""
    small = organisation()
    window = next(desk.desk_id for desk in small.desks if desk.level is Level.COUNTY and not desk.parent)
    desks, posts, persons, villages = list(small.desks), list(small.posts), list(small.persons), []
    for number in range(stations):
        town, place = divmod(number, A_TOWNSHIP_HAS)
        township = f"5107046{town:02d}000" if town < 100 else f"5107047{town - 100:02d}000"
        if place == 0:
            name = f"第{town + 1}镇便民服务中心"
            desks.append(
                Desk(
                    township,
                    name,
                    Level.TOWNSHIP,
                    township,
                    parent=window,
                    organ=name,
                    organ_short=f"镇{_in_han(town)}",
                )
            )
        village = f"{township[:9]}{place + 201}"
        name, person = f"第{town + 1}镇{place + 1}村便民服务室", f"p-{number}"
        desks.append(
            Desk(
                village,
                name,
                Level.VILLAGE,
                village,
                parent=township,
                organ=name,
                organ_short=f"村{_in_han(number)}",
            )
        )
        posts.append(Post(f"agent-{number}", village, PostKind.AGENT, "代办员岗", person, ""))
        persons.append(Person(person, f"测试{number}", person))
        villages.append(village)
    keyed = (replace(one, sign_public=sign_public_of(person_seed(one.person_id)).hex()) for one in persons)
    return replace(small, desks=tuple(desks), posts=tuple(posts), persons=tuple(keyed)), villages


def _in_han(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def enrol_all(hub: Hub, villages: list[str], chance: Random) -> dict[str, tuple[str, bytes]]:
    """Enrol a PC for each village in one transaction; return id and seed by village."""
    keys = {village: (chance.randbytes(16).hex(), chance.randbytes(32)) for village in villages}

    def work(connection: Any) -> None:
        for village, (device_id, seed) in keys.items():
            device = devices.Device(device_id, village, 1, sign_public_of(seed), (village,))
            devices.add(connection, device, "", hub.stamp())
            chains.start_chain(connection, device_id)
            mailboxes.ensure(connection, sorted(device.feeds))
        publish_devices(connection, hub)

    hub.database.write(work)
    return keys


def prepared(
    villages: list[str], keys: dict[str, tuple[str, bytes]], events: int, chance: Random
) -> list[Station]:
    """Seal everybody's events and sign everybody's request."""
    from zstandard import ZstdCompressor

    now, pack, made = SystemClock().now(), ZstdCompressor(level=6), []
    for number, village in enumerate(villages):
        device, seed = keys[village]
        person, head, rows = f"p-{number}", GENESIS, []
        by = Hand(village, f"agent-{number}", person, f"测试{number}", "A")
        for serial in range(1, events + 1):
            facts = receipt_facts(serial=serial, station=village, day=now.date())
            asked = application()
            asked["applicant"] |= {"document_number": somebody(number * events + serial)}
            facts["application"] = asked
            ids = [str(UUID(bytes=chance.randbytes(16), version=4)) for _ in range(2)]
            event = CaseEvent(
                ids[0], ids[1], "receive", now, by, facts, Versions(1, 1, LONG_CALENDAR.version)
            )
            body = json.dumps(event_to_mapping(event), ensure_ascii=False)
            envelope = seal(device, serial, head, CASE_EVENT_KIND, body, seed, person_seed(person))
            head = envelope.hash
            rows.append(EnvelopeMessage.pack(envelope).model_dump())
        request = {
            "protocol": MAX_VERSION,
            "device": device,
            "sent_at": now.isoformat(),
            "base": {"seq": 0, "hash": GENESIS},
            "envelopes": rows,
            "snapshots": True,
            "kept_from": 1,
        }
        packed = pack.compress(json.dumps(request, ensure_ascii=False).encode())
        headers = sign_request(device, seed, "POST", PATH, packed, now.isoformat())
        headers |= {"content-encoding": "zstd", "content-type": "application/json", "accept-encoding": "zstd"}
        made.append(Station(village, headers, packed))
    return made


@contextmanager
def served(database: str, folder: Path, workers: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The hub in a process of its own; yields its port and the process."""
    line = [
        sys.executable,
        "-m",
        "countyhub",
        "serve",
        "--database",
        database,
        "--files",
        str(folder / "files"),
    ]
    line += ["--host", "127.0.0.1", "--port", "0", "--address-rate", "1000000"]
    line += ["--workers", str(workers)] if workers > 1 else []
    path = os.pathsep.join(str(ROOT / part) for part in ("src", "sync"))
    with (folder / "hub.log").open("w") as log:
        hub = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "PYTHONPATH": path}
        )
    try:
        if hub.stdout is None:
            raise RuntimeError("no output")
        yield int(json.loads(hub.stdout.readline())["url"].rsplit(":", 1)[1]), hub
    finally:
        hub.terminate()
        hub.wait()
        if hub.stdout is not None:
            hub.stdout.close()


async def send_all(port: int, stations: list[Station]) -> tuple[float, list[float], Counter[int]]:
    """Let everybody send at once, each over a connection of its own; return seconds until all was acknowledged,
    everyone's own, and the answers' kinds.
    """
    statuses: Counter[int] = Counter()
    began = time.perf_counter()

    async def send(station: Station) -> float:
        while True:
            status, fields, body = await _post(port, station)
            statuses[status] += 1
            if status == 200:
                ended = time.perf_counter() - began
                _require_accepted(body)
                return ended
            if status not in (429, 503):
                raise AssertionError(body[:500])
            await asyncio.sleep(float(fields["retry-after"]))

    times = await asyncio.gather(*(send(station) for station in stations))
    return max(times), sorted(times), statuses


async def _post(port: int, station: Station) -> tuple[int, dict[str, str], bytes]:
    """Send a station's request; return status, fields and body. A client's pool would take half of the machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        fields = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(station.body)), **station.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(f"POST {PATH} HTTP/1.1\r\nConnection: close\r\n{head}\r\n".encode() + station.body)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 300)
    finally:
        writer.close()
    first, _, rest = answer.partition(b"\r\n\r\n")
    status, *lines = first.decode("latin-1").split("\r\n")
    told = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): value for name, value in told.items()}, rest


def _require_accepted(body: bytes) -> None:
    from zstandard import ZstdDecompressor

    answer = json.loads(ZstdDecompressor().decompressobj().decompress(body))
    if not all(row["result"] == "accepted" for row in answer["verdicts"]):
        raise AssertionError(answer)


def peak_megabytes(hub: subprocess.Popen[str]) -> int:
    """The most memory the hub's processes ever had, together, in MB."""
    total = 0
    for pid in (hub.pid, *_children(hub.pid)):
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(next(row for row in status.splitlines() if row.startswith("VmHWM")).split()[1])
    return total // 1024


def processor_seconds(hub: subprocess.Popen[str]) -> float:
    """How long the hub's processes were at work on some core, together; the database's are not among them."""
    ticks = 0
    for pid in (hub.pid, *_children(hub.pid)):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in text] + [child for one in text for child in _children(int(one))]


def measure(folder: Path, address: str, stations: int, events: int, workers: int) -> dict[str, Any]:
    """Run one storm; return its figures."""
    chance = Random(f"storm {stations} {events}")
    organisation_now, villages = county_of(stations)
    hub = Hub(Database(address), FolderFiles(folder / "files"))
    initialise(hub, "510704", organisation_now, catalogue(), LONG_CALENDAR, {})
    keys = enrol_all(hub, villages, chance)
    ready = prepared(villages, keys, events, chance)
    with served(address, folder, workers) as (port, process):
        before = processor_seconds(process)
        seconds, times, statuses = asyncio.run(send_all(port, ready))
        worked = processor_seconds(process) - before
        memory = peak_megabytes(process)
    with hub.database.read() as connection:
        there = connection.execute(select(func.count()).select_from(table_of(EnvelopeRow))).scalar_one()
        accepted = connection.execute(
            select(func.count())
            .select_from(table_of(VerdictRow))
            .where(table_of(VerdictRow).c.result == "accepted")
        ).scalar_one()
    hub.database.close()
    return {
        "stations": stations,
        "events": stations * events,
        "megabytes_sent": round(sum(len(one.body) for one in ready) / 1e6, 2),
        "seconds": round(seconds, 2),
        "events_per_s": round(stations * events / seconds),
        "p50_s": round(times[len(times) // 2], 2),
        "p99_s": round(times[int(len(times) * 0.99)], 2),
        "answers": {str(status): number for status, number in statuses.items()},
        "hub_processor_ms_per_event": round(1000 * worked / stations / events, 2),
        "hub_peak_mb": memory,
        "lost": stations * events - accepted,
        "stored": there,
        "goals": _goals(seconds, memory) if stations == A_COUNTY else {},
    }


def _goals(seconds: float, megabytes: int) -> dict[str, bool]:
    """What a county's storm has to reach, and whether it did."""
    return {
        f"all acknowledged in {GOAL_SECONDS} s": seconds <= GOAL_SECONDS,
        f"hub memory {GOAL_MEGABYTES} MB": megabytes <= GOAL_MEGABYTES,
    }


def main() -> int:
    """Run one storm, or 330 and 3,000 stations on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, nargs="*", default=[A_COUNTY, 3000])
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql"), nargs="*", default=["sqlite", "postgresql"]
    )
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for kind in options.database:
        for stations in options.stations:
            with tempfile.TemporaryDirectory(prefix="stationapp-storm-") as place:
                folder = Path(place)
                if kind == "sqlite":
                    row = measure(
                        folder, f"sqlite:///{folder / 'hub.db'}", stations, options.events, options.workers
                    )
                else:
                    server = PostgresServer(durable=True)
                    server.start()
                    try:
                        row = measure(folder, server.create("hub"), stations, options.events, options.workers)
                    finally:
                        server.stop()
            print(json.dumps({"database": kind, "workers": options.workers, **row}, indent=2), flush=True)
            wrong += row["lost"] + list(row["goals"].values()).count(False)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
