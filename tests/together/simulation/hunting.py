"""Plants one bug after the other and says which seed found it, and by which invariant: `make simulate-mutants`.

A seed finds a bug when it fails with it and holds without it. An error that stops a program counts as well, and is
told apart from an invariant that a checker saw broken.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from together.simulation.ground import ground
from together.simulation.mutant import Mutant
from together.simulation.mutants import MUTANTS
from together.simulation.running import run_seed

SEEDS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """How many seeds it took to find a bug, and what was wrong then; 0 for one that was not found."""

    seeds: int = 0
    fault: str = ""

    @property
    def by_invariant(self) -> bool:
        """Whether a checker saw it, and not only an error of a program."""
        return re.match(r"I\d+ ", self.fault) is not None


def hunt(mutant: Mutant, seeds: int = SEEDS) -> Found:
    """Run seeds until one of them finds the bug."""
    logging.disable(logging.CRITICAL)
    with ground() as made:
        for seed in range(seeds):
            with mutant.planted():
                faults = run_seed(made, seed, mutant.wanted).faults
            if faults and not run_seed(made, seed, mutant.wanted).faults:
                seen = next((fault for fault in faults if Found(0, fault).by_invariant), faults[0])
                return Found(seed + 1, seen.strip().splitlines()[-1])
    return Found()


def _hunt_nth(nth: int) -> Found:
    return hunt(MUTANTS[nth])


def main(wanted: list[str]) -> int:
    """Hunt them all, or those whose names contain a wanted word; 1 when one is not found."""
    chosen = [
        nth for nth, one in enumerate(MUTANTS) if not wanted or any(word in one.name for word in wanted)
    ]
    missed, seen = 0, 0
    with ProcessPoolExecutor(int(os.environ.get("WORKERS", "0")) or os.cpu_count()) as pool:
        for nth, found in zip(chosen, pool.map(_hunt_nth, chosen), strict=True):
            missed += not found.seeds
            seen += found.by_invariant
            seeds = f"seed {found.seeds:2d}" if found.seeds else "NOT FOUND"
            sys.stdout.write(f"{MUTANTS[nth].name:45s} {seeds:10s} {found.fault[:100]}\n")
            sys.stdout.flush()
    said = f"{len(chosen) - missed} of {len(chosen)} planted bugs found within {SEEDS} seeds"
    sys.stdout.write(f"{said}, {seen} of them by an invariant; the same seeds hold without them\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
