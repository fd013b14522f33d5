"""Connections to the encrypted database: key and pragmas on every one, trouble of the disk told in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, Pool, QueuePool, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

from hubprotocol.statements import Statements
from stationapp.platform.unavailable import DiskDamaged, DiskTrouble, Unavailable

_STATEMENTS = Statements()

OLDEST_SQLITE = (3, 43, 0)
"""The first with FTS5's contentless_delete."""

_KEY_BYTES = 32
_BUSY_MS = 10_000
_READERS = 4
# 16 MB: pages written again and again go into the file once.
_WAL_PAGES = 4000
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}",
)
_TROUBLES = {
    sqlite3.SQLITE_FULL: "磁盘已满，无法保存。请清理磁盘空间后重试；已保存的办件不受影响。",
    sqlite3.SQLITE_READONLY: "数据库是只读的，无法保存。请检查磁盘或文件夹的写入权限。",
    sqlite3.SQLITE_PERM: "没有读写数据库的权限。请检查文件夹权限。",
    sqlite3.SQLITE_CANTOPEN: "无法打开本站数据库。请检查磁盘是否已连接、是否只读（写保护）、文件夹权限是否正确。",
    sqlite3.SQLITE_IOERR: "磁盘读写出错，磁盘可能已损坏。请尽快备份数据并联系维护人员。",
    sqlite3.SQLITE_BUSY: "本站数据库正被另一个程序占用，请稍后重试。",
    sqlite3.SQLITE_LOCKED: "本站数据库正被另一个程序占用，请稍后重试。",
    sqlite3.SQLITE_CORRUPT: "本站数据库已损坏。请不要删除文件，立即联系维护人员从备份恢复。",
    sqlite3.SQLITE_NOTADB: "无法打开本站数据库：密钥不对，或文件已损坏。文件没有被改动，请联系维护人员。",
}
_KINDS: dict[int, type[Unavailable]] = {
    sqlite3.SQLITE_IOERR: DiskDamaged,
    sqlite3.SQLITE_CORRUPT: DiskDamaged,
    sqlite3.SQLITE_NOTADB: DiskDamaged,
    sqlite3.SQLITE_BUSY: Unavailable,
    sqlite3.SQLITE_LOCKED: Unavailable,
}


def connect(database: Path, data_key: bytes, mode: str = "rw") -> Any:
    """Return a driver connection with the key set and nothing read yet; `mode` is SQLite's URI mode.

    Raises ValueError for a key that is not 32 bytes.
    """
    if len(data_key) != _KEY_BYTES:
        raise ValueError("the data key has 32 bytes")
    uri = f"{database.absolute().as_uri()}?mode={mode}"
    connection = sqlcipher.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{data_key.hex()}'\"")
    return connection


def writer_engine(database: Path, data_key: bytes, mode: str = "rw") -> Engine:
    """Return the engine of the one writing connection."""
    return _engine(database, data_key, mode, ("PRAGMA journal_mode = WAL",), StaticPool)


def reader_engine(database: Path, data_key: bytes) -> Engine:
    """Return the engine of the reading connections, which cannot write."""
    return _engine(database, data_key, "rw", ("PRAGMA query_only = ON",), QueuePool)


def _engine(database: Path, data_key: bytes, mode: str, more: tuple[str, ...], pool: type[Pool]) -> Engine:
    def creator() -> Any:
        connection = connect(database, data_key, mode)
        try:
            for pragma in (*_PRAGMAS, *more):
                connection.execute(pragma).fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    sizes = {"pool_size": _READERS} if pool is QueuePool else {}
    return create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=creator,
        poolclass=pool,
        hide_parameters=True,
        execution_options={"compiled_cache": _STATEMENTS},
        **sizes,
    )


@contextmanager
def trouble_told() -> Iterator[None]:
    """Turn an error of disk or file into Unavailable; any other error of the database is a bug and passes."""
    try:
        yield
    except DBAPIError as error:
        raise _told(error.orig) or error from error
    except sqlcipher.Error as error:
        raise _told(error) or error from error


def _told(error: BaseException | None) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int) or code & 0xFF not in _TROUBLES:
        return None
    kind = _KINDS.get(code & 0xFF, DiskTrouble)
    return kind(_TROUBLES[code & 0xFF], f"sqlite {code}")
