"""The sheet: heading, parts, page numbers, cut line, reprint mark; from blocks to PDF bytes.

A paper consists of one or more parts (存根联, 回执联). Parts that are short enough share one A4 sheet with a
cut line between them; otherwise every part has its own pages, numbered on their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from stationapp.documents.fonts import FontChain
from stationapp.documents.layout.flow import ENDLESS, Block, Drawing, Flow, Setting, Style
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import MM, Pen
from stationapp.documents.layout.words import long_time

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

A4 = (210 * MM, 297 * MM)
_SIDE, _TOP, _BOTTOM = 18 * MM, 10 * MM, 8 * MM
_FOOTER = 15.0
_SMALL = Style(9.0)
_ORGAN = Style(12.0, align="center", leading=1.3)
_TITLE = Style(17.0, bold=True, align="center", leading=1.3)
_CONTINUED = Style(10.0, bold=True)
_NUMBER = Style(9.5, align="right")
_MARK = Style(9.5, bold=True)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a paper: what it is called (for whom it is) and what it holds."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """A paper ready to be drawn. `organ` stands above the title; `number` at the top right of every page."""

    title: str
    number_label: str
    number: str
    parts: tuple[Part, ...]
    organ: str = ""
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Printing:
    """One act of printing: `copy` 1 is the original, 2 the first reprint; `printed_at` is local time."""

    copy: int
    scale: float
    printed_at: datetime
    printed_by: str

    @property
    def reprint_mark(self) -> str:
        """Return the words that tell a reprint from the original, or nothing."""
        return f"补打　第{self.copy - 1}次" if self.copy > 1 else ""


@dataclass(frozen=True, slots=True)
class _Laid:
    """A part laid out: its frames, and the height in points of what stands in its first one."""

    part: Part
    frames: Sequence[Sequence[Drawing]]
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """Draws one composition for one act of printing."""

    composition: Composition
    printing: Printing
    chain: FontChain

    def pdf(self, subject: str) -> bytes:
        """Return the PDF file; the same input gives the same bytes."""
        target = BytesIO()
        canvas = self._canvas(target, subject)
        laid = [self._lay(part) for part in self.composition.parts]
        if self._share_a_sheet(laid):
            self._draw_stacked(canvas, laid)
        else:
            for part in laid:
                self._draw_apart(canvas, part)
        canvas.save()
        return target.getvalue()

    @property
    def _size(self) -> tuple[float, float]:
        return (A4[1], A4[0]) if self.composition.landscape else A4

    @property
    def _width(self) -> float:
        return self._size[0] - 2 * _SIDE

    @property
    def _setting(self) -> Setting:
        return Setting(self.chain, self.printing.scale)

    @property
    def _footer(self) -> float:
        return _FOOTER * self.printing.scale

    def _canvas(self, target: BytesIO, subject: str) -> Canvas:
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(
            target,
            pagesize=self._size,
            invariant=1,
            pageCompression=1,
            # Without this every page would name Helvetica, which is then not embedded.
            # The type stubs take the name for a number.
            initialFontName=cast(Any, self.chain.main_font()),
            lang="zh-CN",
        )
        canvas.setTitle(f"{self.composition.title} {self.composition.number}")
        canvas.setSubject(subject)
        canvas.setAuthor(self.composition.organ)
        canvas.setCreator("StationApp")
        canvas.setProducer("StationApp")
        canvas.setDateFormatter(lambda *_unused: f"D:{self.printing.printed_at:%Y%m%d%H%M%S}")
        return canvas

    def _lay(self, part: Part) -> _Laid:
        frames_height = self._size[1] - _TOP - _BOTTOM - self._footer
        flow = Flow(self._setting, self._width, frames_height)
        flow.after_turn = lambda: self._continue(flow)
        self._head(flow, part)
        for block in part.blocks:
            block.place(flow)
        height = flow.y if len(flow.frames) == 1 else ENDLESS
        return _Laid(part, flow.frames, height)

    def _head(self, flow: Flow, part: Part) -> None:
        """Put part label, reprint mark and number on one line, organ and title below."""
        self._top_line(flow, part.label, _SMALL)
        if self.composition.organ:
            self._centred(flow, self.composition.organ, _ORGAN)
        self._centred(flow, self.composition.title, _TITLE)
        flow.skip(5)

    def _continue(self, flow: Flow) -> None:
        self._top_line(flow, f"{self.composition.title}（续）", _CONTINUED)
        flow.skip(4)

    def _top_line(self, flow: Flow, left_text: str, left_style: Style) -> None:
        """Put the words at the left, the reprint mark behind them, and the number at the right.

        In large type the number goes to a line of its own where the mark would run into it.
        """
        setting, top = flow.setting, flow.y
        number = f"{self.composition.number_label}：{self.composition.number}"
        mark, height = self.printing.reprint_mark, setting.leading(_CONTINUED) + 4 * setting.scale
        behind = setting.width(left_text, left_style) + 10 * setting.scale
        taken = behind + self._mark_width(mark) + setting.width(number, _NUMBER)
        down = 0.0 if taken <= flow.width else height

        def draw(pen: Pen) -> None:
            setting.draw_line(pen, 0.0, top, flow.width, Line(left_text, ends=True), left_style)
            setting.draw_line(pen, 0.0, top + down, flow.width, Line(number, ends=True), _NUMBER)
            if mark:
                self._draw_mark(pen, behind, top, mark)

        flow.put(height + down, draw)

    def _mark_width(self, mark: str) -> float:
        return self._setting.width(mark, _MARK) + 20 * self.printing.scale if mark else 0.0

    def _draw_mark(self, pen: Pen, x: float, top: float, mark: str) -> None:
        scale = self.printing.scale
        width = self._mark_width(mark) - 10 * scale
        pen.box(x, top - 1.5 * scale, width, self._setting.leading(_MARK) + 2 * scale, stroke=0.9)
        self._setting.draw_line(pen, x + 5 * scale, top - 0.5 * scale, width, Line(mark, ends=True), _MARK)

    def _centred(self, flow: Flow, text: str, style: Style) -> None:
        for line in flow.setting.lines(text, flow.width, style):
            flow.put_line(line, style)

    def _share_a_sheet(self, laid: Sequence[_Laid]) -> bool:
        return len(laid) > 1 and sum(map(self._needed, laid)) <= self._size[1]

    def _draw_stacked(self, canvas: Canvas, laid: Sequence[_Laid]) -> None:
        """Draw the parts on one sheet, cut into equal strips where each part fits into one."""
        top = 0.0
        for part, height in zip(laid, self._strip_heights(laid), strict=True):
            self._draw_frame(canvas, part.frames[0], top, top + height, "")
            top += height
            if part is not laid[-1]:
                self._draw_cut_line(canvas, top)
        canvas.showPage()

    def _strip_heights(self, laid: Sequence[_Laid]) -> list[float]:
        even = self._size[1] / len(laid)
        needed = [self._needed(part) for part in laid]
        spare = self._size[1] - sum(needed)
        return [even if max(needed) <= even else height + spare / len(laid) for height in needed]

    def _needed(self, part: _Laid) -> float:
        return part.height + self._footer + _TOP + _BOTTOM

    def _draw_apart(self, canvas: Canvas, laid: _Laid) -> None:
        pages = len(laid.frames)
        for number, frame in enumerate(laid.frames, start=1):
            self._draw_frame(canvas, frame, 0.0, self._size[1], f"第{number}页　共{pages}页")
            canvas.showPage()

    def _draw_frame(
        self, canvas: Canvas, frame: Sequence[Drawing], top: float, bottom: float, page: str
    ) -> None:
        pen = Pen(canvas, self.chain, self._size[1], _SIDE, top + _TOP)
        for drawing in frame:
            drawing(pen)
        foot = Pen(canvas, self.chain, self._size[1], _SIDE, bottom - _BOTTOM - self._footer)
        self._draw_footer(foot, page)

    def _draw_footer(self, pen: Pen, page: str) -> None:
        style, down = Style(8.0), 3 * self.printing.scale
        printed = f"打印时间：{long_time(self.printing.printed_at)}　打印人：{self.printing.printed_by}"
        self._setting.draw_line(pen, 0.0, down, self._width, Line(printed, ends=True), style)
        right = Style(8.0, align="right")
        self._setting.draw_line(pen, 0.0, down, self._width, Line(page, ends=True), right)

    def _draw_cut_line(self, canvas: Canvas, y: float) -> None:
        pen = Pen(canvas, self.chain, self._size[1], 0.0, y)
        words = "沿　此　线　裁　开"
        width, size = self._size[0], 7.5
        half = self.chain.width(words, size) / 2 + 6
        pen.line(14, 0, width / 2 - half, 0, dash=4.0)
        pen.line(width / 2 + half, 0, width - 14, 0, dash=4.0)
        pen.text(width / 2 - half + 6, -size / 2, words, size)
