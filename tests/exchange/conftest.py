"""Worlds of a hub and three stations for the tests of the exchange."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub_world import Template, World, quick_folder


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A founded hub with three enrolled stations, to be copied."""
    with quick_folder() as folder:
        yield Template(folder / "template")


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    """A hub and three stations on a network without faults."""
    with quick_folder() as folder, template.world(folder / "world") as made:
        yield made
