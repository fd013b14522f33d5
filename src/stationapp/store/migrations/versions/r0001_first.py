"""Everything the first version keeps: log, projections, the exchange's memory, the station's own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "case_key",
    "event",
    "case_row",
    "case_number",
    "batch_case",
    "chain",
    "feed",
    "holding",
    "attachment",
    "identity",
    "reference",
    "number",
    "draft",
    "print_log",
    "setting",
)


def upgrade() -> None:
    """Make all tables, and the search: pairs of characters and single ones, without a copy of the text."""
    _make_log()
    _make_projections()
    _make_exchange()
    _make_station()
    op.execute(
        "CREATE VIRTUAL TABLE case_search USING fts5"
        "(pairs, singles, content='', contentless_delete=1, tokenize='ascii')"
    )
    op.execute("CREATE VIRTUAL TABLE case_search_terms USING fts5vocab(case_search, instance)")


def downgrade() -> None:
    """Remove everything."""
    op.execute("DROP TABLE case_search_terms")
    op.execute("DROP TABLE case_search")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _integer(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _boolean(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _make_log() -> None:
    op.create_table(
        "case_key",
        _integer("key"),
        _text("case_id"),
        _boolean("taken_back"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("case_id"),
    )
    op.create_table(
        "event",
        _integer("id"),
        _integer("case_key"),
        _text("event_id"),
        _text("device"),
        _integer("seq"),
        _text("prev"),
        _text("kind"),
        _text("body"),
        _text("signature"),
        _text("person_signature"),
        _text("hash"),
        _boolean("own"),
        _integer("at"),
        _text("status"),
        _integer("revision", nullable=True),
        _integer("received_at", nullable=True),
        _text("epoch"),
        _text("reasons"),
        _integer("settled_at", nullable=True),
        _text("settled_by"),
        _text("settled_note"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_key"], ["case_key.key"]),
        sa.UniqueConstraint("event_id"),
    )
    op.create_index("ix_event_case", "event", ["case_key", "revision"], unique=True)
    op.create_index(
        "ix_event_open", "event", ["status", "case_key"], sqlite_where=sa.text("status <> 'confirmed'")
    )
    op.create_index("ix_event_own", "event", ["device", "seq"], unique=True, sqlite_where=sa.text("own = 1"))


def _make_projections() -> None:
    op.create_table(
        "case_row",
        _integer("key"),
        _text("case_id"),
        _text("receipt_number"),
        _text("case_number"),
        _text("item_code"),
        _text("item_name"),
        _text("applicant_name"),
        _text("document_kind"),
        _text("document_number"),
        _text("sex"),
        _text("birth_date"),
        _text("phone"),
        _text("address"),
        _text("state"),
        _text("holder"),
        _text("addressed_to"),
        _text("origin"),
        _integer("received_at"),
        _text("due_day", nullable=True),
        _boolean("due_provisional"),
        _integer("updated_at"),
        _integer("pending"),
        _integer("refused"),
        _integer("confirmed_revision"),
        _text("batch_number"),
        _boolean("opening_refused"),
        _boolean("taken_back"),
        _integer("unknown_moves"),
        _boolean("attention"),
        _text("search_text"),
        _text("search_numbers"),
        sa.PrimaryKeyConstraint("key"),
        sa.ForeignKeyConstraint(["key"], ["case_key.key"]),
    )
    op.create_index(
        "ix_case_addressed",
        "case_row",
        ["addressed_to", "updated_at"],
        sqlite_where=sa.text("addressed_to <> ''"),
    )
    op.create_index("ix_case_attention", "case_row", ["updated_at"], sqlite_where=sa.text("attention = 1"))
    op.create_index("ix_case_due", "case_row", ["due_day"], sqlite_where=sa.text("due_day IS NOT NULL"))
    op.create_index("ix_case_receipt", "case_row", ["receipt_number"])
    op.create_index("ix_case_received", "case_row", ["received_at"])
    op.create_index("ix_case_state", "case_row", ["state", "updated_at"])
    op.create_index("ix_case_updated", "case_row", ["updated_at"])
    op.create_index("ix_case_work", "case_row", ["holder", "state", "updated_at"])
    op.create_table(
        "case_number",
        _text("kind"),
        _text("token"),
        _integer("case_key"),
        sa.PrimaryKeyConstraint("kind", "token", "case_key"),
        sa.ForeignKeyConstraint(["case_key"], ["case_key.key"]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_case",
        _text("batch_id"),
        _integer("case_key"),
        _text("batch_number"),
        _text("from_desk"),
        _text("to_desk"),
        _integer("sent_at"),
        _integer("declared"),
        _text("outcome"),
        sa.PrimaryKeyConstraint("batch_id", "case_key"),
        sa.ForeignKeyConstraint(["case_key"], ["case_key.key"]),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_case", "batch_case", ["case_key"])
    op.create_index("ix_batch_from", "batch_case", ["from_desk", "sent_at"])
    op.create_index("ix_batch_to", "batch_case", ["to_desk", "sent_at"])


def _make_exchange() -> None:
    op.create_table(
        "chain",
        _text("device"),
        _integer("seq"),
        _text("hash"),
        _integer("durable_upto"),
        sa.PrimaryKeyConstraint("device"),
    )
    op.create_table(
        "feed",
        _text("feed"),
        _text("epoch"),
        _integer("position"),
        _text("hash"),
        _integer("count"),
        _text("digest"),
        _boolean("agreed"),
        _integer("agreed_at", nullable=True),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_table(
        "holding",
        _text("feed"),
        _text("case_id"),
        _integer("revision"),
        _text("hash"),
        sa.PrimaryKeyConstraint("feed", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_holding_case", "holding", ["case_id"])
    op.create_table(
        "attachment",
        _integer("noted"),
        _text("sha256"),
        _integer("size"),
        _text("name"),
        _text("media_type"),
        _boolean("here"),
        _boolean("at_hub"),
        _text("upload_url"),
        _integer("upload_offset"),
        sa.PrimaryKeyConstraint("noted"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index(
        "ix_attachment_not_at_hub", "attachment", ["noted"], sqlite_where=sa.text("here = 1 AND at_hub = 0")
    )
    op.create_index("ix_attachment_not_here", "attachment", ["noted"], sqlite_where=sa.text("here = 0"))


def _make_station() -> None:
    op.create_table(
        "identity",
        _integer("id"),
        _text("device"),
        _text("station"),
        _integer("slot"),
        _text("desks"),
        _text("epoch"),
        _text("hub_public"),
        _text("hub_url"),
        _bytes("device_seed"),
        _text("home_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reference",
        _integer("received"),
        _text("name"),
        _text("version"),
        _text("body"),
        _text("signature"),
        _integer("at"),
        sa.PrimaryKeyConstraint("received"),
        sa.UniqueConstraint("name", "version", name="uq_reference_version"),
    )
    op.create_table(
        "number",
        _text("kind"),
        _text("day"),
        _integer("last"),
        sa.PrimaryKeyConstraint("kind", "day"),
    )
    op.create_table(
        "draft",
        _text("draft_id"),
        _text("body"),
        _integer("at"),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_table(
        "print_log",
        _text("paper"),
        _text("number"),
        _integer("copy_number"),
        _text("case_id"),
        _integer("at"),
        _text("person_id"),
        sa.PrimaryKeyConstraint("paper", "number", "copy_number"),
    )
    op.create_table(
        "setting",
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("name"),
    )
