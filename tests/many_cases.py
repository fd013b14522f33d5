"""A station with many cases at once, and what its database does for whoever asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import get_ident
from typing import Any

from sqlalchemy import Engine, event

from small_county import TOWNSHIP
from stationapp.services.workplace import Workplace

_KEYS = count(1_000_000, 1_000_000)


def multiply(workplace: Workplace, many: int, *, ended: bool = True) -> None:
    """Copy the line of the first case that many times; by default as cases that have ended at the township."""
    first = next(_KEYS)
    told = {
        "key": "fresh.key",
        "case_id": "fresh.case_id",
        "receipt_number": "receipt_number || fresh.key",
        "updated_at": "updated_at - fresh.key",
        "received_at": "received_at - fresh.key",
        "pending": "0",
    }
    if ended:
        told |= {
            "state": "'concluded'",
            "holder": f"'{TOWNSHIP}'",
            "due_day": "'2025-01-0' || (1 + fresh.key % 9)",
        }
    with workplace.store.write() as unit:
        ask = unit._connection.exec_driver_sql
        columns = [row[1] for row in ask("PRAGMA table_info(case_row)")]
        values = ", ".join(told.get(column, f"one.{column}") for column in columns)
        template = ask("SELECT min(key) FROM case_row").scalar_one()
        ask(
            "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO case_key (key, case_id, taken_back) SELECT i, 'many-' || i, 0 FROM n",
            (first, first + many - 1),
        )
        ask(
            f"INSERT INTO case_row ({', '.join(columns)}) SELECT {values}"  # noqa: S608 - columns of our own
            " FROM case_row one, case_key fresh WHERE one.key = ? AND fresh.key >= ?",
            (template, first),
        )


@dataclass
class Steps:
    """How many steps the database took; a step is an instruction of SQLite's virtual machine."""

    taken: int = 0

    def take(self) -> int:
        """Count one, and let the database go on."""
        self.taken += 1
        return 0


@contextmanager
def counted(workplace: Workplace) -> Iterator[Steps]:
    """Count every step of what is looked up."""
    steps = Steps()
    with _told(workplace.store._readers, lambda driver: driver.set_progress_handler(steps.take, 1)):
        yield steps
    workplace.store._readers.dispose()  # A connection that is used again counts no more.


@dataclass
class Statements:
    """Every statement with the thread that made it."""

    made: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def overheard(workplace: Workplace) -> Iterator[Statements]:
    """Hear every statement of readers and writer, also those that go to the driver directly."""
    heard = Statements()

    def listen(driver: Any) -> None:
        driver.set_trace_callback(lambda statement: heard.made.append((get_ident(), statement)))

    store = workplace.store
    with _told(store._readers, listen), _told(store._writer, listen):
        yield heard


@contextmanager
def _told(engine: Engine, begin: Any) -> Iterator[None]:
    """Do something with every connection that is taken from the pool."""

    def taken(driver: Any, *_: Any) -> None:
        begin(driver)

    event.listen(engine, "checkout", taken)
    try:
        yield
    finally:
        event.remove(engine, "checkout", taken)
