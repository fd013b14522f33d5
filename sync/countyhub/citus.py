"""What spreads the hub's tables over the machines of a Citus cluster, by county."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from sqlalchemy import ForeignKeyConstraint, Table

from countyhub.county_rows import COUNTY
from countyhub.tables import METADATA

_HEAD = f"""\
-- Spreads the hub's tables over a Citus cluster by the column `{COUNTY}`. Made by
--     python sync/deploy/citus/make_ddl.py
-- from the tables of the program; run it on the coordinator after every `countyhub upgrade`. It can be run again.
-- All tables are colocated: a county's rows of every table lie on one machine, and a transaction of the hub, which
-- names its county in every statement, is carried out there alone. There are no reference tables: what is shared by
-- all counties is not in the database.
"""
_SPREAD = Template(
    "SELECT create_distributed_table('$table', '$county', colocate_with => '$beside')\n"
    "    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = '$table'::regclass);"
)


def distribution() -> str:
    """Return the SQL that spreads every table, as text ending in a line feed."""
    lines = [_HEAD, "BEGIN;", *_without_foreign_keys(), *_spread(), *_with_foreign_keys(), "COMMIT;"]
    return "\n".join(lines) + "\n"


def _tables() -> list[Table]:
    """Every table, the hub's own row first: the others are colocated with it."""
    return sorted(METADATA.tables.values(), key=lambda table: (table.name != "hub", table.name))


def _foreign_keys() -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    for table in _tables():
        keys = (one for one in table.constraints if isinstance(one, ForeignKeyConstraint))
        for key in sorted(keys, key=lambda one: str(one.name)):
            yield table, key


def _without_foreign_keys() -> Iterator[str]:
    """A table can be spread only while no table that is not spread refers to it."""
    for table, key in _foreign_keys():
        yield f"ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS {key.name};"


def _spread() -> Iterator[str]:
    for table in _tables():
        beside = "none" if table.name == "hub" else "hub"
        yield _SPREAD.substitute(table=table.name, county=COUNTY, beside=beside)


def _with_foreign_keys() -> Iterator[str]:
    for table, key in _foreign_keys():
        own = ", ".join(column.name for column in key.columns)
        theirs = ", ".join(element.column.name for element in key.elements)
        yield (
            f"ALTER TABLE {table.name} ADD CONSTRAINT {key.name}\n"
            f"    FOREIGN KEY ({own}) REFERENCES {key.referred_table.name} ({theirs});"
        )
