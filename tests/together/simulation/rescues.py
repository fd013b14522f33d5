"""Disks that fail in the middle of their work: what they still give is rescued onto a stick, which reaches the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from countyhub.devices import service as devices
from hub_world import DATA_KEY
from hubprotocol.courier.messages import FileReportMessage, Taking
from stationapp.exchange.courier import rescue
from stationapp.exchange.courier.writing import Order
from stationapp.exchange.outbox import ids_of
from stationapp.platform.clock import to_text
from stationapp.platform.unavailable import Unavailable
from stationapp.store.damaged import opened
from stationapp.store.salvage import Salvage, salvage
from together.simulation.county import County
from together.simulation.deaths import Crash
from together.simulation.disks import Image, image_of, put_back
from together.simulation.losses import FEWEST, Losses
from together.simulation.pcs import Pc
from together.simulation.sticks import read_at_hub

_DATABASE = "station.db"
_PAGE = 4096
_INNER = 1000
_BAD = b"\xff" * 64
_MOST_PAGES = 12
_TRIES = 8
_BUSY = 7
_OF_ANOTHER_DISK = {"fork", "wrong-signature"}  # Two disks of one PC go on, or change their key, differently.
_RESTORED = ("hub restored", "hub restored from an older backup")


@dataclass(frozen=True, slots=True)
class Rescued:
    """A stick that lies at the county until the end: of which device, and which acts are on it."""

    stick: Path
    device: str
    acts: frozenset[str]


class Rescues:
    """Disks that fail, what was rescued from them, and what becomes of their PCs."""

    def __init__(self, county: County, losses: Losses, work: Callable[[Pc], None]) -> None:
        self._county, self._losses, self._work = county, losses, work
        self._folder = county.ground.folder / "rescues"
        self._sticks: list[Rescued] = []
        self._copied: set[str] = set()  # devices of which two disks may have gone on
        put_back(self._folder, {})
        self._folder.mkdir()

    def damage(self) -> None:
        """After some work pages of a PC's database cannot be read any more; somebody rescues what they can."""
        county = self._county
        if len(county.pcs) <= FEWEST or county.hub.space.full:
            return
        pc = max(county.chance.choices(county.pcs, k=3), key=lambda one: len(_unsent_of(one)))
        for _ in range(county.chance.randrange(_BUSY)):
            self._work(pc)
        county.note_numbers(pc)
        unsent, kept_before = _unsent_of(pc), pc.own_ids()
        cut = image_of(pc.folder) if county.chance.random() < 0.5 else None
        pc.stop()
        whole = image_of(pc.folder)
        found = self._damaged(pc, cut or whole, unsent)
        if found is None:
            county.swarm.fired["nothing rescued"] += 1
        else:
            self._write(pc, found)
        self._go_on(pc, whole, kept_before)

    def deliver(self) -> None:
        """Somebody at the county puts one of these sticks in, perhaps not for the first time."""
        if self._sticks and not self._county.hub.space.full:
            self._read(self._county.chance.choice(self._sticks))

    def end(self) -> None:
        """All of them are read once more: the hub may have been restored since. What it cannot take is counted out."""
        refused = [(one, report) for one in self._sticks for report in self._read(one)]
        at_hub = self._county.at_hub()
        for one in self._sticks:
            gone = one.acts - at_hub
            if gone and self._may_be_gone(one, [report for of, report in refused if of is one]):
                self._county.say(f"{len(gone)} acts of {one.device} cannot be taken from its stick")
                self._county.ledger.lost |= gone
        self._sticks.clear()

    def _damaged(self, pc: Pc, image: Image, unsent: dict[int, str]) -> Salvage | None:
        """Damage a disk until something of it is lost, or time and again nothing was; return what it still gives."""
        found = None
        for _ in range(_TRIES):
            put_back(pc.folder, _bent(image, self._county.chance))
            found = self._salvaged(pc)
            self._county.faults += _silence(pc.name, found, unsent)
            if found is not None and found.lost:
                break
        return found

    def _salvaged(self, pc: Pc) -> Salvage | None:
        try:
            with opened(pc.folder / _DATABASE, DATA_KEY, self._folder) as reader:
                return salvage(reader, rescue.SETTINGS)
        except Unavailable:
            return None  # Who this PC was cannot be read, and the program says so.

    def _write(self, pc: Pc, found: Salvage) -> None:
        county, stick = self._county, self._folder / str(len(self._sticks))
        stick.mkdir(exist_ok=True)
        while not self._is_written(pc, found, stick):
            county.say(f"the rescue of {pc.name} begins again")
        acts = frozenset(ids_of(one)[0] for one in found.envelopes)
        self._sticks.append(Rescued(stick, found.identity.device, acts))
        if pc.may_fork:
            self._copied.add(found.identity.device)
        saved = max((one.seq for one in found.envelopes), default=0)
        is_bridged = any(found.acknowledged.seq < one < saved for one in found.lost)
        what = "behind a gap" if is_bridged else "before a gap" if found.lost else "whole"
        county.swarm.fired[f"rescued {what}"] += 1
        county.say(f"{pc.name} fails: {len(acts)} acts are rescued, {len(found.lost)} places are lost")

    def _is_written(self, pc: Pc, found: Salvage, stick: Path) -> bool:
        order = Order(stick, pc.desk)
        try:
            list(rescue.write(found, pc.files, order, to_text(pc.clock.now())))
        except Crash as crash:
            if crash.of_hub:
                raise
            return False
        return True

    def _go_on(self, pc: Pc, whole: Image, own: frozenset[str]) -> None:
        """The disk is repaired, an old copy of it is put back, or another takes its place."""
        county, what = self._county, self._county.chance.random()
        if what < 0.4:
            put_back(pc.folder, whole)
            pc.start()
            county.say(f"{pc.name} is repaired")
        elif what < 0.6 and pc.kept is not None:
            self._copied.add(pc.identity.device)
            pc.come_back(own)
            county.say(f"{pc.name} comes back with an old copy")
        else:
            self._losses.replace(pc)
            county.say(f"{pc.name} is given up")
        county.bury()

    def on_sticks(self) -> set[str]:
        """The acts that lie on these sticks."""
        return set().union(*(one.acts for one in self._sticks))

    def _read(self, one: Rescued) -> list[FileReportMessage]:
        found = read_at_hub(self._county.hub, one.stick)
        self._county.say(f"hub reads what was rescued of {one.device}: {[report.taking for report in found]}")
        return found

    def _may_be_gone(self, one: Rescued, reports: list[FileReportMessage]) -> bool:
        """Whether the hub may refuse a stick: it forgot the PC, or what was before; or the PC has no rights."""
        fired: Counter[str] = self._county.swarm.fired
        device = devices.find(self._county.hub.hub, one.device)
        was_restored = any(fired[name] for name in _RESTORED)
        if device is None or device.revoked or device.left:
            return device is not None or was_restored
        codes = {report.code for report in reports if report.taking == Taking.REFUSED}
        is_early = any(report.taking == Taking.EARLY for report in reports)
        return (bool(_OF_ANOTHER_DISK & codes) and one.device in self._copied) or (is_early and was_restored)


def _unsent_of(pc: Pc) -> dict[int, str]:
    """The acts a PC sealed as the device it is now which the hub has not acknowledged, by their places."""
    with pc.store.read() as unit:
        after = unit.chain.acknowledged().seq
    with pc.store._readers.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT seq, event_id FROM event WHERE own = 1 AND device = ? AND seq > ?",
            (pc.identity.device, after),
        )
        return {row[0]: row[1] for row in rows}


def _bent(image: Image, chance: Random) -> Image:
    """A disk some pages of whose database, or blocks of whose log, are no longer what was written.

    Mostly late ones: there the newest rows stand. A file may also end too early.
    """
    damaged = dict(image)
    names = [name for name in (_DATABASE, f"{_DATABASE}-wal") if len(image.get(name, b"")) > _PAGE]
    for _ in range(chance.randrange(1, _MOST_PAGES)):
        name = names[0] if chance.random() < 0.8 else names[-1]
        data = damaged[name]
        at = int(len(data) // _PAGE * chance.random() ** chance.choice((0.25, 1))) * _PAGE + _INNER
        damaged[name] = data[:at] + _BAD + data[at + len(_BAD) :] if chance.random() < 0.97 else data[:at]
    return damaged


def _silence(name: str, found: Salvage | None, unsent: dict[int, str]) -> Iterator[str]:
    """The acts of which a rescue neither has the envelope nor says that it lacks it."""
    if found is None:
        return
    saved = {one.seq for one in found.envelopes}
    last = max(saved | found.lost.keys(), default=0)
    for seq, event_id in unsent.items():
        is_behind = seq > last and not found.end_is_known
        if seq not in saved and seq not in found.lost and not is_behind:
            yield f"I1 the rescue of {name} is silent about {event_id}"
