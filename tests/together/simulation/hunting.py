"""Plants one bug after the other and says which seed found it, and by which invariant: `make simulate-mutants`.

A seed finds a bug when it fails with it and holds without it. An error that stops a program counts as well, and is
told apart from an invariant that a checker saw broken.

A mutant's seeds have the faults it needs often. With `--plain` each is hunted once more in seeds as any other run has
them, in which every fault is drawn by chance, and it is told whether those find it as well.

python -m together.simulation.hunting [--plain] [WORD …]      (with tests, src and sync on the path)
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat

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

    @property
    def told(self) -> str:
        """The seed, or that there was none."""
        return f"seed {self.seeds:2d}" if self.seeds else "NOT FOUND"


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


def _hunt_nth(nth: int, plain: bool) -> tuple[Found, Found]:
    """Hunt a mutant with the faults it needs and, if asked, also in plain seeds."""
    mutant = MUTANTS[nth]
    found = hunt(mutant)
    if not plain:
        return found, Found()
    return found, hunt(replace(mutant, wanted=())) if mutant.wanted else found


def main(words: list[str]) -> int:
    """Hunt them all, or those whose names contain a wanted word; 1 when one is not found with the faults it needs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="only mutants whose names contain one of them"
    )
    parser.add_argument("--plain", action="store_true", help="tell besides whether plain seeds find them too")
    options = parser.parse_args(words)
    chosen = [
        nth
        for nth, one in enumerate(MUTANTS)
        if not options.words or any(word in one.name for word in options.words)
    ]
    founds, plains = [], []
    with ProcessPoolExecutor(int(os.environ.get("WORKERS", "0")) or os.cpu_count()) as pool:
        done = pool.map(_hunt_nth, chosen, repeat(options.plain))
        for nth, (found, plain) in zip(chosen, done, strict=True):
            founds.append(found)
            plains.append(plain)
            beside = f"plain: {plain.told:10s} " if options.plain else ""
            _say(f"{MUTANTS[nth].name:45s} {found.told:10s} {beside}{found.fault[:100]}")
    _say(_summary(founds))
    if options.plain:
        _say(f"{sum(one.seeds > 0 for one in plains)} of {len(plains)} found within {SEEDS} plain seeds")
    return 0 if all(one.seeds for one in founds) else 1


def _summary(founds: Sequence[Found]) -> str:
    count, seen = sum(one.seeds > 0 for one in founds), sum(one.by_invariant for one in founds)
    said = f"{count} of {len(founds)} planted bugs found within {SEEDS} seeds"
    return f"{said}, {seen} of them by an invariant; the same seeds hold without them"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
