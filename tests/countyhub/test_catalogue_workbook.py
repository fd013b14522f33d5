"""The workbook keeps every character, makes formulas of none, and names each fault by its cell."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from countyhub.catalogue import files, workbook
from item_strategies import ITEMS
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.catalogue_columns import SHEETS
from stationapp.domain.material_dictionary import MaterialDictionary, MaterialEntry
from stationapp.domain.refusal import Refused

DICTIONARY = MaterialDictionary((MaterialEntry("id-card", "身份证", ("=1+1", "䶮"), note=" 㛃𬭎𡋾 "),))
STRANGE = [
    "=1+1",
    "+SUM(A1)",
    "@x",
    "-1",
    "#N/A",
    "a\rb\r\nc",
    "_x000D_",
    "  空 ",
    "\x00\x1f\ufffe",
    "'0012",
    "䶮㛃𬭎𡋾",
]


@pytest.fixture
def item(county_papers):
    return county_papers[1].items[0]


def there_and_back(folder, *items):
    workbook.write_workbook(folder / "目录.xlsx", Catalogue(3, "2026-01-01", items, DICTIONARY))
    return workbook.read_workbook(folder / "目录.xlsx")


@settings(max_examples=25, deadline=None)
@given(st.lists(ITEMS, max_size=2, unique_by=lambda one: (one.code, one.version)))
def test_every_item_comes_back_as_it_was(tmp_path_factory, items):
    read = there_and_back(tmp_path_factory.mktemp("book"), *items)
    assert read.faults == ()
    assert read.items == tuple(items)
    assert read.dictionary == DICTIONARY


@pytest.mark.parametrize("text", STRANGE)
def test_no_text_becomes_a_formula_and_no_character_is_lost(tmp_path, item, text):
    assert there_and_back(tmp_path, replace(item, content=text)).items == (replace(item, content=text),)
    cells = [cell for row in load_workbook(tmp_path / "目录.xlsx")["事项"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert all(cell.quotePrefix for cell in cells[len(SHEETS["事项"]) :] if cell.data_type == "s")
    with zipfile.ZipFile(tmp_path / "目录.xlsx") as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_lists_offer_what_may_be_chosen(tmp_path, item):
    there_and_back(tmp_path, item)
    offered = {
        rule.formula1
        for rule in load_workbook(tmp_path / "目录.xlsx")["事项"].data_validations.dataValidation
    }
    assert '"县级,乡镇级,村级"' in offered
    assert '"在用,修订,暂停,取消"' in offered
    assert all(len(rule) <= 257 for rule in offered)


def edited(folder, item, sheet, header, value):
    """Write into the first row of a sheet; returns the cell's address."""
    there_and_back(folder, item)
    book = load_workbook(folder / "目录.xlsx")
    place = [column.header for column in SHEETS[sheet]].index(header) + 1
    cell = book[sheet].cell(2, place)
    cell.value = value
    book.save(folder / "目录.xlsx")
    return cell.coordinate


@pytest.mark.parametrize(
    ("sheet", "header", "value", "fault"),
    [
        ("材料", "原件份数", "两", "“两”应为整数。"),
        ("事项", "收费标准", "=1+1", "是公式，请改为文字或者数字。"),
        ("事项", "收费标准", "#N/A", "是错误值#N/A。"),
        ("事项", "决定层级", "省级", "“省级”不在可选范围内，应为县级、乡镇级、村级。"),
    ],
)
def test_a_fault_is_refused_by_its_cell(tmp_path, item, sheet, header, value, fault):
    cell = edited(tmp_path, item, sheet, header, value)
    with pytest.raises(Refused) as refused:
        files.read(tmp_path / "目录.xlsx")
    (reason,) = refused.value.reasons
    assert (reason.field, reason.text) == (f"{sheet}!{cell}", f"{sheet}!{cell}：{fault}")


def test_a_date_that_the_table_knows_as_one_is_taken(tmp_path, item):
    edited(tmp_path, item, "事项", "失效日期", datetime(2030, 1, 2, tzinfo=UTC).replace(tzinfo=None))
    (read,), _ = files.read(tmp_path / "目录.xlsx")
    assert read.effective_to.isoformat() == "2030-01-02"


def test_a_text_too_long_for_a_cell_is_refused_by_its_cell(tmp_path, item):
    with pytest.raises(Refused, match=r"事项!.*Excel 单元格最多32767个"):
        there_and_back(tmp_path, replace(item, content="字" * 32_768))


def test_what_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "目录.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with zipfile.ZipFile(tmp_path / "空.xlsx", "w") as packed:
        packed.writestr("other.txt", "nothing")
    Workbook().save(tmp_path / "无.xlsx")
    for name, text in (
        ("目录.xlsx", "不是 Excel 工作簿"),
        ("空.xlsx", "不是 Excel 工作簿"),
        ("无.xlsx", "没有“事项”"),
    ):
        with pytest.raises(Refused, match=text):
            files.read(tmp_path / name)
    with pytest.raises(Refused, match=r"应为 \.json 或者 \.xlsx"):
        files.read(tmp_path / "目录.csv")


def test_a_workbook_that_unpacks_to_more_than_the_machine_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST_CONTENTS", 100)
    Workbook().save(tmp_path / "大.xlsx")
    with pytest.raises(Refused, match="太大"):
        files.read(tmp_path / "大.xlsx")
