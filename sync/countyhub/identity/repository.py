"""Queries on the hub's identity."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from countyhub.identity.tables import HubRow
from hubprotocol.keys import sign_public_of


@dataclass(frozen=True, slots=True)
class Identity:
    """The hub as every transaction sees it; `seed` is 32 bytes, `grace_days` as in `HubRow`."""

    county: str
    epoch: str
    seed: bytes = field(repr=False)
    grace_days: int = 30

    @property
    def public(self) -> bytes:
        """The hub's public key, 32 bytes."""
        return sign_public_of(self.seed)


class NotInitialised(Exception):
    """The database holds no hub yet."""


def load(connection: Connection) -> Identity:
    """Return the identity. Raises NotInitialised when there is none."""
    columns = (col(HubRow.county), col(HubRow.epoch), col(HubRow.seed), col(HubRow.grace_days))
    row = connection.execute(select(*columns)).first()
    if row is None:
        raise NotInitialised
    return Identity(row.county, row.epoch, bytes.fromhex(row.seed), row.grace_days)


def create(connection: Connection, identity: Identity, at: str) -> None:
    """Write the identity of a new hub."""
    row = {"epoch": identity.epoch, "seed": identity.seed.hex(), "grace_days": identity.grace_days}
    connection.execute(insert(HubRow), row | {"created_at": at})


def set_epoch(connection: Connection, epoch: str) -> None:
    """Begin a new epoch: every station reads its mailboxes again."""
    connection.execute(update(HubRow).values(epoch=epoch))


def set_grace_days(connection: Connection, days: int) -> None:
    """Set how long acts in a lost post are taken."""
    connection.execute(update(HubRow).values(grace_days=days))
