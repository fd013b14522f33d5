"""Kill a hub and three PCs at random moments, again and again, and check that nothing is lost: `make kill-loop`.

Usage: kill_loop.py [--kills N] [--database sqlite|postgresql] [--seed S]. Two people work at once on PCs of their own;
one kill in four is the hub's, and with PostgreSQL one in forty the database's own, by an immediate stop. Exit code 1,
with what is wrong, when a number that was said is not at the hub, a chain is broken, or a case does not end.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("src", "sync", "tests") if str(ROOT / part) not in sys.path]

from conftest import PostgresServer  # noqa: E402 - Only now it can be found.
from stationapp.demo.hub_process import HubProcess  # noqa: E402
from stationapp.demo.stations import (  # noqa: E402
    AGENT,
    CLERK,
    COUNTY,
    TOWNSHIP,
    TOWNSHIP_APPROVER,
    VILLAGE,
    WINDOW,
    Station,
    cut_all,
    enrol_stations,
)
from stationapp.domain.case import State  # noqa: E402
from stationapp.platform.clock import SystemClock  # noqa: E402
from stationapp.services.verification import verify_station  # noqa: E402
from stationapp.services.workplace import Workplace  # noqa: E402
from together.station_at_work import work, work_off  # noqa: E402

PATIENCE = 120.0  # seconds a PC may take to make its next act on a busy machine
MOST_ROUNDS = 30
# The village works most: it is where things begin, and where the plug is pulled.
PEOPLE = (
    (VILLAGE, AGENT),
    (TOWNSHIP, CLERK),
    (VILLAGE, AGENT),
    (COUNTY, WINDOW),
    (TOWNSHIP, TOWNSHIP_APPROVER),
    (VILLAGE, AGENT),
    (COUNTY, "jiaqiuju"),
    (TOWNSHIP, CLERK),
    (COUNTY, "qingyunpeng"),
)


@dataclass(slots=True)
class AtWork:
    """A person at a PC in a process of its own, and the pipe on which every act is told."""

    code: str
    process: ForkServerProcess
    heard: Connection

    def await_act(self) -> None:
        """Wait for the next act. Raises RuntimeError when the PC stopped by itself or does nothing any more."""
        if not self.heard.poll(PATIENCE):
            raise RuntimeError("a PC does not work any more")
        try:
            self.heard.recv_bytes()
        except EOFError as error:
            raise RuntimeError("a PC stopped by itself") from error

    def kill(self) -> None:
        """Cut its power."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.heard.close()


@dataclass(slots=True)
class Loop:
    """The county, who is at work, and what was killed so far."""

    hub: HubProcess
    stations: Mapping[str, Station]
    journal: Path
    seed: int
    restart_database: Callable[[], None] | None = None
    kills: Counter[str] = field(default_factory=Counter)
    at_work: dict[str, AtWork] = field(default_factory=dict)
    begun: int = 0

    def run(self, kills: int) -> None:
        """Kill so often."""
        chance = random.Random(self.seed)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["together.station_at_work"])
        while self.kills.total() < kills:
            self._fill_seats(context, chance)
            someone = chance.choice(list(self.at_work.values()))
            for _ in range(chance.randint(0, 3)):
                someone.await_act()
            time.sleep(chance.uniform(0.0, 0.1))  # The moment of the kill is drawn, not waited for.
            self._kill_something(chance, someone)
        for one in self.at_work.values():
            one.kill()
        self.at_work.clear()

    def _fill_seats(self, context: ForkServerContext, chance: random.Random) -> None:
        """Two PCs are at work at any time."""
        while len(self.at_work) < 2:
            code, login = PEOPLE[self.begun % len(PEOPLE)]
            self.begun += 1
            if code not in self.at_work:
                self.at_work[code] = self._begin(context, code, login)
                link = self.stations[code].link
                (link.cut if chance.random() < 0.1 else link.connect)()

    def _begin(self, context: ForkServerContext, code: str, login: str) -> AtWork:
        station = self.stations[code]
        heard, told = context.Pipe(duplex=False)
        password, seed = station.passwords[login], self.seed * 100_000 + self.begun
        process = context.Process(
            target=work, args=(str(station.paths.home), login, password, seed, str(self.journal), told)
        )
        process.start()
        told.close()
        return AtWork(code, process, heard)

    def _kill_something(self, chance: random.Random, someone: AtWork) -> None:
        fate = chance.random()
        if self.restart_database is not None and fate < 0.025:
            self.restart_database()
            self.kills["database"] += 1
        elif fate < 0.25:
            self.hub.kill()
            self.hub.serve()
            self.lead_there()
            self.kills["hub"] += 1
        else:
            someone.kill()
            del self.at_work[someone.code]
            self.kills[someone.code] += 1

    def lead_there(self) -> None:
        """The hub that was started again listens at another port."""
        for station in self.stations.values():
            station.link.cut()
            station.link.lead_to(self.hub.port)
            station.link.connect()

    def finish(self) -> list[str]:
        """Let everybody work off what waits until all cases of the village have ended; return what is wrong."""
        for station in self.stations.values():
            station.link.connect()
        for _ in range(MOST_ROUNDS):
            left: set[State] = set()
            for code, login in dict.fromkeys(PEOPLE):
                with self.stations[code].signed_in(login) as workplace:
                    work_off(workplace)
                    left |= set(states(workplace))
            if left == {State.CONCLUDED}:
                return self._faults()
        return [f"cases did not end: {sorted(left)}", *self._faults()]

    def _faults(self) -> list[str]:
        said = self.journal.read_text("utf-8").split()
        faults = [f"hub: {fault}" for fault in self.hub.faults()]
        faults += [
            f"the hub does not know {number}" for number in sorted(set(said) - self.hub.known_numbers(said))
        ]
        faults += [f"{number} was given twice" for number, times in Counter(said).items() if times > 1]
        for code, login in ((VILLAGE, AGENT), (TOWNSHIP, CLERK), (COUNTY, WINDOW)):
            with self.stations[code].signed_in(login) as workplace:
                faults += [f"{code}: {difference}" for difference in verify_station(workplace)["differences"]]
                with workplace.store.read() as unit:
                    faults += [f"{code}: refused {row.event.move}" for row in unit.events.refused()]
        return faults


def states(workplace: Workplace) -> Counter[State]:
    """Count the cases of a PC by state."""
    from stationapp.store.records import CaseQuery

    with workplace.store.read() as unit:
        return Counter(row.state for row in unit.cases.summary(unit.cases.find(CaseQuery(), 100_000, None)))


@contextmanager
def database(kind: str) -> Iterator[tuple[str, Callable[[], None] | None]]:
    """The address of an empty database, and for PostgreSQL what stops it at once and starts it again."""
    if kind == "sqlite":
        yield "", None
        return
    server = PostgresServer(durable=True)
    server.start()
    try:
        yield server.create("hub"), server.restart
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class Report:
    """What was killed how often, what was said and stored, and what is wrong."""

    database: str
    kills: dict[str, int]
    cases: int
    numbers_said: int
    faults: list[str]
    seconds: int


def play(folder: Path, kind: str, kills: int, seed: int) -> Report:
    """Run the loop once; return what was killed, what was said, and what is wrong."""
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    began = time.monotonic()
    with database(kind) as (address, restart), HubProcess(folder / "hub", address) as hub:
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, folder / "homes", SystemClock())
        journal = folder / "said.txt"
        journal.touch()
        loop = Loop(hub, stations, journal, seed, restart)
        try:
            loop.run(kills)
            faults = loop.finish()
        finally:
            for one in loop.at_work.values():
                one.kill()
            cut_all(stations)
        cases = len(hub.ask("cases"))
    said = len(journal.read_text("utf-8").split())
    return Report(kind, dict(loop.kills), cases, said, faults, round(time.monotonic() - began))


def main() -> int:
    """Run for both databases, or for the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=250)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    faults = 0
    for kind in (options.database,) if options.database else ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="stationapp-kills-") as folder:
            report = play(Path(folder), kind, options.kills, options.seed)
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2), flush=True)
        faults += len(report.faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
