"""The catalogue as an Excel workbook (.xlsx), and back.

Every text is stored as text and marked as such, so that one beginning with = is no formula, neither here nor
after somebody edited the cell beside it. A formula that a person typed is a fault: nobody could review it.
Control characters, which XML cannot hold, stand as _xHHHH_ (ECMA-376 part 1, 22.4.2.4), as Excel reads them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from stationapp.domain.catalogue import Catalogue
from stationapp.domain.catalogue_cells import Cell
from stationapp.domain.catalogue_columns import SHEETS, Column
from stationapp.domain.catalogue_sheets import CellFault, SheetsRead, address, from_sheets, to_sheets
from stationapp.domain.refusal import Reason, Refused

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NOTES = "填写说明"
LONGEST_CELL = 32_767
"""Excel's limit, in UTF-16 units."""

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_CONTENTS = 512 * 1024 * 1024
_LONGEST_LIST = 255
_ROWS_TO_CHOOSE_IN = 5_000
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_SAID = (
    "每个工作表第一行是列名，请不要改动；列的先后可以调整。",
    "“材料”“表单字段”“环节时限”各行用“事项编码”和“版本”对应“事项”表中的一行。",
    "一格中有多项的，每项占一行（Alt+Enter 换行）；时限写成“20个工作日”“15日”“1个月”“当场办结”。",
    "日期写成 2026-01-01。受理期写成“每年05-01至06-30”或“每月1日至10日”。定时办理写成“周一、周三”。",
    "修改在用事项时，请同时改“生效日期”；“版本”由系统在发布时编定。",
    "请不要使用公式。导入时如有错误，会按“工作表!单元格”逐一指出。",
)


def write_workbook(path: Path, catalogue: Catalogue) -> None:
    """Write a catalogue to an .xlsx file. Raises Refused when a text is too long for a cell, OSError."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in to_sheets(catalogue).items():
        _write_sheet(book.create_sheet(title), title, rows)
    _write_notes(book.create_sheet(NOTES), catalogue)
    book.save(path)


def _write_sheet(sheet: Worksheet, title: str, rows: Sequence[Sequence[str | int | None]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value not in (None, ""):
                _write_cell(sheet.cell(number, place), title, value)
    for place, column in enumerate(SHEETS[title], start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width + 2
        sheet.cell(1, place).font = Font(bold=True)
        _offer_choices(sheet, column, get_column_letter(place))
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def _write_cell(cell: Any, title: str, value: str | int | None) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.styles.numbers import FORMAT_TEXT

    if isinstance(value, int):
        cell.value = value
        return
    text = _UNSAFE.sub(_escape, value or "")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        fault = CellFault(title, cell.coordinate, f"有{len(text)}个字，Excel 单元格最多{LONGEST_CELL}个")
        raise Refused(fault.reason)
    # The type is set last: assigning a value that begins with = makes a formula of it.
    cell.value = text
    cell.data_type = "s"
    cell.number_format = FORMAT_TEXT
    cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _escape(match: re.Match[str]) -> str:
    text = match[0]
    return f"_x005F{text}" if len(text) > 1 else f"_x{ord(text):04X}_"


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _offer_choices(sheet: Worksheet, column: Column, letter: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = ",".join(column.shape.choices)
    if not listed or len(listed) > _LONGEST_LIST:
        return
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    rule.showErrorMessage = column.shape.strict
    rule.errorTitle, rule.error = column.header, "请从列表中选择。"
    rule.add(f"{letter}2:{letter}{_ROWS_TO_CHOOSE_IN}")
    sheet.add_data_validation(rule)


def _write_notes(sheet: Worksheet, catalogue: Catalogue) -> None:
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100
    sheet.append(["目录版本", catalogue.version])
    sheet.append(["发布时间", catalogue.published_at])
    for number, text in enumerate(_SAID, start=1):
        sheet.append([number, text])


def read_workbook(path: Path) -> SheetsRead:
    """Read an .xlsx file; faults are named by sheet and cell.

    Raises Refused when the file is no workbook or unreasonably large, OSError when it cannot be read.
    """
    book = _opened(path)
    faults: list[CellFault] = []
    sheets = {
        title: [[_read_cell(title, cell, faults) for cell in row] for row in book[title].iter_rows()]
        for title in SHEETS
        if title in book.sheetnames
    }
    read = from_sheets(sheets)
    found = (*faults, *read.faults)
    return SheetsRead(() if found else read.items, read.dictionary, found)


def _opened(path: Path) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        ParseError,
        IndexError,
    )
    text = f"文件 {path.name} 不是 Excel 工作簿（.xlsx），或者已经损坏。"
    try:
        _refuse_oversized(path)
        return load_workbook(path)
    except broken as error:
        raise Refused(Reason("malformed-file", text, path.name)) from error


def _refuse_oversized(path: Path) -> None:
    """A small file may unpack to more than the machine holds."""
    with zipfile.ZipFile(path) as packed:
        contents = sum(part.file_size for part in packed.infolist())
    if path.stat().st_size > LARGEST_FILE or contents > LARGEST_CONTENTS:
        raise Refused(Reason("file-too-large", f"文件 {path.name} 太大，没有采用。", path.name))


def _read_cell(title: str, cell: Any, faults: list[CellFault]) -> Cell:
    if cell.data_type == "f":
        faults.append(CellFault(title, address(cell.column, cell.row), "是公式，请改为文字或者数字"))
        return None
    if cell.data_type == "e":
        faults.append(CellFault(title, address(cell.column, cell.row), f"是错误值{cell.value}"))
        return None
    value: Cell = cell.value
    return _unescape(value) if isinstance(value, str) else value
