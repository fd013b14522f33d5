"""The catalogue as five sheets that people edit, and back: every fault is named by sheet and cell.

A sheet is rows of cells, the first of them the headers; columns are found by their headers, wherever they
stand. What is not here is how a workbook file is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.catalogue_cells import Cell, text_in
from stationapp.domain.catalogue_codec import item_from_mapping, item_to_mapping
from stationapp.domain.catalogue_columns import ELEMENT, SHEETS, Column
from stationapp.domain.item_form import FieldKind
from stationapp.domain.item_form_rows import FormRow, rows_of, schema_of
from stationapp.domain.material_dictionary import (
    NO_MATERIALS,
    MaterialDictionary,
    dictionary_from_mapping,
    dictionary_to_mapping,
)
from stationapp.domain.refusal import Reason

Row = Sequence[Cell]
Sheets = Mapping[str, Sequence[Row]]

ITEMS, MATERIALS, FIELDS, STAGES, DICTIONARY = SHEETS
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, in Chinese."""

    sheet: str
    cell: str
    text: str

    def __str__(self) -> str:
        """As in 材料!D7：“两”应为整数。"""
        return f"{self.sheet}!{self.cell}：{self.text}。"

    @property
    def reason(self) -> Reason:
        """The fault as a reason of refusal; its field is the cell's address."""
        return Reason("bad-cell", str(self), f"{self.sheet}!{self.cell}")


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """What the sheets hold, and their faults; with a fault the items are not to be used."""

    items: tuple[ServiceItem, ...]
    dictionary: MaterialDictionary
    faults: tuple[CellFault, ...]


def address(column: int, row: int) -> str:
    """Return a cell's address; both are counted from 1, as in D7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def to_sheets(catalogue: Catalogue) -> dict[str, list[list[str | int | None]]]:
    """Return the sheets of a catalogue, headers first. Forms stand in the shape of `item_form_rows.plain`."""
    rows: dict[str, list[dict[str, Any]]] = {sheet: [] for sheet in SHEETS}
    for item in catalogue.items:
        mapping = item_to_mapping(item)
        of_item = {"code": item.code, "version": item.version}
        elements = {f"{ELEMENT}{name}": text for name, text in mapping["elements"].items()}
        rows[ITEMS].append({**mapping, **elements})
        rows[MATERIALS] += [{**row, **of_item} for row in mapping["materials"]]
        rows[FIELDS] += [{**asdict(row), **of_item} for row in rows_of(item.form)]
        rows[STAGES] += [{**row, **of_item} for row in mapping["stage_limits"]]
    rows[DICTIONARY] = dictionary_to_mapping(catalogue.dictionary)["materials"]
    return {
        sheet: [[column.header for column in columns], *(_written(row, columns) for row in rows[sheet])]
        for sheet, columns in SHEETS.items()
    }


def _written(row: Mapping[str, Any], columns: tuple[Column, ...]) -> list[str | int | None]:
    return [
        column.shape.write(row[column.name]) if row.get(column.name) is not None else None
        for column in columns
    ]


@dataclass(slots=True)
class _Line:
    """One row that was read: its number, its values by name, and where each of them stands."""

    sheet: str
    number: int
    values: dict[str, Any]
    places: Mapping[str, int]

    def fault(self, name: str, text: str) -> CellFault:
        return CellFault(self.sheet, address(self.places.get(name, 1), self.number), text)

    @property
    def item(self) -> tuple[str, int]:
        return self.values["code"], self.values["version"]


@dataclass(slots=True)
class _Reading:
    faults: list[CellFault] = field(default_factory=list)

    def lines(self, sheet: str, rows: Sequence[Row]) -> list[_Line]:
        columns = SHEETS[sheet]
        places = self._places(sheet, rows[0] if rows else ())
        lacking = [column.header for column in columns if column.needed and column.name not in places]
        if lacking:
            self.faults.append(CellFault(sheet, "A1", f"缺少列“{'”“'.join(lacking)}”"))
            return []
        filled = ((number, row) for number, row in enumerate(rows[1:], start=2) if any(map(text_in, row)))
        return [self._line(sheet, number, row, places) for number, row in filled]

    def _places(self, sheet: str, headers: Row) -> dict[str, int]:
        names = {column.header: column.name for column in SHEETS[sheet]}
        places: dict[str, int] = {}
        for number, header in enumerate(headers, start=1):
            title = text_in(header).strip()
            if title and (title not in names or names[title] in places):
                said = "重复的列" if title in names else "不认识的列"
                self.faults.append(CellFault(sheet, address(number, 1), f"{said}“{title}”"))
            elif title:
                places[names[title]] = number
        return places

    def _line(self, sheet: str, number: int, row: Row, places: Mapping[str, int]) -> _Line:
        line = _Line(sheet, number, {}, places)
        for column in SHEETS[sheet]:
            place = places.get(column.name, 0)
            cell = row[place - 1] if 0 < place <= len(row) else None
            try:
                line.values[column.name] = column.shape.read(cell)
            except ValueError as error:
                self.faults.append(line.fault(column.name, str(error)))
                line.values[column.name] = None
        return line


def from_sheets(sheets: Sheets) -> SheetsRead:
    """Read the sheets; all but the first may be absent. Rows without anything in them do not count."""
    reading = _Reading()
    lines = {sheet: reading.lines(sheet, sheets[sheet]) if sheet in sheets else [] for sheet in SHEETS}
    if ITEMS not in sheets:
        reading.faults.append(CellFault(ITEMS, "A1", "没有“事项”工作表"))
    heads = _heads(lines[ITEMS], reading)
    parts = {sheet: _parts(lines[sheet], heads, reading, sheets) for sheet in (MATERIALS, FIELDS, STAGES)}
    dictionary = _dictionary(lines[DICTIONARY], reading)
    if reading.faults:
        return SheetsRead((), dictionary, tuple(reading.faults))
    items = [
        _item(head, {sheet: of[key] for sheet, of in parts.items()}, reading) for key, head in heads.items()
    ]
    return SheetsRead(tuple(item for item in items if item is not None), dictionary, tuple(reading.faults))


def _heads(lines: Sequence[_Line], reading: _Reading) -> dict[tuple[str, int], _Line]:
    heads: dict[tuple[str, int], _Line] = {}
    for line in lines:
        if not line.values["code"]:
            reading.faults.append(line.fault("code", "没有事项编码，无编码不得办理"))
        elif line.item in heads:
            text = f"与第{heads[line.item].number}行的编码和版本相同，一事一码，不能重复"
            reading.faults.append(line.fault("code", text))
        else:
            heads[line.item] = line
    return heads


def _parts(
    lines: Sequence[_Line], heads: Mapping[tuple[str, int], _Line], reading: _Reading, sheets: Sheets
) -> dict[tuple[str, int], list[_Line]]:
    found: dict[tuple[str, int], list[_Line]] = {key: [] for key in heads}
    for line in lines:
        if line.item in found:
            found[line.item].append(line)
        elif ITEMS in sheets:
            text = f"“事项”工作表里没有编码为“{line.values['code']}”的第{line.values['version']}版"
            reading.faults.append(line.fault("code", text))
    return found


def _dictionary(lines: Sequence[_Line], reading: _Reading) -> MaterialDictionary:
    rows: list[dict[str, Any]] = []
    for line in lines:
        row = {name: value for name, value in line.values.items() if value}
        try:
            dictionary_from_mapping({"materials": [*rows, row]})
            rows.append(row)
        except (KeyError, TypeError, ValueError):
            text = "没有编号或者名称，或者与前面的材料同编号、同名称"
            reading.faults.append(line.fault("key", text))
    return dictionary_from_mapping({"materials": rows}) if rows else NO_MATERIALS


def _item(head: _Line, parts: Mapping[str, Sequence[_Line]], reading: _Reading) -> ServiceItem | None:
    """Put an item together; what no single cell is to blame for is said at the cell that comes nearest."""
    values = {name: value for name, value in head.values.items() if not name.startswith(ELEMENT)}
    values["elements"] = {
        name.removeprefix(ELEMENT): text
        for name, text in head.values.items()
        if name.startswith(ELEMENT) and text
    }
    values["materials"] = [_own(line, "code", "version") for line in parts[MATERIALS]]
    values["stage_limits"] = [_own(line, "code", "version") for line in parts[STAGES]]
    form, sound = _form(parts[FIELDS], reading), _stand_once(parts, reading)
    if form is None or not sound:
        return None
    try:
        return item_from_mapping({**values, "form": form})
    except (KeyError, TypeError, ValueError) as error:
        reading.faults.append(head.fault("code", f"这一事项的内容不能采用：{error}"))
        return None


def _own(line: _Line, *without: str) -> dict[str, Any]:
    return {name: value for name, value in line.values.items() if name not in without}


def _stand_once(parts: Mapping[str, Sequence[_Line]], reading: _Reading) -> bool:
    sound = True
    for sheet, name, word in ((MATERIALS, "material_id", "材料编号"), (STAGES, "stage", "环节")):
        seen = set()
        for line in parts[sheet]:
            if line.values[name] in seen:
                reading.faults.append(line.fault(name, f"同一事项的{word}“{line.values[name]}”重复"))
                sound = False
            seen.add(line.values[name])
    return sound


def _form(lines: Sequence[_Line], reading: _Reading) -> dict[str, Any] | None:
    """Return an item's form, None when its rows make none; the first row that spoils it is named."""
    names = {one.name for one in fields(FormRow)}
    rows: list[FormRow] = []
    for line in lines:
        values = {name: value for name, value in line.values.items() if name in names}
        rows.append(
            FormRow(**{**values, "kind": FieldKind(values["kind"]), "choices": tuple(values["choices"])})
        )
        try:
            form = schema_of(rows)
        except (TypeError, ValueError) as error:
            reading.faults.append(line.fault("name", f"这一字段不能采用：{_said(rows[-1], error)}"))
            return None
    return form if lines else {}


def _said(row: FormRow, error: Exception) -> str:
    """The schema's own reason is for programmers; people are told the likely one first."""
    if not row.name or not row.title:
        return "没有字段名或者标题"
    if row.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not row.choices:
        return "没有选项"
    return f"字段名重复、没有所属的表格，或者要求与类型不符（{error}）"
