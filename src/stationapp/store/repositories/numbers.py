"""Counts for the numbers a station gives: 1, 2, 3 … per kind and day, or year; none is given twice."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.tables import NumberRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(NumberRow)
_LAST = select(_TABLE.c.last).where(
    _TABLE.c.kind == bindparam("of_kind"), _TABLE.c.day == bindparam("of_day")
)
_FIRST = insert(_TABLE).values(kind=bindparam("of_kind"), day=bindparam("of_day"), last=1)
_NEXT = Prepared(
    _FIRST.on_conflict_do_update(["kind", "day"], set_={"last": _TABLE.c.last + 1}).returning(_TABLE.c.last)
)


class NumberQueries(Repository):
    """Reads counts."""

    def last_count(self, kind: str, day_or_year: str) -> int:
        """Return the last count given, 0 for none."""
        row = self._connection.execute(_LAST, {"of_kind": kind, "of_day": day_or_year})
        return row.scalar() or 0


class Numbers(NumberQueries):
    """Gives counts."""

    def next_count(self, kind: str, day_or_year: str) -> int:
        """Return the next count; it is given for good when the transaction of the event that uses it commits."""
        ((count,),) = _NEXT.run(self._connection, {"of_kind": kind, "of_day": day_or_year}).fetchall()
        return int(count)
