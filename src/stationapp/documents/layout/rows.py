"""Rows of ruled cells: what tables, field grids and boxed statements are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stationapp.documents.layout.flow import Flow, Style
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import Pen

PAD_X = 4.0
PAD_Y = 2.3


@dataclass(frozen=True, slots=True)
class Cell:
    """Text in a ruled box `width` points wide."""

    text: str
    width: float
    style: Style


@dataclass(frozen=True, slots=True)
class _Filled:
    cell: Cell
    lines: tuple[Line, ...]

    def part(self, first: int, last: int) -> _Filled:
        return _Filled(self.cell, self.lines[first:last])


def place_row(flow: Flow, cells: Sequence[Cell], *, minimum: float = 0.0, x: float = 0.0) -> None:
    """Put one row of cells at the present height.

    A row that does not fit goes to the next page; one longer than a whole page is cut between lines.
    `minimum` is the least height in points before scaling.
    """
    row = [_fill(flow, cell) for cell in cells]
    least = minimum * flow.setting.scale
    height = max(least, _height(flow, row))
    if height <= flow.height - flow.foot:
        flow.need(height)
    fresh = False
    while _height(flow, row) > flow.room:
        # On a fresh page at least one line is taken, so a frame however low cannot hold us up for ever.
        count = max(_lines_that_fit(flow, row), int(fresh))
        if count:
            _put(flow, [filled.part(0, count) for filled in row], 0.0, x)
            row = [filled.part(count, len(filled.lines)) for filled in row]
        flow.turn()
        fresh = True
    _put(flow, row, least, x)


def row_height(flow: Flow, cells: Sequence[Cell], *, minimum: float = 0.0) -> float:
    """Return the height in points the row would take."""
    return max(minimum * flow.setting.scale, _height(flow, [_fill(flow, cell) for cell in cells]))


def _fill(flow: Flow, cell: Cell) -> _Filled:
    return _Filled(cell, flow.setting.lines(cell.text, cell.width - 2 * PAD_X, cell.style))


def _height(flow: Flow, row: Sequence[_Filled]) -> float:
    text = max(len(filled.lines) * flow.setting.leading(filled.cell.style) for filled in row)
    return text + 2 * PAD_Y * flow.setting.scale


def _lines_that_fit(flow: Flow, row: Sequence[_Filled]) -> int:
    room = flow.room - 2 * PAD_Y * flow.setting.scale
    return max(0, int(room // max(flow.setting.leading(filled.cell.style) for filled in row)))


def _put(flow: Flow, row: Sequence[_Filled], least: float, x: float) -> None:
    height, top = max(least, _height(flow, row)), flow.y

    def draw(pen: Pen) -> None:
        left = x
        for filled in row:
            pen.box(left, top, filled.cell.width, height)
            _write(flow, pen, left, top, height, filled)
            left += filled.cell.width

    flow.put(height, draw)


def _write(flow: Flow, pen: Pen, left: float, top: float, height: float, filled: _Filled) -> None:
    style, leading = filled.cell.style, flow.setting.leading(filled.cell.style)
    y = top + (height - leading * len(filled.lines)) / 2
    for number, line in enumerate(filled.lines):
        width = filled.cell.width - 2 * PAD_X
        flow.setting.draw_line(pen, left + PAD_X, y + number * leading, width, line, style)
