"""How a search becomes SQL.

What a word means is one predicate over a case's own row (`words_hold`). The text index and the table of numbers
know the same (`words_found`), and each serves where it is quick: a word few cases have gives a short list of
candidates; for a word nearly all have, the list is walked in its order, for the hits come quickly; and whoever wants
all hits gets them from the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    table,
    union_all,
)

from stationapp.store.search_text import BACKWARDS, ISSUED, LINE_END, PERSONAL, Word
from stationapp.store.tables import CaseNumberRow, CaseRow
from stationapp.store.tables.base import table_of

MOST_CANDIDATES = 4000
"""From more cases than this it is quicker to walk the list in its order."""

_CASES, _NUMBERS = table_of(CaseRow), table_of(CaseNumberRow)
_SEARCH = table("case_search", column("rowid"), column("case_search"))
_LAST_CHARACTER = "\U0010ffff"

Keys = Select[Any]


def words_hold(words: Iterable[Word]) -> list[ColumnElement[bool]]:
    """Return the conditions that are true of exactly the cases with all the words, told from their rows."""
    return [_holds(word) for word in words]


def words_found(words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """Return the conditions that are true of exactly the cases with all the words, told from the indexes."""
    return [_CASES.c.key.in_(union_all(*part) if len(part) > 1 else part[0]) for part in _parts(words)]


def candidates(connection: Connection, words: Sequence[Word]) -> list[int] | None:
    """Return the keys of few cases among which all hits are, or None when every word is too common for that."""
    found = (_few(connection, part) for part in _parts(words))
    few = sorted((keys for keys in found if keys is not None), key=len)
    return sorted(few[0]) if few else None


def among(keys: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a case is one of those keys."""
    wanted = func.json_each(literal(json.dumps(list(keys)))).table_valued("value")
    return _CASES.c.key.in_(select(wanted.c.value))


def _holds(word: Word) -> ColumnElement[bool]:
    """Somewhere in a text, at the beginning of an issued number, at either end of any number from four characters
    on, or as a whole number."""
    found = [_contains(_CASES.c.search_text, word.text)]
    if word.may_be_number:
        parts = [f"{LINE_END}{ISSUED}{word.text}", f"{LINE_END}{PERSONAL}{word.text}{LINE_END}"]
        if word.is_part:
            parts += [f"{LINE_END}{PERSONAL}{word.text}", f"{word.text}{LINE_END}"]
        found += [_contains(_CASES.c.search_numbers, part) for part in parts]
    return or_(*found)


def _parts(words: Sequence[Word]) -> list[list[Keys]]:
    """Return, for every condition all hits meet, the queries that together find its cases."""
    plain = [word for word in words if not word.may_be_number]
    parts = [[_with_text(plain)]] if plain else []
    return parts + [_with_number(word) for word in words if word.may_be_number]


def _with_text(words: Sequence[Word]) -> Keys:
    expression = " AND ".join(f"({word.match})" for word in words)
    return select(_SEARCH.c.rowid).where(_SEARCH.c.case_search.op("MATCH")(expression))


def _with_number(word: Word) -> list[Keys]:
    tokens = [_beginning(ISSUED, word.text)]
    if word.is_part:
        tokens += [_beginning(PERSONAL, word.text), _beginning(BACKWARDS, word.text[::-1])]
    else:
        tokens.append(and_(_NUMBERS.c.kind == PERSONAL, _NUMBERS.c.token == word.text))
    return [_with_text([word]), *(select(_NUMBERS.c.case_key).where(token) for token in tokens)]


def _beginning(kind: str, token: str) -> ColumnElement[bool]:
    column = _NUMBERS.c.token
    return and_(_NUMBERS.c.kind == kind, column >= token, column < token + _LAST_CHARACTER)


def _few(connection: Connection, part: Sequence[Keys]) -> set[int] | None:
    """Return the keys a part finds, or None as soon as one of its queries finds too many."""
    keys: set[int] = set()
    for query in part:
        some = connection.execute(query.limit(MOST_CANDIDATES + 1)).scalars().all()
        if len(some) > MOST_CANDIDATES:
            return None
        keys.update(some)
    return keys


def _contains(text: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    return func.instr(text, part) > 0
