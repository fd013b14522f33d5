"""How a search becomes SQL.

What a word means is one predicate over a case's own row (`word_holds`); the text index and the table of numbers
only say where to look. A word few cases have gives a short list of candidates; for a word nearly all have, the
list itself is walked in its order, for the hits come quickly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, or_, select, text

from stationapp.store.search_text import BACKWARDS, ISSUED, LINE_END, PERSONAL, Word
from stationapp.store.tables import CaseNumberRow, CaseRow
from stationapp.store.tables.base import table_of

MOST_CANDIDATES = 4000
"""From more cases than this it is quicker to walk the list in its order."""

_CASES, _NUMBERS = table_of(CaseRow), table_of(CaseNumberRow)
_LAST_CHARACTER = "\U0010ffff"
_IN_TEXT = text("SELECT rowid FROM case_search WHERE case_search MATCH :expression LIMIT :most")
_BY_BEGINNING = (
    select(_NUMBERS.c.case_key)
    .where(
        _NUMBERS.c.token >= bindparam("first"),
        _NUMBERS.c.token < bindparam("last"),
        _NUMBERS.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .limit(bindparam("most"))
)
_EXACT = (
    select(_NUMBERS.c.case_key)
    .where(_NUMBERS.c.token == bindparam("whole"), _NUMBERS.c.kind == PERSONAL)
    .limit(bindparam("most"))
)


def words_hold(words: Iterable[Word]) -> list[ColumnElement[bool]]:
    """Return the conditions that are true of exactly the cases with all the words."""
    return [word_holds(word) for word in words]


def word_holds(word: Word) -> ColumnElement[bool]:
    """Return the condition that is true of exactly the cases with the word: somewhere in a text, at the beginning
    of an issued number, at either end of any number from four characters on, or as a whole number."""
    found = [_contains(_CASES.c.search_text, word.text)]
    if word.may_be_number:
        parts = [f"{LINE_END}{ISSUED}{word.text}", f"{LINE_END}{PERSONAL}{word.text}{LINE_END}"]
        if word.is_part:
            parts += [f"{LINE_END}{PERSONAL}{word.text}", f"{word.text}{LINE_END}"]
        found += [_contains(_CASES.c.search_numbers, part) for part in parts]
    return or_(*found)


def candidates(connection: Connection, words: Sequence[Word]) -> list[int] | None:
    """Return the keys of few cases among which all hits are, or None when every word is too common for that."""
    plain = [word for word in words if not word.may_be_number]
    found: list[set[int] | None] = [_text_keys(connection, plain)] if plain else []
    found += [_number_keys(connection, word) for word in words if word.may_be_number]
    few = sorted((keys for keys in found if keys is not None), key=len)
    return sorted(few[0]) if few else None


def among(keys: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a case is one of those keys."""
    wanted = func.json_each(literal(json.dumps(list(keys)))).table_valued("value")
    return _CASES.c.key.in_(select(wanted.c.value))


def _text_keys(connection: Connection, words: Sequence[Word]) -> set[int] | None:
    expression = " AND ".join(f"({word.match})" for word in words)
    return _limited(connection, _IN_TEXT, expression=expression)


def _number_keys(connection: Connection, word: Word) -> set[int] | None:
    asked: list[tuple[Any, dict[str, Any]]] = [(_BY_BEGINNING, _beginning(word.text, ISSUED))]
    if word.is_part:
        asked[0] = (_BY_BEGINNING, _beginning(word.text, ISSUED, PERSONAL))
        asked.append((_BY_BEGINNING, _beginning(word.text[::-1], BACKWARDS)))
    else:
        asked.append((_EXACT, {"whole": word.text}))
    asked.append((_IN_TEXT, {"expression": word.match}))
    keys: set[int] = set()
    for statement, values in asked:
        some = _limited(connection, statement, **values)
        if some is None:
            return None
        keys |= some
    return keys


def _beginning(token: str, *kinds: str) -> dict[str, Any]:
    return {"first": token, "last": token + _LAST_CHARACTER, "kinds": kinds}


def _limited(connection: Connection, statement: Any, **values: Any) -> set[int] | None:
    keys = connection.execute(statement, {**values, "most": MOST_CANDIDATES + 1}).scalars().all()
    return set(keys) if len(keys) <= MOST_CANDIDATES else None


def _contains(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return func.instr(column, part) > 0
