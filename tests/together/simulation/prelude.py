"""What had happened before any seed begins: cases at every station, and everybody has heard of everything."""

from __future__ import annotations

from random import Random

from small_county import COUNTY_ITEM, DEPARTMENT, PUBLICISED_ITEM, TOWNSHIP, WINDOW, hand
from stationapp.exchange.state import Outcome
from together.simulation.clocks import MachineClock, Time
from together.simulation.disks import Space
from together.simulation.editions import OLDER
from together.simulation.hub_machine import HubMachine
from together.simulation.ledger import Ledger
from together.simulation.pcs import BATCHED, Pc
from together.simulation.swarm import Swarm
from together.simulation.wire import Post, Wire

Scene = tuple[str, str, str]
"""Who does which move, and to which desk he sends the case, if he does."""

_WAY: tuple[Scene, ...] = (
    ("village", "receive", ""),
    ("village", "hand_over", TOWNSHIP),
    ("township", "sign_for", ""),
    ("township", "examine", ""),
    ("township", "forward", WINDOW),
    ("window", "sign_for", ""),
)
_DECIDED: tuple[Scene, ...] = (
    *_WAY,
    ("window", "register", ""),
    ("window", "accept", ""),
    ("window", "assign", DEPARTMENT),
    ("window", "review", ""),
)
"""The way of one more case, of an item that wants publicity before it is decided."""
_LENGTHS = (6, 6, 5, 3, 2, 1)
"""How far each of the cases has come on that way."""
_SCANNED = frozenset({2, 5})
_HANDS = {"review": hand("officer")}


def play(hub: HubMachine, time: Time, places: dict[str, str], spaces: dict[str, Space]) -> Ledger:
    """Let it happen, and return what was done."""
    ledger, swarm = Ledger(), Swarm(calm=True)
    pcs = {}
    for name, desk in places.items():
        wire = Wire(hub, time, swarm, Post())
        folder = hub.folder.parent / name
        pcs[name] = Pc(name, folder, desk, MachineClock(time), Random(f"prelude {name}"), wire, spaces[name])
        pcs[name].serial = pcs[name].receipts = 0
        pcs[
            name
        ].edition = OLDER  # Whoever has today's program at the beginning of a seed was brought up to date.
        pcs[name].start()
    for number, length in enumerate(_LENGTHS):
        case_id = pcs["village"].new_id()
        ledger.case_ids.append(case_id)
        for scene in _WAY[:length]:
            _play(pcs[scene[0]], case_id, scene, ledger, b"scan" * 5000 if number in _SCANNED else b"")
    ledger.to_decide = pcs["village"].new_id()
    for scene in _DECIDED:
        _play(pcs[scene[0]], ledger.to_decide, scene, ledger, b"", PUBLICISED_ITEM)
    for _ in range(3):
        rounds = [pc.engine.run_once() for pc in pcs.values()]
    if any(done.outcome is not Outcome.AGREED for done in rounds):
        raise RuntimeError(f"the prelude fails: {rounds}")
    for pc in pcs.values():
        pc.stop()
    return ledger


def _play(pc: Pc, case_id: str, scene: Scene, ledger: Ledger, scan: bytes, item: str = COUNTY_ITEM) -> None:
    _, move, to_desk = scene
    if move == "receive":
        pc.take_in(case_id, scan, ledger.note, item)
    elif move in BATCHED:
        pc.send_on(case_id, move, to_desk, ledger.note)
    else:
        pc.engine.run_once()
        pc.do(case_id, move, pc.facts_of(move), ledger.note, by=_HANDS.get(move))
    if pc.engine.run_once().outcome is not Outcome.AGREED:
        raise RuntimeError(f"{move} of the prelude is not told to the hub")
