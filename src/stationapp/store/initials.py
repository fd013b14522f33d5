"""Pinyin initials: 张三丰 is found by zsf, and by every reading its characters have as a name.

A name's characters are read one by one with all their readings, because the reading of a surname (单 shan, 曾
zeng, 查 zha) is rarely the commonest one; an item's name is read as a phrase.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

MOST_READINGS = 24
"""How many readings of one name are kept, the commonest first."""

_LONGEST_NAME = 12


@lru_cache(maxsize=4096)
def name_initials(name: str) -> tuple[str, ...]:
    """Return the initials of a name in all readings, without repetition; nothing for a name without Chinese."""
    letters = [found for character in name[:_LONGEST_NAME] if (found := _letters(character))]
    return tuple("".join(choice) for choice in islice(product(*letters), MOST_READINGS)) if letters else ()


@lru_cache(maxsize=1024)
def item_initials(name: str) -> tuple[str, ...]:
    """Return the initials of an item's name, read as a phrase."""
    from pypinyin import Style, lazy_pinyin

    found = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))
    plain = "".join(letter for letter in found if letter.isascii() and letter.isalnum()).lower()
    return (plain,) if plain else ()


@lru_cache(maxsize=8192)
def _letters(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    if character.isascii():
        return ()
    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    letters = (reading.lower() for row in readings for reading in row)
    return tuple(dict.fromkeys(letter for letter in letters if len(letter) == 1 and letter.isascii()))
