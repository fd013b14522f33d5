"""Marks of applications, by which possible doubles and unanswered applications are found."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from countyhub.doubles.marks import key_of, mark_of
from countyhub.identity.repository import Identity
from stationapp.domain.people import application_from_mapping

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HUB = sa.table("hub", sa.column("county"), sa.column("epoch"), sa.column("seed"))
_EVENT = sa.table("case_event", *map(sa.column, ("case_id", "revision", "device", "seq")))
_ENVELOPE = sa.table("envelope", *map(sa.column, ("device", "seq", "body")))
_AT_ONCE = 1000


def upgrade() -> None:
    """Make the step."""
    mark = op.create_table(
        "application_mark",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("case_id", "item_code", "mark")),
        sa.Column("looked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_application_mark", "application_mark", ["mark"])
    op.create_index("ix_application_mark_looked", "application_mark", ["looked"])
    op.create_table(
        "noted_double",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("case_id", "other_id")),
        sa.PrimaryKeyConstraint("case_id", "other_id"),
    )
    op.create_index("ix_noted_double_other", "noted_double", ["other_id"])
    op.create_index("ix_case_head_state", "case_head", ["state", "holder"])
    _mark_all(mark)


def _mark_all(mark: sa.Table) -> None:
    """Mark what was opened before; the next sweep compares it."""
    connection = op.get_bind()
    hub = connection.execute(sa.select(_HUB)).first()
    if hub is None:
        return
    key = key_of(Identity(hub.county, hub.epoch, bytes.fromhex(hub.seed)))
    same = (_ENVELOPE.c.device == _EVENT.c.device) & (_ENVELOPE.c.seq == _EVENT.c.seq)
    opened = sa.select(_EVENT.c.case_id, _ENVELOPE.c.body).join(_ENVELOPE, same).where(_EVENT.c.revision == 1)
    for chunk in connection.execute(opened).partitions(_AT_ONCE):
        rows = [_row(key, row.case_id, bytes(row.body).decode()) for row in chunk]
        connection.execute(sa.insert(mark), rows)


def _row(key: bytes, case_id: str, body: str) -> dict[str, object]:
    application = application_from_mapping(json.loads(body)["facts"]["application"])
    return {
        "case_id": case_id,
        "item_code": application.item_code,
        "mark": mark_of(key, application),
        "looked": False,
    }
