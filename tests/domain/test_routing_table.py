"""The table by which cases find their way, looked at without any network."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from small_county import (
    DEPARTMENT,
    SECOND_TOWNSHIP,
    SECOND_VILLAGE,
    SHARED_DIVISION,
    TOWNSHIP,
    VILLAGE,
    WINDOW,
    item,
    organisation,
)
from stationapp.domain.catalogue import HandlingKind, ServiceItem
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.organisation import DeskKind, Level, organisation_from_mapping
from stationapp.domain.routing_table import divisions_served, route, routing_table

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def of_level(level: Level) -> ServiceItem:
    """An item that is decided at a level."""
    return item(f"TEST-{level}", level, HandlingKind.COMMITTED)


def test_what_the_county_decides_goes_up_to_its_window_and_on_to_the_department() -> None:
    found = route(organisation(), of_level(Level.COUNTY), VILLAGE, VILLAGE)
    assert (found.desk_id, found.department, found.way) == (WINDOW, DEPARTMENT, (TOWNSHIP, WINDOW))


def test_what_a_township_decides_goes_to_the_one_of_the_division_wherever_it_is_received() -> None:
    item_of_township = of_level(Level.TOWNSHIP)
    at_home = route(organisation(), item_of_township, VILLAGE, VILLAGE)
    elsewhere = route(organisation(), item_of_township, SHARED_DIVISION, VILLAGE)
    assert (at_home.desk_id, at_home.way, at_home.department) == (TOWNSHIP, (TOWNSHIP,), "")
    assert (elsewhere.desk_id, elsewhere.way) == (SECOND_TOWNSHIP, (TOWNSHIP, WINDOW, SECOND_TOWNSHIP))


def test_what_is_received_where_it_is_accepted_goes_no_way() -> None:
    found = route(organisation(), of_level(Level.COUNTY), VILLAGE, WINDOW)
    assert found.way == ()
    assert found.is_served


def test_a_shared_station_accepts_for_every_division_it_serves() -> None:
    assert SHARED_DIVISION in divisions_served(organisation())
    found = route(organisation(), of_level(Level.VILLAGE), SHARED_DIVISION, SECOND_VILLAGE)
    assert found.desk_id == SECOND_VILLAGE


def test_a_division_nobody_serves_is_told() -> None:
    found = route(organisation(), of_level(Level.TOWNSHIP), "510704199999", VILLAGE)
    assert (found.desk_id, found.is_served) == ("", False)


def test_a_desk_that_hangs_nowhere_is_told() -> None:
    county = organisation()
    lost = tuple(replace(desk, parent="") if desk.desk_id == TOWNSHIP else desk for desk in county.desks)
    found = route(replace(county, desks=lost), of_level(Level.COUNTY), VILLAGE, VILLAGE)
    assert not found.is_served


def test_every_item_of_every_division_of_the_demonstration_finds_its_desk() -> None:
    county = organisation_from_mapping(json.loads((RESOURCES / "demo/county.json").read_text("utf-8")))
    document = json.loads((RESOURCES / "catalogue/demonstration.json").read_text("utf-8"))
    items = catalogue_from_mapping(document).current(date(2026, 11, 20))
    table = routing_table(county, items)
    stations = sum(desk.kind is DeskKind.STATION for desk in county.desks)
    assert len(table) >= len(items) * stations
    assert [row for row in table if not row.is_served] == []
    decided_above = [one.code for one in items if one.decides_at is Level.COUNTY]
    assert all(row.department for row in table if row.item_code in decided_above)
