"""What people edit in a table comes back as it was, and every fault is named by its cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_strategies import FORM, ITEMS
from stationapp.domain.catalogue import Catalogue, HandlingKind, ItemStatus, Material, ServiceItem
from stationapp.domain.catalogue_cells import Cell
from stationapp.domain.catalogue_columns import SHEETS
from stationapp.domain.catalogue_sheets import address, from_sheets, to_sheets
from stationapp.domain.item_form_rows import plain
from stationapp.domain.material_dictionary import MaterialDictionary, MaterialEntry
from stationapp.domain.organisation import Level

ITEM = ServiceItem(
    "A-1",
    1,
    "高龄津贴",
    "05",
    HandlingKind.COMMITTED,
    Level.COUNTY,
    "mzj",
    "民政局",
    ItemStatus.IN_USE,
    date(2026, 1, 1),
    materials=(Material("m1", "身份证", 1, 1),),
    materials_known=True,
    form=FORM,
)
DICTIONARY = MaterialDictionary((MaterialEntry("id-card", "身份证", ("证件", "居民身份证"), valid_days=30),))
CATALOGUE = Catalogue(1, "", (ITEM,), DICTIONARY)

Cells = dict[str, list[list[Cell]]]


def sheets() -> Cells:
    return {sheet: [list(row) for row in rows] for sheet, rows in to_sheets(CATALOGUE).items()}


def put(table: Cells, sheet: str, header: str, value: Cell, row: int = 1) -> str:
    """Write into a cell; returns its address."""
    place = table[sheet][0].index(header)
    table[sheet][row][place] = value
    return address(place + 1, row + 1)


@given(st.lists(ITEMS, max_size=3, unique_by=lambda item: (item.code, item.version)))
def test_every_item_comes_back_as_it_was(items: list[ServiceItem]) -> None:
    catalogue = Catalogue(1, "", tuple(items), DICTIONARY)
    read = from_sheets(to_sheets(catalogue))
    assert read.faults == ()
    assert read.items == catalogue.items
    assert read.dictionary == DICTIONARY


def test_columns_are_found_by_their_headers_wherever_they_stand() -> None:
    turned = {sheet: [list(reversed(row)) for row in rows] for sheet, rows in sheets().items()}
    assert from_sheets(turned).items == (ITEM,)


def test_empty_rows_and_missing_sheets_do_not_count() -> None:
    table = sheets()
    table["事项"].insert(1, [None] * 3)
    bare = from_sheets({"事项": table["事项"]})
    assert bare.faults == ()
    assert bare.items == (replace(ITEM, materials=(), form={}),)


@pytest.mark.parametrize(
    ("header", "value", "meant"),
    [
        ("生效日期", datetime(2026, 1, 1, tzinfo=UTC), {}),
        ("生效日期", "2026/1/1", {}),
        ("生效日期", 20260101, {}),
        ("事项类型", "05", {}),
        ("须本人到场", True, {"applicant_must_appear": True}),
        ("公示天数", 7.0, {"publicity_days": 7}),
        ("定时办理", "星期一,周三", {"service_days": (1, 3)}),
        ("状态", None, {}),
        ("事项名称", 2026, {"name": "2026"}),
    ],
)
def test_cells_are_read_as_people_type(header: str, value: Cell, meant: dict[str, Any]) -> None:
    table = sheets()
    put(table, "事项", header, value)
    read = from_sheets(table)
    assert read.faults == ()
    assert read.items == (replace(ITEM, **meant),)


@pytest.mark.parametrize(
    ("sheet", "header", "value", "fault"),
    [
        ("材料", "原件份数", "两", "“两”应为整数"),
        ("材料", "复印件份数", -1, "-1不能是负数"),
        ("材料", "必备", "可能", "“可能”应为“是”或者“否”"),
        ("材料", "事项编码", "A-9", "“事项”工作表里没有编码为“A-9”的第1版"),
        ("事项", "事项编码", None, "没有事项编码，无编码不得办理"),
        ("事项", "生效日期", None, "请填写日期，如2026-01-01"),
        ("事项", "生效日期", "2026-02-30", "“2026-02-30”不是有效日期，应如2026-01-01"),
        ("事项", "承诺时限", "很快", "“很快”不是时限，应如“20个工作日”“15日”“1个月”“当场办结”"),
        ("事项", "定时办理", "周八", "“八”不是星期，应如“周一、周三”"),
        ("事项", "受理期", "每年02-30至03-01", None),
        ("事项", "办件类型", None, "请选择一项"),
        ("事项", "决定层级", "省级", "“省级”不在可选范围内，应为县级、乡镇级、村级"),
        ("表单字段", "类型", "图片", None),
        ("表单字段", "标题", None, "这一字段不能采用：没有字段名或者标题"),
        ("材料字典", "材料名称", None, None),
    ],
)
def test_a_fault_is_named_by_sheet_and_cell(sheet: str, header: str, value: Cell, fault: str | None) -> None:
    table = sheets()
    cell = put(table, sheet, header, value)
    found = from_sheets(table)
    first = found.faults[0]
    assert found.items == ()
    assert first.sheet == sheet
    if "采用" not in first.text and sheet != "材料字典":
        assert first.cell == cell
    assert fault in (None, first.text)
    assert str(first) == f"{sheet}!{first.cell}：{first.text}。"


def test_what_stands_twice_is_named_where_it_stands_again() -> None:
    table = sheets()
    for sheet in ("事项", "材料", "表单字段", "材料字典"):
        table[sheet].append(list(table[sheet][1]))
    faults = from_sheets(table).faults
    assert [(one.sheet, one.cell) for one in faults] == [("事项", "A3"), ("材料字典", "A3")]
    del table["事项"][2], table["材料字典"][2]
    (fault,) = (one for one in from_sheets(table).faults if one.sheet == "材料")
    assert str(fault) == "材料!C3：同一事项的材料编号“m1”重复。"


def test_headers_that_are_missing_unknown_or_repeated_are_told() -> None:
    table = sheets()
    table["事项"][0][2:5] = ["名字", "事项编码", None]
    said = [str(one) for one in from_sheets(table).faults]
    assert "事项!C1：不认识的列“名字”。" in said
    assert "事项!D1：重复的列“事项编码”。" in said
    assert any(one.startswith("事项!A1：缺少列“事项名称”“事项类型”“办件类型”") for one in said)
    assert [str(one) for one in from_sheets({}).faults] == ["事项!A1：没有“事项”工作表。"]


def test_addresses_go_on_after_z() -> None:
    assert [address(number, 7) for number in (1, 26, 27, 52, 53, 703)] == [
        "A7",
        "Z7",
        "AA7",
        "AZ7",
        "BA7",
        "AAA7",
    ]


def test_headers_and_names_of_a_sheet_stand_once() -> None:
    for columns in SHEETS.values():
        assert len({column.header for column in columns}) == len(columns)
        assert len({column.name for column in columns}) == len(columns)


def test_a_form_in_its_plain_shape_comes_back() -> None:
    assert plain(FORM) == FORM
    padded = {
        **FORM,
        "properties": {**FORM["properties"], "bank": {"type": "string", "title": "行", "pattern": ""}},
    }
    assert plain(plain(padded)) == plain(padded)
