"""A hub whose disk cannot be written to asks everybody to wait, and has lost nothing when it can."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hub_world import HubWorld, World, agreed
from small_county import TOWNSHIP
from small_disks import Disk, disk_of
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import HubBusy


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with disk_of(tmp_path / "disk", 32) as made:
        yield made


def moved(world: World, folder: Path) -> None:
    """The hub starts on that folder, and the village's PC asks there."""
    world.hub.close()
    world.hub = HubWorld(folder, world.clock, Random("moved"))
    world.village.stop()
    world.village.network = world.hub.network
    world.village.start()


def test_a_hub_on_a_read_only_disk_takes_nothing_says_wait_and_takes_everything_later(
    world: World, disk: Disk
) -> None:
    case_id = world.village.receive(b"a scan")
    assert world.sync(world.village)[0].outcome is Outcome.AGREED
    here, there = world.hub.folder, disk.folder / "hub"
    world.hub.close()
    shutil.copytree(here, there)
    with disk.read_only():
        moved(world, there)
        world.village.hand_over(case_id, TOWNSHIP)
        unsent = world.village.receive(b"another scan")
        for _ in range(2):
            (done,) = world.sync(world.village)
            assert (done.outcome, type(done.problem)) == (Outcome.FAILED, HubBusy)
        assert world.village.statuses(unsent) == ["pending"]
        world.hub.close()
    moved(world, there)
    for station in (world.township, world.window):
        station.stop()
        station.network = world.hub.network
        station.start()
    assert agreed(world)
    assert set(world.village.statuses(case_id) + world.village.statuses(unsent)) == {"confirmed"}
    world.hub.close()
