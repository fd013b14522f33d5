"""Numbers are found in every stored envelope, not only in confirmed events; how long a lost post may be used."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from alembic import op

from countyhub.acceptance.submission import open_envelope
from hubprotocol.envelope import Envelope

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ENVELOPE = sa.table(
    "envelope",
    *map(sa.column, ("device", "seq", "prev", "kind", "body", "signature", "person_signature")),
)
_AT_ONCE = 1000


def upgrade() -> None:
    """Make the step."""
    op.add_column("hub", sa.Column("grace_days", sa.Integer(), nullable=False, server_default="30"))
    op.drop_table("number_mention")
    mention = op.create_table(
        "number_mention",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("number", "device", "kind", "case_id")),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", "device", "seq", "kind"),
    )
    _mention_all(mention)


def _mention_all(mention: sa.Table) -> None:
    """The table is a projection: it follows from the envelopes."""
    connection = op.get_bind()
    for chunk in connection.execute(sa.select(_ENVELOPE)).partitions(_AT_ONCE):
        stored = [Envelope(**{**row._asdict(), "body": bytes(row.body).decode()}) for row in chunk]
        rows = [
            {"device": one.device, "seq": one.seq, **asdict(found)}
            for one in stored
            for found in open_envelope(one).mentions
        ]
        if rows:
            connection.execute(sa.insert(mention), rows)
