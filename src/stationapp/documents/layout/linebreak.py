"""Chinese line breaking: where a line may end, and how a text falls into lines of a given width.

The rules are those of GB/T 15834-2011 section 5 (placing of punctuation): no closing mark or comma at the
start of a line, no opening mark at its end, dashes and ellipses not torn apart. Numbers and Latin words stay
whole if they fit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

_NEVER_FIRST = frozenset("。，、；：？！）》〉」』】〕〗”’％‰℃…—·～,.;:?!)]}%")
_NEVER_LAST = frozenset("（《〈「『【〔〖“‘([{￥$#№□■")
_BREAKABLE_IN_WORD = frozenset("-/_")

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `ends` says that it is the last of its paragraph."""

    text: str
    ends: bool


def break_lines(text: str, width: float, measure: Measure) -> tuple[Line, ...]:
    """Break `text` into lines no wider than `width` points; line feeds begin new paragraphs.

    `measure` gives the width of a string in points. A single character wider than the line still gets a line
    of its own, so nothing is ever lost but spaces at the ends of lines.
    """
    paragraphs = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "  ").split("\n")
    return tuple(line for paragraph in paragraphs for line in _break(paragraph, width, measure))


def _break(paragraph: str, width: float, measure: Measure) -> Iterator[Line]:
    whole = paragraph.rstrip(" ")
    if measure(whole) <= width:  # As most cells of a form do.
        yield Line(whole, ends=True)
        return
    line = ""
    for unit in _units(paragraph):
        if measure((line + unit).rstrip(" ")) <= width:
            line += unit
            continue
        if line.strip(" "):
            yield Line(line.rstrip(" "), ends=False)
        *full, line = _split(unit.lstrip(" "), width, measure)
        yield from (Line(piece, ends=False) for piece in full)
    yield Line(line.rstrip(" "), ends=True)


def _units(paragraph: str) -> Iterator[str]:
    """Cut a paragraph into the pieces that a line must not tear apart."""
    unit = paragraph[:1]
    for before, after in pairwise(paragraph):
        if _may_break(before, after):
            yield unit
            unit = ""
        unit += after
    if unit:
        yield unit


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NEVER_FIRST or unicodedata.combining(after):
        return False
    if before == " ":
        return True
    return before not in _NEVER_LAST and not (_in_word(before) and _in_word(after))


def _in_word(character: str) -> bool:
    return ord(character) < 0x2000 and not character.isspace()


def _split(unit: str, width: float, measure: Measure) -> list[str]:
    """Cut a unit wider than a line, after a hyphen where there is one, else wherever the line is full."""
    pieces = []
    while len(unit) > 1 and measure(unit) > width:
        fitting = _fitting(unit, width, measure)
        pieces.append(unit[:fitting])
        unit = unit[fitting:]
    return [*pieces, unit]


def _fitting(unit: str, width: float, measure: Measure) -> int:
    count = 1
    while count < len(unit) and measure(unit[: count + 1]) <= width:
        count += 1
    hyphens = [place + 1 for place in range(count) if unit[place] in _BREAKABLE_IN_WORD]
    return hyphens[-1] if hyphens else count
