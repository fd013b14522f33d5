"""Runs seeds and says how many a second, which faults came how often, and which seeds failed.

python -m together.simulation SEEDS [FIRST]      (with tests, src and sync on the path: `make simulate`)
SEED=123 python -m together.simulation           runs one seed and prints what happened in it
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from together.simulation.ground import Ground, ground
from together.simulation.running import Course, run_seed

_CHUNK = 25
_TRACES = Path("build") / "simulation"


@cache
def _ground() -> Ground:
    """This process's county, made once: what it compiles for its first seeds serves all others."""
    logging.disable(logging.CRITICAL)
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(ground())


def run_chunk(seeds: range) -> list[Course]:
    """Run some seeds in this process; only failed ones keep their trace."""
    return [run_seed(_ground(), seed).told() for seed in seeds]


def _courses(first: int, count: int, workers: int) -> Iterator[Course]:
    chunks = [range(at, min(at + _CHUNK, first + count)) for at in range(first, first + count, _CHUNK)]
    if workers == 1:
        for chunk in chunks:
            yield from run_chunk(chunk)
        return
    with ProcessPoolExecutor(workers) as pool:
        for done in as_completed([pool.submit(run_chunk, chunk) for chunk in chunks]):
            yield from done.result()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _report(courses: Iterable[Course]) -> int:
    """Print what came of the seeds as they end; return how many failed."""
    began, fired, failed, done, acts = time.monotonic(), Counter[str](), 0, 0, 0
    for course in courses:
        done, acts = done + 1, acts + course.acts
        fired += course.fired
        if course.faults:
            failed += 1
            _say_failed(course)
    spent = time.monotonic() - began
    for name, times in sorted(fired.items()):
        _say(f"{times:9d}  {name}")
    _say(f"{done} seeds, {acts} acts, {failed} failed; {done / spent:.2f} seeds/s")
    return failed


def _say_failed(course: Course) -> None:
    _TRACES.mkdir(parents=True, exist_ok=True)
    trace = _TRACES / f"seed-{course.seed}.txt"
    trace.write_text("\n".join((*course.trace, "", *course.faults)) + "\n", "utf-8")
    _say(f"seed {course.seed} failed; again with: make simulate SEED={course.seed}; trace: {trace}")
    for fault in course.faults[:5]:
        _say(f"    {fault.strip().splitlines()[-1]}")


def _run_one(seed: int) -> int:
    with ground() as made:
        course = run_seed(made, seed)
    _say("\n".join((*course.trace, "", *course.faults)))
    return 1 if course.faults else 0


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 when a seed failed."""
    if os.environ.get("SEED"):
        return _run_one(int(os.environ["SEED"]))
    count = int(arguments[0]) if arguments else 1000
    first = int(arguments[1]) if len(arguments) > 1 else 0
    workers = int(os.environ.get("WORKERS", "0")) or os.cpu_count() or 1
    return 1 if _report(_courses(first, count, workers)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
