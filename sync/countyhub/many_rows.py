"""Many rows in one statement: to PostgreSQL each column travels as one array, for SQLite the driver repeats the row.

A statement with a parameter for every value of every row is another one for each number of rows: it is written out,
read by the driver and planned by the server each time. With a parameter for each column it is always the same.
`unnest` stands in the list of columns, where PostgreSQL goes through arrays of one length side by side (from version
10 on). That is tried on PostgreSQL itself; of the databases that are akin to it nothing is known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    LargeBinary,
    Text,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

from countyhub.county_rows import COUNTY
from countyhub.county_scope import county_here
from countyhub.database import table_of

_IN_ARRAYS: Mapping[type, TypeEngine[Any]] = {
    str: Text(),
    int: BigInteger(),
    bool: Boolean(),
    bytes: LargeBinary(),
}
# A parameter of a write may not be called like a column.
_KEY, _ALL = "key_", "all_"

Row = Mapping[str, Any]


def add_rows(connection: Connection, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows in the given order; all name the same columns."""
    _add(connection, table, rows, absent=False)


def insert_if_absent(connection: Connection, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert those rows whose keys are not there yet, in the given order; all name the same columns."""
    _add(connection, table, rows, absent=True)


def change_rows(
    connection: Connection, table: type[SQLModel], keys: tuple[str, ...], rows: Sequence[Row]
) -> None:
    """Give the rows with these keys the other values; each row names the keys and the same columns besides."""
    if not rows:
        return
    names = tuple(rows[0])
    if _has_arrays(connection):
        connection.execute(_change_by_arrays(table, keys, names), _columns(names, rows))
    else:
        named = {name: _KEY + name if name in keys else name for name in names}
        change = _change_one(table, keys)
        connection.execute(change, [{named[name]: row[name] for name in names} for row in rows])


def _add(connection: Connection, table: type[SQLModel], rows: Sequence[Row], *, absent: bool) -> None:
    if not rows:
        return
    if _has_arrays(connection):
        names = tuple(rows[0])
        connection.execute(_add_by_arrays(table, names, absent), _columns(names, rows))
    else:
        connection.execute(_add_one(table, absent), rows)


def _has_arrays(connection: Connection) -> bool:
    return connection.dialect.name != "sqlite"


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {_ALL + name: [row[name] for row in rows] for name in names}


def _unnested(column: Column[Any]) -> ColumnElement[Any]:
    array: postgresql.ARRAY[Any] = postgresql.ARRAY(_IN_ARRAYS[_python_type(column.type)])
    return func.unnest(bindparam(_ALL + column.name, type_=array)).label(column.name)


def _python_type(kind: TypeEngine[Any]) -> type:
    return (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type


# Put together once for each table and set of columns: that costs as much as the database's work.
@cache
def _add_by_arrays(table: type[SQLModel], names: tuple[str, ...], absent: bool) -> Any:
    columns = table_of(table).c
    rows = select(county_here().label(COUNTY), *(_unnested(columns[name]) for name in names))
    statement = postgresql.insert(table_of(table)).from_select([COUNTY, *names], rows)
    return statement.on_conflict_do_nothing() if absent else statement


@cache
def _add_one(table: type[SQLModel], absent: bool) -> Any:
    return sqlite.insert(table_of(table)).on_conflict_do_nothing() if absent else insert(table_of(table))


@cache
def _change_by_arrays(table: type[SQLModel], keys: tuple[str, ...], names: tuple[str, ...]) -> Any:
    columns = table_of(table).c
    fresh = select(*(_unnested(columns[name]) for name in names)).subquery("fresh")
    same = and_(*(columns[key] == fresh.c[key] for key in keys))
    return update(table_of(table)).where(same).values({n: fresh.c[n] for n in names if n not in keys})


@cache
def _change_one(table: type[SQLModel], keys: tuple[str, ...]) -> Any:
    columns = table_of(table).c
    return update(table_of(table)).where(and_(*(columns[key] == bindparam(_KEY + key) for key in keys)))
