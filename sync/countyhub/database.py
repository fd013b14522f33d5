"""One engine for SQLite and PostgreSQL, and the one place where anything is committed."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from countyhub import county_scope
from hubprotocol.failpoints import here
from hubprotocol.statements import Statements

T = TypeVar("T")

# What another transaction can do to ours: deadlock, serialisation failure, lock not available in time.
_PASSING_STATES = frozenset({"40P01", "40001", "55P03"})
_ATTEMPTS = 5
_BUSY_MS = 30_000
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}")
_WRITES = "countyhub_writes"
# Every engine here compiles by the same rules, those of `county_scope`.
_STATEMENTS = Statements()

log = logging.getLogger(__name__)


class Database:
    """The hub's database. `read` gives one snapshot, `write` one transaction that may run more than once.

    A database can hold several counties; this object sees only the one it was given, or the only one there is.
    """

    def __init__(self, url: str, county: str = "", *, read_only: bool = False) -> None:
        """Open nothing yet; `url` is SQLAlchemy's, `postgresql://` meaning the psycopg driver; `county` 6 digits.

        Of a SQLite file that is only read not a byte is changed, and none is made beside it.
        """
        self.engine = _engine(url, read_only=read_only)
        self._url = url
        self._county = county
        self._listeners: list[Callable[[], None]] = []
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer; waiting in line is fairer than its polling.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout."""
        options: dict[str, Any] = {county_scope.OPTION: self._which_county()}
        if not self.is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction, commit, and return its result.

        When another transaction came between (deadlock, a unique key taken meanwhile) the work is rolled back
        and run again, so it must have no effect but through its connection.
        """
        county = self._which_county()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._turn, self._writer(county) as connection, connection.begin():
                    result = work(connection)
                    here("hub.before-commit")
                here("hub.after-commit")
                for tell in self._listeners:
                    tell()
                return result
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not _is_passing(error):
                    raise
                log.info("transaction runs again after %s", type(error.orig).__name__)
        raise AssertionError("unreachable")

    def on_commit(self, tell: Callable[[], None]) -> None:
        """Have a function called after each commit here, in the thread that committed; it must be quick."""
        self._listeners.append(tell)

    @property
    def county(self) -> str:
        """The county whose rows are seen, empty while that is not known."""
        return self._county

    def keep_to(self, county: str) -> None:
        """From now on see this county's rows only."""
        self._county = county

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database, resolved; None for any other."""
        return _file_of(self._url)

    def of(self, county: str) -> Database:
        """Return another county's view of the same database, over the same connections."""
        other = copy.copy(self)
        other.keep_to(county)
        return other

    def counties(self) -> list[str]:
        """Return the codes of the counties whose hubs are in the database."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("hub"):
                return []
            return list(connection.execute(text("SELECT county FROM hub ORDER BY county")).scalars())

    def _which_county(self) -> str | None:
        """The county to keep to; empty while there is none, None while there are several to choose from."""
        if self._county:
            return self._county
        found = self.counties()
        if len(found) > 1:
            return None
        self._county = found[0] if found else ""
        return self._county

    def _writer(self, county: str | None) -> Connection:
        return self.engine.connect().execution_options(**{_WRITES: True, county_scope.OPTION: county})

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a row class."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def in_chunks(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Cut a long list into pieces a statement can carry as parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _is_passing(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return getattr(error.orig, "sqlstate", None) in _PASSING_STATES or "database is locked" in str(error.orig)


def _file_of(url: str) -> Path | None:
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(str(address.database)).resolve() if is_file else None


def _only_read(file: Path) -> str:
    """The address by which SQLite neither changes a file nor makes others beside it.

    A file without a log beside it is a finished copy, which may lie where nothing can be written.
    """
    mode = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"
    return f"sqlite:///file:{quote(str(file))}?{mode}&uri=true"


def _engine(url: str, *, read_only: bool = False) -> Engine:
    file = _file_of(url) if read_only else None
    address = make_url(_only_read(file) if file else url)
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(
        address,
        pool_size=20,
        max_overflow=30,
        hide_parameters=True,
        execution_options={"compiled_cache": _STATEMENTS},
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_copy if read_only else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    county_scope.keep_to_county(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # Transactions begin by our own statement, see `_begin_sqlite`.
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_copy(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
