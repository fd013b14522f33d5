"""What all tables share: a registry of their own, so that no other program's tables are mistaken for them."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

_REGISTRY = registry()
METADATA = _REGISTRY.metadata


class StoreRow(SQLModel, registry=_REGISTRY):
    """A row of the station's database."""


def names_of(table: Table) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in table.columns]


def table_of(row: type[StoreRow]) -> Table:
    """Return the Core table behind a row class; statements are built on it, never on the ORM."""
    return METADATA.tables[str(row.__tablename__)]
