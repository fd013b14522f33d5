"""Everything of one seed: the true time, the hub, the stations' PCs, what is on its way, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from hubprotocol import failpoints
from small_county import NOON
from stationapp.exchange.state import Round
from together.simulation.clocks import MachineClock, Time
from together.simulation.deaths import Crash
from together.simulation.editions import OLDER
from together.simulation.ground import HUB, PLACES, Ground
from together.simulation.hub_machine import Backup, HubMachine
from together.simulation.pcs import Pc
from together.simulation.sticks import Sticks
from together.simulation.swarm import Swarm
from together.simulation.truth import HubTruth, numbers_seen
from together.simulation.wire import Post, Wire

_OLD_SHARE = 0.6
"""So many of the PCs of a seed with older programs have one."""

_FOR_EVER = timedelta(days=3650)


class County:
    """The machines under one seed. `faults` is what a checker found while they ran; `trace` what happened."""

    def __init__(self, ground: Ground, seed: int, wanted: Collection[str] = ()) -> None:
        self.ground = ground
        self.seed = seed
        self.time = Time(NOON)
        self.swarm = Swarm.drawn(seed, wanted)
        self.chance = Random(f"story {seed}")
        self.post = Post()
        self.ledger = ground.before.copy()
        self.on_sticks: Callable[[], set[str]] = set  # acts that were rescued and lie on sticks
        self.faults: list[str] = []
        self.trace: list[str] = []
        self.mended: list[str] = []
        self.keys: set[tuple[str, bytes]] = set()  # devices and seeds of PCs that were wiped
        self.promised: list[
            tuple[str, str, int]
        ] = []  # name, device, and what a PC that was wiped knew as durable
        ground.loop.live_in(self.time)
        clock, chance = MachineClock(self.time), Random(f"hub {seed}")
        folder, space = ground.folder / HUB, ground.space(HUB)
        self.hub = HubMachine(folder, ground.database, space, clock, chance, ground.loop)
        self.pcs: list[Pc] = []
        self.sticks = Sticks(ground.folder / "sticks", Random(f"sticks {seed}"), self.say)

    def open(self) -> None:
        """Start every machine on its disk of the beginning."""
        self.ground.reset()
        self.hub.forget_moves(("examine", "decline_handover") if self.swarm.has("older hub") else ())
        self.hub.start()
        names = [name for name in PLACES if name != "second" or self.swarm.has("second PC")]
        for name in names:
            self.pcs.append(self.new_pc(name, PLACES[name]))
            if self.swarm.has("older programs") and self.chance.random() < _OLD_SHARE:
                self.pcs[-1].edition = OLDER
                self.swarm.fired["older program"] += 1
            self.pcs[-1].start()
        if self.swarm.has("village without network"):
            self.pcs[0].wire.dark_until = self.time.now + _FOR_EVER

    def close(self) -> None:
        """Stop every machine."""
        for pc in self.pcs:
            pc.stop()
        self.hub.stop()
        self.hub.forget_moves(())

    def new_pc(self, place: str, desk: str, name: str = "") -> Pc:
        """A PC that is not started yet, at a place, which is its name unless it takes that of another."""
        name = name or place
        chance = Random(f"{name} {self.seed}")
        wire = Wire(self.hub, self.time, self.swarm, self.post)
        folder, space = self.ground.folder / place, self.ground.space(place)
        pc = Pc(name, folder, desk, MachineClock(self.time), chance, wire, space)
        pc.batch = self.chance.choice((1, 3, 64))
        return pc

    def say(self, text: str) -> None:
        """Note what happens, for whoever reads the trace of a failing seed."""
        self.trace.append(f"{self.time.now:%m-%d %H:%M:%S} {text}")

    @contextmanager
    def dying(self) -> Iterator[None]:
        """Machines die at their failpoints, by chance."""
        with failpoints.install(self._pass_failpoint):
            yield

    def _pass_failpoint(self, name: str) -> None:
        kind = "hub crash" if name.startswith("hub.") else "station crash"
        if self.swarm.strikes(kind):
            self.swarm.fired[f"{kind} {name}"] += 1
            self.say(f"dies at {name}")
            raise Crash(name)

    def restore_hub(self, backup: Backup, *, newest: bool) -> None:
        """Put the hub back to a backup; what nobody has any longer was not promised to be durable."""
        for pc in self.pcs:
            self.note_numbers(pc)
        # Who goes back to an older backup gives up what lies in the newer ones.
        if newest and not self.swarm.fired["hub restored from an older backup"]:
            self.faults += [f"I9 {fault}" for pc in self.pcs for fault in self._told_too_much(pc, backup)]
        self.hub.restore(backup)
        self.bury()

    def restore_pc(self, pc: Pc) -> None:
        """Put a PC's disk back to its copy."""
        self.note_numbers(pc)
        pc.put_disk_back()
        self.bury()

    def note_numbers(self, pc: Pc) -> None:
        """Note which case numbers a PC was shown; a number on paper belongs to its case for ever."""
        for number, case_id in numbers_seen(pc):
            if self.ledger.numbers.setdefault(number, case_id) != case_id:
                self.faults.append(f"I6 case number {number} was shown for two cases")

    def check_round(self, pc: Pc, done: Round) -> None:
        """What the hub tells to be durable lies in a backup; and note whether anything had to be mended."""
        pc.note_key()
        if done.mended:
            self.mended.append(pc.name)
        with pc.store.read() as unit:
            device, durable = pc.identity.device, unit.chain.durable_upto()
        backed_up = self.hub.backed_up.get(device, 0)
        if durable > backed_up:
            self.faults.append(f"I9 {pc.name} was told {durable} is durable, backups have {backed_up}")

    def _told_too_much(self, pc: Pc, backup: Backup) -> Iterator[str]:
        with pc.store.read() as unit:
            durable = unit.chain.durable_upto()
        if durable > backup.chains.get(pc.identity.device, 0):
            yield f"{pc.name} was told {durable} is durable, the backup has less"

    def at_hub(self) -> frozenset[str]:
        """The acts that lie at the hub."""
        return frozenset(HubTruth.of(self.hub).answers)

    def bury(self) -> None:
        """Note what went with its only disk."""
        gone = self.ledger.bury(self.pcs, self.at_hub() | self.on_sticks())
        if gone:
            self.say(f"{len(gone)} acts are lost with their only disk")
