"""How far a hub is with the one above, and whether the counties below add up to what their hubs say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.upward import above, below
from countyhub.upward.above import SealedSum
from hubprotocol.digests import add_holding, holding


def standing(hub: Hub) -> dict[str, Any]:
    """Return what `countyhub upward status` says, as JSON values."""
    with hub.database.read() as connection:
        return {"above": _above(connection), "below": _below(connection)}


def own_sum(connection: Connection) -> SealedSum:
    """Return what the hub's own cases add up to now, sealed or not."""
    total = SealedSum(identities.load(connection).county)
    columns = (col(CaseRow.case_id), col(CaseRow.revision), col(CaseRow.case_hash))
    for row in connection.execute(select(*columns).where(col(CaseRow.revision) > 0)):
        total.count += 1
        total.digest = add_holding(total.digest, holding(row.case_id, row.revision, row.case_hash))
    return total


def _above(connection: Connection) -> dict[str, Any] | None:
    link = above.link(connection)
    if link is None:
        return None
    own, sealed = own_sum(connection), above.sums(connection)
    county = identities.load(connection).county
    return {
        "url": link.url,
        "device": link.device,
        "sealed": link.seq,
        "acknowledged": link.acknowledged,
        "durable": link.durable,
        "refused": link.refused,
        "trouble": link.trouble,
        "cases": own.count,
        "digest": own.digest,
        "all_sealed": own == sealed.get(county, SealedSum(county)),
    }


def _below(connection: Connection) -> list[dict[str, Any]]:
    faults, left = below.faults(connection), below.not_told_again(connection)
    return [
        {
            **asdict(one),
            "agrees": one.agrees,
            "faults": faults.get(one.origin, 0),
            "not_told_again": left.get(one.origin, 0),
        }
        for one in below.sums(connection)
    ]
