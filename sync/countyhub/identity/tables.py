"""The table of the hub's identity."""

from __future__ import annotations

from countyhub.county_rows import CountyRow


class HubRow(CountyRow, table=True):
    """The county's only row: this is its hub. `seed` is the Ed25519 seed in hex; `epoch` changes after a restore.

    `grace_days`: so long after a person lost a post, acts in it by his own clock are still taken.
    """

    __tablename__ = "hub"

    epoch: str
    seed: str
    created_at: str
    grace_days: int = 30
