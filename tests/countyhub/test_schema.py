"""Migrations make exactly the tables the code speaks of, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ForeignKeyConstraint, MetaData, UniqueConstraint, insert, inspect, select, text

from countyhub import schema
from countyhub.database import Database
from countyhub.identity import repository as identities
from countyhub.inspection.verification import verify_hub
from countyhub.numbers import finding
from countyhub.tables import METADATA, TOPICS


def test_migrations_and_tables_agree(database_url):
    database = Database(database_url)
    assert not schema.is_current(database)
    schema.upgrade(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    assert len({topic.__name__ for topic in TOPICS}) == len(TOPICS)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_the_newest_revision_is_the_one_that_alembic_finds():
    assert schema.newest() == ScriptDirectory.from_config(schema._config()).get_current_head()


def _is_ours(name, kind, parents):
    return kind != "table" or name in METADATA.tables


def test_every_index_begins_with_the_county():
    """Every statement asks for one county's rows; SQLite takes an index that begins otherwise for the worse one."""
    for table in METADATA.tables.values():
        for index in table.indexes:
            assert index.columns[0].name == "county", (table.name, index.name)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("application_mark WHERE county = 'c' AND mark IN ('a', 'b')", "ix_application_mark "),
        ("verdict WHERE county = 'c' AND result = 'held'", "ix_verdict_result "),
        ("visible_case WHERE county = 'c' AND case_id = 'x'", "ix_visible_case "),
        ("envelope WHERE county = 'c' AND device = 'd' AND seq = 7", "(county=? AND device=? AND seq=?)"),
    ],
)
def test_an_empty_sqlite_knows_already_which_index_narrows_most(tmp_path, asked, index):
    database = Database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    schema.upgrade(database)
    with database.read() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {asked}")).all()  # noqa: S608  # our text
    database.close()
    assert index in plan[0][3]


def test_every_key_of_every_table_holds_the_county():
    """Several counties share a database, and engines that spread tables by county ask for it."""
    for table in METADATA.tables.values():
        assert next(iter(table.primary_key.columns)).name == "county", table.name
        for key in _other_keys(table):
            assert "county" in {column.name for column in key.columns}, (table.name, key.name)


def _other_keys(table):
    kinds = (UniqueConstraint, ForeignKeyConstraint)
    yield from (one for one in table.constraints if isinstance(one, kinds))
    yield from (one for one in table.indexes if one.unique)


def test_the_database_has_the_keys_the_code_speaks_of(county):
    with county.hub.database.read() as connection:
        found = inspect(connection)
        for table in METADATA.tables.values():
            columns = [column.name for column in table.primary_key.columns]
            assert found.get_pk_constraint(table.name)["constrained_columns"] == columns


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_an_old_hub_holds_after_the_upgrade_what_it_held_before(county, other_database_url, revision):
    village = county.enrol("510704105209", "agent")
    confirmed, held = village.receipt_number(), village.receipt_number()
    village.receive(receipt_number=confirmed)
    village.receive(receipt_number=held, attachments=(b"on its way",))
    village.exchange()
    # Of a hub of before nobody knows whether it was ever restored: it counts as one that was.
    county.hub.database.write(lambda connection: identities.set_epoch(connection, "another"))
    database = Database(other_database_url)
    _become_old(county.hub.database, database, revision)
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    # The first schema had no marks; the upgrade makes them, and the next sweep compares every case anew.
    derived = {"application_mark"} if revision == "0001" else set()
    assert _everything(database, derived) == _everything(county.hub.database, derived)
    hub = replace(county.hub, database=database)
    statuses = [finding.find(hub, number)[0].status for number in (confirmed, held)]
    assert statuses == ["confirmed", "held"]
    assert verify_hub(hub).ok
    database.close()


@pytest.fixture
def other_database_url(request, database_url, tmp_path):
    """The address of a second database on the engine of the first."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'old.sqlite'}"
    return request.getfixturevalue("postgres_database")()


def _become_old(today, old, revision):
    """Bring a database to an old schema and give it the rows of one of today, as far as the old schema has them."""
    config = schema._config()

    def make(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    old.write(make)
    # What a later step derives anew from the rest; number_mention had other columns at first.
    derived = {"alembic_version"} | ({"number_mention"} if revision == "0001" else set())
    with today.read() as source:
        old.write(lambda target: _copy(source, target, derived))


def _copy(source, target, left_out):
    tables = MetaData()
    tables.reflect(target)
    for table in tables.sorted_tables:
        if table.name not in left_out:
            rows = source.execute(text(f"SELECT * FROM {table.name}")).mappings().all()  # noqa: S608  # our name
            kept = [{column.name: row.get(column.name, 1) for column in table.columns} for row in rows]
            if kept:
                target.execute(insert(table), kept)


def _everything(database, left_out):
    """Every row of the other tables, whatever order the engine tells them in."""
    with database.read() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table)).mappings()))
            for name, table in METADATA.tables.items()
            if name not in left_out
        }
