"""The table of the hub's identity."""

from __future__ import annotations

from countyhub.county_rows import CountyRow


class HubRow(CountyRow, table=True):
    """The county's only row: this is its hub. `seed` is the Ed25519 seed in hex; `epoch` changes after a restore.

    `secret` (hex) is the first seed, from which keys follow that must not change; `former_seeds` (JSON list of
    hex) are those the seed took the place of, with which what was sealed to the hub before is opened.

    `restored`: it was, or may have been, put back to a backup, and can have forgotten PCs it gave slots to.

    `grace_days`: so long after a person lost a post, acts in it by his own clock are still taken.
    """

    __tablename__ = "hub"

    epoch: str
    seed: str
    created_at: str
    grace_days: int = 30
    secret: str = ""
    former_seeds: str = "[]"
    restored: bool = False
