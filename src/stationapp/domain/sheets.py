"""A sheet of an export: title, headers and rows, and cells that a spreadsheet cannot take for a formula.

A text that begins with = + - @ or a tab is run as a formula by spreadsheet programs that open a CSV file; in front of
it stands an apostrophe. Numbers are left as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

Cell = str | int
BOM = "\ufeff"
"""Begins every CSV file, since spreadsheet programs else take UTF-8 for something older."""

LONGEST_CELL = 32_767
"""Characters a cell of a workbook may hold."""

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?%?")
# XML 1.0 has no place for these; a workbook with one of them cannot be opened.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BAD_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `key` names its CSV file, `rows` may be read once only."""

    key: str
    title: str
    headers: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def inert(cell: Cell) -> Cell:
    """Return a cell as a CSV file may hold it."""
    if isinstance(cell, int) or not cell.startswith(_STARTS) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def csv_line(cells: Iterable[Cell]) -> str:
    """Return one line of a CSV file with its end, every cell inert."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([inert(cell) for cell in cells])
    return line.getvalue()


def workbook_cell(cell: Cell) -> Cell:
    """Return a cell as a workbook may hold it; what is cut ends in an ellipsis."""
    if isinstance(cell, int):
        return cell
    clean = _UNPRINTABLE.sub("\ufffd", cell)
    return clean if len(clean) <= LONGEST_CELL else f"{clean[: LONGEST_CELL - 1]}…"


def column_width(header: Cell) -> int:
    """Return how wide a column is, in characters of a number: a Chinese character takes two."""
    return min(max(2 * len(str(header)) + 2, 10), 40)


def workbook_title(title: str) -> str:
    """Return a title as a workbook's tab may have it."""
    return _BAD_IN_TITLE.sub(" ", title)[:_LONGEST_TITLE]
