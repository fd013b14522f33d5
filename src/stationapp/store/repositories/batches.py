"""Batches as the events of their cases tell them."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import bindparam, func, select

from stationapp.store.moments import from_micros
from stationapp.store.records.cases import BatchSummary
from stationapp.store.repositories.base import AnyRow, Repository
from stationapp.store.tables import BatchCaseRow, CaseKeyRow
from stationapp.store.tables.base import table_of

Direction = Literal["out", "in"]

_B, _KEYS = table_of(BatchCaseRow).c, table_of(CaseKeyRow)
_SUMMARIES = select(
    _B.batch_id,
    func.max(_B.batch_number),
    func.max(_B.from_desk),
    func.max(_B.to_desk),
    func.max(_B.sent_at),
    func.max(_B.declared),
    func.count(),
    *(func.count().filter(_B.outcome == outcome) for outcome in ("signed", "declined", "recalled")),
).group_by(_B.batch_id)
_NEWEST_FIRST = _SUMMARIES.order_by(func.max(_B.sent_at).desc(), _B.batch_id.desc()).limit(bindparam("most"))
_OF_DESK = {
    "out": _NEWEST_FIRST.where(_B.from_desk == bindparam("desk")),
    "in": _NEWEST_FIRST.where(_B.to_desk == bindparam("desk")),
}
_ONE = _SUMMARIES.where(_B.batch_id == bindparam("of_batch"))
_CASES = (
    select(_KEYS.c.case_id)
    .join(_B.batch_id.table, _B.case_key == _KEYS.c.key)
    .where(_B.batch_id == bindparam("of_batch"))
    .order_by(_KEYS.c.key)
)


class BatchQueries(Repository):
    """Reads batches."""

    def list(self, direction: Direction, desk: str, limit: int) -> list[BatchSummary]:
        """Return a desk's batches, sent by it ("out") or addressed to it ("in"), the newest first."""
        rows = self._connection.execute(_OF_DESK[direction], {"desk": desk, "most": limit})
        return [_summary(row) for row in rows]

    def get(self, batch_id: str) -> BatchSummary | None:
        """Return one batch, or None when no case of it is known here."""
        row = self._connection.execute(_ONE, {"of_batch": batch_id}).one_or_none()
        return _summary(row) if row is not None else None

    def cases(self, batch_id: str) -> tuple[str, ...]:
        """Return the ids of the batch's cases known here, in the order in which they became known."""
        return tuple(self._connection.execute(_CASES, {"of_batch": batch_id}).scalars())


def _summary(row: AnyRow) -> BatchSummary:
    batch_id, number, from_desk, to_desk, sent_at, *counts = row
    return BatchSummary(batch_id, number, from_desk, to_desk, from_micros(sent_at), *counts)
