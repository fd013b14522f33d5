"""Workplaces of the small county, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from county_at_work import County
from hub_in_a_process import serving
from stationapp.demo.hub_process import HubProcess
from stationapp.services.workplace import Workplace


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """The small county, each post with a PC of its own."""
    made = County(tmp_path)
    yield made
    made.close()


@pytest.fixture
def village(county: County) -> Workplace:
    """The agent at the village's PC."""
    return county.at("agent")


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """The demonstration county's hub; tests share it and enrol PCs of their own."""
    with serving(tmp_path_factory.mktemp("hub")) as served:
        yield served
