"""Seeds of the simulated county which are always the same. Others run beside them, see `test_simulation_fresh`."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from together.simulation.ground import Ground, ground
from together.simulation.running import faults_of

FIRST, LAST, CASE = 0, 200, 25


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
