"""What stands at the end of a paper: signature lines and the place of the seal."""

from __future__ import annotations

from dataclasses import dataclass

from stationapp.documents.layout.flow import Flow, Style
from stationapp.documents.layout.linebreak import Line
from stationapp.documents.layout.pen import Pen

SEAL_NOTE = "（加盖印章处，未盖章无效）"
"""We draw no seals: electronic ones belong to the national seal system (State Council decree 716, arts.
8-9)."""
_LINE_HEIGHT = 22.0
_LEAST_LINE = 48.0
"""Nobody can write on a line shorter than this many points before scaling."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A label, a line to write on, and what is already filled in on it."""

    label: str
    value: str = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """Signatures side by side on one line, or on several where there would be too little room to write."""

    signatures: tuple[Signature, ...]
    size: float = 10.0

    def place(self, flow: Flow) -> None:
        """Put the row."""
        count = len(self.signatures)
        if count > 1 and self._too_narrow(flow):
            for half in (self.signatures[: (count + 1) // 2], self.signatures[(count + 1) // 2 :]):
                SignatureRow(half, self.size).place(flow)
            return
        height = _LINE_HEIGHT * flow.setting.scale
        flow.need(height)
        top = flow.y
        flow.put(height, lambda pen: self._draw(pen, flow, top, height))

    def _spans(self, flow: Flow) -> list[tuple[Signature, float, float, float]]:
        """Return each signature with the x of its label and of both ends of its line."""
        style, shares = Style(self.size), sum(signature.share for signature in self.signatures)
        spans, left = [], 0.0
        for signature in self.signatures:
            right = left + flow.width * signature.share / shares
            begin = left + flow.setting.width(f"{signature.label}：", style)
            spans.append((signature, left, begin, right - flow.setting.size(style)))
            left = right
        return spans

    def _too_narrow(self, flow: Flow) -> bool:
        style, least = Style(self.size), _LEAST_LINE * flow.setting.scale
        return any(
            end - begin < max(least, flow.setting.width(signature.value, style) + flow.setting.size(style))
            for signature, _left, begin, end in self._spans(flow)
        )

    def _draw(self, pen: Pen, flow: Flow, top: float, height: float) -> None:
        size = flow.setting.size(Style(self.size))
        text_top = top + height - size * 1.25
        for signature, left, begin, end in self._spans(flow):
            pen.text(left, text_top, f"{signature.label}：", size)
            pen.line(begin, top + height - 1.5, end, top + height - 1.5, width=0.4)
            # Print leaves half a character before it; handwriting begins where the line does.
            pen.text(begin + size / 2, text_top, signature.value, size)


@dataclass(frozen=True, slots=True)
class WritingLine:
    """A line to write on over the whole width."""

    def place(self, flow: Flow) -> None:
        """Put the line."""
        height = _LINE_HEIGHT * flow.setting.scale
        flow.need(height)
        down = flow.y + height - 1.5
        flow.put(height, lambda pen: pen.line(0.0, down, flow.width, down, width=0.4))


@dataclass(frozen=True, slots=True)
class SealPlace:
    """An empty dashed box for the seal over the organ's name and the date, at the right of the frame."""

    organ: str
    date: str
    width: float = 172.0
    height: float = 92.0

    def place(self, flow: Flow) -> None:
        """Put the box."""
        scale = flow.setting.scale
        width, style = min(self.width * scale, flow.width), Style(10.5, align="center", leading=1.35)
        organ = flow.setting.lines(self.organ, width - 12 * scale, style)
        height = max(self.height * scale, flow.setting.leading(style) * (len(organ) + 3))
        flow.need(height)
        top, left = flow.y, flow.width - width
        lines = (*organ, Line(self.date, ends=True))

        def draw(pen: Pen) -> None:
            pen.box(left, top, width, height, dash=3.0)
            note = Style(8.0, align="center")
            flow.setting.draw_line(pen, left, top + 4 * scale, width, Line(SEAL_NOTE, ends=True), note)
            leading = flow.setting.leading(style)
            first = top + (height - leading * len(lines)) / 2 + 6 * scale
            for number, line in enumerate(lines):
                flow.setting.draw_line(pen, left, first + number * leading, width, line, style)

        flow.put(height, draw)
