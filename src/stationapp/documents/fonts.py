"""The font chain of our papers: which font draws which character.

Noto Sans SC first, then HanaMinB and HanaMinA: together every ideograph of GB 18030-2022 level 3. Whether a
font has a character is read from the font file itself, and a fallback file (20 to 30 MB) is opened only when
a text needs it. A character no font has is never replaced by another: it is drawn as a box holding its code
point, so that a person sees what is missing and can write it in by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

    from stationapp.platform.fonts import Fonts

ONE_AT_A_TIME = Lock()
"""reportlab reads font files through one position in the file: two renderings must not interleave."""

BOX_WIDTH = 2.2
"""Width of the box of a character no font has, in em."""

_BOLD_MAIN, _BOLD_FALLBACK = 0.03, 0.05
"""Outlines in em that stand in for a bold file: Ming strokes are thinner and need more."""

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
"""Characters that only steer layout: they have no shape to lose."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text drawn by one font; `font` is None for one character that no font has.

    `stroke` is the width, in em, of an outline that thickens bold text where there is no bold file.
    """

    text: str
    font: str | None
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class _Face:
    path: Path
    font: TTFont
    name: str

    def has(self, character: str) -> bool:
        return bool(self.font.face.charToGlyph.get(ord(character), 0))

    def advance(self, character: str) -> float:
        return float(self.font.face.charWidths.get(ord(character), self.font.face.defaultWidth)) / 1000


@dataclass(slots=True)
class FontChain:
    """Splits text into runs and measures it. Made by `font_chain`."""

    regular: Path
    bold: Path
    fallbacks: tuple[Path, ...]
    _found: dict[tuple[str, bool], _Face | None] = field(default_factory=dict)
    # A page measures some ten thousand characters, of which few are different.
    _advances: dict[tuple[str, bool], float] = field(default_factory=dict)

    def runs(self, text: str, *, bold: bool = False) -> tuple[Run, ...]:
        """Split `text` into runs; joined they are `text` without its invisible characters."""
        return tuple(self._runs(text, bold))

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width in points of `text` on one line at `size` points."""
        known = self._advances
        for character in text:
            if (character, bold) not in known:
                known[character, bold] = self._advance(character, bold)
        return size * sum([known[character, bold] for character in text])

    def missing(self, text: str) -> tuple[str, ...]:
        """Return each character of `text` that no font has, once, in order."""
        lacking = (run.text for run in self._runs(text, bold=False) if run.font is None)
        return tuple(dict.fromkeys(lacking))

    def main_font(self) -> str:
        """Return the registered name of the regular font, opening it if need be."""
        return _face(self.regular).name

    def _runs(self, text: str, bold: bool) -> Iterator[Run]:
        shown = [character for character in text if character not in _INVISIBLE]
        faces = [(self._face_of(character, bold), character) for character in shown]
        for face, group in groupby(faces, key=lambda pair: pair[0]):
            characters = [character for _face, character in group]
            if face is None:
                yield from (Run(character, None) for character in characters)
            else:
                yield Run("".join(characters), face.name, self._stroke(face, bold))

    def _advance(self, character: str, bold: bool) -> float:
        if character in _INVISIBLE:
            return 0.0
        face = self._face_of(character, bold)
        return BOX_WIDTH if face is None else face.advance(character)

    def _face_of(self, character: str, bold: bool) -> _Face | None:
        key = (character, bold)
        if key not in self._found:
            self._found[key] = self._search(character, bold)
        return self._found[key]

    def _search(self, character: str, bold: bool) -> _Face | None:
        # A private-use code point means what its sender agreed on, never what a font happens to draw there.
        if unicodedata.category(character) in {"Co", "Cs", "Cc"}:
            return None
        chain = (self.bold if bold else self.regular, *self.fallbacks)
        return next((face for face in map(_face, chain) if face.has(character)), None)

    def _stroke(self, face: _Face, bold: bool) -> float:
        if not bold:
            return 0.0
        if face.path in self.fallbacks:
            return _BOLD_FALLBACK
        return _BOLD_MAIN if self.bold == self.regular else 0.0


def font_chain(fonts: Fonts) -> FontChain:
    """Return the chain over the given font files; the same files give the same chain."""
    return _chain(fonts.regular, fonts.bold, tuple(fonts.fallbacks))


def installed_chain() -> FontChain:
    """Return the chain over the fonts of this machine.

    Raises Unavailable when the machine has no font to print Chinese with.
    """
    from stationapp.platform.fonts import find_fonts

    return font_chain(find_fonts())


@lru_cache(maxsize=8)
def _chain(regular: Path, bold: Path, fallbacks: tuple[Path, ...]) -> FontChain:
    return FontChain(regular, bold, fallbacks)


@lru_cache(maxsize=16)
def _face(path: Path) -> _Face:
    from stationapp.documents.truetype import load_font

    # reportlab keeps fonts by name for the whole process; two files of one name must not be confused.
    same_name = sum(1 for known in _NAMES if known.stem == path.stem and known != path)
    name = _NAMES.setdefault(path, f"{path.stem}-{same_name + 1}" if same_name else path.stem)
    return _Face(path, load_font(name, path), name)


_NAMES: dict[Path, str] = {}
