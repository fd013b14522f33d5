"""Runs of envelopes that came before those they follow: kept, and stored when these came by whatever road."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from countyhub.acceptance import repository
from countyhub.acceptance.early_tables import EarlyRunRow
from countyhub.database import insert_if_absent
from countyhub.hub import Hub
from countyhub.problems import Problem
from hubprotocol.envelope import Envelope
from hubprotocol.messages import EnvelopeMessage

log = logging.getLogger(__name__)


def keep(connection: Connection, envelopes: Sequence[Envelope], at: str) -> None:
    """Keep a run whose predecessors are missing; the same run may be kept twice."""
    last = envelopes[-1]
    text = json.dumps([EnvelopeMessage.pack(one).model_dump() for one in envelopes], ensure_ascii=False)
    row = {"device": last.device, "last_hash": last.hash, "first_seq": envelopes[0].seq, "last_seq": last.seq}
    insert_if_absent(connection, EarlyRunRow, [row | {"run": text.encode(), "kept_at": at}])


def follow(hub: Hub, device: str, store: Callable[[Sequence[Envelope]], int]) -> None:
    """After a push: store the runs that follow now, one after the other; drop what is there already or forks."""
    while (found := _next(hub, device)) is not None:
        last_hash, run = found
        try:
            store(run)
            log.info("device %s: a run kept before followed, up to %d", device, run[-1].seq)
        except Problem as problem:
            log.warning("device %s: a run kept before does not follow: %s", device, problem.message.code)
        hub.database.write(partial(_drop, device=device, last_hash=last_hash))


def kept(connection: Connection, device: str) -> list[int]:
    """Return the last `seq` of each run kept for a device."""
    mine = select(col(EarlyRunRow.last_seq)).where(col(EarlyRunRow.device) == device)
    return list(connection.execute(mine.order_by(col(EarlyRunRow.last_seq))).scalars())


def _next(hub: Hub, device: str) -> tuple[str, list[Envelope]] | None:
    with hub.database.read() as connection:
        head = repository.chain_head(connection, device)
        fits = (col(EarlyRunRow.device) == device) & (col(EarlyRunRow.first_seq) <= head.seq + 1)
        columns = (col(EarlyRunRow.last_hash), col(EarlyRunRow.run))
        row = connection.execute(
            select(*columns).where(fits).order_by(col(EarlyRunRow.last_seq)).limit(1)
        ).first()
    if row is None:
        return None
    messages = [EnvelopeMessage.model_validate(one) for one in json.loads(bytes(row.run))]
    return row.last_hash, [one.unpack() for one in messages]


def _drop(connection: Connection, device: str, last_hash: str) -> None:
    mine = (col(EarlyRunRow.device) == device) & (col(EarlyRunRow.last_hash) == last_hash)
    connection.execute(delete(EarlyRunRow).where(mine))
