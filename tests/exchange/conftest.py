"""Worlds of a hub and three stations for the tests of the exchange."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub_world import Template, World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A founded hub with three enrolled stations, to be copied."""
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: Template, tmp_path: Path) -> Iterator[World]:
    """A hub and three stations on a network without faults."""
    with template.world(tmp_path / "world") as made:
        yield made
