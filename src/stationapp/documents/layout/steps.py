"""A chart of steps: boxes in a row with arrows between them, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from stationapp.documents.layout.flow import Flow, Style
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import Pen

_TITLE = Style(10.0, bold=True, align="center", leading=1.3)
_DETAIL = Style(8.5, align="center", leading=1.3)
_LEAST_BOX = 66.0
"""A box narrower than this many points before scaling would tear the name of an office in too many lines."""
_ARROW, _PAD, _ROW_GAP = 14.0, 3.0, 8.0


@dataclass(frozen=True, slots=True)
class Step:
    """One box: its title, and below it who does it and how long it takes."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepChart:
    """Steps from left to right, then on in the next row."""

    steps: tuple[Step, ...]

    def place(self, flow: Flow) -> None:
        """Put the rows of boxes."""
        scale = flow.setting.scale
        fitting = int((flow.width + _ARROW * scale) // ((_LEAST_BOX + _ARROW) * scale))
        # Even rows: six steps of which five fit become three and three.
        rows = max(1, ceil(len(self.steps) / max(1, fitting)))
        in_a_row = max(1, ceil(len(self.steps) / rows))
        for first in range(0, len(self.steps), in_a_row):
            row = self.steps[first : first + in_a_row]
            self._row(flow, row, in_a_row, goes_on=first + in_a_row < len(self.steps))

    def _row(self, flow: Flow, row: Sequence[Step], in_a_row: int, *, goes_on: bool) -> None:
        scale = flow.setting.scale
        arrow = _ARROW * scale
        # Keep room for the arrow that leads on to the next row.
        width = (flow.width - arrow * (in_a_row if len(self.steps) > in_a_row else in_a_row - 1)) / in_a_row
        boxes = [self._lines(flow, step, width - 2 * _PAD) for step in row]
        height = max(sum(flow.setting.leading(style) for _line, style in box) for box in boxes)
        height += 2 * _PAD * scale
        flow.need(height + _ROW_GAP * scale)
        top = flow.y

        def draw(pen: Pen) -> None:
            for number, box in enumerate(boxes):
                left = number * (width + arrow)
                pen.box(left, top, width, height)
                _write(flow, pen, left, top, width, height, box)
                if number < len(boxes) - 1 or goes_on:
                    _draw_arrow(pen, left + width, top + height / 2, arrow)

        flow.put(height + _ROW_GAP * scale, draw)

    def _lines(self, flow: Flow, step: Step, width: float) -> list[tuple[Line, Style]]:
        texts = ((step.title, _TITLE), (step.detail, _DETAIL))
        return [
            (line, style) for text, style in texts if text for line in flow.setting.lines(text, width, style)
        ]


def _write(
    flow: Flow,
    pen: Pen,
    left: float,
    top: float,
    width: float,
    height: float,
    box: Sequence[tuple[Line, Style]],
) -> None:
    y = top + (height - sum(flow.setting.leading(style) for _line, style in box)) / 2
    for line, style in box:
        flow.setting.draw_line(pen, left + _PAD, y, width - 2 * _PAD, line, style)
        y += flow.setting.leading(style)


def _draw_arrow(pen: Pen, x: float, y: float, length: float) -> None:
    begin, end, wing = x + length * 0.15, x + length * 0.85, length * 0.22
    pen.line(begin, y, end, y, width=0.8)
    pen.line(end - wing, y - wing, end, y, width=0.8)
    pen.line(end - wing, y + wing, end, y, width=0.8)
