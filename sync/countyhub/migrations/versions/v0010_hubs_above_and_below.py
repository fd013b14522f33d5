"""What goes up to the hub above, and what came from the hubs below."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    _above()
    _below()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county", *names)


def _above() -> None:
    op.create_table(
        "upward_link",
        *_texts(
            "county", "url", "authority", "device", "seed", "hub_public", "enrolled_at", "hash", "trouble"
        ),
        *_numbers("seq", "acknowledged", "durable", "refused"),
        _key(),
    )
    op.create_table(
        "upward_envelope",
        *_texts("county", "prev", "hash", "kind", "signature"),
        *_numbers("seq"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _key("seq"),
    )
    op.create_table(
        "upward_case",
        *_texts("county", "origin", "case_id", "part"),
        *_numbers("revision"),
        _key("origin", "case_id"),
    )
    op.create_table(
        "upward_document", *_texts("county", "origin", "name", "version"), _key("origin", "name", "version")
    )
    op.create_table("upward_sum", *_texts("county", "origin", "digest"), *_numbers("count"), _key("origin"))


def _below() -> None:
    op.create_table(
        "below_case",
        *_texts("county", "origin", "case_id", "case_hash", "state", "holder", "updated_at", "device"),
        *_numbers("revision"),
        _key("origin", "case_id"),
    )
    op.create_table(
        "below_event",
        *_texts("county", "origin", "case_id", "event_hash", "device", "fault"),
        *_numbers("revision", "seq"),
        _key("origin", "case_id", "revision"),
    )
    op.create_table(
        "below_document",
        *_texts("county", "origin", "name", "version", "body", "signature", "hub_public"),
        *_numbers("number"),
        _key("origin", "name", "version"),
    )
    op.create_table(
        "below_sum",
        *_texts("county", "origin", "device", "digest", "told_digest", "told_at"),
        *_numbers("count", "told_count"),
        _key("origin"),
    )
