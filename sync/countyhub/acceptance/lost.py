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
from countyhub.acceptance.submission import Submission
from countyhub.acceptance.tables import EnvelopeRow
from countyhub.devices.repository import Device
from countyhub.many_rows import add_rows
from countyhub.numbers import repository as numbers
from countyhub.numbers.claims import RECEIPT
from hubprotocol.envelope import Envelope
from stationapp.domain.numbers import parse_receipt_number
from stationapp.domain.refusal import Refused

MOST = 10_000
"""So many places of a chain may be lost; what stands behind more is not taken.

A place takes a row: without an end a manipulated PC could fill the county's disk with a few bytes.
"""

MOST_NUMBERS = 50_000
"""So many numbers of what is not here are kept of one device: no honest one comes near."""

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

_TOLD = 200
_FIRST_LOST = (
    select(col(LostEnvelopeRow.seq))
    .where(col(LostEnvelopeRow.device) == _DEVICE)
    .order_by(col(LostEnvelopeRow.seq))
    .limit(_TOLD)
)


def between(connection: Connection, device: str, first: int, last: int) -> dict[int, str]:
    """Return the lost places first … last of a chain with their hashes, empty where nobody knows it."""
    rows = connection.execute(_OF_DEVICE, {"of_device": device, "first": first, "last": last})
    return {row.seq: row.hash for row in rows}


def counted(connection: Connection) -> dict[str, int]:
    """Return how many places of each chain are lost."""
    query = select(col(LostEnvelopeRow.device), func.count()).group_by(col(LostEnvelopeRow.device))
    return {row[0]: row[1] for row in connection.execute(query)}


def count_of(connection: Connection, device: str) -> int:
    """Return how many places of a chain are lost."""
    mine = select(func.count()).where(col(LostEnvelopeRow.device) == device)
    return int(connection.execute(mine).scalar_one())


def stretches_of(connection: Connection, device: str) -> tuple[tuple[int, int], ...]:
    """Return the first stretches of lost places of a chain, for its PC, which may have them after all."""
    seqs = connection.execute(_FIRST_LOST, {"of_device": device}).scalars()
    return tuple(joined((seq, seq) for seq in seqs))


def first_of_each(connection: Connection) -> dict[str, int]:
    """Return the first lost place of each chain that has any."""
    query = select(col(LostEnvelopeRow.device), func.min(col(LostEnvelopeRow.seq)))
    return {row[0]: row[1] for row in connection.execute(query.group_by(col(LostEnvelopeRow.device)))}


def missing_of(connection: Connection, device: str, ranges: Ranges) -> int:
    """Return of how many of these places nothing is here."""
    if not ranges:
        return 0
    mine = (col(EnvelopeRow.device) == device) & col(EnvelopeRow.seq).between(ranges[0][0], ranges[-1][1])
    stored = connection.execute(select(col(EnvelopeRow.seq)).where(mine)).scalars()
    here = sum(begin_of(ranges, seq + 1) <= seq for seq in stored)
    return sum(last - first + 1 for first, last in ranges) - here


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
    """Tell whether every place first … last was said to be lost."""
    return begin_of(ranges, last + 1) <= first


def note(connection: Connection, device: str, first: int, last: int) -> None:
    """Note the places `first` … `last`. What was in the last of them `found` notes with the run behind it."""
    rows = [{"device": device, "seq": seq, "hash": ""} for seq in range(first, last + 1)]
    add_rows(connection, LostEnvelopeRow, rows)


def note_receipts(connection: Connection, device: Device, receipts: Mapping[int, str]) -> None:
    """Note the receipt numbers of what a device lost (by its places), so that people who come with one are told.

    Those of other stations are passed over: a case that came from elsewhere is found by what brought it.
    """
    own = [one for one in sorted(receipts.items()) if one[1].startswith(f"{device.station}-")]
    room = max(0, MOST_NUMBERS - numbers.count_absent(connection, device.device_id))
    rows = [
        {"number": number, "device": device.device_id, "seq": seq, "kind": RECEIPT, "case_id": ""}
        for seq, number in own[:room]
    ]
    numbers.add_absent(connection, rows)


def other_receipt(connection: Connection, device: str, found: Iterable[Submission]) -> int:
    """Return the first lost place into which an act with another receipt number comes than was lost there; else 0.

    What follows the chain need not be what was lost: an old copy of the disk may have gone on by itself. Only the last
    of several lost places is named by what stands behind it.
    """
    numbers_of = {
        one.envelope.seq: {mention.number for mention in one.mentions if mention.kind == RECEIPT}
        for one in found
    }
    said = numbers.said_to_be_lost(connection, device, numbers_of.keys()) if numbers_of else {}
    wrong = (seq for seq, named in said.items() if numbers_of[seq] and not numbers_of[seq] & named)
    return min(wrong, default=0)


def is_receipt(text: str) -> bool:
    """Tell whether a text is a receipt number, as it is written."""
    try:
        return str(parse_receipt_number(text)) == text
    except Refused:
        return False


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
