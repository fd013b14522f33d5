"""Which event sits where in the hub's order of one case.

Within one epoch of the hub a place is given once and for all. A hub restored from a backup begins a new epoch and
may order events anew; what it no longer knows loses its place, and own events are sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ContradictionError(Exception):
    """The hub gave, within one epoch, one place to two events or one event two places."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An event's place: `revision` 1, 2, 3 … in the case, given in an epoch; `received_at` in microseconds."""

    row_id: int
    event_id: str
    revision: int
    received_at: int
    epoch: str


def reseat(seated: Iterable[Seat], wanted: Sequence[Seat]) -> tuple[list[Seat], list[Seat]]:
    """Return which seated events lose their places, and which of the wanted seats are new or changed.

    `wanted` are all of one epoch. Raises ContradictionError.
    """
    before = {seat.event_id: seat for seat in seated}
    newly = [seat for seat in wanted if not _is_same(before.get(seat.event_id), seat)]
    after = before | {seat.event_id: seat for seat in newly}
    if not newly:
        return [], []
    epoch = wanted[0].epoch
    current = [seat for seat in after.values() if seat.epoch == epoch]
    places = {seat.revision: seat.event_id for seat in current}
    if len(places) != len(current):
        raise ContradictionError(f"a place was given twice in epoch {epoch}")
    is_whole = set(places) == set(range(1, len(places) + 1))
    older = (seat for seat in after.values() if seat.epoch != epoch)
    return [seat for seat in older if is_whole or seat.revision in places], newly


def _is_same(before: Seat | None, wanted: Seat) -> bool:
    if before is None or before.epoch != wanted.epoch:
        return False
    if before.revision != wanted.revision:
        raise ContradictionError(f"an event was given places {before.revision} and {wanted.revision}")
    return True
