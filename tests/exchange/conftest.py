"""What only tests of the exchange stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from courier_sticks import SCAN, written
from hub_world import World


@pytest.fixture
def stick(world: World, tmp_path: Path) -> Path:
    """A stick with the village's file of one case with a scan."""
    world.village.receive(SCAN)
    written(world.village, tmp_path / "stick")
    return tmp_path / "stick"
