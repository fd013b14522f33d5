"""A name of which only one character has a reading: its initials are a line of one, which makes no pair."""

from __future__ import annotations

from stationapp.store.initials import name_initials
from stationapp.store.rebuild import compare
from stationapp.store.station_store import StationStore
from store.world import World


def test_a_line_of_one_character_is_no_difference(store: StationStore, world: World) -> None:
    assert "z" in name_initials("张𡋾")
    world.append(store, world.receive(name="张𡋾"))
    assert compare(store) == []
