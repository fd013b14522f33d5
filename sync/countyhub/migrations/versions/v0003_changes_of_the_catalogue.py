"""Changes of the catalogue, and who drafted, reviewed and published them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    op.create_table(
        "catalogue_change",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "reason", "body")),
        sa.Column("published_as", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "catalogue_step",
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("act", "person_id", "at", "note")),
        sa.PrimaryKeyConstraint("change_number", "number"),
        sa.ForeignKeyConstraint(["change_number"], ["catalogue_change.number"]),
    )
