"""The roll: a ticket as a page as wide as the print head and as long as it needs, one point for each dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any, cast

from stationapp.documents.fonts import FontChain
from stationapp.documents.layout.flow import Block, Flow, Setting, Style, lay_out
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import Pen
from stationapp.documents.layout.qr import QUIET, dark_runs

DOTS_PER_INCH = 203
_MARGIN = 8
"""A millimetre of white at every edge: heads and paper are seldom quite aligned."""
_CODE_DOTS = 208
"""Width of a code, quiet zone included, that every telephone reads: 26 mm."""
_LEAST_MODULE = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line over the whole width."""

    def place(self, flow: Flow) -> None:
        """Put the line with some air around it."""
        height = 7.0 * flow.setting.scale
        middle = flow.y + height / 2
        flow.put(height, lambda pen: pen.line(0.0, middle, flow.width, middle, width=2.0, dash=6.0))


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its text, the text's lines one under another; nothing where the text is empty.

    A number that would be torn beside its label goes below it.
    """

    label: str
    text: str
    size: float = 9.5

    def place(self, flow: Flow) -> None:
        """Put the lines."""
        if not self.text:
            return
        style, label = Style(self.size, leading=1.35), f"{self.label}："
        left = flow.setting.width(label, style)
        if self.text.isascii() and left + flow.setting.width(self.text, style) > flow.width:
            flow.put_line(Line(label, ends=True), style)
            label, left = "", 0.0
        for number, line in enumerate(flow.setting.lines(self.text, flow.width - left, style)):
            _put_entry(flow, label if number == 0 else "", line, left, style)


def _put_entry(flow: Flow, label: str, line: Line, left: float, style: Style) -> None:
    top = flow.y

    def draw(pen: Pen) -> None:
        flow.setting.draw_line(pen, 0.0, top, left, Line(label, ends=True), style)
        flow.setting.draw_line(pen, left, top, flow.width - left, line, style)

    flow.put(flow.setting.leading(style), draw)


@dataclass(frozen=True, slots=True)
class CentredCode:
    """A QR code whose modules are whole dots, so that no edge is blurred by the print head."""

    payload: str

    def place(self, flow: Flow) -> None:
        """Put the code in the middle."""
        modules, bars = dark_runs(self.payload)
        across = modules + 2 * QUIET
        dots = max(_LEAST_MODULE, min(_CODE_DOTS // across, int(flow.width) // across))
        left, top = round((flow.width - across * dots) / 2), ceil(flow.y)

        def draw(pen: Pen) -> None:
            for row, column, length in bars:
                x, y = left + (column + QUIET) * dots, top + (row + QUIET) * dots
                pen.block(x, y, length * dots, dots)

        flow.put(across * dots + top - flow.y, draw)


def roll_pdf(blocks: Sequence[Block], chain: FontChain, dots: int, scale: float) -> bytes:
    """Return blocks as a PDF of one page `dots` points wide; at 72 dots to the inch a point is a dot.

    `scale` enlarges the type, which at scale 1 has its true size on a head of 203 dots to the inch.
    """
    from reportlab.pdfgen.canvas import Canvas

    setting = Setting(chain, scale * DOTS_PER_INCH / 72)
    strip = lay_out(blocks, setting, dots - 2 * _MARGIN)
    height = ceil(strip.height) + 2 * _MARGIN
    target = BytesIO()
    # As on a sheet: the stubs take the font's name for a number, and Helvetica is not embedded.
    font = cast(Any, chain.main_font())
    canvas = Canvas(target, pagesize=(dots, height), invariant=1, initialFontName=font)
    strip.draw(Pen(canvas, chain, height), _MARGIN, _MARGIN)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
