"""Note beside each case what waits at it, so that lists find it; the next opening fills it in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and an index of the few cases that have something in it."""
    op.add_column("case_row", sa.Column("marks", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_case_marks", "case_row", ["kind", "updated_at"], sqlite_where=sa.text("marks <> ''"))


def downgrade() -> None:
    """Remove both."""
    op.drop_index("ix_case_marks", "case_row")
    op.drop_column("case_row", "marks")
