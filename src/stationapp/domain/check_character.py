"""The ISO/IEC 7064 MOD 11-2 check character, the scheme of the resident ID number (GB 11643).

Over any length it catches every single wrong digit, every swap of neighbours and every swap around a middle
digit (a-b-c for c-b-a); the check itself is a digit or X.
"""

from __future__ import annotations

from stationapp.domain.typed_text import undashed

_DIGITS = frozenset("0123456789")
_CHARACTERS = "0123456789X"
_MODULUS = 11


def check_character(digits: str) -> str:
    """The check character (0-9, X) for `digits`; hyphens are ignored. ValueError for anything but digits."""
    plain = digits.replace("-", "")
    if not plain or not _DIGITS.issuperset(plain):
        raise ValueError("a check character needs digits, with or without hyphens")
    remainder = 0
    for digit in plain:
        remainder = (remainder + int(digit)) * 2 % _MODULUS
    return _CHARACTERS[(12 - remainder) % _MODULUS]


def is_valid(text: str) -> bool:
    """Whether `text` is digits followed by their check character; hyphens, blanks and case do not matter."""
    plain = undashed(text)
    digits, check = plain[:-1], plain[-1:]
    return bool(digits) and _DIGITS.issuperset(digits) and check_character(digits) == check
