"""Running seeds, one after the other or on several processes, and saying what came of them."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from together.simulation.checkers import check
from together.simulation.county import County
from together.simulation.ground import Ground
from together.simulation.story import Story


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one seed: its faults, how often what went wrong, and what happened."""

    seed: int
    faults: tuple[str, ...]
    fired: Counter[str] = field(default_factory=Counter)
    trace: tuple[str, ...] = ()
    acts: int = 0

    def told(self) -> Course:
        """Without its trace when there is nothing to look for in it."""
        return self if self.faults else replace(self, trace=())


def run_seed(ground: Ground, seed: int, wanted: Collection[str] = ()) -> Course:
    """Run one seed, in which wanted faults come often. An error of a program is a fault like any other."""
    county = County(ground, seed, wanted)
    try:
        county.open()
        Story(county).run()
        faults = check(county)
    except Exception:  # noqa: BLE001 - a bug of a program is what is looked for.
        faults = [*county.faults, traceback.format_exc()]
    finally:
        county.close()
    return Course(seed, tuple(faults), county.swarm.fired, tuple(county.trace), len(county.ledger.deeds))


def faults_of(ground: Ground, seeds: range) -> dict[int, tuple[str, ...]]:
    """Run seeds, and return what was wrong under those that failed."""
    courses = (run_seed(ground, seed) for seed in seeds)
    return {course.seed: course.faults for course in courses if course.faults}
