"""The queue of a desk (取号): numbers are taken and called within one transaction each, so none is called twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from stationapp.store.moments import from_micros, to_micros
from stationapp.store.records.events import Moment
from stationapp.store.records.queue import QueueTicket, TicketState
from stationapp.store.repositories.base import Repository
from stationapp.store.tables import QueueTicketRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(QueueTicketRow)
_T = _TABLE.c


class QueueQueries(Repository):
    """Reads the queue."""

    def get(self, desk: str, day: str, count: int) -> QueueTicket | None:
        """Return one ticket."""
        row = self._connection.execute(select(_TABLE).where(_one(desk, day, count))).mappings().one_or_none()
        return None if row is None else _ticket(row)

    def list(self, desk: str, day: str) -> list[QueueTicket]:
        """Return the tickets of a day, in the order in which they were taken."""
        rows = self._connection.execute(select(_TABLE).where(_of_day(desk, day)).order_by(_T.count))
        return [_ticket(row) for row in rows.mappings()]

    def next_waiting(self, desk: str, day: str) -> QueueTicket | None:
        """Return whose turn it is: the green channel first, then who came first."""
        waiting = select(_TABLE).where(_of_day(desk, day), _T.state == str(TicketState.WAITING))
        row = self._connection.execute(waiting.order_by(_T.priority.desc(), _T.count).limit(1)).mappings()
        found = row.one_or_none()
        return None if found is None else _ticket(found)

    def ahead_of(self, ticket: QueueTicket) -> int:
        """Return how many wait before a ticket."""
        earlier = _T.count < ticket.count
        before = (_T.priority & earlier) if ticket.priority else (_T.priority | earlier)
        waiting = (_of_day(ticket.desk, ticket.day), _T.state == str(TicketState.WAITING), before)
        return int(self._connection.execute(select(func.count()).where(*waiting)).scalar_one())


class Queue(QueueQueries):
    """Takes, calls and closes tickets."""

    def take(self, desk: str, day: str, count: int, business: str, at: Moment, *, priority: bool) -> None:
        """Add a ticket at the end."""
        values = {
            "desk": desk,
            "day": day,
            "count": count,
            "state": str(TicketState.WAITING),
            "priority": priority,
            "business": business,
            "taken_at": to_micros(at),
            "called_at": None,
            "calls": 0,
            "window": "",
        }
        self._connection.execute(insert(_TABLE).values(values))

    def call(self, ticket: QueueTicket, window: str, at: Moment) -> None:
        """Note that a ticket was called, or called again, to a window."""
        values = {
            "state": str(TicketState.CALLED),
            "called_at": to_micros(at),
            "calls": ticket.calls + 1,
            "window": window,
        }
        self._connection.execute(update(_TABLE).where(_mine(ticket)).values(values))

    def mark(self, ticket: QueueTicket, state: TicketState) -> None:
        """Note what became of a ticket."""
        self._connection.execute(update(_TABLE).where(_mine(ticket)).values(state=str(state)))


def _of_day(desk: str, day: str) -> ColumnElement[bool]:
    return (_T.desk == desk) & (_T.day == day)


def _one(desk: str, day: str, count: int) -> ColumnElement[bool]:
    return _of_day(desk, day) & (_T.count == count)


def _mine(ticket: QueueTicket) -> ColumnElement[bool]:
    return _one(ticket.desk, ticket.day, ticket.count)


def _ticket(row: Any) -> QueueTicket:
    values = dict(row)
    called = values["called_at"]
    return QueueTicket(
        **{
            **values,
            "state": TicketState(values["state"]),
            "taken_at": from_micros(values["taken_at"]),
            "called_at": None if called is None else from_micros(called),
        }
    )
