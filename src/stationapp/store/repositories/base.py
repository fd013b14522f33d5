"""What every repository stands on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

AnyRow = Row[*tuple[Any, ...]]


class Repository:
    """A topic's queries on one transaction's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
