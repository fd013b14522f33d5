"""The table of the hub's identity."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class HubRow(SQLModel, table=True):
    """The only row: whose hub this is. `seed` is the Ed25519 seed in hex; `epoch` changes after a restore.

    `grace_days`: so long after a person lost a post, acts in it by his own clock are still taken.
    """

    __tablename__ = "hub"

    hub_id: int = Field(primary_key=True)
    county: str
    epoch: str
    seed: str
    created_at: str
    grace_days: int = 30
