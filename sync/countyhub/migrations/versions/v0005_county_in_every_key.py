"""The county stands in every primary, unique and foreign key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Primary keys as they were; the county comes before them.
_KEYS = {
    "device_desk": ("device_id", "desk_id"),
    "device": ("device_id",),
    "enrolment_code": ("code_hash",),
    "reference": ("name", "version"),
    "reference_head": ("name",),
    "chain": ("device",),
    "envelope": ("device", "seq"),
    "verdict": ("device", "seq"),
    "case_head": ("case_id",),
    "case_event": ("case_id", "revision"),
    "mailbox": ("feed",),
    "mailbox_entry": ("feed", "position"),
    "visible_case": ("desk_id", "case_id"),
    "attachment": ("sha256",),
    "upload": ("upload_id",),
    "case_attachment": ("case_id", "sha256"),
    "awaited_attachment": ("sha256", "device", "seq"),
    "number_claim": ("kind", "number"),
    "number_mention": ("number", "device", "seq", "kind"),
    "day_serial": ("day",),
    "catalogue_step": ("change_number", "number"),
    "catalogue_change": ("number",),
    "application_mark": ("case_id",),
    "noted_double": ("case_id", "other_id"),
}
_UNIQUE = {"device": ("uq_device_slot", "station", "slot"), "case_event": ("uq_case_event", "event_id")}
# child: name of the constraint, its columns, the parent and its columns; and PostgreSQL's name of the old one.
_FOREIGN = {
    "device_desk": ("fk_device_desk_device", ("device_id",), "device", ("device_id",)),
    "catalogue_step": ("fk_catalogue_step_change", ("change_number",), "catalogue_change", ("number",)),
}
_OLD_FOREIGN = {
    "device_desk": "device_desk_device_id_fkey",
    "catalogue_step": "catalogue_step_change_number_fkey",
}
_HUB = sa.table("hub", sa.column("county"))
_UPLOAD_INDEX = "ix_upload_device"


def upgrade() -> None:
    """Make the step. Every row there is belongs to the one county of the hub."""
    connection = op.get_bind()
    county = connection.execute(sa.select(_HUB)).scalar() or ""
    op.drop_index(_UPLOAD_INDEX, "upload")
    if connection.dialect.name == "sqlite":
        _rebuild_all(connection, county)
    else:
        _change_all(county)
    op.create_index(_UPLOAD_INDEX, "upload", ["county", "device", "sha256"], unique=True)


def _change_all(county: str) -> None:
    """PostgreSQL changes a table where it is; only the indexes behind the keys are built anew."""
    for table, name in _OLD_FOREIGN.items():
        op.drop_constraint(name, table)
    for table, key in _KEYS.items():
        op.add_column(table, sa.Column("county", sa.String(), nullable=False, server_default=county))
        op.alter_column(table, "county", server_default=None)
        op.drop_constraint(f"{table}_pkey", table)
        op.create_primary_key(f"{table}_pkey", table, ["county", *key])
    for table, (name, *unique) in _UNIQUE.items():
        op.drop_constraint(name, table)
        op.create_unique_constraint(name, table, ["county", *unique])
    for table, (name, columns, parent, theirs) in _FOREIGN.items():
        op.create_foreign_key(name, table, parent, ["county", *columns], ["county", *theirs])
    op.drop_column("hub", "hub_id")
    op.create_primary_key("hub_pkey", "hub", ["county"])


def _rebuild_all(connection: sa.Connection, county: str) -> None:
    """SQLite cannot change a key: each table is made anew and its rows are copied.

    A child is made without its foreign key first, since a parent can only be dropped when nobody refers to it.
    """
    for table, key in _KEYS.items():
        _rebuild(connection, table, ("county", *key), sa.literal(county))
    for table in _FOREIGN:
        _rebuild(connection, table, ("county", *_KEYS[table]), sa.column("county"), _foreign_key(table))
    _rebuild(connection, "hub", ("county",), sa.column("county"), without="hub_id")


def _foreign_key(table: str) -> sa.ForeignKeyConstraint:
    name, columns, parent, theirs = _FOREIGN[table]
    return sa.ForeignKeyConstraint(
        ["county", *columns], [f"{parent}.{column}" for column in ("county", *theirs)], name
    )


def _rebuild(
    connection: sa.Connection,
    name: str,
    key: tuple[str, ...],
    county: sa.ColumnElement[str],
    foreign: sa.ForeignKeyConstraint | None = None,
    without: str = "county",
) -> None:
    """Make a table anew with its county first, its other columns but `without`, and its indexes."""
    old = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    kept = [column for column in old.columns if column.name not in {"county", without}]
    fresh = op.create_table(
        f"new_{name}",
        sa.Column("county", sa.String(), nullable=False),
        *(sa.Column(one.name, one.type, nullable=one.nullable, server_default=_default(one)) for one in kept),
        sa.PrimaryKeyConstraint(*key),
        *_constraints(name, foreign),
    )
    everything = sa.select(county, *kept).select_from(old)
    connection.execute(sa.insert(fresh).from_select([column.name for column in fresh.columns], everything))
    op.drop_table(name)
    op.rename_table(f"new_{name}", name)
    for index in sorted(old.indexes, key=lambda one: str(one.name)):
        op.create_index(index.name, name, [column.name for column in index.columns], unique=index.unique)


def _default(column: sa.Column[Any]) -> Any:
    return column.server_default.arg if isinstance(column.server_default, sa.DefaultClause) else None


def _constraints(name: str, foreign: sa.ForeignKeyConstraint | None) -> Iterator[sa.Constraint]:
    if name in _UNIQUE:
        unique, *columns = _UNIQUE[name]
        yield sa.UniqueConstraint("county", *columns, name=unique)
    if foreign is not None:
        yield foreign
