"""Writing what is derived from a case's log: its line, numbers, text search, and places in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.dialects import sqlite

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.events import CaseEvent, event_from_mapping
from stationapp.store.projection import LoggedEvent, Projected, fold_log, project
from stationapp.store.records.events import EventStatus
from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.repositories.calendar_in_force import calendar_in_force
from stationapp.store.repositories.case_numbers import (
    add_numbers,
    all_numbers,
    drop_all_numbers,
    drop_numbers,
)
from stationapp.store.search_text import Searchable
from stationapp.store.tables import BatchCaseRow, CaseKeyRow, CaseRow, EventRow, HoldingRow
from stationapp.store.tables.base import names_of, table_of

_KEYS, _EVENTS, _CASES = table_of(CaseKeyRow), table_of(EventRow), table_of(CaseRow)
_BATCHES, _HOLDINGS = table_of(BatchCaseRow), table_of(HoldingRow)
_E = _EVENTS.c
_LOGGED = (_E.body, _E.status, _E.own, _E.seq, _E.revision, _E.at, _E.received_at, _E.settled_at)
_LOG = Prepared(select(*_LOGGED).where(_E.case_key == bindparam("of_key")))
_WHOLE_LOG = Prepared(select(_E.case_key, *_LOGGED).order_by(_E.case_key))
_ALL_TAKEN_BACK = select(_KEYS.c.key).where(_KEYS.c.taken_back)
_TAKEN_BACK = Prepared(select(_KEYS.c.taken_back).where(_KEYS.c.key == bindparam("of_key")))
_IS_HELD = Prepared(
    select(_HOLDINGS.c.feed)
    .join(_KEYS, _KEYS.c.case_id == _HOLDINGS.c.case_id)
    .where(_KEYS.c.key == bindparam("of_key"))
    .limit(1)
)
_LINE_NAMES = tuple(column.name for column in _CASES.c if column.name != "key")
_LINE = Prepared(select(*(_CASES.c[name] for name in _LINE_NAMES)).where(_CASES.c.key == bindparam("of_key")))
_BATCH_NAMES = ("batch_id", "batch_number", "from_desk", "to_desk", "sent_at", "declared", "outcome")
_BATCH_ROWS = Prepared(
    select(*(_BATCHES.c[name] for name in _BATCH_NAMES))
    .where(_BATCHES.c.case_key == bindparam("of_key"))
    .order_by(_BATCHES.c.batch_id)
)
_ALL_KEYS = select(_KEYS.c.key).order_by(_KEYS.c.key)
_PUT_CASE = sqlite.insert(_CASES)
_PUT_LINE = Prepared(
    _PUT_CASE.values({name: bindparam(name) for name in ("key", *_LINE_NAMES)}).on_conflict_do_update(
        ["key"], set_={name: _PUT_CASE.excluded[name] for name in _LINE_NAMES}
    )
)
_ADD_BATCH = Prepared(insert(_BATCHES).values({name: bindparam(name) for name in names_of(_BATCHES)}))
_DROP_LINE = Prepared(delete(_CASES).where(_CASES.c.key == bindparam("of_key")))
_DROP_BATCHES = Prepared(delete(_BATCHES).where(_BATCHES.c.case_key == bindparam("of_key")))
_DROP_FOREIGN = Prepared(
    delete(_EVENTS).where(_E.case_key == bindparam("of_key"), text("own = 0 AND status = 'confirmed'"))
)
_ADD_TEXT = Prepared(text("INSERT INTO case_search (rowid, pairs, singles) VALUES (:key, :pairs, :singles)"))
_DROP_TEXT = Prepared(text("DELETE FROM case_search WHERE rowid = :of_key"))
_TERMS = text("SELECT doc, col, offset, term FROM case_search_terms")
_LINE_KEYS = select(_CASES.c.key)
# Spelled as in the partial index.
_MOVING_DUES = Prepared(select(_CASES.c.key).where(text("due_calendar IS NOT NULL")).order_by(_CASES.c.key))
_EMPTY_TEXT = text("INSERT INTO case_search (case_search) VALUES ('delete-all')")


@lru_cache(maxsize=1024)
def read_event(body: str) -> CaseEvent:
    """Return the event in an envelope's body; raises KeyError, TypeError or ValueError on a malformed one."""
    return event_from_mapping(json.loads(body))


class ProjectionQueries(Repository):
    """Derives projections without writing them."""

    def log_of(self, key: int) -> list[LoggedEvent]:
        """Return everything the log has of a case, in no particular order."""
        return [_logged(*row) for row in _LOG.run(self._connection, {"of_key": key})]

    def taken_back(self, key: int) -> bool:
        """Tell whether the hub has taken the case back."""
        row = _TAKEN_BACK.one(self._connection, {"of_key": key})
        return row is not None and bool(row[0])

    def derive(self, key: int) -> Projected | None:
        """Return what the log of a case comes to, or None for a case that is not to be shown."""
        return self._derived(key, self.log_of(key), self.taken_back(key))

    def stored(self, key: int) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Return the stored line and batch rows of a case."""
        line = _LINE.one(self._connection, {"of_key": key})
        batches = _BATCH_ROWS.run(self._connection, {"of_key": key})
        return (
            dict(zip(_LINE_NAMES, line, strict=True)) if line else None,
            [dict(zip(_BATCH_NAMES, row, strict=True)) for row in batches],
        )

    def case_keys(self) -> list[int]:
        """Return the keys of all cases that have a log."""
        return list(self._connection.execute(_ALL_KEYS).scalars())

    def line_keys(self) -> set[int]:
        """Return the keys of all cases that have a line."""
        return set(self._connection.execute(_LINE_KEYS).scalars())

    def search_terms(self) -> Iterator[tuple[int, tuple[str, int, str]]]:
        """Yield everything the text search holds: the case, then column, place and term."""
        for key, *term in self._connection.execute(_TERMS):
            yield key, (term[0], term[1], term[2])

    def number_rows(self) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield every number a case is found by: the case, then kind and token."""
        for kind, token, key in all_numbers(self._connection):
            yield key, (kind, token)

    def _derived(self, key: int, log: Sequence[LoggedEvent], taken_back: bool) -> Projected | None:
        if taken_back and self._nothing_hangs_on(key, log):
            return None
        standing = fold_log(log)
        return None if standing is None else project(standing, log, taken_back, self._calendar)

    def _calendar(self) -> WorkCalendar | None:
        return calendar_in_force(self._connection)

    def _nothing_hangs_on(self, key: int, log: Iterable[LoggedEvent]) -> bool:
        if any(row.is_open or row.needs_person for row in log):
            return False
        return _IS_HELD.one(self._connection, {"of_key": key}) is None


class Projections(ProjectionQueries):
    """Derives projections and writes them, touching only what has changed."""

    def open(self, key: int, event: LoggedEvent) -> None:
        """Write the projections of a case whose first event this is; there is nothing to compare with."""
        standing = fold_log([event])
        if standing is not None:
            self._write(key, project(standing, [event], False, self._calendar), None, [])

    def renew(self, key: int) -> None:
        """Bring the projections of a case to what its log says now."""
        line, batches = self.stored(key)
        projected = self.derive(key)
        if projected is not None:
            self._write(key, projected, line, batches)
        else:
            self._put_away(key, line)

    def renew_moving_dues(self) -> None:
        """Count the due days anew that the calendar in force decides; no other case is touched."""
        for (key,) in _MOVING_DUES.run(self._connection, {}).fetchall():
            self.renew(key)

    def renew_all(self) -> None:
        """Drop every projection and derive it anew, in one run over the log."""
        for table in (_BATCHES, _CASES):
            self._connection.execute(delete(table))
        drop_all_numbers(self._connection)
        self._connection.execute(_EMPTY_TEXT)
        taken_back = set(self._connection.execute(_ALL_TAKEN_BACK).scalars())
        for key, rows in groupby(_WHOLE_LOG.run(self._connection, {}), key=itemgetter(0)):
            log = [_logged(*row[1:]) for row in rows]
            projected = self._derived(key, log, key in taken_back)
            if projected is not None:
                self._write(key, projected, None, [])

    def _write(
        self,
        key: int,
        new: Projected,
        line: Mapping[str, Any] | None,
        batches: Sequence[Mapping[str, Any]],
    ) -> None:
        if line != new.line:
            _PUT_LINE.run(self._connection, {"key": key, **new.line})
        before, after = found_by(line), found_by(new.line)
        if before != after:
            self._drop_search(key, before)
            self._add_search(key, after)
        if batches != new.batches:
            _DROP_BATCHES.run(self._connection, {"of_key": key})
            _ADD_BATCH.run_many(self._connection, ({"case_key": key, **row} for row in new.batches))

    def _drop_search(self, key: int, gone: Searchable | None) -> None:
        if gone is None:
            return
        drop_numbers(self._connection, key, gone.tokens)
        _DROP_TEXT.run(self._connection, {"of_key": key})

    def _add_search(self, key: int, new: Searchable | None) -> None:
        if new is None:
            return
        add_numbers(self._connection, key, new.tokens)
        terms = {"pairs": new.pairs, "singles": new.singles}
        _ADD_TEXT.run(self._connection, {"key": key, **terms})

    def _put_away(self, key: int, line: Mapping[str, Any] | None) -> None:
        """Own events stay for the chain; other desks' events of a case we may not see any more go."""
        if line is not None:
            self._drop_search(key, found_by(line))
            for statement in (_DROP_BATCHES, _DROP_LINE):
                statement.run(self._connection, {"of_key": key})
        if self.taken_back(key):
            _DROP_FOREIGN.run(self._connection, {"of_key": key})


def found_by(line: Mapping[str, Any] | None) -> Searchable | None:
    """Return what the case of a line is found by, or None for no line."""
    return None if line is None else Searchable(line["search_text"], line["search_numbers"])


def _logged(
    body: str,
    status: str,
    own: int,
    seq: int,
    revision: int | None,
    at: int,
    received_at: int | None,
    settled_at: int | None,
) -> LoggedEvent:
    return LoggedEvent(
        event=read_event(body),
        status=EventStatus(status),
        own=bool(own),
        seq=seq,
        revision=revision or 0,
        at=at,
        received_at=received_at,
        settled=settled_at is not None,
    )
