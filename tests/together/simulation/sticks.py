"""USB sticks among the roads: written at stations, carried to the hub and back, copied, cut short, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

from countyhub.courier import repository
from countyhub.courier.sticks import questions, read_stick, write_answer
from hubprotocol.courier.container import Scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import Direction, FileReportMessage, Taking
from hubprotocol.courier.stick import find
from stationapp.exchange.courier.reading import Kind, Reader, Result
from stationapp.exchange.courier.stash import kept
from stationapp.exchange.courier.writing import Order, write
from stationapp.exchange.outbox import ids_of
from stationapp.platform.unavailable import Unavailable
from together.simulation.deaths import Crash
from together.simulation.disks import image_of, put_back
from together.simulation.hub_machine import HubMachine
from together.simulation.pcs import Pc
from together.simulation.truth import HubTruth

_STICKS = 2


class Sticks:
    """A few sticks of a county; `say` hears what happened to them."""

    def __init__(self, folder: Path, chance: Random, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._chance = chance
        self._say = say
        self.carried = 0
        self._acts: dict[str, frozenset[str]] = {}  # of every file ever written, by its hash
        put_back(folder, {})
        for number in range(_STICKS):
            (folder / str(number)).mkdir(parents=True)

    def write(self, pc: Pc) -> None:
        """A PC writes what the hub lacks onto a stick."""
        order = Order(self._one(), only_new=self._chance.random() < 0.3, stash=pc.folder / "stash")
        try:
            done = write(pc.store, pc.files, pc.clock, order)
        except Unavailable as trouble:
            self._say(f"{pc.name} cannot write a stick: {trouble}")
            return
        self._acts[done.file.scanned().hash] = frozenset(ids_of(one)[0] for one in done.parcel.envelopes)
        self._say(f"{pc.name} writes stick file {done.number} with {len(done.parcel.envelopes)} acts")

    def take_to_hub(self, hub: HubMachine) -> None:
        """Somebody at the county puts a stick in, and writes the answers onto it."""
        if not hub.space.full:
            found = read_at_hub(hub, self._one())
            self._say(f"hub reads a stick: {[one.taking for one in found]}")

    def read(self, pc: Pc) -> None:
        """A PC reads a stick, its own or another's."""
        try:
            done = Reader(pc.store, pc.files, pc.clock, stash=pc.folder / "stash").read(self._one())
        except Unavailable as trouble:
            self._say(f"{pc.name} cannot read a stick: {trouble}")
            return
        self._say(f"{pc.name} reads a stick: {[(one.kind, one.result) for one in done.findings]}")

    def carry_on(self, pc: Pc, hub: HubMachine) -> Iterator[str]:
        """A PC with a network hands the files of others on to the hub, and brings their answers onto the stick.

        Yield what is not as it says.
        """
        stick, here = self._one(), pc.folder / "stash"
        files = [*_whole(stick), *_whole(here)]
        try:
            done = Reader(pc.store, pc.files, pc.clock, road=pc.client, stash=here).read(stick)
        except Unavailable as trouble:
            self._say(f"{pc.name} cannot carry a stick on: {trouble}")
            return
        self._say(
            f"{pc.name} carries a stick on: {[(one.kind, one.result, one.code) for one in done.findings]}"
        )
        for one in done.findings:
            if (one.kind, one.result, one.code) == (Kind.OTHERS, Result.CARRIED, ""):
                self.carried += 1
                said = f"{pc.name} says it carried {one.folder}/{one.name}"
                meant = [found for name, found in files if name == (one.folder, one.name)]
                # Of one on the stick and another in the store with the same name, either may be the one.
                faults = [list(self._lacking(said, found, (stick, here), hub)) for found in meant]
                yield from min(faults, key=len, default=[f"I1 {said}, and there was none"])

    def _lacking(self, said: str, found: Scan, places: Iterable[Path], hub: HubMachine) -> Iterator[str]:
        """What a file that was carried on left behind: its acts, or the answer, on the stick or kept for it."""
        with hub.database.read() as connection:
            noted = repository.noted(connection, found.hash)
        if noted is None:
            yield f"I1 {said}, the hub knows nothing of it"
            return
        if noted.taking == Taking.TAKEN:
            gone = self._acts.get(found.hash, frozenset()) - HubTruth.of(hub).answers.keys()
            yield from (f"I1 {said}, the hub lacks {event_id} of it" for event_id in sorted(gone))
        last = found.header.number if noted.taking == Taking.TAKEN else 0
        brought = (one.header for place in places for one in kept(place, Direction.DOWN))
        answers = [one for one in brought if one.device == found.header.device]
        if not any(one.answers >= last for one in answers):
            yield f"I1 {said}, and brought no answer"

    def copy(self) -> None:
        """One stick becomes what another one is, or was."""
        put_back(self._folder / "0", image_of(self._folder / "1"))
        (self._folder / "0").mkdir(exist_ok=True)

    def damage(self) -> None:
        """A file of a stick is cut short, or one of its bits turns over."""
        files = sorted(path for path in self._folder.rglob("*") if path.is_file() and path.stat().st_size)
        if not files:
            return
        path = self._chance.choice(files)
        data = path.read_bytes()
        place = self._chance.randrange(len(data))
        flipped = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        path.write_bytes(self._chance.choice((data[:place], flipped)))

    def _one(self) -> Path:
        return self._folder / str(self._chance.randrange(_STICKS))


def read_at_hub(hub: HubMachine, stick: Path) -> list[FileReportMessage]:
    """Take what lies on a stick at the hub itself, and write the answers onto it."""
    try:
        found = read_stick(hub.hub, stick)
        for question in questions(found):
            write_answer(hub.hub, question, stick)
    except Crash as crash:  # Some places are passed by both sides.
        raise Crash(f"hub.{crash.place.removeprefix('hub.')}") from crash
    return [one.taken.report for one in found]


def _whole(root: Path) -> Iterator[tuple[tuple[str, str], Scan]]:
    """The files that lie somewhere and are whole, by folder and name."""
    for file in find(root) if root.is_dir() else ():
        try:
            yield (file.folder.name, file.name), file.scanned()
        except CourierFault:
            continue  # What is damaged is carried nowhere.
