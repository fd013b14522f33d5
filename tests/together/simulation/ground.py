"""Where the simulation runs: one folder in memory, made once, put back to its beginning for every seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine

from countyhub.database import Database
from countyhub.initialise import initialise
from hub_world import DATA_KEY, StationWorld, person_seed, quick_folder
from hubprotocol.keys import sign_public_of
from small_county import NOON, TOWNSHIP, VILLAGE, WINDOW, catalogue, organisation
from stationapp.store import connections, station_store
from stationapp.store.station_store import StationStore
from together.simulation.calls import VirtualLoop, virtual_loop
from together.simulation.clocks import MachineClock, Time
from together.simulation.disks import Image, Space, image_of, put_back
from together.simulation.hub_machine import HubMachine
from together.simulation.ledger import Ledger
from together.simulation.prelude import play
from together.simulation.swarm import Swarm
from together.simulation.wire import Post, Wire
from workplaces import calendar

HUB = "hub"
CLONE = "clone"
BLANK = "blank"
"""Not a machine: the disk of a PC before it is enrolled."""
PLACES = {"village": VILLAGE, "township": TOWNSHIP, "window": WINDOW, "second": VILLAGE}
"""The PCs that are enrolled from the start, with their desks; the second stands in the village too."""


@dataclass(slots=True)
class Ground:
    """Folders, databases and disks. Engines are made once: what they compile serves all seeds."""

    folder: Path
    database: Database
    loop: VirtualLoop
    before: Ledger = field(default_factory=Ledger)
    spaces: dict[str, Space] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    _engines: dict[tuple[str, str], Engine] = field(default_factory=dict)

    def space(self, name: str) -> Space:
        """The disk of a machine."""
        return self.spaces.setdefault(name, Space())

    def reset(self) -> None:
        """Make every disk what it was at the beginning."""
        for engine in (self.database.engine, *self._engines.values()):
            engine.dispose()
        for name, image in self.images.items():
            if name == BLANK:
                continue
            self.space(name).set_full(False)
            put_back(self.folder / name, image)

    def engine(self, make: Any, role: str, database: Path, *arguments: Any) -> Engine:
        """The engine of a station's database in a role."""
        if not database.is_relative_to(self.folder):
            unshared: Engine = make(database, *arguments)
            return unshared
        found = self._engines.get((role, str(database)))
        if found is None:
            found = self._engines[role, str(database)] = make(database, *arguments)
            self.space(database.parent.name).watch(found)
        return found


@contextmanager
def ground() -> Iterator[Ground]:
    """A ground with a founded hub and enrolled stations."""
    with quick_folder() as folder, virtual_loop() as loop:
        (folder / HUB).mkdir()
        made = Ground(folder, Database(f"sqlite:///{folder / HUB / 'hub.sqlite'}"), loop)
        made.space(HUB).watch(made.database.engine)
        with _same_engines(made):
            _found(made)
            try:
                yield made
            finally:
                made.reset()


@contextmanager
def _same_engines(made: Ground) -> Iterator[None]:
    writer = partial(made.engine, connections.writer_engine, "writer")
    reader = partial(made.engine, connections.reader_engine, "reader")
    with patch.multiple(station_store, writer_engine=writer, reader_engine=reader):
        yield


def _found(made: Ground) -> None:
    time, swarm = Time(NOON), Swarm(calm=True)
    clock = MachineClock(time)
    made.loop.live_in(time)
    hub = HubMachine(made.folder / HUB, made.database, made.space(HUB), clock, Random("founding"), made.loop)
    hub.prepare()
    _initialise(hub)
    hub.start()
    for name, desk in PLACES.items():
        wire = Wire(hub, time, swarm, Post())
        station: Any = StationWorld(made.folder / name, desk, clock, Random(name), wire)
        station.enrol(hub.code(desk))
    made.before = play(hub, time, PLACES, {name: made.space(name) for name in PLACES})
    hub.stop()
    for name in (HUB, *PLACES):
        made.images[name] = image_of(made.folder / name)
    made.images[CLONE] = {}
    StationStore.create(_folder(made, BLANK) / "station.db", DATA_KEY).close()
    made.images[BLANK] = image_of(made.folder / BLANK)


def _folder(made: Ground, name: str) -> Path:
    folder = made.folder / name
    folder.mkdir()
    return folder


def _initialise(hub: HubMachine) -> None:
    county = organisation()
    persons = tuple(
        replace(person, sign_public=sign_public_of(person_seed(person.person_id)).hex())
        for person in county.persons
    )
    initialise(hub.hub, county.county, replace(county, persons=persons), catalogue(), calendar(), {})
