"""Queries on the hub's identity."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from countyhub.database import table_of
from countyhub.identity.tables import HubRow
from hubprotocol.keys import sign_public_of


@dataclass(frozen=True, slots=True)
class Identity:
    """The hub as every transaction sees it; seeds are 32 bytes, the rest is as in `HubRow`."""

    county: str
    epoch: str
    seed: bytes = field(repr=False)
    grace_days: int = 30
    secret: bytes = field(default=b"", repr=False)
    former_seeds: tuple[bytes, ...] = field(default=(), repr=False)
    restored: bool = False

    @property
    def lasting(self) -> bytes:
        """A secret of 32 bytes that stays when the key changes."""
        return self.secret or self.seed

    @property
    def public(self) -> bytes:
        """The hub's public key, 32 bytes."""
        return sign_public_of(self.seed)


class NotInitialised(Exception):
    """The database holds no hub yet."""


_HUB = select(
    *(
        table_of(HubRow).c[name]
        for name in ("county", "epoch", "seed", "grace_days", "secret", "former_seeds", "restored")
    )
)


def load(connection: Connection) -> Identity:
    """Return the identity. Raises NotInitialised when there is none."""
    row = connection.execute(_HUB).first()
    if row is None:
        raise NotInitialised
    seed, secret = bytes.fromhex(row.seed), bytes.fromhex(row.secret)
    former = tuple(bytes.fromhex(one) for one in json.loads(row.former_seeds))
    return Identity(row.county, row.epoch, seed, row.grace_days, secret, former, row.restored)


def create(connection: Connection, identity: Identity, at: str) -> None:
    """Write the identity of a new hub."""
    row = {"epoch": identity.epoch, "seed": identity.seed.hex(), "grace_days": identity.grace_days}
    kept = {"secret": identity.lasting.hex(), "former_seeds": "[]", "created_at": at, "restored": False}
    connection.execute(insert(HubRow), row | kept)


def change_seed(connection: Connection, identity: Identity, seed: bytes) -> None:
    """Sign with another seed from now on; the last one is kept for what was sealed to it."""
    former = [one.hex() for one in (*identity.former_seeds, identity.seed)]
    connection.execute(update(HubRow).values(seed=seed.hex(), former_seeds=json.dumps(former)))


def set_epoch(connection: Connection, epoch: str) -> None:
    """Begin a new epoch, as after a restore: every station reads its mailboxes again, slots are drawn from now on."""
    connection.execute(update(HubRow).values(epoch=epoch, restored=True))


def set_grace_days(connection: Connection, days: int) -> None:
    """Set how long acts in a lost post are taken."""
    connection.execute(update(HubRow).values(grace_days=days))
