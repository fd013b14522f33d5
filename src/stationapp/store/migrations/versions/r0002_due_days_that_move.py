"""Note by which calendar a due day that may still move was counted; the next opening fills it in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and an index of the few cases that have something in it."""
    op.add_column("case_row", sa.Column("due_calendar", sa.Text(), nullable=True))
    op.create_index(
        "ix_case_due_calendar",
        "case_row",
        ["due_calendar"],
        sqlite_where=sa.text("due_calendar IS NOT NULL"),
    )


def downgrade() -> None:
    """Remove both."""
    op.drop_index("ix_case_due_calendar", "case_row")
    op.drop_column("case_row", "due_calendar")
