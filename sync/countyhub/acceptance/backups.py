"""What a backup holds of the chains: read from the copy itself, never from what the hub holds when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from countyhub import schema
from countyhub.acceptance import lost, repository
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ChainHeadMessage
from stationapp.domain.refusal import Reason, Refused


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked: how many chains the copy holds, and how many envelopes all of them have there."""

    chains: int
    envelopes: int


def mark_durable(hub: Hub, copy: Database) -> Marked:
    """Mark what a copy of the hub's database holds of every chain, and nothing else.

    Raises Refused for a copy that is the database itself, of another county or program, that lacks envelopes of its
    own chains, or that holds what the hub has not: then nothing is marked.
    """
    return mark_heads(hub.database, heads_of(hub.database, copy))


def mark_heads(database: Database, heads: Mapping[str, ChainHeadMessage]) -> Marked:
    """Mark chains up to the heads a copy has. Raises Refused when they are not of these chains; see `mark_durable`."""

    def work(connection: Connection) -> Marked:
        for device, head in sorted(heads.items()):
            known = {0: GENESIS} | repository.hashes(connection, device, head.seq, head.seq)
            if known.get(head.seq) != head.hash:
                raise _refused(
                    "copy-of-another", "备份里有本平台没有的记录，不是本平台现在这个数据库的备份。"
                )
            repository.mark_durable(connection, device, head.seq)
        return Marked(len(heads), sum(head.seq for head in heads.values()))

    return database.write(work)


def heads_of(database: Database, copy: Database) -> dict[str, ChainHeadMessage]:
    """Return how far a copy has each chain, having counted its envelopes. Raises Refused, see `mark_durable`."""
    if _place(copy) == _place(database):
        raise _refused("not-a-copy", "--backup 指的就是正在使用的数据库，不是备份。请指明备份出来的那一份。")
    if not schema.is_current(copy) or database.county not in copy.counties():
        raise _refused("no-backup", "这不是本平台的备份，或是旧版程序的备份。请用本版程序重新备份。")
    kept = copy.of(database.county)
    with database.read() as here, kept.read() as connection:
        if identities.load(here).lasting != identities.load(connection).lasting:
            raise _refused(
                "copy-of-another", "这是另一个平台的备份（区划代码相同），不是本平台的。请核对文件。"
            )
        heads, stored = repository.heads(connection), repository.stored(connection)
        gone = lost.counted(connection)
        if any(stored.get(device, 0) + gone.get(device, 0) != head.seq for device, head in heads.items()):
            raise _refused("incomplete-backup", "这份备份不完整，缺少办理记录。请重新备份。")
        return held(connection)


def held(connection: Connection) -> dict[str, ChainHeadMessage]:
    """Return up to where a database holds each chain without a gap: what was lost may still be found elsewhere."""
    heads = repository.heads(connection)
    for device, first in lost.first_of_each(connection).items():
        found = repository.hashes(connection, device, first - 1, first - 1)
        heads[device] = ChainHeadMessage(seq=first - 1, hash=found.get(first - 1, GENESIS))
    return heads


def _place(database: Database) -> tuple[str, ...]:
    """Where a database is, however its address is written."""
    if database.is_sqlite:
        return (str(database.file),)
    address = make_url(database.engine.url)
    host, port = address.host or address.query.get("host"), address.port or address.query.get("port")
    return (str(host or ""), str(port or 5432), address.database or "")


def _refused(code: str, text: str) -> Refused:
    return Refused(Reason(code, text, "backup"))
