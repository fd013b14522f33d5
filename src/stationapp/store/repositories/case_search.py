"""How a search becomes SQL.

What a word means is one predicate over a case's own row (`words_hold`). The text index and the table of numbers
know the same, and each serves where it is quick: the few cases of a rare word are looked up; from the many of a
commoner one a set is made, and the list is walked along its index until enough of them are met; and for a word
nearly all have, the list is walked with the predicate, for the hits come at once. Whoever wants all hits gets them
from the indexes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)

from stationapp.store.repositories.base import Prepared
from stationapp.store.repositories.case_numbers import NUMBER_TABLES
from stationapp.store.search_text import (
    BACKWARDS,
    ISSUED,
    LINE_END,
    NO_END,
    PERSONAL,
    SHARED,
    WHOLE,
    Word,
)
from stationapp.store.tables import CaseRow
from stationapp.store.tables.base import table_of

MOST_LOOKED_UP = 1000
"""Up to so many cases are looked up one by one; each costs a page of the wide rows."""
MOST_IN_A_SET = 10_000
"""From more cases than this it is quicker to walk the list with the predicate."""

_CASES = table_of(CaseRow)
_SEARCH = table("case_search", column("rowid"), column("case_search"))
_FIRST_CHARACTER, _LAST_CHARACTER = "\1", "\U0010ffff"
_IS_THERE = {
    numbers: Prepared(
        select(
            exists().where(
                numbers.c.kind == bindparam("of_kind"),
                numbers.c.token >= bindparam("first"),
                numbers.c.token < bindparam("behind"),
            )
        )
    )
    for numbers in NUMBER_TABLES
}
# The sign keeps SQLite from looking the cases up one by one.
_KEY_IN_WALK: ColumnElement[int] = literal_column("+case_row.key")

Keys = Select[Any]
Part = Sequence[Keys]
"""Queries that together find the cases that meet one condition."""


def words_found(connection: Connection, words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """Return the conditions that are true of exactly the cases with all the words, told from the indexes."""
    return [_CASES.c.key.in_(_together(part)) for part, _ in _parts(connection, words)]


def words_met(connection: Connection, words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """Return such conditions as let the first page of a list be found soon."""
    conditions: list[ColumnElement[bool]] = []
    sized = [(_size(connection, part), part, meant) for part, meant in _parts(connection, words)]
    least = min((size for size, _, _ in sized), default=0)
    for size, part, meant in sized:
        if size > MOST_IN_A_SET:
            conditions += [_holds(word) for word in meant]
        elif size == least <= MOST_LOOKED_UP:
            conditions.append(_CASES.c.key.in_(_together(part)))
        else:
            conditions.append(_KEY_IN_WALK.in_(_together(part)))
    return conditions


def _holds(word: Word) -> ColumnElement[bool]:
    """Somewhere in a text, at the beginning of an issued number, at either end of any number from four characters
    on, or as a whole number."""
    marked = (f"{ISSUED}{word.text}", f"{SHARED}{word.text}", f"{WHOLE}{word.text}{NO_END}")
    parts = [LINE_END + part for part in (*marked, f"{PERSONAL}{word.text}{LINE_END}")]
    if word.is_part:
        parts += [f"{LINE_END}{PERSONAL}{word.text}", f"{word.text}{LINE_END}"]
    numbers = (_contains(_CASES.c.search_numbers, part) for part in parts)
    return or_(_contains(_CASES.c.search_text, word.text), *numbers)


def _parts(connection: Connection, words: Sequence[Word]) -> list[tuple[Part, Sequence[Word]]]:
    """Return for every condition all hits meet its queries and words; words that begin or end no number are one."""
    numbers = {word: _numbers(connection, word) for word in words}
    plain = [word for word in words if not numbers[word]]
    parts: list[tuple[Part, Sequence[Word]]] = [([_with_text(plain)], plain)] if plain else []
    return parts + [([_with_text([word]), *found], [word]) for word, found in numbers.items() if found]


def _with_text(words: Sequence[Word]) -> Keys:
    expression = " AND ".join(f"({word.match})" for word in words)
    return select(_SEARCH.c.rowid).where(_SEARCH.c.case_search.op("MATCH")(expression))


def _numbers(connection: Connection, word: Word) -> list[Keys]:
    """Return the queries for the numbers a word finds, without those that find none."""
    begins, whole = (word.text, word.text + _LAST_CHARACTER), (word.text, word.text + _FIRST_CHARACTER)
    ranges = [
        (ISSUED, begins),
        (SHARED, begins),
        (WHOLE, whole),
        (PERSONAL, begins if word.is_part else whole),
    ]
    if word.is_part:
        ends = word.text[::-1]
        ranges.append((BACKWARDS, (ends, ends + _LAST_CHARACTER)))
    return [
        _tokens(numbers, kind, *span)
        for kind, span in ranges
        for numbers in NUMBER_TABLES
        if _is_there(connection, numbers, kind, *span)
    ]


def _is_there(connection: Connection, numbers: Table, kind: str, first: str, behind: str) -> bool:
    found = _IS_THERE[numbers].one(connection, {"of_kind": kind, "first": first, "behind": behind})
    return found is not None and bool(found[0])


def _tokens(numbers: Table, kind: str, first: str, behind: str) -> Keys:
    token = numbers.c.token
    return select(numbers.c.case_key).where(and_(numbers.c.kind == kind, token >= first, token < behind))


def _together(part: Part) -> Any:
    return union_all(*part) if len(part) > 1 else part[0]


def _size(connection: Connection, part: Part) -> int:
    """Return how many cases a part finds, counted no further than it matters; one found twice counts twice."""
    size = 0
    for query in part:
        some = query.limit(MOST_IN_A_SET + 1 - size).subquery()
        size += int(connection.execute(select(func.count()).select_from(some)).scalar_one())
        if size > MOST_IN_A_SET:
            break
    return size


def _contains(text: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    return func.instr(text, part) > 0
