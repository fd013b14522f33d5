"""More seeds of the simulated county: the rest of the fixed ones, and some never seen, whose beginning is printed."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator

import pytest

from together.simulation.ground import Ground, ground
from together.simulation.running import faults_of

FIRST, LAST, CASE = 200, 300, 25
FRESH = 100
_BEGIN = int(os.environ.get("FRESH_SEED", "0")) or secrets.randbelow(2**40) + LAST


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    """One founded county for all seeds; what programs log is not what is looked at."""
    logging.disable()
    with ground() as found:
        yield found
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(FIRST, LAST, CASE))
def test_whatever_fails_nothing_is_lost_and_all_agree(made: Ground, first: int) -> None:
    failed = faults_of(made, range(first, first + CASE))
    assert not failed, f"again with: make simulate SEED={min(failed)}"


@pytest.mark.parametrize("nth", range(FRESH // CASE))
def test_whatever_fails_under_seeds_never_seen_all_agree(
    made: Ground, nth: int, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _BEGIN + nth * CASE
    with capsys.disabled():
        print(f"\nfresh seeds from {first}; all of them again with: FRESH_SEED={_BEGIN}")
    failed = faults_of(made, range(first, first + CASE))
    assert not failed, f"again with: make simulate SEED={min(failed)}"
