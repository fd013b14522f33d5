"""Items cross the wire whole, and what is not understood is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from item_strategies import ITEMS
from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    ServiceItem,
)
from stationapp.domain.catalogue_codec import (
    catalogue_from_mapping,
    catalogue_to_mapping,
    item_from_mapping,
    item_to_mapping,
)
from stationapp.domain.catalogue_elements import ELEMENTS, ItemElements, filled
from stationapp.domain.organisation import Level

ITEM = ServiceItem(
    "A-1",
    1,
    "事项",
    "20",
    HandlingKind.IMMEDIATE,
    Level.VILLAGE,
    "rsj",
    "人社局",
    ItemStatus.IN_USE,
    date(2026, 1, 1),
)


@given(ITEMS)
def test_every_item_comes_back_as_it_was(item: ServiceItem) -> None:
    wire = json.dumps(item_to_mapping(item), ensure_ascii=False)
    assert item_from_mapping(json.loads(wire)) == item


def test_a_catalogue_comes_back_as_it_was() -> None:
    catalogue = Catalogue(7, "2026-01-01T00:00:00+08:00", (ITEM,))
    assert catalogue_from_mapping(json.loads(json.dumps(catalogue_to_mapping(catalogue)))) == catalogue


def test_an_item_that_leaves_out_optional_fields_gets_their_defaults() -> None:
    full = item_to_mapping(ITEM)
    short = {name: full[name] for name in list(full)[:10]}
    assert item_from_mapping(short) == ITEM


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"code": "A" * 65},
        {"code": " A-1"},
        {"promised_limt": None},
        {"handling": "tomorrow"},
        {"promised_limit": {"value": 0, "unit": "working_days"}},
        {"form": {"type": "object", "properties": {}, "x-order": [], "if": {}}},
        {"materials": [{"material_id": "m", "name": "表", "originals": -1, "copies": 0}]},
        {"materials": [{"material_id": "m", "name": "表", "originals": 1, "copies": 0}] * 2},
        {"materials": [{"material_id": " m", "name": "表", "originals": 1, "copies": 0}]},
        {"stage_limits": [{"stage": "decision", "limit": {"value": 5, "unit": "working_days"}}] * 2},
        {"stage_limits": [{"stage": "party", "limit": {"value": 5, "unit": "working_days"}}]},
        {"service_days": [8]},
        {"extension_days": -1},
        {"elements": {"place": 7}},
    ],
)
def test_an_item_that_cannot_be_obeyed_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        item_from_mapping({**item_to_mapping(ITEM), **change})


def test_one_version_of_a_code_may_stand_only_once() -> None:
    twice = {"version": 1, "published_at": "", "items": [item_to_mapping(ITEM), item_to_mapping(ITEM)]}
    with pytest.raises(ValueError, match="twice"):
        catalogue_from_mapping(twice)


def test_every_element_of_the_standard_has_a_chinese_name() -> None:
    assert list(ELEMENTS) == list(ItemElements.__slots__)
    assert len(set(ELEMENTS.values())) == len(ELEMENTS)
    assert filled(ItemElements(place="窗口", reach="全市")) == (("通办范围", "全市"), ("办理地点", "窗口"))


def test_equal_items_are_written_equally_whether_an_element_was_said_to_be_empty_or_not() -> None:
    said = item_from_mapping({**item_to_mapping(ITEM), "elements": {"place": ""}})
    assert json.dumps(item_to_mapping(said)) == json.dumps(item_to_mapping(ITEM))
