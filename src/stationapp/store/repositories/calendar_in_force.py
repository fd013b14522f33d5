"""The working-day calendar in force, by which due dates that may still move are counted."""

from __future__ import annotations

import json
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from stationapp.domain.calendar import WorkCalendar, from_mapping
from stationapp.domain.refusal import Refused
from stationapp.store.repositories.base import Prepared
from stationapp.store.tables import ReferenceRow
from stationapp.store.tables.base import table_of

CALENDAR = "calendar"

_TABLE = table_of(ReferenceRow)
_BODY = Prepared(
    select(_TABLE.c.body)
    .where(_TABLE.c.name == bindparam("wanted"))
    .order_by(_TABLE.c.received.desc())
    .limit(1)
)


def calendar_in_force(connection: Connection) -> WorkCalendar | None:
    """Return the calendar received last; None before one has arrived, and for one this program cannot read."""
    row = _BODY.one(connection, {"wanted": CALENDAR})
    return None if row is None else _read(row[0])


@lru_cache(maxsize=4)
def _read(body: str) -> WorkCalendar | None:
    """A calendar in a later program's format must not keep cases from being shown: their dates stand as stated."""
    try:
        data = json.loads(body)
        return from_mapping(data) if isinstance(data, dict) else None
    except (Refused, ValueError):
        return None
