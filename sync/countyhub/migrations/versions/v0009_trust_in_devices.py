"""Lost PCs, orders to them, and keys that change; the key of the marks stays when the hub's key changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    for name in ("lost_at", "left_at", "wiped_at"):
        op.add_column("device", _text(name, server_default=""))
    op.add_column("hub", _text("secret", server_default=""))
    op.add_column("hub", _text("former_seeds", server_default="[]"))
    op.execute("UPDATE hub SET secret = seed")
    op.create_table(
        "key_change",
        *map(_text, ("county", "device_id")),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("from_seq", sa.BigInteger(), nullable=False),
        *map(_text, ("old_public", "new_public", "signature", "new_signature", "at")),
        sa.PrimaryKeyConstraint("county", "device_id", "place"),
    )
    op.create_table(
        "device_order",
        *map(_text, ("county", "device_id")),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *map(_text, ("kind", "issued_at", "signature")),
        sa.PrimaryKeyConstraint("county", "device_id", "number"),
    )


def _text(name: str, server_default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=server_default)
