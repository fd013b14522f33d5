"""What was done, by whom, and where the only copies of it were: what may be missing in the end, and what may not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stationapp.domain.events import CaseEvent
from together.simulation.pcs import Pc


@dataclass(frozen=True, slots=True)
class Deed:
    """An act that some PC committed, as the device it was then."""

    event: CaseEvent
    kind: str
    pc: str
    device: str


@dataclass(slots=True)
class Ledger:
    """Every committed act. `lost` are those whose last copy went with a disk before anybody else had one."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)  # case of each case number a station was ever shown
    case_ids: list[str] = field(default_factory=list)
    to_decide: str = ""  # a case before its decision, whose item wants publicity
    feigned: dict[str, str] = field(
        default_factory=dict
    )  # acts that only claim to be of an older program, by case

    def copy(self) -> Ledger:
        """The beginning of another story after what was done up to now."""
        return Ledger(
            dict(self.deeds), set(self.lost), dict(self.numbers), list(self.case_ids), self.to_decide
        )

    def note(self, pc: Pc, event: CaseEvent, kind: str) -> None:
        """An act was committed."""
        self.deeds[event.event_id] = Deed(event, kind, pc.name, pc.identity.device)

    def bury(self, pcs: Iterable[Pc], at_hub: frozenset[str]) -> set[str]:
        """After a disk died: note, and return, what no machine has any longer."""
        alive = set(at_hub).union(*(pc.own_ids() for pc in pcs))
        gone = self.deeds.keys() - alive - self.lost
        self.lost |= gone
        return gone
