"""Making, judging and migrating the database file. Judging changes nothing, not a byte."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from stationapp.platform.atomic_files import disk_trouble, sync_folder
from stationapp.platform.unavailable import Unavailable
from stationapp.store import schema
from stationapp.store.connections import OLDEST_SQLITE, connect, trouble_told, writer_engine

MIGRATIONS = Path(__file__).parent / "migrations"

_DAMAGED = "本站数据库已损坏或不完整。文件没有被改动，请不要删除，立即联系维护人员从备份恢复。"
_STRANGE = "这个文件不是本程序的数据库，没有被改动。请联系维护人员。"
_NEWER = (
    "本站数据库由更新版本的程序写成，当前程序不能打开，以免损坏数据。文件没有被改动，请升级程序后再打开。"
)


def require_sqlite() -> None:
    """Raise Unavailable when the SQLite that came along is too old for the search."""
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise Unavailable(
            "程序自带的数据库组件版本过低，请重新安装程序。", f"sqlite {sqlcipher.sqlite_version}"
        )


def make(database: Path, data_key: bytes) -> None:
    """Make a fresh database in a file of its own and put it in place whole. Raises Unavailable if one is there."""
    if database.exists():
        raise Unavailable("本站数据库已经存在，没有被改动。", "create over an existing file")
    fresh = database.with_name(database.name + ".new")
    for leftover in (fresh, fresh.with_name(fresh.name + "-wal"), fresh.with_name(fresh.name + "-shm")):
        leftover.unlink(missing_ok=True)
    _fill(fresh, data_key)
    try:
        fresh.replace(database)
        sync_folder(database.parent)
    except OSError as error:
        raise disk_trouble(error) from error


def revision_of(database: Path, data_key: bytes) -> str:
    """Return the file's alembic revision; Unavailable when it is missing, damaged, strange, newer, or locked up."""
    try:
        size = database.stat().st_size
    except OSError as error:
        raise disk_trouble(error) from error
    with trouble_told(), closing(connect(database, data_key, _reading_mode(database))) as connection:
        _require_whole(connection, size, _wal_of(database))
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master").fetchall()}
        if "alembic_version" not in tables:
            raise Unavailable(_STRANGE, "no alembic_version")
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision is None:
        raise Unavailable(_STRANGE, "empty alembic_version")
    if revision[0] > schema.HEAD:
        raise Unavailable(_NEWER, f"revision {revision[0]} > {schema.HEAD}")
    return str(revision[0])


def migrate(database: Path, data_key: bytes, before: str, migrations: Path = MIGRATIONS) -> Path:
    """Bring an older file to the newest layout, after a copy; return the copy's path.

    All steps are one transaction: a migration that fails leaves the file as it was.
    """
    copy = database.with_name(f"{database.name}.before-{schema.HEAD}-was-{before}")
    with trouble_told():
        _copy(database, data_key, copy)
        _upgrade(database, data_key, "rw", migrations)
    return copy


def upgrade(connection: Connection, migrations: Path, target: str = "head") -> None:
    """Run alembic on a connection whose transaction the caller ends."""
    from alembic import command

    command.upgrade(alembic_config(connection, migrations), target)


def alembic_config(connection: Connection | None, migrations: Path = MIGRATIONS) -> Any:
    """Return alembic's configuration for our migrations, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _fill(fresh: Path, data_key: bytes) -> None:
    with trouble_told():
        _upgrade(fresh, data_key, "rwc", MIGRATIONS)


def _upgrade(database: Path, data_key: bytes, mode: str, migrations: Path) -> None:
    engine = writer_engine(database, data_key, mode)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(connection, migrations)
            connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.commit()
    finally:
        engine.dispose()


def _copy(database: Path, data_key: bytes, copy: Path) -> None:
    partial = copy.with_name(copy.name + ".new")
    partial.unlink(missing_ok=True)
    with closing(connect(database, data_key)) as source, closing(connect(partial, data_key, "rwc")) as target:
        source.backup(target)
    partial.replace(copy)
    sync_folder(copy.parent)


def _wal_of(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def _reading_mode(database: Path) -> str:
    """Without a write-ahead log beside it the file can be read as it lies, and no file appears beside it."""
    wal = _wal_of(database)
    return "ro" if wal.exists() and wal.stat().st_size else "ro&immutable=1"


def _require_whole(connection: Any, size: int, wal: Path) -> None:
    if size == 0:
        raise Unavailable(_DAMAGED, "empty file")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    # SQLCipher answers some pragmas in text.
    pages = int(connection.execute("PRAGMA page_count").fetchone()[0])
    page_size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    log_is_empty = not wal.exists() or wal.stat().st_size == 0
    if log_is_empty and pages * page_size > size:
        raise Unavailable(_DAMAGED, f"{size} bytes for {pages} pages of {page_size}")
