"""A statement is compiled once for all engines of a kind, and again for any other kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select

from hubprotocol import statements
from hubprotocol.statements import Statements

NUMBERS = Table("number", MetaData(), Column("value", Integer))


@pytest.fixture
def engines() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def engine(engines: ExitStack, shared: Statements, driver: Any, *values: int) -> Engine:
    """A database of its own with numbers in it."""
    made = create_engine("sqlite://", module=driver, execution_options={"compiled_cache": shared})
    engines.callback(made.dispose)
    with made.begin() as connection:
        NUMBERS.create(connection)
        for value in values:
            connection.execute(insert(NUMBERS).values(value=value))
    return made


def above(asked: Engine, least: int) -> list[int]:
    with asked.connect() as connection:
        return list(connection.execute(select(NUMBERS.c.value).where(NUMBERS.c.value > least)).scalars())


def test_databases_share_statements_and_nothing_else(engines: ExitStack) -> None:
    shared = Statements()
    first = engine(engines, shared, sqlite3, 1, 2, 3)
    assert above(first, 1) == [2, 3]
    compiled = dict(shared)
    second = engine(engines, shared, sqlite3, 4, 5)
    assert above(second, 4) == [5]
    assert above(first, 2) == [3]
    assert dict(shared) == compiled


def test_another_driver_has_statements_of_its_own(engines: ExitStack) -> None:
    shared = Statements()
    above(engine(engines, shared, sqlite3, 1), 0)
    compiled = len(shared)
    assert above(engine(engines, shared, sqlcipher, 2), 0) == [2]
    assert len(shared) == 2 * compiled


def test_what_grows_with_its_values_does_not_fill_the_memory(
    engines: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST", 10)
    shared = Statements()
    many = engine(engines, shared, sqlite3)
    with many.begin() as connection:
        for count in range(1, 30):
            connection.execute(insert(NUMBERS).values([{"value": value} for value in range(count)]))
            assert len(shared) <= 10
    assert len(above(many, 0)) == sum(range(29))
