"""The flow: puts pieces of a paper one under another and turns the page when a frame is full."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from stationapp.documents.fonts import FontChain
from stationapp.documents.layout.linebreak import Line, break_lines
from stationapp.documents.layout.pen import Pen

Drawing = Callable[[Pen], None]
Align = Literal["left", "center", "right"]
ENDLESS = 1_000_000.0
"""Height of a frame that is used only to measure."""
_WIDEST_GAP = 0.3
"""A justified line is not stretched by more than this many em between two characters."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: size in points before scaling, line height as a multiple of it."""

    size: float = 10.0
    bold: bool = False
    align: Align = "left"
    leading: float = 1.4
    justify: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What every block needs to know: the fonts and the scale of large-type papers."""

    chain: FontChain
    scale: float = 1.0

    def size(self, style: Style) -> float:
        """Return the scaled size in points."""
        return style.size * self.scale

    def leading(self, style: Style) -> float:
        """Return the scaled height of one line in points."""
        return style.size * style.leading * self.scale

    def width(self, text: str, style: Style) -> float:
        """Return the width of one line of text in points."""
        return self.chain.width(text, self.size(style), bold=style.bold)

    def lines(self, text: str, width: float, style: Style) -> tuple[Line, ...]:
        """Break text into lines of at most `width` points."""
        return break_lines(text, width, lambda piece: self.width(piece, style))

    def draw_line(self, pen: Pen, x: float, y: float, width: float, line: Line, style: Style) -> None:
        """Draw one line into a strip `width` wide and one leading high whose top left corner is (x, y)."""
        size, spare = self.size(style), width - self.width(line.text, style)
        shift = {"left": 0.0, "center": spare / 2, "right": spare}[style.align]
        gap = spare / (len(line.text) - 1) if style.justify and not line.ends and len(line.text) > 1 else 0.0
        spacing = gap if 0 < gap <= _WIDEST_GAP * size else 0.0
        down = (self.leading(style) - size) / 2
        pen.text(x + shift, y + down, line.text, size, bold=style.bold, spacing=spacing)


class Block(Protocol):
    """A piece of a paper that knows how to put itself into a flow."""

    def place(self, flow: Flow) -> None:
        """Put the block at the flow's present height."""


def nothing() -> None:
    """Stand where a page turn needs no drawing."""


@dataclass(slots=True)
class Flow:
    """A run of equal frames, filled from the top; drawings are in points from a frame's top left corner.

    `foot` points are kept free at the bottom for what `before_turn` draws there; `after_turn` may repeat a
    head.
    """

    setting: Setting
    width: float
    height: float
    y: float = 0.0
    foot: float = 0.0
    before_turn: Callable[[], None] = nothing
    after_turn: Callable[[], None] = nothing
    frames: list[list[Drawing]] = field(default_factory=lambda: [[]])

    @property
    def room(self) -> float:
        """Return the height in points left in this frame."""
        return self.height - self.foot - self.y

    @property
    def at_top(self) -> bool:
        """Say whether nothing stands in this frame yet."""
        return not self.frames[-1]

    def turn(self) -> None:
        """Go on in a new frame."""
        self.before_turn()
        self.frames.append([])
        self.y = 0.0
        self.after_turn()

    def put(self, height: float, drawing: Drawing) -> None:
        """Add a drawing made for the present height, and move down by `height`."""
        self.frames[-1].append(drawing)
        self.y += height

    def put_line(self, line: Line, style: Style) -> None:
        """Put one line of text over the whole width."""
        leading = self.setting.leading(style)
        self.need(leading)
        top = self.y
        self.put(leading, lambda pen: self.setting.draw_line(pen, 0.0, top, self.width, line, style))

    def skip(self, gap: float) -> None:
        """Leave a gap, scaled, unless a page still empty would begin with it."""
        if not self.at_top or self.height == ENDLESS:
            self.y += gap * self.setting.scale

    def need(self, height: float) -> None:
        """Turn the page if `height` points no longer fit and a new frame would give more."""
        if height > self.room and not self.at_top:
            self.turn()


@dataclass(frozen=True, slots=True)
class Strip:
    """Blocks laid out on their own: their height in points and what to draw."""

    height: float
    drawings: tuple[Drawing, ...]

    def draw(self, pen: Pen, x: float, y: float) -> None:
        """Draw the strip with its top left corner at (x, y)."""
        with pen.shifted(x, y) as inner:
            for drawing in self.drawings:
                drawing(inner)


def lay_out(blocks: Iterable[Block], setting: Setting, width: float) -> Strip:
    """Lay blocks out one under another without any page end."""
    flow = Flow(setting, width, ENDLESS)
    for block in blocks:
        block.place(flow)
    return Strip(flow.y, tuple(flow.frames[0]))
