"""Items cross the wire whole, and what is not understood is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.catalogue import (
    Catalogue,
    HandlingKind,
    ItemStatus,
    Keeper,
    Material,
    ServiceItem,
    Stage,
    StageLimit,
    YearlyWindow,
)
from stationapp.domain.catalogue_codec import (
    catalogue_from_mapping,
    catalogue_to_mapping,
    item_from_mapping,
    item_to_mapping,
)
from stationapp.domain.catalogue_elements import ELEMENTS, ItemElements, filled
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
LIMITS = st.one_of(
    st.none(),
    st.just(Limit(0, LimitUnit.ON_THE_SPOT)),
    st.builds(Limit, st.integers(1, 99), st.sampled_from([LimitUnit.WORKING_DAYS, LimitUnit.MONTHS])),
)
MATERIALS = st.lists(
    st.builds(
        Material,
        TEXT,
        TEXT,
        st.integers(0, 3),
        st.integers(0, 3),
        keeper=st.sampled_from(Keeper),
        note=TEXT,
        material_key=TEXT,
        promisable=st.booleans(),
        issue_requirement=TEXT,
    ),
    max_size=3,
    unique_by=lambda row: row.material_id,
).map(tuple)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"bank": {"type": "string", "title": "开户银行"}},
    "required": ["bank"],
    "x-order": ["bank"],
}
ITEMS = st.builds(
    ServiceItem,
    code=st.from_regex(r"[0-9A-Z-]{1,64}", fullmatch=True),
    version=st.integers(1, 50),
    name=TEXT,
    item_type=st.just("20"),
    handling=st.sampled_from(HandlingKind),
    decides_at=st.sampled_from(Level),
    department=st.just("mzj"),
    department_name=TEXT,
    status=st.sampled_from(ItemStatus),
    effective_from=st.dates(),
    effective_to=st.one_of(st.none(), st.dates()),
    co_departments=st.lists(TEXT, max_size=2).map(tuple),
    statutory_limit=LIMITS,
    promised_limit=LIMITS,
    materials=MATERIALS,
    materials_known=st.booleans(),
    form=st.sampled_from([{}, FORM]),
    window=st.one_of(st.none(), st.just(YearlyWindow("05-01", "02-29"))),
    sources=st.lists(TEXT, max_size=2).map(tuple),
    gaps=st.lists(TEXT, max_size=2).map(tuple),
    stage_limits=st.lists(
        st.builds(StageLimit, st.sampled_from(Stage), LIMITS.filter(bool)),
        max_size=3,
        unique_by=lambda row: row.stage,
    ).map(tuple),
    default_on_timeout=st.booleans(),
    special_procedures=st.lists(st.sampled_from(["hearing", "testing"]), max_size=2).map(tuple),
    service_days=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    extension_days=st.one_of(st.none(), st.integers(0, 30)),
    elements=st.builds(ItemElements, *[TEXT] * len(ELEMENTS)),
)
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
