"""A station with a store of its own, and a little world of desks, people and cases to fill it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stationapp.store.station_store import StationStore
from store.world import World, fresh_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database lies; nothing is there yet."""
    return tmp_path / "station.db"


@pytest.fixture
def store(database: Path) -> Iterator[StationStore]:
    """A fresh store of an enrolled PC."""
    with fresh_store(database) as store:
        yield store


@pytest.fixture
def world() -> World:
    """A maker of cases."""
    return World()
