"""Counts for the numbers a station gives: 1, 2, 3 … per kind and day, or year; none is given twice."""

from __future__ import annotations

from sqlalchemy import Text, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.tables import NumberRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(NumberRow)
_LAST = select(_TABLE.c.last).where(
    _TABLE.c.kind == bindparam("of_kind"), _TABLE.c.day == bindparam("of_day")
)
_SERIES = (
    select(_TABLE.c.kind, _TABLE.c.day, _TABLE.c.last)
    .where(_TABLE.c.kind.startswith(bindparam("prefix"), autoescape=False))
    .order_by(_TABLE.c.kind, _TABLE.c.day)
)
_FIRST = insert(_TABLE).values(kind=bindparam("of_kind"), day=bindparam("of_day"), last=1)
_RETIRE = (
    update(_TABLE)
    .where(_TABLE.c.kind.not_like(bindparam("retired", type_=Text) + "%"))
    .values(kind=bindparam("before", type_=Text) + _TABLE.c.kind)
)
_NEXT = Prepared(
    _FIRST.on_conflict_do_update(["kind", "day"], set_={"last": _TABLE.c.last + 1}).returning(_TABLE.c.last)
)


class NumberQueries(Repository):
    """Reads counts."""

    def last_count(self, kind: str, day_or_year: str) -> int:
        """Return the last count given, 0 for none."""
        row = self._connection.execute(_LAST, {"of_kind": kind, "of_day": day_or_year})
        return row.scalar() or 0

    def series(self, prefix: str) -> list[tuple[str, str, int]]:
        """Return kind, day or year, and last count of all kinds that begin with a prefix, in order."""
        rows = self._connection.execute(_SERIES, {"prefix": prefix})
        return [(row.kind, row.day, row.last) for row in rows]


class Numbers(NumberQueries):
    """Gives counts."""

    def retire(self, slot: int) -> None:
        """Put the counts of a slot this PC had aside: with another slot they begin at 1 again."""
        self._connection.execute(_RETIRE, {"before": f"slot {slot} ", "retired": "slot "})

    def next_count(self, kind: str, day_or_year: str) -> int:
        """Return the next count; it is given for good when the transaction of the event that uses it commits."""
        ((count,),) = _NEXT.run(self._connection, {"of_kind": kind, "of_day": day_or_year}).fetchall()
        return int(count)
