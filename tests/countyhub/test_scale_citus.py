"""The SQL that spreads the tables over a Citus cluster is what the tables need; where there is a cluster, it works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from countyhub import schema
from countyhub.citus import distribution
from countyhub.database import Database
from countyhub.inspection.verification import verify_hub
from countyhub.tables import METADATA

SCRIPT = Path(__file__).parents[2] / "sync" / "deploy" / "citus" / "distribute.sql"
CLUSTER = os.environ.get("COUNTYHUB_CITUS_URL", "")


def statements() -> list[str]:
    """The script's statements between BEGIN and COMMIT, without comments."""
    lines = [line for line in distribution().splitlines() if not line.startswith("--")]
    return [one.strip() for one in "\n".join(lines).split(";")[1:-2]]


def test_the_script_in_the_folder_is_the_one_the_tables_need():
    assert SCRIPT.read_text(encoding="utf-8") == distribution()


def test_every_table_is_spread_by_county_beside_the_hub():
    spread = [one for one in statements() if one.startswith("SELECT create_distributed_table")]
    assert len(spread) == len(METADATA.tables)
    assert "'hub', 'county', colocate_with => 'none'" in spread[0]
    assert all("'county', colocate_with => 'hub'" in one for one in spread[1:])


def test_its_foreign_keys_are_those_of_the_database(postgres_database):
    database = Database(postgres_database())
    schema.upgrade(database)
    keys = [one for one in statements() if one.startswith("ALTER")]
    assert len(keys) == 4
    count = text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
    with database.engine.begin() as connection:
        before = connection.execute(count).scalar_one()
        for one in keys:
            connection.execute(text(one))
            if one == keys[1]:
                assert connection.execute(count).scalar_one() == 0
        assert connection.execute(count).scalar_one() == before == 2
    database.close()


@pytest.mark.skipif(not CLUSTER, reason="COUNTYHUB_CITUS_URL names no empty database on a Citus coordinator")
@pytest.mark.parametrize("database_url", ["citus"], indirect=True)
def test_a_hub_works_on_a_cluster(make_county):
    first = make_county()
    with first.hub.database.engine.begin() as connection:
        for one in statements():
            connection.execute(text(one))
        query = text("SELECT count(DISTINCT colocationid), count(*) FROM pg_dist_partition")
        assert tuple(connection.execute(query).one()) == (1, len(METADATA.tables))
    village, town = first.enrol("510704105209", "agent"), first.enrol("510704105000", "clerk")
    case_id = village.receive_at_hub()
    village.act("hand_over", case_id, "agent", **village.batch(town.station))
    village.exchange()
    town.act("sign_for", case_id, "clerk")
    town.exchange()
    assert town.result() == ("accepted", [])
    assert verify_hub(first.hub).faults == []


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The cluster's address."""
    return CLUSTER
