"""The numbers by which a case is found, in two tables.

In `case_number` they lie in their own order, so that any beginning is looked up; there the numbers of one case are
far apart, and writing them at once would rewrite a page for each while a person waits for his receipt. So new ones
go at the end of the short table `case_number_new`, which is read from one end to the other, and when that is full
they all move over in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from stationapp.store.repositories.base import Prepared
from stationapp.store.tables import CaseNumberRow, NewNumberRow
from stationapp.store.tables.base import table_of

_SORTED, _NEW = table_of(CaseNumberRow), table_of(NewNumberRow)
NUMBER_TABLES = (_SORTED, _NEW)
"""Whoever looks for a number looks in both."""

MOST_NEW = 500
"""Rows of the short table; to read them all takes some hundredths of a millisecond."""

_NAMES = ("kind", "token", "case_key")
_ADD = Prepared(insert(_NEW).values({name: bindparam(name) for name in _NAMES}))
_LAST_NEW = Prepared(select(func.max(_NEW.c.id)))
_MOVE = Prepared(insert(_SORTED).from_select(_NAMES, select(*(_NEW.c[name] for name in _NAMES))))
_EMPTY_NEW = Prepared(delete(_NEW))
_DROP_NEW = Prepared(delete(_NEW).where(_NEW.c.case_key == bindparam("of_case_key")))
_DROP_SORTED = Prepared(
    delete(_SORTED).where(*(_SORTED.c[name] == bindparam(f"of_{name}") for name in _NAMES))
)
_EMPTY_SORTED = Prepared(delete(_SORTED))
_ALL = tuple(Prepared(select(*(table.c[name] for name in _NAMES))) for table in NUMBER_TABLES)


def add_numbers(connection: Connection, key: int, tokens: Iterable[tuple[str, str]]) -> None:
    """Note the numbers of a case that has none yet, as rows (kind, token)."""
    _ADD.run_many(connection, ({"kind": kind, "token": token, "case_key": key} for kind, token in tokens))
    last = _LAST_NEW.one(connection, {})
    if last is not None and last[0] is not None and last[0] >= MOST_NEW:
        _MOVE.run(connection, {})
        _EMPTY_NEW.run(connection, {})


def drop_numbers(connection: Connection, key: int, tokens: Iterable[tuple[str, str]]) -> None:
    """Forget the numbers of a case; `tokens` are all it has."""
    _DROP_NEW.run(connection, {"of_case_key": key})
    rows = ({"of_kind": kind, "of_token": token, "of_case_key": key} for kind, token in tokens)
    _DROP_SORTED.run_many(connection, rows)


def drop_all_numbers(connection: Connection) -> None:
    """Forget the numbers of all cases."""
    for statement in (_EMPTY_NEW, _EMPTY_SORTED):
        statement.run(connection, {})


def all_numbers(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Yield kind, token and case key of every number, in no particular order."""
    for statement in _ALL:
        yield from statement.run(connection, {})
