"""A folder of export files that are there whole or not at all: written beside their places, and then put there."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from stationapp.domain.sheets import BOM, Cell, Sheet, column_width, csv_line, workbook_cell, workbook_title

if TYPE_CHECKING:
    from openpyxl import Workbook


_ROWS_OF_A_PAGE = 1_000_000
"""A spreadsheet program shows 1 048 576 rows; what is more goes on in another sheet."""


@dataclass(slots=True)
class _Pages:
    """A sheet of a workbook, and those it goes on in; the first row is the header of each."""

    title: str
    header: tuple[Cell, ...]
    written: int = 0

    def append(self, book: Workbook, cells: Iterable[Cell]) -> None:
        number, row = divmod(self.written, _ROWS_OF_A_PAGE)
        title = workbook_title(self.title if number == 0 else f"{self.title} {number + 1}")
        if row == 0:
            self._begin(book, title)
            if number:
                self._put(book, title, self.header)
        self._put(book, title, cells)
        self.written += 1

    def _begin(self, book: Workbook, title: str) -> None:
        """Keep the header in sight, and make each column as wide as its title needs."""
        from openpyxl.utils import get_column_letter

        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for number, header in enumerate(self.header, 1):
            page.column_dimensions[get_column_letter(number)].width = column_width(header)

    @staticmethod
    def _put(book: Workbook, title: str, cells: Iterable[Cell]) -> None:
        from openpyxl.cell import WriteOnlyCell

        page = book[title]
        made = []
        for value in cells:
            cell = WriteOnlyCell(page, value=workbook_cell(value))
            if isinstance(value, str):
                cell.data_type = "s"
            made.append(cell)
        page.append(made)


class ExportFiles:
    """Export files under way in one folder; all of them are put in place when the block ends well, none otherwise."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is missing; raises OSError when that or anything later fails."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, IO[str]] = {}
        self._done: dict[str, Path] = {}
        self._workbooks: dict[str, Workbook] = {}
        self._pages: dict[tuple[str, str], _Pages] = {}

    def __enter__(self) -> ExportFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
            else:
                self._give_up()
        finally:
            for file in self._open.values():
                file.close()
            for path in self._done.values():
                path.unlink(missing_ok=True)

    @property
    def names(self) -> list[str]:
        """The names of the files, sorted."""
        return sorted({*self._done, *self._workbooks})

    def text(self, name: str, text: str) -> None:
        """Append to a text file."""
        if name not in self._open:
            self._open[name] = self._fresh(name).open("w", encoding="utf-8", newline="")
        self._open[name].write(text)

    def bytes(self, name: str, data: bytes) -> None:
        """Write a whole file."""
        self._fresh(name).write_bytes(data)

    def line(self, name: str, data: Mapping[str, Any]) -> None:
        """Append a line of JSON."""
        self.text(name, json.dumps(data, ensure_ascii=False) + "\n")

    def csv(self, name: str, cells: Iterable[Cell]) -> None:
        """Append a line to a CSV file; the first one goes behind the mark of UTF-8."""
        self.text(name, (BOM if name not in self._open else "") + csv_line(cells))

    def row(self, workbook: str, sheet: str, cells: Iterable[Cell]) -> None:
        """Append a row to a sheet of a workbook; texts stay texts, whatever they begin with."""
        from openpyxl import Workbook

        book = self._workbooks.setdefault(workbook, Workbook(write_only=True))
        row = tuple(cells)
        self._pages.setdefault((workbook, sheet), _Pages(sheet, row)).append(book, row)

    def sheets(self, workbook: str, sheets: Iterable[Sheet]) -> None:
        """Write sheets into a workbook and each into a CSV file."""
        for sheet in sheets:
            for cells in (sheet.headers, *sheet.rows):
                self.csv(f"{sheet.key}.csv", cells)
                self.row(workbook, sheet.title, cells)

    def _fresh(self, name: str) -> Path:
        descriptor, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".tmp", dir=self._folder)
        os.close(descriptor)
        self._done[name] = Path(path)
        return self._done[name]

    def _give_up(self) -> None:
        """A workbook keeps its rows in temporary files of its own until it is saved: saving it removes them."""
        for name, book in self._workbooks.items():
            # The first error is the one to report.
            with contextlib.suppress(OSError):
                book.save(self._fresh(name))

    def _finish(self) -> None:
        for file in self._open.values():
            file.close()
        for name, book in self._workbooks.items():
            book.save(self._fresh(name))
        for path in self._done.values():
            with path.open("rb+") as written:
                os.fsync(written.fileno())
        for name, path in list(self._done.items()):
            path.replace(self._folder / name)
