"""Queries on chains, envelopes and verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import col

from countyhub.acceptance.ruling import Ruling, reason_message
from countyhub.acceptance.tables import ChainRow, EnvelopeRow, VerdictRow
from countyhub.database import table_of
from countyhub.many_rows import add_rows, change_rows, insert_if_absent
from hubprotocol.envelope import Envelope
from hubprotocol.messages import ChainHeadMessage, ReasonMessage, Result, VerdictMessage

ENVELOPE_COLUMNS: Any = (
    col(EnvelopeRow.device),
    col(EnvelopeRow.seq),
    col(EnvelopeRow.prev),
    col(EnvelopeRow.kind),
    col(EnvelopeRow.body),
    col(EnvelopeRow.signature),
    col(EnvelopeRow.person_signature),
)


# What every request asks is put together once: that costs as much as asking.
_DEVICE: Any = bindparam("of_device")
_HEAD = select(col(ChainRow.seq), col(ChainRow.hash)).where(col(ChainRow.device) == _DEVICE)
_HEAD_LOCKED = _HEAD.with_for_update()
_DURABLE = select(col(ChainRow.durable_seq)).where(col(ChainRow.device) == _DEVICE)
_HASHES = select(col(EnvelopeRow.seq), col(EnvelopeRow.hash)).where(
    col(EnvelopeRow.device) == _DEVICE, col(EnvelopeRow.seq).between(bindparam("first"), bindparam("last"))
)
_VERDICTS = select(table_of(VerdictRow)).where(
    col(VerdictRow.device) == _DEVICE, col(VerdictRow.seq).between(bindparam("first"), bindparam("last"))
)
_MOVE = (
    update(table_of(ChainRow))
    .where(col(ChainRow.device) == _DEVICE)
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)


def envelope_of(row: Any) -> Envelope:
    """Return the envelope in a row that has `ENVELOPE_COLUMNS`."""
    body = bytes(row.body).decode()
    return Envelope(row.device, row.seq, row.prev, row.kind, body, row.signature, row.person_signature)


def start_chain(connection: Connection, device: str) -> None:
    """Write the head of an empty chain."""
    insert_if_absent(connection, ChainRow, [ChainRow(device=device).model_dump()])


def lock_chain(connection: Connection, device: str) -> ChainHeadMessage:
    """Return the end of a chain and keep every other push of the device out until the transaction ends."""
    return _head(connection, device, lock=True)


def chain_head(connection: Connection, device: str) -> ChainHeadMessage:
    """Return the end of a chain."""
    return _head(connection, device, lock=False)


def _head(connection: Connection, device: str, *, lock: bool) -> ChainHeadMessage:
    row = connection.execute(_HEAD_LOCKED if lock else _HEAD, {"of_device": device}).one()
    return ChainHeadMessage(seq=row.seq, hash=row.hash)


def durable_seq(connection: Connection, device: str) -> int:
    """Return up to which envelope a backup of the hub holds the chain."""
    return int(connection.execute(_DURABLE, {"of_device": device}).scalar_one())


def heads(connection: Connection) -> dict[str, ChainHeadMessage]:
    """Return the end of every chain that has begun, by device."""
    columns = (col(ChainRow.device), col(ChainRow.seq), col(ChainRow.hash))
    rows = connection.execute(select(*columns).where(col(ChainRow.seq) > 0))
    return {row.device: ChainHeadMessage(seq=row.seq, hash=row.hash) for row in rows}


def stored(connection: Connection) -> dict[str, int]:
    """Return how many envelopes of each chain are there."""
    columns = (col(EnvelopeRow.device), func.count())
    return {row[0]: row[1] for row in connection.execute(select(*columns).group_by(columns[0]))}


def mark_durable(connection: Connection, device: str, seq: int) -> None:
    """Note that a backup holds a chain up to an envelope; what an earlier one holds stays noted."""
    mine = (col(ChainRow.device) == device) & (col(ChainRow.durable_seq) < seq)
    connection.execute(update(ChainRow).where(mine).values(durable_seq=seq))


def move_chain(connection: Connection, device: str, head: ChainHeadMessage) -> None:
    """Write the new end of a chain; the caller holds the lock."""
    connection.execute(_MOVE, {"of_device": device, "to_seq": head.seq, "to_hash": head.hash})


def hashes(connection: Connection, device: str, first: int, last: int) -> dict[int, str]:
    """Return the hashes of a device's envelopes first … last."""
    rows = connection.execute(_HASHES, {"of_device": device, "first": first, "last": last})
    return {row.seq: row.hash for row in rows}


def add_envelopes(connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """Append envelopes."""
    rows = [
        {
            "device": one.device,
            "seq": one.seq,
            "prev": one.prev,
            "hash": one.hash,
            "kind": one.kind,
            "body": one.body.encode(),
            "signature": one.signature,
            "person_signature": one.person_signature,
        }
        for one in envelopes
    ]
    add_rows(connection, EnvelopeRow, rows)


def add_verdicts(connection: Connection, rulings: Iterable[Ruling]) -> None:
    """Write the first answers."""
    rows = [
        {"device": one.submission.envelope.device, "seq": one.submission.envelope.seq} | _verdict(one)
        for one in rulings
    ]
    add_rows(connection, VerdictRow, rows)


def change_verdicts(connection: Connection, rulings: Iterable[Ruling]) -> None:
    """Write the new answers of envelopes that were held."""
    rows = [
        {"device": one.submission.envelope.device, "seq": one.submission.envelope.seq} | _verdict(one)
        for one in rulings
    ]
    change_rows(connection, VerdictRow, ("device", "seq"), rows)


def _verdict(ruling: Ruling) -> dict[str, Any]:
    reasons = [reason_message(reason).model_dump() for reason in ruling.reasons]
    return {
        "event_id": ruling.submission.event_id,
        "case_id": ruling.submission.case_id,
        "result": ruling.result.value,
        "revision": ruling.revision,
        "received_at": ruling.received_at,
        "reasons": json.dumps(reasons, ensure_ascii=False),
    }


def verdicts(connection: Connection, device: str, first: int, last: int) -> dict[int, VerdictMessage]:
    """Return the present answers to a device's envelopes first … last."""
    rows = connection.execute(_VERDICTS, {"of_device": device, "first": first, "last": last})
    return {row.seq: _message(row) for row in rows}


def _message(row: Any) -> VerdictMessage:
    return VerdictMessage(
        seq=row.seq,
        event_id=row.event_id,
        result=Result(row.result),
        revision=row.revision,
        received_at=row.received_at,
        reasons=tuple(ReasonMessage(**reason) for reason in json.loads(row.reasons)),
    )
