"""Migrations make exactly the tables the code speaks of, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from countyhub import schema
from countyhub.database import Database
from countyhub.tables import METADATA, TOPICS


def test_migrations_and_tables_agree(database_url):
    database = Database(database_url)
    assert not schema.is_current(database)
    schema.upgrade(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    ours = {f"{topic.__name__}" for topic in TOPICS}
    assert len(ours) == 7
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, METADATA) == []
    database.close()


def _is_ours(name, kind, parents):
    return kind != "table" or name in METADATA.tables
