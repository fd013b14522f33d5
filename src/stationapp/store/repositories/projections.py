"""Writing what is derived from a case's log: its line, its numbers, its text search, its places in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.dialects import sqlite

from stationapp.domain.events import CaseEvent, event_from_mapping
from stationapp.store.projection import LoggedEvent, Projected, fold_log, project
from stationapp.store.records.events import EventStatus
from stationapp.store.repositories.base import AnyRow, Repository
from stationapp.store.search_text import Searchable
from stationapp.store.tables import BatchCaseRow, CaseKeyRow, CaseNumberRow, CaseRow, EventRow, HoldingRow
from stationapp.store.tables.base import table_of

_KEYS, _EVENTS, _CASES = table_of(CaseKeyRow), table_of(EventRow), table_of(CaseRow)
_NUMBERS, _BATCHES, _HOLDINGS = table_of(CaseNumberRow), table_of(BatchCaseRow), table_of(HoldingRow)
_E = _EVENTS.c

_LOG = select(_E.body, _E.status, _E.own, _E.seq, _E.revision, _E.at, _E.received_at, _E.settled_at).where(
    _E.case_key == bindparam("key")
)
_TAKEN_BACK = select(_KEYS.c.taken_back).where(_KEYS.c.key == bindparam("of_key"))
_IS_HELD = (
    select(_HOLDINGS.c.feed)
    .join(_KEYS, _KEYS.c.case_id == _HOLDINGS.c.case_id)
    .where(_KEYS.c.key == bindparam("of_key"))
    .limit(1)
)
_LINE_NAMES = tuple(column.name for column in _CASES.c if column.name != "key")
_LINE = select(*(_CASES.c[name] for name in _LINE_NAMES)).where(_CASES.c.key == bindparam("of_key"))
_BATCH_NAMES = ("batch_id", "batch_number", "from_desk", "to_desk", "sent_at", "declared", "outcome")
_BATCH_ROWS = (
    select(*(_BATCHES.c[name] for name in _BATCH_NAMES))
    .where(_BATCHES.c.case_key == bindparam("of_key"))
    .order_by(_BATCHES.c.batch_id)
)
_ALL_KEYS = select(_KEYS.c.key).order_by(_KEYS.c.key)
_PUT_CASE = sqlite.insert(_CASES)
_PUT_LINE = _PUT_CASE.on_conflict_do_update(
    ["key"], set_={name: _PUT_CASE.excluded[name] for name in _LINE_NAMES}
)
_ADD_NUMBERS = insert(_NUMBERS)
_ADD_BATCHES = insert(_BATCHES)
_DROP_LINE = delete(_CASES).where(_CASES.c.key == bindparam("of_key"))
_DROP_NUMBERS = delete(_NUMBERS).where(_NUMBERS.c.case_key == bindparam("of_key"))
_DROP_BATCHES = delete(_BATCHES).where(_BATCHES.c.case_key == bindparam("of_key"))
_DROP_FOREIGN = delete(_EVENTS).where(
    _E.case_key == bindparam("of_key"), text("own = 0"), _E.status == EventStatus.CONFIRMED.value
)
_DROP_TEXT = text("DELETE FROM case_search WHERE rowid = :of_key")
_ADD_TEXT = text("INSERT INTO case_search (rowid, pairs, singles) VALUES (:key, :pairs, :singles)")
_EMPTY_TEXT = text("INSERT INTO case_search (case_search) VALUES ('delete-all')")


@lru_cache(maxsize=1024)
def read_event(body: str) -> CaseEvent:
    """Return the event an envelope's body holds; raises KeyError, TypeError or ValueError on a malformed one."""
    return event_from_mapping(json.loads(body))


class ProjectionQueries(Repository):
    """Derives projections without writing them."""

    def log_of(self, key: int) -> list[LoggedEvent]:
        """Return everything the log has of a case, in no particular order."""
        return [_logged(row) for row in self._connection.execute(_LOG, {"key": key})]

    def taken_back(self, key: int) -> bool:
        """Tell whether the hub has taken the case back."""
        return bool(self._connection.execute(_TAKEN_BACK, {"of_key": key}).scalar_one())

    def derive(self, key: int) -> Projected | None:
        """Return what the log of a case comes to, or None for a case that is not to be shown."""
        log, taken_back = self.log_of(key), self.taken_back(key)
        if taken_back and self._nothing_hangs_on(key, log):
            return None
        standing = fold_log(log)
        return None if standing is None else project(standing, log, taken_back)

    def stored(self, key: int) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Return the stored line and batch rows of a case."""
        line = self._connection.execute(_LINE, {"of_key": key}).mappings().one_or_none()
        batches = self._connection.execute(_BATCH_ROWS, {"of_key": key}).mappings()
        return (dict(line) if line else None), [dict(row) for row in batches]

    def case_keys(self) -> list[int]:
        """Return the keys of all cases that have a log."""
        return list(self._connection.execute(_ALL_KEYS).scalars())

    def _nothing_hangs_on(self, key: int, log: Iterable[LoggedEvent]) -> bool:
        if any(row.is_open or row.needs_person for row in log):
            return False
        return self._connection.execute(_IS_HELD, {"of_key": key}).one_or_none() is None


class Projections(ProjectionQueries):
    """Derives projections and writes them, touching only what has changed."""

    def open(self, key: int, event: LoggedEvent) -> None:
        """Write the projections of a case whose first event this is; there is nothing to compare with."""
        standing = fold_log([event])
        if standing is not None:
            self._write(key, project(standing, [event], taken_back=False), None, [])

    def renew(self, key: int) -> None:
        """Bring the projections of a case to what its log says now."""
        line, batches = self.stored(key)
        projected = self.derive(key)
        if projected is not None:
            self._write(key, projected, line, batches)
        else:
            self._put_away(key, shown=line is not None)

    def clear(self) -> None:
        """Drop every projection."""
        for table in (_BATCHES, _NUMBERS, _CASES):
            self._connection.execute(delete(table))
        self._connection.execute(_EMPTY_TEXT)

    def _write(
        self, key: int, new: Projected, line: Mapping[str, Any] | None, batches: list[dict[str, Any]]
    ) -> None:
        if line != new.line:
            self._connection.execute(_PUT_LINE, {"key": key, **new.line})
        if line is None or any(line[name] != new.line[name] for name in ("search_text", "search_numbers")):
            self._write_search(key, new, fresh=line is None)
        if batches != sorted(new.batches, key=lambda row: str(row["batch_id"])):
            self._connection.execute(_DROP_BATCHES, {"of_key": key})
            self._connection.execute(_ADD_BATCHES, [{"case_key": key, **row} for row in new.batches])

    def _write_search(self, key: int, new: Projected, *, fresh: bool) -> None:
        if not fresh:
            self._connection.execute(_DROP_NUMBERS, {"of_key": key})
            self._connection.execute(_DROP_TEXT, {"of_key": key})
        rows = [{"case_key": key, "token": token, "kind": kind} for token, kind in sorted(new.tokens)]
        if rows:
            self._connection.execute(_ADD_NUMBERS, rows)
        found_by = Searchable(new.line["search_text"], new.line["search_numbers"])
        self._connection.execute(
            _ADD_TEXT, {"key": key, "pairs": found_by.pairs, "singles": found_by.singles}
        )

    def _put_away(self, key: int, *, shown: bool) -> None:
        """Own events stay for the chain; other desks' events of a case we may not see any more go."""
        if shown:
            for statement in (_DROP_BATCHES, _DROP_NUMBERS, _DROP_TEXT, _DROP_LINE):
                self._connection.execute(statement, {"of_key": key})
        if self.taken_back(key):
            self._connection.execute(_DROP_FOREIGN, {"of_key": key})


def _logged(row: AnyRow) -> LoggedEvent:
    return LoggedEvent(
        event=read_event(row.body),
        status=EventStatus(row.status),
        own=bool(row.own),
        seq=row.seq,
        revision=row.revision or 0,
        at=row.at,
        received_at=row.received_at,
        settled=row.settled_at is not None,
    )
