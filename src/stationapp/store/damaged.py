"""Questions to a database that may be damaged anywhere; nothing is written to it, nor beside it.

Every page is sealed, so that what is read is what was written. After each damaged page the connection is made anew:
SQLCipher gives no page on one that has met damage.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from stationapp.store.connections import connect

Row = tuple[Any, ...]

_UNREADABLE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})
_TABLES = "SELECT name FROM sqlite_master"
"""Where not even this can be read to its end, a table that is asked for may be missing in it."""
_COPY_BLOCK = 4096
# https://www.sqlite.org/fileformat2.html, section 4.1: the log's header, then frames of a header and a page each.
_LOG_HEADER, _FRAME_HEADER = 32, 24
_PAGE_SIZE, _SALTS = slice(8, 12), slice(8, 16)
_MOST_ROUNDS = 1_000_000
"""So often a log may have begun anew since the oldest of its frames was written."""


class DamagedDatabase:
    """A database as far as it can be read. `log_is_whole`: its write-ahead log, if any, was read to its end."""

    def __init__(self, database: Path, data_key: bytes, mode: str) -> None:
        self._database, self._key, self._mode = database, data_key, mode
        self._connection: Any = None
        self.size = database.stat().st_size
        self.log_is_whole = True

    def some(self, question: str, *values: object) -> tuple[list[Row], bool]:
        """Return the rows up to the first damage, and whether these are all."""
        rows: deque[Row] = deque()
        try:
            if self._connection is None:
                self._connection = connect(self._database, self._key, self._mode)
                # A file cut short is read as far as it goes, and a list of tables with faults as far as it is sound.
                self._connection.execute("PRAGMA writable_schema = ON")
            rows.extend(self._connection.execute(question, values))
        except sqlcipher.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            is_unlisted = code == sqlite3.SQLITE_ERROR and question != _TABLES and not self.some(_TABLES)[1]
            if code not in _UNREADABLE and not is_unlisted:
                raise
            self.close()
            return list(rows), False
        return list(rows), True

    def one(self, question: str, *values: object) -> Row | None:
        """Return the first row, None where there is none or damage is in the way."""
        rows, _ = self.some(question, *values)
        return rows[0] if rows else None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def opened(database: Path, data_key: bytes, workbench: Path) -> Iterator[DamagedDatabase]:
    """Open a database for reading alone. Raises OSError.

    Where a write-ahead log lies beside it, reading that would write on the disk: then a copy of both, as sealed as they
    are, is read from the `workbench`, and removed afterwards.
    """
    log = log_of(database)
    if not log.exists() or log.stat().st_size == 0:
        with closing(DamagedDatabase(database, data_key, "ro&immutable=1")) as reader:
            yield reader
        return
    with tempfile.TemporaryDirectory(dir=workbench, prefix="~rescue-") as folder:
        copy = Path(folder) / database.name
        _copy(database, copy)
        _copy(log, log_of(copy))
        frames = _frames(log_of(copy))
        with closing(DamagedDatabase(copy, data_key, "rw")) as reader:
            read = reader.one("PRAGMA wal_checkpoint(PASSIVE)")
            reader.log_is_whole = read is not None and int(read[1]) >= frames
            yield reader


def log_of(database: Path) -> Path:
    """Where the write-ahead log of a database lies, if it has one."""
    return database.with_name(database.name + "-wal")


def _copy(source: Path, target: Path) -> None:
    """Copy block by block; one that the disk does not give is left empty, and its page will be found to be damaged."""
    size = source.stat().st_size
    with source.open("rb", buffering=0) as old, target.open("xb") as new:
        for place in range(0, size, _COPY_BLOCK):
            length = min(_COPY_BLOCK, size - place)
            try:
                old.seek(place)
                data = old.read(length)
            except OSError:
                data = b""
            new.write(data.ljust(length, b"\0"))


def _frames(log: Path) -> int:
    """Count the frames up to the last that may be of the log's newest round.

    What is left of earlier rounds stands behind it, and each round's first salt is one above the last one's. A header
    with other salts is damaged, and so is one that is cut short: SQLite takes either for the end, and may be wrong.
    """
    with log.open("rb") as file:
        page = int.from_bytes(file.read(_LOG_HEADER)[_PAGE_SIZE], "big")
        newest, count, last = b"", 0, 0
        while head := file.read(_FRAME_HEADER):
            count += 1
            newest = newest or head[_SALTS]
            if not _is_earlier(head[_SALTS], newest):
                last = count
            file.seek(page, 1)
    return last


def _is_earlier(salts: bytes, newest: bytes) -> bool:
    behind = int.from_bytes(newest[:4], "big") - int.from_bytes(salts[:4], "big")
    return len(salts) == len(newest) and 0 < behind % 2**32 < _MOST_ROUNDS
