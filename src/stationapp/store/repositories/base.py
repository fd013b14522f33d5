"""What every repository stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, Connection, Row
from sqlalchemy.dialects import sqlite

AnyRow = Row[*tuple[Any, ...]]

_DIALECT = sqlite.dialect(paramstyle="named")


class Repository:
    """A topic's queries on one transaction's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection


def driver_of(connection: Connection) -> Any:
    """Return the driver's connection, for what is to cost nothing besides."""
    return connection.connection.driver_connection


class Prepared:
    """A Core statement compiled once and handed to the driver as text.

    An own event is half a dozen statements, and a person waits for them: so they skip what SQLAlchemy does at every
    execution. Values go in and come out as the driver has them: a boolean as 0 or 1. Errors are the driver's.
    """

    __slots__ = ("_fixed", "_sql")

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Run it inside the connection's transaction and return the driver's cursor."""
        return driver_of(connection).execute(self._sql, {**self._fixed, **values} if self._fixed else values)

    def one(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it and return the first row, if there is one."""
        row: tuple[Any, ...] | None = self.run(connection, values).fetchone()
        return row

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for every row of values."""
        driver_of(connection).executemany(self._sql, [{**self._fixed, **row} for row in rows])
