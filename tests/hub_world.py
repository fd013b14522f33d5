"""A real hub and real stations in one process: virtual clock, seeded randomness, and a network that can fail."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any
from uuid import UUID

import httpx

from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.initialise import initialise, new_epoch
from countyhub.inspection.verification import verify_hub
from hubprotocol.envelope import seal
from hubprotocol.keys import sign_public_of
from hubprotocol.versions import CASE_EVENT_KIND
from small_county import (
    FACTS,
    NOON,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    application,
    batch_facts,
    catalogue,
    hand,
    organisation,
    receipt_facts,
    somebody,
)
from stationapp.domain.case import State
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.enrolment import Order, enrol, settle
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import Credentials
from stationapp.platform.clock import Clock, SteppingClock
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.station_store import StationStore
from workplaces import calendar

DATA_KEY = bytes(range(32))
URL = "http://localhost"
PEOPLE = {VILLAGE: hand("agent"), TOWNSHIP: hand("clerk"), WINDOW: hand("window")}


def person_seed(person_id: str) -> bytes:
    """The signing seed of a person of the small county."""
    return hashlib.sha256(person_id.encode()).digest()


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the system has such a place: syncing a disk thousands of times tests only it."""
    memory = Path("/dev") / "shm"
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


class InProcess(httpx.BaseTransport):
    """Carries requests to an ASGI application in this very process.

    `deliver` can cut a request's body: the application then sees the client disappear in the middle of it.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.deliver(request)

    def deliver(self, request: httpx.Request, upto: int | None = None) -> httpx.Response:
        """Return the application's answer to a request of which only the first `upto` bytes arrive."""
        body = request.read()
        return self._runner.run(self._ask(request, body if upto is None else body[:upto], upto is not None))

    async def _ask(self, request: httpx.Request, body: bytes, is_cut: bool) -> httpx.Response:
        incoming = [{"type": "http.request", "body": body, "more_body": is_cut}]
        outgoing: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not incoming and not is_cut:
                await asyncio.Event().wait()  # The client stays and reads; the application ends this wait.
            return incoming.pop(0) if incoming else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            outgoing.append(message)

        await self._app(scope_of(request), receive, send)
        return httpx.Response(
            outgoing[0]["status"],
            headers=outgoing[0]["headers"],
            stream=httpx.ByteStream(b"".join(message.get("body", b"") for message in outgoing[1:])),
        )

    def end(self) -> None:
        """End the loop."""
        self._runner.close()


def scope_of(request: httpx.Request) -> dict[str, Any]:
    """The ASGI scope of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, 443),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }


class HubWorld:
    """A hub in a folder; everything it does follows from its clock and a seed."""

    def __init__(self, folder: Path, clock: SteppingClock, chance: Random) -> None:
        self.folder = folder
        self.clock = clock
        self.hub = Hub(
            Database(f"sqlite:///{folder / 'hub.sqlite'}"),
            FolderFiles(folder / "files"),
            clock.now,
            chance.randbytes,
        )
        self.network = InProcess(create_app(self.hub))

    def found(self) -> None:
        """Make the small county's hub of an empty folder; everybody's keys are known to the tests."""
        county = organisation()
        persons = tuple(
            replace(person, sign_public=sign_public_of(person_seed(person.person_id)).hex())
            for person in county.persons
        )
        initialise(self.hub, county.county, replace(county, persons=persons), catalogue(), calendar(), {})

    def code(self, station: str) -> str:
        """A fresh enrolment code."""
        return devices.make_code(self.hub, station)[0]

    def back_up(self, copy: Path) -> Path:
        """Copy the database while it is in use, as an administrator does."""
        with closing(sqlite3.connect(self.folder / "hub.sqlite")) as connection:
            connection.execute("VACUUM INTO ?", [str(copy)])
        return copy

    def restore(self, copy: Path, *, new_epoch: bool = True) -> None:
        """Put the database back to a copy; who forgets to begin a new epoch has a hub that does not know it."""
        self.hub.database.close()
        for leftover in self.folder.glob("hub.sqlite-*"):
            leftover.unlink()
        shutil.copy(copy, self.folder / "hub.sqlite")
        self.hub.documents.clear()
        if new_epoch:
            self.begin_epoch()

    def begin_epoch(self) -> None:
        """What an administrator does after restoring a backup."""
        epoch = new_epoch(self.hub)
        self.hub.database.write(lambda connection: identities.set_epoch(connection, epoch))

    def faults(self) -> list[Any]:
        """What the hub's own check finds wrong."""
        return list(verify_hub(self.hub).faults)

    def close(self) -> None:
        self.network.end()
        self.hub.database.close()


class StationWorld:
    """A station PC in a folder: its store, its files, its engine; it acts without asking whether it may."""

    def __init__(
        self, folder: Path, desk: str, clock: Clock, chance: Random, network: httpx.BaseTransport
    ) -> None:
        self.folder = folder
        self.desk = desk
        self.hand = PEOPLE[desk]
        self.clock = clock
        self.chance = chance
        self.network = network
        self.serial = 0
        self.acts: list[CaseEvent] = []
        self.wrap: Callable[[StationStore], Any] = lambda store: store

    def enrol(self, code: str) -> None:
        """Make it a station of the hub behind its network."""
        self.folder.mkdir(parents=True, exist_ok=True)
        got = enrol(self.folder, Order(URL, code, "0" * 32), self._connect, self.chance.randbytes)
        store = StationStore.create(self.folder / "station.db", DATA_KEY)
        settle(store, got, self.clock)
        store.close()

    def start(self) -> None:
        """Open the store, as after a start of the PC."""
        self.store = StationStore.open(self.folder / "station.db", DATA_KEY)
        self.files = AttachmentFiles(self.folder / "attachments", DATA_KEY)
        with self.store.read() as unit:
            identity = unit.identity.get()
        assert identity is not None
        self.identity = identity
        self.client = self._connect(Credentials(identity.device, identity.device_seed))
        self.engine = ExchangeEngine(
            self.wrap(self.store), self.files, self.client, self.clock, self.chance.random
        )

    def stop(self) -> None:
        """Close everything, as at the end of the day."""
        self.client.close()
        self.store.close()

    def _connect(self, credentials: Credentials | None) -> HubClient:
        return HubClient(URL, self.clock, credentials, network=_Shared(self.network))

    def receive(self, scan: bytes = b"") -> str:
        """Receive a case, with a scan if there is one; return its id."""
        self.serial += 1
        case_id = self.new_id()
        facts = receipt_facts(serial=self.serial, day=self.clock.now().date())
        asked = application()
        asked["applicant"] |= {"document_number": somebody(self.serial)}
        facts["application"] = asked
        if scan:
            digest = self.files.put(scan)
            row = {"sha256": digest, "size": len(scan), "name": "扫描件.jpg", "media_type": "image/jpeg"}
            asked["materials"][0]["attachments"] = [row]
            with self.store.write() as unit:
                unit.attachments.add_local(digest, len(scan), "扫描件.jpg", "image/jpeg")
        self.act(case_id, "receive", facts)
        return case_id

    def act(
        self, case_id: str, move: str, facts: dict[str, Any] | None = None, by: Hand | None = None
    ) -> CaseEvent:
        """Append an own event to the log."""
        event = CaseEvent(
            self.new_id(),
            case_id,
            move,
            self.clock.now(),
            by or self.hand,
            FACTS.get(move, {}) if facts is None else facts,
            Versions(1, 1, calendar().version),
        )
        body = json.dumps(event_to_mapping(event), ensure_ascii=False)
        with self.store.write() as unit:
            head = unit.chain.head()
            unit.events.append_pending(
                event,
                seal(
                    self.identity.device,
                    head.seq + 1,
                    head.hash,
                    CASE_EVENT_KIND,
                    body,
                    self.identity.device_seed,
                    person_seed(event.hand.person_id),
                ),
            )
        self.acts.append(event)
        return event

    def hand_over(self, case_id: str, to_desk: str, move: str = "hand_over") -> None:
        """Send a case to another desk in a batch of its own."""
        self.serial += 1
        self.act(case_id, move, batch_facts(to_desk, self.desk, self.serial))

    def new_id(self) -> str:
        """A fresh UUID from the seed."""
        return str(UUID(bytes=self.chance.randbytes(16), version=4))

    def state_of(self, case_id: str) -> State | None:
        """Where a case stands as this station sees it."""
        with self.store.read() as unit:
            record = unit.cases.get(case_id)
        return record.case.state if record else None

    def statuses(self, case_id: str) -> list[str]:
        """The statuses of a case's events, refused ones last."""
        with self.store.read() as unit:
            return [str(row.status) for row in (*unit.events.of_case(case_id), *unit.events.refused(case_id))]


class _Shared(httpx.BaseTransport):
    """A network that outlives the clients which use it."""

    def __init__(self, network: httpx.BaseTransport) -> None:
        self._network = network

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._network.handle_request(request)


@dataclass
class World:
    """The hub and a station at each level."""

    hub: HubWorld
    village: StationWorld
    township: StationWorld
    window: StationWorld
    clock: SteppingClock

    @property
    def stations(self) -> tuple[StationWorld, ...]:
        return (self.village, self.township, self.window)

    def sync(self, *stations: StationWorld) -> list[Any]:
        """Let stations exchange with the hub, one after the other; all of them by default."""
        return [station.engine.run_once() for station in stations or self.stations]


class Template:
    """A founded hub with three enrolled stations, made once and copied for every world."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clock, chance = SteppingClock(NOON, timedelta(seconds=1)), Random("template")
        (folder / "hub").mkdir(parents=True)
        hub = HubWorld(folder / "hub", clock, chance)
        hub.found()
        for name, desk in (("village", VILLAGE), ("township", TOWNSHIP), ("window", WINDOW)):
            StationWorld(folder / name, desk, clock, chance, hub.network).enrol(hub.code(desk))
        hub.close()

    @contextmanager
    def world(
        self,
        folder: Path,
        seed: object = 0,
        wrap_network: Callable[[InProcess, str], httpx.BaseTransport] = lambda network, _: network,
    ) -> Iterator[World]:
        """Copy the template and start everything in it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        clock = SteppingClock(NOON, timedelta(seconds=1))
        hub = HubWorld(folder / "hub", clock, Random(f"hub {seed}"))
        made = []
        for name, desk in (("village", VILLAGE), ("township", TOWNSHIP), ("window", WINDOW)):
            chance, network = Random(f"{name} {seed}"), wrap_network(hub.network, name)
            made.append(StationWorld(folder / name, desk, clock, chance, network))
            made[-1].start()
        try:
            yield World(hub, made[0], made[1], made[2], clock)
        finally:
            for station in made:
                station.stop()
            hub.close()


class Crash(BaseException):
    """The PC's power is cut."""


class CrashingStore:
    """A store whose PC dies now and then, just before or just after a transaction is committed."""

    def __init__(self, store: StationStore, dies: Callable[[], bool]) -> None:
        self._store = store
        self._dies = dies

    def read(self) -> Any:
        return self._store.read()

    def write(self) -> Any:
        return _CrashingWrite(self._store.write(), self._dies)


class _CrashingWrite:
    def __init__(self, transaction: Any, dies: Callable[[], bool]) -> None:
        self._transaction = transaction
        self._dies = dies

    def __enter__(self) -> Any:
        return self._transaction.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        if kind is None and self._dies():
            crash = Crash("before the commit")
            self._transaction.__exit__(Crash, crash, None)
            raise crash
        done = self._transaction.__exit__(kind, error, trace)
        if kind is None and self._dies():
            raise Crash("after the commit")
        return done


def agreed(world: World) -> bool:
    """Let all exchange twice, so that everybody hears of everything, and tell whether they agree."""
    world.sync()
    return all(done.outcome is Outcome.AGREED for done in world.sync()) and world.hub.faults() == []
