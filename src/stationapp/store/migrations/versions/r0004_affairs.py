"""Tell services around a case from cases, note what goes first and what is to be rectified, and keep the queue."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_case_updated", ("updated_at",), None),
    ("ix_case_received", ("received_at",), None),
    ("ix_case_due", ("due_day",), "due_day IS NOT NULL"),
    ("ix_case_receipt", ("receipt_number",), None),
    ("ix_case_work", ("holder", "state", "updated_at"), None),
    ("ix_case_state", ("state", "updated_at"), None),
    ("ix_case_addressed", ("addressed_to", "updated_at"), "addressed_to <> ''"),
    ("ix_case_attention", ("updated_at",), "attention = 1"),
)
_NEW_INDEXES = (
    ("ix_case_priority", ("updated_at",), "priority = 1"),
    ("ix_case_rectify", ("updated_at",), "rectify_by IS NOT NULL"),
)


def upgrade() -> None:
    """Add the columns, put the kind before everything in each index, and make the table of the queue.

    The next opening fills the columns in.
    """
    _add(sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'case'")))
    _add(sa.Column("priority", sa.Boolean(), nullable=False, server_default=sa.text("0")))
    _add(sa.Column("rectify_by", sa.Text(), nullable=True))
    for name, _, _ in _INDEXES:
        op.drop_index(name, "case_row")
    for name, columns, where in (*_INDEXES, *_NEW_INDEXES):
        _make_index(name, ("kind", *columns), where)
    _make_queue()


def downgrade() -> None:
    """Remove all of it."""
    op.drop_index("ix_queue_waiting", "queue_ticket")
    op.drop_table("queue_ticket")
    for name, _, _ in (*_INDEXES, *_NEW_INDEXES):
        op.drop_index(name, "case_row")
    for name, columns, where in _INDEXES:
        _make_index(name, columns, where)
    for name in ("rectify_by", "priority", "kind"):
        op.drop_column("case_row", name)


def _add(column: sa.Column[Any]) -> None:
    op.add_column("case_row", column)


def _make_index(name: str, columns: tuple[str, ...], where: str | None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, "case_row", list(columns), sqlite_where=condition)


def _make_queue() -> None:
    op.create_table(
        "queue_ticket",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("business", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.Integer(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("desk", "day", "count"),
    )
    op.create_index("ix_queue_waiting", "queue_ticket", ["desk", "day", "state", "count"])
