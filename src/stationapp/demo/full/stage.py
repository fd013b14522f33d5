"""The stage: a hub whose time can be moved, seven PCs with lines that are really cut, and sitting down at one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stationapp.demo.full.actors import PCS, Actor
from stationapp.demo.full.time_passing import StoryClock
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.link import Link
from stationapp.demo.stations import Station, demonstration_passwords, sync_until_agreed
from stationapp.platform.paths import StationPaths
from stationapp.platform.single_instance import claim_home
from stationapp.platform.vault import Unlocked, Vault
from stationapp.services.enrolment import enrol_station
from stationapp.services.session import open_workplace, sign_out
from stationapp.services.workplace import Workplace

ALWAYS_ON = frozenset({"county", "county-2"})
"""The county's own PCs, whose lines nobody cuts."""


class Stage:
    """The PCs by name. The lines of villages and townships are cut except while they exchange with the hub."""

    def __init__(self, hub: HubProcess, homes: Path, clock: StoryClock) -> None:
        self.hub = hub
        self.clock = clock
        self.stations: dict[str, Station] = {}
        self._unlocked: dict[tuple[str, str], Unlocked] = {}
        self._news = 0
        self._heard: dict[str, int] = {}
        self._homes = homes

    def enrol(self) -> None:
        """Enrol every PC with a one-time code of its station."""
        passwords, codes = demonstration_passwords(), self.hub.enrolment_codes(list(PCS.values()))
        for (name, code), once in zip(PCS.items(), codes, strict=True):
            link, paths = Link(self.hub.port), StationPaths.at(self._homes / name)
            self.stations[name] = Station(code, paths, link, self.clock, passwords)
            link.connect()
            enrol_station(paths, self.clock, link.url, once)
            self._leave(name)

    @contextmanager
    def seat(self, actor: Actor) -> Iterator[Workplace]:
        """Let a person sit down at his PC, without network. His password is asked for once in the story."""
        station = self.stations[actor.pc]
        with claim_home(station.paths.lock):
            unlocked = self._unlock(actor, station)
            workplace = open_workplace(station.paths, self.clock, actor.person_id, unlocked, actor.post_id)
            try:
                yield workplace
            finally:
                sign_out(workplace)

    def hear(self, actor: Actor, workplace: Workplace) -> None:
        """Exchange with the hub unless there is nothing that this PC has not heard."""
        if self._heard.get(actor.pc) != self._news:
            self._exchange(actor.pc, workplace)

    def tell(self, actor: Actor, workplace: Workplace) -> None:
        """Exchange with the hub after something was done here."""
        self.there_is_news()
        self._exchange(actor.pc, workplace)

    def there_is_news(self) -> None:
        """From now on every PC has something to hear."""
        self._news += 1

    def _exchange(self, pc: str, workplace: Workplace) -> None:
        """Join the PC's line, exchange until both sides hold the same, and cut the line again."""
        self.stations[pc].link.connect()
        try:
            sync_until_agreed(workplace)
        finally:
            self._leave(pc)
        workplace.refresh()
        self._heard[pc] = self._news

    def _leave(self, pc: str) -> None:
        if pc not in ALWAYS_ON:
            self.stations[pc].link.cut()

    def close(self) -> None:
        """Cut every line; without this the program would not end."""
        for station in self.stations.values():
            station.link.close()

    def _unlock(self, actor: Actor, station: Station) -> Unlocked:
        key = (actor.pc, actor.person_id)
        if key not in self._unlocked:
            password = station.passwords[actor.login]
            self._unlocked[key] = Vault.open(station.paths.home).unlock(actor.person_id, password)
        return self._unlocked[key]
