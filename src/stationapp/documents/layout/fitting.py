"""The largest type with which something still fits: for posters and for numbers that must stay on one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from stationapp.documents.layout.blocks import place_strips
from stationapp.documents.layout.flow import Block, Flow, Style, lay_out
from stationapp.documents.layout.linebreak import Line

_LEAST_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class LargestFitting:
    """Blocks made by `blocks(size)` with the first of `sizes` (points before scaling, falling) that fits the
    room left on the page; with the last size they run over pages like any others.
    """

    blocks: Callable[[float], tuple[Block, ...]]
    sizes: tuple[float, ...]

    def place(self, flow: Flow) -> None:
        """Put the blocks."""
        for size in self.sizes:
            strip = lay_out(self.blocks(size), flow.setting, flow.width)
            if strip.height <= flow.room:
                place_strips(flow, ((strip, 0.0),))
                return
        for block in self.blocks(self.sizes[-1]):
            block.place(flow)


@dataclass(frozen=True, slots=True)
class OneLine:
    """Text on one line, in smaller type where the line is too narrow.

    Below `_LEAST_SHARE` of the size it is broken instead, into two lines where it can be.
    """

    text: str
    style: Style

    def place(self, flow: Flow) -> None:
        """Put the line or lines."""
        wide = flow.setting.width(self.text, self.style)
        # A hair less than fits, or rounding would have the text stand out of the frame.
        share = min(1.0, flow.width * 0.999 / wide) if wide else 1.0
        if share >= _LEAST_SHARE:
            flow.put_line(Line(self.text, ends=True), self._smaller(share))
            return
        style = self._in_two_lines(flow)
        for line in flow.setting.lines(self.text, flow.width, style):
            flow.put_line(line, style)

    def _smaller(self, share: float) -> Style:
        return replace(self.style, size=self.style.size * share)

    def _in_two_lines(self, flow: Flow) -> Style:
        styles = [self._smaller(share) for share in (1.0, 0.8, _LEAST_SHARE)]
        fitting = (style for style in styles if len(flow.setting.lines(self.text, flow.width, style)) <= 2)
        return next(fitting, styles[-1])
