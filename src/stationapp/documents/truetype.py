"""The embedded TrueType font of our papers: reportlab's, with text extraction put right.

reportlab 5.1 writes the ToUnicode map of an embedded font as ``<%04X>`` of the code point. PDF wants UTF-16BE
there (ISO 32000-1, 9.10.3), so every character above U+FFFF came out as another one when a paper was
searched, copied or archived: 钟𬭎 became 钟Ⲵ. A name that reads right on paper and wrong in the archive is a
wrong name. `StationFont` writes the map again after reportlab has made it. This is the only place that knows
of the fault, and `tests/documents/test_extraction.py` holds the correction fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

_MOST_LINES_IN_A_BLOCK = 100
"""A bfchar block may not hold more (Adobe technical note 5411)."""


def unicode_map(name: str, subset: Sequence[int]) -> str:
    """Return the ToUnicode CMap of one subset font: byte code i stands for the code point `subset[i]`.

    Code points of 0 fill unused places of the subset and are left out.
    """
    lines = [f"<{code:02X}> <{_utf16(point)}>" for code, point in enumerate(subset) if point]
    blocks = [
        lines[start : start + _MOST_LINES_IN_A_BLOCK]
        for start in range(0, len(lines), _MOST_LINES_IN_A_BLOCK)
    ]
    body = [line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")]
    return "\n".join((*_head(name), *body, *_TAIL))


def load_font(name: str, path: Path) -> TTFont:
    """Read the font file, register it with reportlab as `name` and return it.

    Raises reportlab's TTFError for a file that is no TrueType font with quadratic outlines.
    """
    from reportlab.pdfbase import pdfmetrics

    font = _station_font()(name, str(path))
    pdfmetrics.registerFont(font)
    return font


def _utf16(point: int) -> str:
    return chr(point).encode("utf-16-be", "surrogatepass").hex().upper()


def _head(name: str) -> tuple[str, ...]:
    return (
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        f"/CMapName /{name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    )


_TAIL = ("endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end")


@cache
def _station_font() -> type[TTFont]:
    from reportlab.pdfbase.ttfonts import TTFont

    class StationFont(TTFont):
        """A TTFont whose subsets carry right ToUnicode maps."""

        def addObjects(self, doc: Any) -> None:  # noqa: N802  reportlab calls it by this name.
            # The subsets are gone from the state once reportlab has written them.
            subsets = [tuple(subset) for subset in self.state[doc].subsets]
            names = [self.getSubsetInternalName(n, doc)[1:] for n in range(len(subsets))]
            super().addObjects(doc)
            for name, subset in zip(names, subsets, strict=True):
                font = doc.idToObject["BasicFonts"].dict[name]
                stream = doc.idToObject[font.ToUnicode.name]
                stream.content = unicode_map(font.BaseFont, subset)

    return StationFont
