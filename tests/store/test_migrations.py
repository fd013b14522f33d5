"""The migrations and the row classes describe the same database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from stationapp.store import schema
from stationapp.store.connections import writer_engine
from stationapp.store.opening import MIGRATIONS, alembic_config
from stationapp.store.station_store import StationStore
from stationapp.store.tables import METADATA
from store.world import DATA_KEY


def layout(connection: Connection) -> dict[str, Any]:
    """Columns and keys of every table the row classes describe, and the text of every index."""
    found: dict[str, Any] = {}
    for name in METADATA.tables:
        for pragma in ("table_xinfo", "foreign_key_list"):
            found[f"{name} {pragma}"] = sorted(
                connection.exec_driver_sql(f"PRAGMA {pragma}({name})").all(), key=str
            )
        found[f"{name} kind"] = connection.exec_driver_sql(f"PRAGMA table_list({name})").one()[4:]
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for name, sql in connection.exec_driver_sql(indexes):
        found[name] = " ".join(sql.replace('"', "").split())
    return found


def test_the_row_classes_equal_the_migrations(store: StationStore) -> None:
    with store._writer.connect() as connection:
        command.check(alembic_config(connection))
        migrated = layout(connection)
    bare = create_engine("sqlite://")
    with bare.begin() as connection:
        METADATA.create_all(connection)
        assert layout(connection) == migrated
    bare.dispose()


def test_the_newest_revision_is_the_one_the_program_writes() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_current_head() == schema.HEAD
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)
    assert all(len(revision) == 4 and revision.isdigit() for revision in revisions)


def test_up_down_and_up_again(database: Path) -> None:
    engine = writer_engine(database, DATA_KEY, "rwc")
    seen = []
    with engine.connect() as connection:
        for target in ("head", "base", "head"):
            act = command.downgrade if target == "base" else command.upgrade
            act(alembic_config(connection), target)
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master ORDER BY name").scalars().all()
            seen.append([name for name in names if "alembic" not in name])
        connection.commit()
    engine.dispose()
    assert seen[0] == seen[2]
    assert "event" in seen[0]
    assert seen[1] == []
