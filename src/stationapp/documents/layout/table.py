"""Tables that run over pages: repeated header, sentence at the foot of every page, total at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stationapp.documents.layout.flow import Align, Flow, Style, nothing
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.rows import Cell, place_row, row_height

_EMPTY_ROW = ("无",)
_HEADING = Style(size=10.5, bold=True, leading=1.5)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, and how its text stands."""

    title: str
    share: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. `page_foot(first, last)` words the foot of a page that holds the rows first..last-1.

    A table without rows says 无. `total` is a last row over the whole width. `heading` is a line above the
    table; it never stands at the foot of a page without the first row.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    size: float = 9.0
    row_height: float = 17.0
    page_foot: Callable[[int, int], str] | None = None
    total: str = ""
    heading: str = ""

    def place(self, flow: Flow) -> None:
        """Put the table."""
        _Placing(self, flow).run()


@dataclass(slots=True)
class _Placing:
    table: Table
    flow: Flow
    first: int = 0
    next: int = 0
    widths: list[float] = field(default_factory=list)
    page_end: Callable[[], None] = nothing
    page_head: Callable[[], None] = nothing

    def run(self) -> None:
        shares = sum(column.share for column in self.table.columns)
        self.widths = [self.flow.width * column.share / shares for column in self.table.columns]
        before = self.flow.foot, self.flow.before_turn, self.flow.after_turn
        self.page_end, self.page_head = self.flow.before_turn, self.flow.after_turn
        self.flow.foot += self._foot_height()
        self._heading()
        self.flow.need(self._beginning())
        self._head()
        self.flow.before_turn, self.flow.after_turn = self._end_page, self._begin_page
        for row in self.table.rows:
            self._row(row)
        self.flow.foot, self.flow.before_turn, self.flow.after_turn = before
        self._end()

    def _heading(self) -> None:
        if self.table.heading:
            self.flow.need(self.flow.setting.leading(_HEADING) + self._beginning())
            self.flow.put_line(Line(self.table.heading, ends=True), _HEADING)

    def _row(self, row: tuple[str, ...]) -> None:
        # The row counts to the page on which it begins.
        self.flow.need(self._height_if_whole(row))
        self.next += 1
        place_row(self.flow, self._cells(row), minimum=self.table.row_height)

    def _end(self) -> None:
        if not self.table.rows:
            self._wide(_EMPTY_ROW[0], bold=False)
        self._foot()
        if self.table.total:
            self._wide(self.table.total, bold=True)

    def _end_page(self) -> None:
        self._foot()
        self.page_end()

    def _begin_page(self) -> None:
        self.page_head()
        self.first = self.next
        self._head()

    def _head(self) -> None:
        place_row(self.flow, self._titles(), minimum=self.table.row_height)

    def _foot(self) -> None:
        if self.table.page_foot is not None:
            reserved, self.flow.foot = self.flow.foot, 0.0
            self._wide(self.table.page_foot(self.first, self.next), bold=False)
            self.flow.foot = reserved

    def _wide(self, text: str, *, bold: bool) -> None:
        place_row(self.flow, self._wide_cells(text, bold), minimum=self.table.row_height)

    def _beginning(self) -> float:
        first = self._height_if_whole(self.table.rows[0]) if self.table.rows else self._foot_height()
        return row_height(self.flow, self._titles(), minimum=self.table.row_height) + first

    def _height_if_whole(self, row: tuple[str, ...]) -> float:
        height = row_height(self.flow, self._cells(row), minimum=self.table.row_height)
        return height if height < self.flow.height / 2 else self.table.row_height * 2

    def _foot_height(self) -> float:
        if self.table.page_foot is None:
            return 0.0
        widest = self.table.page_foot(0, len(self.table.rows))
        return row_height(self.flow, self._wide_cells(widest, False), minimum=self.table.row_height)

    def _titles(self) -> list[Cell]:
        style = Style(self.table.size, bold=True, align="center", leading=1.25)
        titles = (column.title for column in self.table.columns)
        return [Cell(title, width, style) for title, width in zip(titles, self.widths, strict=True)]

    def _cells(self, row: tuple[str, ...]) -> list[Cell]:
        return [
            Cell(text, width, Style(self.table.size, align=column.align, leading=1.25))
            for text, width, column in zip(row, self.widths, self.table.columns, strict=True)
        ]

    def _wide_cells(self, text: str, bold: bool) -> list[Cell]:
        return [Cell(text, self.flow.width, Style(self.table.size, bold=bold, leading=1.25))]
