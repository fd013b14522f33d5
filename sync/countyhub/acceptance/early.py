"""Runs of envelopes that came before those they follow: kept, and stored when these came by whatever road."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import col

from countyhub.acceptance import repository
from countyhub.acceptance.early_tables import EarlyRunRow
from countyhub.hub import Hub
from countyhub.many_rows import insert_if_absent
from countyhub.problems import Problem
from hubprotocol.envelope import Envelope
from hubprotocol.messages import EnvelopeMessage

KEPT_DAYS = 365
"""So long a run waits for those before it: by then the device has been told, or has written it again."""

MOST_KEPT = 64
"""So many runs of a device may wait."""

log = logging.getLogger(__name__)


class TooManyKept(Exception):
    """As many runs of a device wait as may; this one is not kept."""


def keep(connection: Connection, envelopes: Sequence[Envelope], at: str) -> None:
    """Keep a run whose predecessors are missing; the same run may be kept twice. Raises TooManyKept."""
    last = envelopes[-1]
    mine = select(col(EarlyRunRow.last_hash)).where(col(EarlyRunRow.device) == last.device)
    waiting = set(connection.execute(mine).scalars())
    if len(waiting) >= MOST_KEPT and last.hash not in waiting:
        raise TooManyKept
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


def waits(connection: Connection, device: str, kept_at: str) -> bool:
    """Whether a run that was kept at a moment is still waiting."""
    mine = (col(EarlyRunRow.device) == device) & (col(EarlyRunRow.kept_at) == kept_at)
    return connection.execute(select(col(EarlyRunRow.last_hash)).where(mine).limit(1)).first() is not None


def devices(connection: Connection) -> list[str]:
    """Return the devices of which runs wait."""
    found = select(col(EarlyRunRow.device)).distinct().order_by(col(EarlyRunRow.device))
    return list(connection.execute(found).scalars())


def forget_before(connection: Connection, before: str) -> int:
    """Forget the runs kept before a moment; return how many."""
    return connection.execute(delete(EarlyRunRow).where(col(EarlyRunRow.kept_at) < before)).rowcount


_FITS = (
    select(col(EarlyRunRow.last_hash), col(EarlyRunRow.run))
    .where(col(EarlyRunRow.device) == bindparam("of_device"), col(EarlyRunRow.first_seq) <= bindparam("next"))
    .order_by(col(EarlyRunRow.last_seq))
    .limit(1)
)


def _next(hub: Hub, device: str) -> tuple[str, list[Envelope]] | None:
    with hub.database.read() as connection:
        head = repository.chain_head(connection, device)
        row = connection.execute(_FITS, {"of_device": device, "next": head.seq + 1}).first()
    if row is None:
        return None
    messages = [EnvelopeMessage.model_validate(one) for one in json.loads(bytes(row.run))]
    return row.last_hash, [one.unpack() for one in messages]


def _drop(connection: Connection, device: str, last_hash: str) -> None:
    mine = (col(EarlyRunRow.device) == device) & (col(EarlyRunRow.last_hash) == last_hash)
    connection.execute(delete(EarlyRunRow).where(mine))
