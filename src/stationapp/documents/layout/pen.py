"""The pen: draws on one PDF page in points from the top left corner, with the font chain underneath."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stationapp.documents.fonts import BOX_WIDTH, FontChain, Run

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
THIN = 0.5
_BASELINE = 0.88
"""Where the baseline lies in the em square of a Chinese font, from its top."""


@dataclass(slots=True)
class Pen:
    """Draws in a frame at (`left`, `top`) of a page `page_height` points high; y grows downwards."""

    canvas: Canvas
    chain: FontChain
    page_height: float
    left: float = 0.0
    top: float = 0.0

    @contextmanager
    def shifted(self, right: float, down: float) -> Iterator[Pen]:
        """Give a pen on the same page whose origin lies further right and down."""
        yield Pen(self.canvas, self.chain, self.page_height, self.left + right, self.top + down)

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, spacing: float = 0.0
    ) -> None:
        """Write one line whose em squares begin at (x, y), `spacing` points after each character."""
        for run in self.chain.runs(text, bold=bold):
            if run.font is None:
                self._missing(x, y, run.text, size)
            else:
                self._run(x, y, run, run.font, size, spacing)
            x += self.chain.width(run.text, size, bold=bold) + spacing * len(run.text)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, width: float = THIN, dash: float = 0.0
    ) -> None:
        """Draw a straight line; `dash` is the length of dash and gap, 0 for a full line."""
        self._stroke(width, dash)
        self.canvas.line(self.left + x1, self._up(y1), self.left + x2, self._up(y2))

    def box(
        self, x: float, y: float, width: float, height: float, *, stroke: float = THIN, dash: float = 0.0
    ) -> None:
        """Draw an empty rectangle whose top left corner is (x, y)."""
        self._stroke(stroke, dash)
        self.canvas.rect(self.left + x, self._up(y + height), width, height, stroke=1, fill=0)

    def block(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with black."""
        self.canvas.rect(self.left + x, self._up(y + height), width, height, stroke=0, fill=1)

    def _up(self, y: float) -> float:
        return self.page_height - self.top - y

    def _stroke(self, width: float, dash: float) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.setDash([dash, dash] if dash else [])

    def _run(self, x: float, y: float, run: Run, font: str, size: float, spacing: float) -> None:
        text = self.canvas.beginText(self.left + x, self._up(y + size * _BASELINE))
        text.setFont(font, size)
        text.setCharSpace(spacing)
        if run.stroke:
            self._stroke(size * run.stroke, 0.0)
            text.setTextRenderMode(2)
        text.textOut(run.text)
        text.setTextRenderMode(0)
        text.setCharSpace(0)
        self.canvas.drawText(text)

    def _missing(self, x: float, y: float, character: str, size: float) -> None:
        code = f"U+{ord(character):04X}"
        small = size * 0.5
        width = BOX_WIDTH * size
        self.box(x + size * 0.06, y + size * 0.06, width - size * 0.12, size * 0.9, stroke=0.4)
        inset = (width - self.chain.width(code, small)) / 2
        self.text(x + inset, y + (size - small) / 2, code, small)
