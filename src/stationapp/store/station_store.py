"""The station's database: one writer at a time, many readers, everything encrypted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from hubprotocol.failpoints import here
from stationapp.store import opening, schema
from stationapp.store.connections import reader_engine, trouble_told, writer_engine
from stationapp.store.repositories.base import driver_of
from stationapp.store.repositories.settings import PROJECTION_SETTING
from stationapp.store.units import ReadUnit, WriteUnit


class StationStore:
    """An open database. `write` and `read` may be used from any thread; every unit belongs to one thread."""

    def __init__(self, database: Path, data_key: bytes) -> None:
        self.database = database
        self._writer: Engine = writer_engine(database, data_key)
        self._readers: Engine = reader_engine(database, data_key)
        self._lock = threading.Lock()
        self._writing_thread: int | None = None

    @classmethod
    def create(cls, database: Path, data_key: bytes) -> StationStore:
        """Make a fresh database and open it. Raises Unavailable when one is there or the disk does not let us."""
        opening.require_sqlite()
        opening.make(database, data_key)
        return cls.open(database, data_key)

    @classmethod
    def open(cls, database: Path, data_key: bytes) -> StationStore:
        """Open a database; an older one is copied and brought up to date first.

        Raises Unavailable, with the file unchanged, for a wrong key, a damaged or foreign file, a newer layout,
        and for disk trouble.
        """
        opening.require_sqlite()
        revision = opening.revision_of(database, data_key)
        if revision != schema.HEAD:
            opening.migrate(database, data_key, revision)
        store = cls(database, data_key)
        try:
            store._renew_projections()
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def write(self) -> Iterator[WriteUnit]:
        """Give the one transaction that may write: committed on a clean end, undone on any exception.

        Raises Unavailable when the disk is full, read-only or failing; then nothing of it was written.
        """
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a transaction cannot begin inside another one of the same thread")
        with self._lock, trouble_told():
            self._writing_thread = threading.get_ident()
            try:
                with self._writer.connect() as connection, connection.begin():
                    driver_of(connection).execute("BEGIN IMMEDIATE")
                    yield WriteUnit(connection)
                    here("station.before-commit")
            finally:
                self._writing_thread = None
        here("station.after-commit")

    @contextmanager
    def read(self) -> Iterator[ReadUnit]:
        """Give one consistent view of what is committed."""
        with trouble_told(), self._readers.connect() as connection:
            driver_of(connection).execute("BEGIN")
            yield ReadUnit(connection)

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        self._readers.dispose()
        self._writer.dispose()

    def _renew_projections(self) -> None:
        from stationapp.store.rebuild import rebuild

        with self.read() as unit:
            stored = unit.settings.get(PROJECTION_SETTING)
        if stored != schema.projection_fingerprint():
            rebuild(self)
