"""Gaps in a device's chain: its disk was damaged, and it said, signed, which of its envelopes it cannot read.

The chain goes on behind such a gap. An envelope of it that comes after all, from a stick or a repaired disk, takes its
place as long as it is the one that its neighbours name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlmodel import col

from countyhub.acceptance.lost_tables import LostEnvelopeRow
from countyhub.many_rows import add_rows
from hubprotocol.envelope import Envelope

MOST_AT_ONCE = 10_000
"""A gap may be so long; what stands behind a longer one is not taken."""

Ranges = Sequence[tuple[int, int]]
"""First and last `seq` of each stretch of lost envelopes, in order and apart, as `joined` returns them."""

_DEVICE: Any = bindparam("of_device")
_OF_DEVICE = (
    select(col(LostEnvelopeRow.seq), col(LostEnvelopeRow.hash))
    .where(
        col(LostEnvelopeRow.device) == _DEVICE,
        col(LostEnvelopeRow.seq).between(bindparam("first"), bindparam("last")),
    )
    .order_by(col(LostEnvelopeRow.seq))
)


def between(connection: Connection, device: str, first: int, last: int) -> dict[int, str]:
    """Return the lost places first … last of a chain with their hashes, empty where nobody knows it."""
    rows = connection.execute(_OF_DEVICE, {"of_device": device, "first": first, "last": last})
    return {row.seq: row.hash for row in rows}


def counted(connection: Connection) -> dict[str, int]:
    """Return how many places of each chain are lost."""
    query = select(col(LostEnvelopeRow.device), func.count()).group_by(col(LostEnvelopeRow.device))
    return {row[0]: row[1] for row in connection.execute(query)}


def first_of_each(connection: Connection) -> dict[str, int]:
    """Return the first lost place of each chain that has any."""
    query = select(col(LostEnvelopeRow.device), func.min(col(LostEnvelopeRow.seq)))
    return {row[0]: row[1] for row in connection.execute(query.group_by(col(LostEnvelopeRow.device)))}


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the same places in order, those that touch or overlap as one stretch, without empty ones."""
    stretches: list[tuple[int, int]] = []
    for first, last in sorted(one for one in ranges if one[0] <= one[1]):
        if stretches and first <= stretches[-1][1] + 1:
            begin, end = stretches.pop()
            first, last = begin, max(end, last)
        stretches.append((first, last))
    return stretches


def begin_of(ranges: Ranges, behind: int) -> int:
    """Return the first of the lost places that end right before a place; this place itself where none do."""
    place = bisect_left(ranges, (behind, 0)) - 1
    if place < 0 or ranges[place][1] < behind - 1:
        return behind
    return ranges[place][0]


def bridges(ranges: Ranges, first: int, last: int) -> bool:
    """Tell whether every place first … last was said to be lost, and they are no more than `MOST_AT_ONCE`."""
    return last - first < MOST_AT_ONCE and begin_of(ranges, last + 1) <= first


def note(connection: Connection, device: str, first: int, behind: Envelope) -> None:
    """Note the places from `first` up to the envelope behind them, which names the last of them."""
    last = behind.seq - 1
    rows = [
        {"device": device, "seq": seq, "hash": behind.prev if seq == last else ""}
        for seq in range(first, behind.seq)
    ]
    add_rows(connection, LostEnvelopeRow, rows)


def found(connection: Connection, device: str, lost: Mapping[int, str], run: Sequence[Envelope]) -> None:
    """Note that envelopes of a run took lost places, and what its first one names as its predecessor."""
    seqs: Collection[int] = lost.keys() & {one.seq for one in run}
    mine = col(LostEnvelopeRow.device) == device
    if seqs:
        connection.execute(delete(LostEnvelopeRow).where(mine, col(LostEnvelopeRow.seq).in_(seqs)))
    before = run[0].seq - 1
    if lost.get(before) == "":
        named = update(LostEnvelopeRow).where(mine, col(LostEnvelopeRow.seq) == before)
        connection.execute(named.values(hash=run[0].prev))
