"""How typed or scanned text is evened out before a rule looks at it.

Input methods mix full-width and half-width forms; scanners and chat programs add blanks and odd dashes.
This is not Unicode NFKC: Chinese punctuation and rare characters stay as they are.
"""

from __future__ import annotations

_FULL_WIDTH_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD), "")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣﹘－"), "-")
_HALF_WIDTH = _FULL_WIDTH_ASCII | _INVISIBLE | _DASHES | {0x3000: " "}


def half_width(text: str) -> str:
    """Turn full-width ASCII, ideographic blanks and all dashes into plain ASCII; drop invisible marks."""
    return text.translate(_HALF_WIDTH)


def compact(text: str) -> str:
    """Half-width, upper case, without any blank: the form in which numbers are compared."""
    return "".join(half_width(text).split()).upper()


def undashed(text: str) -> str:
    """Like `compact`, and without the hyphens that only group a number for the eye."""
    return compact(text).replace("-", "")
