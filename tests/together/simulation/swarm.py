"""What goes wrong under a seed, and how often: each fault is drawn in or left out, so that every mixture comes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

Range = tuple[float, float]

# Chances per request.
WIRE: dict[str, Range] = {
    "request lost": (0.02, 0.3),
    "answer lost": (0.02, 0.3),
    "request doubled": (0.02, 0.3),
    "request late": (0.02, 0.2),
    "request cut": (0.02, 0.3),
    "request flipped": (0.02, 0.3),
    "request in two pieces": (0.02, 0.3),
    "answer cut": (0.02, 0.2),
    "answer shortened": (0.02, 0.15),
    "answer flipped": (0.02, 0.15),
    "captive portal": (0.01, 0.1),
    "too large": (0.01, 0.1),
    "bad gateway": (0.01, 0.1),
    "busy": (0.01, 0.1),
}
# Chances per place passed.
CRASHES: dict[str, Range] = {"station crash": (0.003, 0.1), "hub crash": (0.003, 0.08)}
# Chances per step.
STEPS: dict[str, Range] = {
    "link dark": (0.02, 0.1),
    "long time": (0.02, 0.1),
    "station restarted": (0.02, 0.1),
    "station clock wrong": (0.02, 0.15),
    "station disk full": (0.02, 0.1),
    "hub disk full": (0.02, 0.08),
    "hub restarted": (0.02, 0.1),
    "hub backup": (0.04, 0.15),
    "hub restored": (0.01, 0.06),
    "hub restored from an older backup": (0.01, 0.04),
    "station disk kept": (0.03, 0.1),
    "station restored": (0.01, 0.06),
    "station cloned": (0.01, 0.05),
    "posts change hands": (0.01, 0.08),
    "poison": (0.02, 0.25),
    "newer kind": (0.01, 0.1),
    "many scans": (0.02, 0.25),
    "stick written": (0.05, 0.3),
    "stick at the hub": (0.05, 0.3),
    "stick read": (0.05, 0.3),
    "stick copied": (0.02, 0.1),
    "stick damaged": (0.02, 0.1),
    "storm of hand-overs": (0.02, 0.15),
    "program upgraded": (0.03, 0.15),
    "decision by old rules": (0.02, 0.15),
    "older program feigned": (0.01, 0.08),
    "PC lost": (0.02, 0.08),
    "PC unlocked": (0.05, 0.2),
    "PC revoked": (0.01, 0.05),
    "PC set up anew": (0.1, 0.4),
    "device key ordered": (0.03, 0.12),
    "hub key changed": (0.01, 0.06),
    "stick carried on": (0.05, 0.3),
    "station disk damaged": (0.02, 0.1),
    "rescued stick at the hub": (0.1, 0.4),
}
# Once for a whole seed.
SETTINGS: dict[str, float] = {
    "second PC": 0.3,
    "older hub": 0.2,
    "long story": 0.2,
    "older programs": 0.4,
    "village without network": 0.12,
}
# So many of the faults are drawn in, at least and at most.
_SHARE: Range = (0.1, 0.6)


@dataclass(slots=True)
class Swarm:
    """The chances under one seed; `fired` counts what happened. Once `calm`, nothing goes wrong any more."""

    chances: dict[str, float] = field(default_factory=dict)
    chance: Random = field(default_factory=Random)
    calm: bool = False
    fired: Counter[str] = field(default_factory=Counter)

    @classmethod
    def drawn(cls, seed: int, wanted: Collection[str] = ()) -> Swarm:
        """Draw the faults of a seed; those that are wanted come often."""
        chance = Random(f"swarm {seed}")
        share = chance.uniform(*_SHARE)
        chances = {
            name: chance.uniform(*bounds)
            for name, bounds in (WIRE | CRASHES | STEPS).items()
            if chance.random() < share
        }
        chances |= {name: bounds[1] for name, bounds in (WIRE | CRASHES | STEPS).items() if name in wanted}
        chances |= {
            name: 1.0 for name, share_of in SETTINGS.items() if name in wanted or chance.random() < share_of
        }
        return cls(chances, Random(f"faults {seed}"))

    def strikes(self, name: str) -> bool:
        """Tell whether this fault happens now."""
        chance = self.chances.get(name, 0.0)
        if self.calm or not chance or self.chance.random() >= chance:
            return False
        self.fired[name] += 1
        return True

    def has(self, name: str) -> bool:
        """Tell whether the seed has a setting."""
        return name in self.chances
