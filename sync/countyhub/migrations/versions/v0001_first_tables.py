"""First tables: identity, devices, references, acceptance, mailboxes, attachments, numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    _identity_and_devices()
    _references()
    _acceptance()
    _mailboxes()
    _attachments()
    _numbers()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _bytes_count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def _identity_and_devices() -> None:
    op.create_table(
        "hub",
        _number("hub_id"),
        *map(_text, ("county", "epoch", "seed", "created_at")),
        _key("hub_id"),
    )
    op.create_table(
        "device",
        _text("device_id"),
        _text("station"),
        _number("slot"),
        *map(_text, ("public", "machine", "enrolled_at", "revoked_at")),
        _key("device_id"),
        sa.UniqueConstraint("station", "slot", name="uq_device_slot"),
    )
    op.create_table(
        "device_desk",
        _text("device_id"),
        _text("desk_id"),
        _number("place"),
        _key("device_id", "desk_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"]),
    )
    op.create_table(
        "enrolment_code",
        *map(_text, ("code_hash", "station", "desks", "expires_at", "used_by")),
        _key("code_hash"),
    )


def _references() -> None:
    op.create_table(
        "reference",
        _text("name"),
        _text("version"),
        _number("number"),
        *map(_text, ("body", "signature", "published_at")),
        _key("name", "version"),
    )
    op.create_table("reference_head", _text("name"), _number("number"), _text("version"), _key("name"))


def _acceptance() -> None:
    op.create_table(
        "chain", _text("device"), _number("seq"), _text("hash"), _number("durable_seq"), _key("device")
    )
    op.create_table(
        "envelope",
        _text("device"),
        _number("seq"),
        *map(_text, ("prev", "hash", "kind")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *map(_text, ("signature", "person_signature")),
        _key("device", "seq"),
    )
    op.create_table(
        "verdict",
        _text("device"),
        _number("seq"),
        *map(_text, ("event_id", "case_id", "result")),
        _number("revision"),
        *map(_text, ("received_at", "reasons")),
        _key("device", "seq"),
    )
    op.create_index("ix_verdict_case", "verdict", ["case_id", "result"])
    op.create_index("ix_verdict_result", "verdict", ["result"])
    _cases()


def _cases() -> None:
    columns = ("state", "holder", "addressed_to", "origin", "receipt_number", "case_number", "updated_at")
    op.create_table(
        "case_head",
        _text("case_id"),
        _number("revision"),
        _text("case_hash"),
        *map(_text, columns),
        _key("case_id"),
    )
    op.create_table(
        "case_event",
        _text("case_id"),
        _number("revision"),
        _text("event_id"),
        _text("device"),
        _number("seq"),
        _text("received_at"),
        _key("case_id", "revision"),
        sa.UniqueConstraint("event_id", name="uq_case_event"),
    )


def _mailboxes() -> None:
    op.create_table(
        "mailbox",
        _text("feed"),
        _number("position"),
        _text("hash"),
        _number("count"),
        _text("digest"),
        _key("feed"),
    )
    op.create_table(
        "mailbox_entry",
        _text("feed"),
        _number("position"),
        *map(_text, ("kind", "case_id")),
        _number("revision"),
        *map(_text, ("hash", "verdict")),
        _key("feed", "position"),
    )
    op.create_table("visible_case", _text("desk_id"), _text("case_id"), _key("desk_id", "case_id"))
    op.create_index("ix_visible_case", "visible_case", ["case_id"])


def _attachments() -> None:
    op.create_table("attachment", _text("sha256"), _bytes_count("size"), _text("complete_at"), _key("sha256"))
    op.create_table(
        "upload",
        *map(_text, ("upload_id", "device", "sha256")),
        *map(_bytes_count, ("length", "received")),
        _number("generation"),
        _text("created_at"),
        _key("upload_id"),
    )
    op.create_index("ix_upload_device", "upload", ["device", "sha256"], unique=True)
    op.create_table("case_attachment", _text("case_id"), _text("sha256"), _key("case_id", "sha256"))
    op.create_index("ix_case_attachment", "case_attachment", ["sha256"])
    op.create_table(
        "awaited_attachment",
        *map(_text, ("sha256", "device")),
        _number("seq"),
        _text("case_id"),
        _key("sha256", "device", "seq"),
    )


def _numbers() -> None:
    op.create_table("number_claim", *map(_text, ("kind", "number", "owner")), _key("kind", "number"))
    op.create_table(
        "number_mention",
        *map(_text, ("number", "case_id", "kind")),
        _key("number", "case_id", "kind"),
    )
    op.create_index("ix_number_mention_case", "number_mention", ["case_id"])
    op.create_table("day_serial", _text("day"), _number("last"), _key("day"))
