"""Bringing the database to the newest schema, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from countyhub import sqlite_statistics
from countyhub.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Run every migration that is still missing, all in one transaction."""
    from alembic import command

    def work(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        sqlite_statistics.tell(connection)

    database.write(work)


def is_current(database: Database) -> bool:
    """Tell whether the database has the schema this program knows.

    Every command asks this, so it does without alembic, which takes longer to import than all the rest.
    """
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return found == [newest()]


def holds_hub(database: Database) -> bool:
    """Tell whether the database holds a hub, of whatever schema."""
    with database.read() as connection:
        if not inspect(connection).has_table("hub"):
            return False
        return connection.execute(text("SELECT epoch FROM hub")).first() is not None


def newest() -> str:
    """Return the newest revision: the files are named after theirs, `v0004_….py` holds revision 0004."""
    return max(file.name[1:5] for file in (_MIGRATIONS / "versions").glob("v[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
