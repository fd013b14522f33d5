"""Blocks of a paper: paragraphs, field grids, boxed statements, gaps and things side by side."""

from __future__ import annotations

from dataclasses import dataclass

from stationapp.documents.layout.flow import Block, Flow, Strip, Style, lay_out
from stationapp.documents.layout.pen import Pen
from stationapp.documents.layout.rows import PAD_X, Cell, place_row

LABEL_WIDTH = 66.0
"""Width of a label cell in points before scaling: five characters and the padding."""
ROW_HEIGHT = 19.0
RUNNING_TEXT = Style(size=10.5, leading=1.6, justify=True)
NONE_GIVEN = "／"
"""What an official form shows where nothing is to be filled in."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty space of so many points before scaling."""

    height: float = 6.0

    def place(self, flow: Flow) -> None:
        """Leave the space."""
        flow.skip(self.height)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text over the whole width; its lines may fall on two pages."""

    text: str
    style: Style = RUNNING_TEXT

    def place(self, flow: Flow) -> None:
        """Put the lines one by one."""
        for line in flow.setting.lines(self.text, flow.width, self.style):
            flow.put_line(line, self.style)


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value; an empty value shows a slash, `blank` leaves the cell open for handwriting."""

    label: str
    value: str
    blank: bool = False
    bold: bool = False

    @property
    def shown(self) -> str:
        """Return the text of the value cell."""
        return self.value or ("" if self.blank else NONE_GIVEN)


@dataclass(frozen=True, slots=True)
class FieldGrid:
    """Rows of label and value cells; the fields of a row share the width evenly.

    Where a number would be torn, as in large type, each field of that row gets a row of its own.
    """

    rows: tuple[tuple[Field, ...], ...]
    size: float = 10.0
    row_height: float = ROW_HEIGHT

    def place(self, flow: Flow) -> None:
        """Put the rows."""
        label_width = LABEL_WIDTH * flow.setting.scale
        for row in self.rows:
            for cells in self._rows_of_cells(flow, row, label_width):
                place_row(flow, cells, minimum=self.row_height)

    def _rows_of_cells(
        self, flow: Flow, row: tuple[Field, ...], label_width: float
    ) -> list[tuple[Cell, ...]]:
        pairs = [self._cells(field, label_width, flow.width / len(row)) for field in row]
        if any(_tears_number(flow, value) for _label, value in pairs):
            return [self._cells(field, label_width, flow.width) for field in row]
        return [tuple(cell for pair in pairs for cell in pair)]

    def _cells(self, field: Field, label_width: float, share: float) -> tuple[Cell, Cell]:
        return (
            Cell(field.label, label_width, Style(self.size, align="center", leading=1.3)),
            Cell(field.shown, share - label_width, Style(self.size, bold=field.bold, leading=1.3)),
        )


def _tears_number(flow: Flow, cell: Cell) -> bool:
    fits = flow.setting.width(cell.text, cell.style) <= cell.width - 2 * PAD_X
    return cell.text.isascii() and not fits


@dataclass(frozen=True, slots=True)
class Statement:
    """A boxed text the reader must not overlook, with a title of its own in the first cell."""

    title: str
    text: str
    size: float = 9.0
    bold: bool = False

    def place(self, flow: Flow) -> None:
        """Put the box."""
        width = LABEL_WIDTH * flow.setting.scale
        style = Style(self.size, bold=self.bold, leading=1.45)
        cells = (
            Cell(self.title, width, Style(10.0, align="center", leading=1.3)),
            Cell(self.text, flow.width - width, style),
        )
        place_row(flow, cells, minimum=ROW_HEIGHT)


@dataclass(frozen=True, slots=True)
class Beside:
    """Blocks at the left, and at the right in `right_width` points before scaling; never torn apart."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    right_width: float
    gap: float = 0.0

    def place(self, flow: Flow) -> None:
        """Put both strips with their tops level."""
        scale = flow.setting.scale
        right_width = self.right_width * scale
        left_width = flow.width - right_width - self.gap * scale
        left = lay_out(self.left, flow.setting, left_width)
        right = lay_out(self.right, flow.setting, right_width)
        place_strips(flow, ((left, 0.0), (right, flow.width - right_width)))


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page."""

    blocks: tuple[Block, ...]

    def place(self, flow: Flow) -> None:
        """Put the blocks as one strip, or one by one if no page can hold them."""
        strip = lay_out(self.blocks, flow.setting, flow.width)
        if strip.height <= flow.height:
            place_strips(flow, ((strip, 0.0),))
            return
        for block in self.blocks:
            block.place(flow)


def place_strips(flow: Flow, strips: tuple[tuple[Strip, float], ...]) -> None:
    """Put strips level with each other, each at its x in points."""
    height = max(strip.height for strip, _x in strips)
    flow.need(height)
    top = flow.y

    def draw(pen: Pen) -> None:
        for strip, x in strips:
            strip.draw(pen, x, top)

    flow.put(height, draw)
