"""Every index begins with the county, as every query does: else SQLite reads all rows of the county instead."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_application_mark": ("application_mark", "mark"),
    "ix_application_mark_looked": ("application_mark", "looked"),
    "ix_case_attachment": ("case_attachment", "sha256"),
    "ix_case_head_state": ("case_head", "state", "holder"),
    "ix_early_run": ("early_run", "device", "first_seq"),
    "ix_noted_double_other": ("noted_double", "other_id"),
    "ix_verdict_case": ("verdict", "case_id", "result"),
    "ix_verdict_result": ("verdict", "result"),
    "ix_visible_case": ("visible_case", "case_id"),
}


def upgrade() -> None:
    """Make the step."""
    for name, (table, *columns) in _INDEXES.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, ["county", *columns])
