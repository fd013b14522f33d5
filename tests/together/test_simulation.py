"""Seeds of the simulated county: always the same ones, and others each time, whose beginning is printed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from together.simulation.ground import Ground, ground
from together.simulation.running import run_seed

FIXED = 300
FRESH = 100
_CASE = 25
_FIRST = int(os.environ.get("FRESH_SEED", "0")) or secrets.randbelow(2**40) + FIXED


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    """One founded county for all seeds."""
    with ground() as found:
        yield found


def _run(made: Ground, seeds: range) -> None:
    failed = {}
    for seed in seeds:
        course = run_seed(made, seed)
        if course.faults:
            failed[seed] = course.faults
    assert not failed, f"again with: make simulate SEED={min(failed)}"


@pytest.mark.parametrize("first", range(0, FIXED, _CASE))
def test_whatever_fails_nothing_is_lost_and_all_agree(made: Ground, first: int) -> None:
    _run(made, range(first, first + _CASE))


@pytest.mark.parametrize("nth", range(FRESH // _CASE))
def test_whatever_fails_under_seeds_never_seen_all_agree(
    made: Ground, nth: int, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _FIRST + nth * _CASE
    with capsys.disabled():
        print(f"\nfresh seeds from {first}; again with: FRESH_SEED={_FIRST}")
    _run(made, range(first, first + _CASE))
