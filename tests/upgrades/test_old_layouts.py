"""Migrations stay as they were: each still makes the very layout that a sample has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection

from countyhub import schema
from countyhub.database import Database
from stationapp.store import opening
from stationapp.store.connections import connect, writer_engine
from upgrades.samples import DATA_KEY, SAMPLES, layout_of, old_hub, old_station

_LAYOUT = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"


def layout(connection: Any) -> list[tuple[str, str, str]]:
    """What a database is made of: type, name and definition of each of its things."""
    return [tuple(row) for row in connection.execute(_LAYOUT).fetchall()]


def hub_layout(database: Path) -> list[tuple[str, str, str]]:
    """The layout of a hub's database."""
    with closing(sqlite3.connect(database)) as connection:
        return layout(connection)


def station_layout(database: Path) -> list[tuple[str, str, str]]:
    """The layout of a station's database."""
    with closing(connect(database, DATA_KEY)) as connection:
        return layout(connection)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_hub_brought_up_to_then_has_the_layout_of_then(sample: str, tmp_path: Path) -> None:
    database, (revision, _) = Database(f"sqlite:///{tmp_path / 'made.db'}"), layout_of(sample)

    def work(connection: Connection) -> None:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    database.write(work)
    database.close()
    assert hub_layout(tmp_path / "made.db") == hub_layout(old_hub(sample, tmp_path / "hub.db"))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_station_brought_up_to_then_has_the_layout_of_then(sample: str, tmp_path: Path) -> None:
    _, revision = layout_of(sample)
    engine = writer_engine(tmp_path / "made.db", DATA_KEY, "rwc")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        opening.upgrade(connection, opening.MIGRATIONS, revision)
        connection.commit()
    engine.dispose()
    assert station_layout(tmp_path / "made.db") == station_layout(old_station(sample, tmp_path / "old.db"))
