"""Runs of envelopes that came before those they follow: kept, and stored when these came by whatever road."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlmodel import col

from countyhub.acceptance import lost, repository
from countyhub.acceptance.early_tables import EarlyRunRow
from countyhub.acceptance.submission import open_envelope
from countyhub.hub import Hub
from countyhub.many_rows import insert_if_absent
from countyhub.numbers import repository as numbers
from countyhub.problems import Problem
from hubprotocol.envelope import Envelope
from hubprotocol.messages import EnvelopeMessage

KEPT_DAYS = 365
"""So long a run waits for those before it: by then the device has been told, or has written it again."""

MOST_KEPT = 64
"""Of so many files of a device runs may wait: a file from a damaged disk may have thousands of them."""

log = logging.getLogger(__name__)


class TooManyKept(Exception):
    """Of as many files of a device runs wait as may; those of this one are not kept."""


Store = Callable[[Sequence[Envelope], lost.Ranges], object]
"""Stores a run, given the places before it that are lost."""


_WAITING = select(
    col(EarlyRunRow.last_hash),
    col(EarlyRunRow.file_hash),
    col(EarlyRunRow.first_seq),
    col(EarlyRunRow.lost_from),
).where(col(EarlyRunRow.device) == bindparam("of_device"))


def keep(
    connection: Connection, runs: Sequence[Sequence[Envelope]], gone: lost.Ranges, file_hash: str, at: str
) -> None:
    """Keep the runs of a file whose predecessors are missing; the same run may be kept twice.

    Of two runs with the same end the longer one waits, behind all that either file says to be lost before it. `gone` is
    what the device said to be lost, as `lost.joined` returns it. Raises TooManyKept.
    """
    device = runs[0][0].device
    waiting = {row.last_hash: row for row in connection.execute(_WAITING, {"of_device": device})}
    rows = [_row(run, gone, file_hash, at) for run in runs]
    new = [row for row in rows if row["last_hash"] not in waiting]
    files = {row.file_hash or row.last_hash for row in waiting.values()}
    if new and len(files - {file_hash}) >= MOST_KEPT:
        raise TooManyKept
    insert_if_absent(connection, EarlyRunRow, new)
    numbers.add_absent(connection, [row for run in runs for one in run for row in _numbers_in(one)])
    for row in rows:
        if row["last_hash"] in waiting:
            _lengthen(connection, waiting[row["last_hash"]], row)


def _numbers_in(envelope: Envelope) -> Iterator[dict[str, Any]]:
    """What stands on a paper is found also while its act waits."""
    for mention in open_envelope(envelope).mentions:
        yield {"device": envelope.device, "seq": envelope.seq, **asdict(mention)}


def _lengthen(connection: Connection, before: Any, row: Mapping[str, Any]) -> None:
    changed: dict[str, Any] = {}
    if row["first_seq"] < before.first_seq:
        changed = {"first_seq": row["first_seq"], "run": row["run"]}
    if row["lost_from"] < before.lost_from:
        changed["lost_from"] = row["lost_from"]
    if changed:
        mine = (col(EarlyRunRow.device) == row["device"]) & (col(EarlyRunRow.last_hash) == row["last_hash"])
        connection.execute(update(EarlyRunRow).where(mine).values(changed))


def _row(run: Sequence[Envelope], gone: lost.Ranges, file_hash: str, at: str) -> dict[str, Any]:
    first, last = run[0], run[-1]
    text = json.dumps([EnvelopeMessage.pack(one).model_dump() for one in run], ensure_ascii=False)
    return {
        "device": last.device,
        "last_hash": last.hash,
        "first_seq": first.seq,
        "last_seq": last.seq,
        "run": text.encode(),
        "kept_at": at,
        "lost_from": max(lost.begin_of(gone, first.seq), first.seq - lost.MOST),
        "file_hash": file_hash,
    }


def follow(hub: Hub, device: str, store: Store) -> None:
    """After a push: store the runs that follow now, one after the other; drop what is there already or forks.

    One waits on where more would be lost before it than may be.
    """
    while (found := _next(hub, device)) is not None:
        last_hash, run, gone = found
        try:
            store(run, gone)
            log.info("device %s: a run kept before followed, up to %d", device, run[-1].seq)
        except Problem as problem:
            if problem.message.code == "gap":
                return
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


# One that follows without a gap goes first: it may bring what another one's device could not read.
_FITS = (
    select(
        col(EarlyRunRow.last_hash),
        col(EarlyRunRow.run),
        col(EarlyRunRow.first_seq),
        col(EarlyRunRow.lost_from),
    )
    .where(col(EarlyRunRow.device) == bindparam("of_device"), col(EarlyRunRow.lost_from) <= bindparam("next"))
    .order_by(col(EarlyRunRow.first_seq) > bindparam("next"), col(EarlyRunRow.last_seq))
    .limit(1)
)


def _next(hub: Hub, device: str) -> tuple[str, list[Envelope], lost.Ranges] | None:
    with hub.database.read() as connection:
        head = repository.chain_head(connection, device)
        row = connection.execute(_FITS, {"of_device": device, "next": head.seq + 1}).first()
    if row is None:
        return None
    messages = [EnvelopeMessage.model_validate(one) for one in json.loads(bytes(row.run))]
    gone = lost.joined([(row.lost_from, row.first_seq - 1)])
    return row.last_hash, [one.unpack() for one in messages], gone


def _drop(connection: Connection, device: str, last_hash: str) -> None:
    mine = (col(EarlyRunRow.device) == device) & (col(EarlyRunRow.last_hash) == last_hash)
    connection.execute(delete(EarlyRunRow).where(mine))
