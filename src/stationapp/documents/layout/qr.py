"""QR codes drawn as rectangles: no picture, no font, sharp at any printer's resolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from stationapp.documents.layout.blocks import FieldGrid
from stationapp.documents.layout.flow import Flow, Strip, Style, lay_out
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import Pen

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 9.1)."""
_CAPTION = Style(9.0, bold=True, align="center", leading=1.25)
CODE_WIDTH = 78.0
"""Width of the code's cell in points before scaling: about 27 mm, read easily by a telephone."""


def dark_runs(payload: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Return the QR code's width in modules and its dark bars as (row, first column, length)."""
    import segno

    matrix = segno.make(payload, error="m", micro=False, encoding="utf-8").matrix
    bars = tuple(bar for number, row in enumerate(matrix) for bar in _bars(number, bytes(row)))
    return len(matrix), bars


def _bars(number: int, row: bytes) -> Iterator[tuple[int, int, int]]:
    column = 0
    for dark, group in groupby(row):
        length = len(list(group))
        if dark:
            yield number, column, length
        column += length


@dataclass(frozen=True, slots=True)
class GridWithCode:
    """A field grid with a QR code in a cell of its own at the right; the payload is any text."""

    grid: FieldGrid
    payload: str
    caption: str

    def place(self, flow: Flow) -> None:
        """Put both; the grid's rows grow if the code is higher."""
        scale = flow.setting.scale
        code_width = CODE_WIDTH * scale
        caption = flow.setting.lines(self.caption, code_width - 4, _CAPTION)
        code_height = code_width + len(caption) * flow.setting.leading(_CAPTION)
        strip = self._grid_strip(flow, flow.width - code_width, code_height)
        flow.need(strip.height)
        top, left = flow.y, flow.width - code_width

        def draw(pen: Pen) -> None:
            strip.draw(pen, 0.0, top)
            pen.box(left, top, code_width, strip.height)
            inset = top + (strip.height - code_height) / 2
            _draw_code(pen, left, inset, code_width, self.payload)
            _draw_caption(pen, flow, left, inset + code_width - 3 * scale, code_width, caption)

        flow.put(strip.height, draw)

    def _grid_strip(self, flow: Flow, width: float, code_height: float) -> Strip:
        strip = lay_out((self.grid,), flow.setting, width)
        if strip.height >= code_height:
            return strip
        even = code_height / len(self.grid.rows) / flow.setting.scale
        return lay_out((replace(self.grid, row_height=even),), flow.setting, width)


def _draw_caption(
    pen: Pen, flow: Flow, left: float, top: float, width: float, lines: tuple[Line, ...]
) -> None:
    for number, line in enumerate(lines):
        down = top + number * flow.setting.leading(_CAPTION)
        flow.setting.draw_line(pen, left, down, width, line, _CAPTION)


def _draw_code(pen: Pen, left: float, top: float, width: float, payload: str) -> None:
    modules, bars = dark_runs(payload)
    module = width / (modules + 2 * QUIET)
    for row, column, length in bars:
        x, y = left + (column + QUIET) * module, top + (row + QUIET) * module
        pen.block(x, y, length * module, module)
