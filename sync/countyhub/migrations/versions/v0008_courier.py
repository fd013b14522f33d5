"""Files of couriers: what was taken, what was answered, what is on its way, and runs that came too early."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step: five tables, empty at first."""
    _table(
        "early_run",
        ("device", "last_hash"),
        _numbers("first_seq", "last_seq"),
        _bytes("run"),
        _texts("kept_at"),
    )
    op.create_index("ix_early_run", "early_run", ["device", "first_seq"])
    _table("courier_file", ("device", "number", "hash"), _texts("taking", "at", "answer"))
    _table("courier_answer", ("device",), _numbers("number"), _texts("hash", "at"))
    size = [sa.Column("size", sa.BigInteger(), nullable=False)]
    _table("courier_spool", ("hash",), size, _texts("carrier", "begun_at", "manifest"))
    _table("courier_piece", ("hash", "place"), _bytes("data"))


def _table(name: str, key: tuple[str, ...], *columns: list[sa.Column[Any]]) -> None:
    keys = [sa.Column(one, _KEY_TYPES.get(one, sa.String)(), nullable=False) for one in ("county", *key)]
    others = [column for some in columns for column in some]
    op.create_table(name, *keys, *others, sa.PrimaryKeyConstraint("county", *key))


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _bytes(name: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=False)]


_KEY_TYPES = {"number": sa.Integer, "place": sa.Integer}
