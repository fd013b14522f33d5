"""Turns an OpenType font with cubic (CFF) outlines into TrueType (glyf), which both Qt and reportlab read.

Runs inside the project's environment, because fontTools is installed there. Usage:

    python convert_font.py SOURCE.otf TARGET.ttf
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# A thousandth of the em is far below what a 600 dpi printer can show at body size.
MAX_ERROR_PER_EM = 0.001
# Cubic outlines, and a signature over the whole. Shaping tables stay: glyph numbers do not change.
CFF_TABLES = ("CFF ", "VORG", "DSIG")
TRUETYPE_SIGNATURE = "\x00\x01\x00\x00"


def quadratic_glyphs(font: Any) -> dict[str, Any]:
    """Every glyph of `font` with its outline approximated by quadratic curves, by glyph name."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    outlines = font.getGlyphSet()
    max_error = font["head"].unitsPerEm * MAX_ERROR_PER_EM
    glyphs = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    return glyphs


def replace_outlines(font: Any, glyphs: dict[str, Any]) -> None:
    """Put `glyphs` in place of the CFF table and mend the tables that describe the outlines."""
    from fontTools.ttLib import newTable

    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = font.getGlyphOrder()
    glyf.glyphs = glyphs
    for table in CFF_TABLES:
        if table in font:
            del font[table]
    for name, (advance, _) in font["hmtx"].metrics.items():
        glyph = glyphs[name]
        glyph.recalcBounds(glyf)
        font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))


def replace_limits(font: Any) -> None:
    """Write the TrueType form of `maxp` and `post`; the counts are computed when the font is saved."""
    from fontTools.ttLib import newTable

    font["maxp"] = maxp = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.maxZones = 1
    for unused in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(maxp, f"max{unused}", 0)
    maxp.maxSizeOfInstructions = 0
    maxp.maxComponentElements = 0
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = TRUETYPE_SIGNATURE


def convert(source: Path, target: Path) -> None:
    """Write the TrueType twin of `source` to `target`.

    Raises fontTools.ttLib.TTLibError when `source` is not a font.
    """
    from fontTools.ttLib import TTFont

    font = TTFont(source, recalcTimestamp=False)
    glyphs = quadratic_glyphs(font)
    replace_outlines(font, glyphs)
    replace_limits(font)
    font.save(target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
