"""Migrations make exactly the tables the code speaks of, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from countyhub import schema
from countyhub.database import Database
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


def _is_ours(name, kind, parents):
    return kind != "table" or name in METADATA.tables


def test_a_hub_of_the_first_schema_finds_its_old_numbers_after_the_upgrade(county):
    village = county.enrol("510704105209", "agent")
    confirmed, held = village.receipt_number(), village.receipt_number()
    village.receive(receipt_number=confirmed)
    village.receive(receipt_number=held, attachments=(b"on its way",))
    village.exchange()
    _back_to_the_first(county.hub.database)
    assert not schema.is_current(county.hub.database)
    schema.upgrade(county.hub.database)
    assert schema.is_current(county.hub.database)
    statuses = [finding.find(county.hub, number)[0].status for number in (confirmed, held)]
    assert statuses == ["confirmed", "held"]
    assert verify_hub(county.hub).ok


def _back_to_the_first(database):
    """What the upgrade changes, as it was before."""

    def work(connection):
        for statement in (
            "DROP INDEX ix_case_head_state",
            "DROP TABLE application_mark",
            "DROP TABLE noted_double",
            "DROP TABLE catalogue_step",
            "DROP TABLE catalogue_change",
            "DROP TABLE number_mention",
            "CREATE TABLE number_mention (number VARCHAR, case_id VARCHAR, kind VARCHAR)",
            "ALTER TABLE hub DROP COLUMN grace_days",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            connection.execute(text(statement))

    database.write(work)
