"""Two counties in one database, with the very same ids and numbers, do not disturb each other."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, event, func, insert, select, tablesample, text, true, union_all, update
from sqlalchemy.exc import StatementError
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow, EnvelopeRow, VerdictRow
from countyhub.database import Database, table_of
from countyhub.identity import repository as identities
from countyhub.inspection.verification import verify_hub
from countyhub.mailboxes.tables import VisibleRow
from countyhub.numbers import finding
from countyhub.sweeps.service import sweep
from countyhub.tables import METADATA

OURS, OTHER = "510704", "510705"
VILLAGE, TOWN = "510704105209", "510704105000"
SCAN = "一页扫描件".encode()


@pytest.fixture
def two_counties(make_county):
    """Two hubs in one database, made with the same randomness: all that they and their stations make is the same."""
    other = make_county("files of the other")
    with other.hub.database.engine.begin() as connection:
        for table in METADATA.tables:
            connection.execute(text(f"UPDATE {table} SET county = '{OTHER}'"))  # noqa: S608  # our own names
    other.hub.database.keep_to(OTHER)
    return make_county(), other


def story(county):
    """A day, step by step: receive with a scan, hand over, sign for, and a case of the village's own."""
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    yield
    case_id = village.receive(attachments=(SCAN,))
    village.exchange()
    yield
    village.upload(SCAN)
    village.exchange()
    assert village.result() == ("accepted", [])
    yield
    village.act("hand_over", case_id, "agent", **village.batch(TOWN))
    village.receive()
    village.exchange()
    yield
    town.act("sign_for", case_id, "clerk")
    town.exchange()
    assert town.result() == ("accepted", [])
    assert case_id in town.mirrors[TOWN].cases
    yield
    village.exchange()
    sweep(county.hub)


def rows(county):
    """Every row of a county, without the county's name."""
    with county.hub.database.engine.connect() as connection:
        return {
            table: sorted(
                repr([value for name, value in row.items() if name != "county"])
                for row in connection.execute(
                    text(f"SELECT * FROM {table} WHERE county = :county"),  # noqa: S608  # our own name
                    {"county": county.hub.database.county},
                ).mappings()
            )
            for table in METADATA.tables
        }


def test_the_same_day_with_the_same_ids_can_pass_in_both(two_counties):
    one, other = two_counties
    for _ in zip(story(one), story(other), strict=True):
        pass
    for county in two_counties:
        report = verify_hub(county.hub)
        assert report.ok, report.faults
    same, theirs = rows(one), rows(other)
    assert {name for name in same if same[name] != theirs[name]} <= {"reference"}
    assert same["case_event"]
    assert same["number_claim"]


def test_what_one_county_does_leaves_every_row_of_the_other_alone(two_counties):
    one, other = two_counties
    for _ in story(one):
        pass
    before = rows(one)
    for _ in story(other):
        pass
    other.hub.database.write(lambda connection: identities.set_epoch(connection, "another"))
    assert rows(one) == before


def test_a_number_is_found_only_in_its_own_county(two_counties):
    one, other = two_counties
    village = one.enrol(VILLAGE, "agent")
    number = village.receipt_number()
    village.receive_at_hub(receipt_number=number)
    assert finding.find(one.hub, number)
    assert finding.find(other.hub, number) == []


def test_every_statement_of_a_day_keeps_to_its_county(two_counties):
    one, _ = two_counties
    told = []
    event.listen(one.hub.database.engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    for _ in story(one):
        pass
    verify_hub(one.hub)
    about_rows = [sql for sql in told if sql.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}]
    assert len(about_rows) > 100
    assert [sql for sql in about_rows if "county" not in sql] == []


SEEN = VisibleRow.county == CaseRow.county
SAME = col(VisibleRow.case_id) == col(CaseRow.case_id)
QUERIES = {
    "a count": select(func.count()).select_from(CaseRow),
    "an inner join": select(func.count()).select_from(CaseRow).join(VisibleRow, SAME),
    "a join the other way round": select(func.count()).select_from(VisibleRow).join(CaseRow, SAME),
    "an outer join": select(func.count()).select_from(CaseRow).outerjoin(VisibleRow, SEEN & SAME),
    "an alias": select(func.count()).select_from(METADATA.tables["case_head"].alias()),
    "a subquery": select(func.count()).select_from(select(CaseRow).subquery()),
    "a union": select(func.count()).select_from(
        union_all(select(col(CaseRow.case_id)), select(col(VisibleRow.case_id))).subquery()
    ),
    "a query before": select(func.count()).select_from(select(CaseRow).cte()),
    "a scalar subquery": select(select(func.count()).select_from(CaseRow).scalar_subquery()),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_shape_of_query_sees_the_other_county(two_counties, query):
    one, other = two_counties
    village = one.enrol(VILLAGE, "agent")
    village.receive_at_hub()
    with one.hub.database.read() as connection:
        assert connection.execute(query).scalar_one() >= 1
    with other.hub.database.read() as connection:
        assert connection.execute(query).scalar_one() == 0


def test_an_outer_join_that_forgets_the_county_is_not_executed(two_counties):
    query = select(func.count()).select_from(CaseRow).outerjoin(VisibleRow, SAME)
    with (
        two_counties[0].hub.database.read() as connection,
        pytest.raises(ValueError, match="compare the counties"),
    ):
        connection.execute(query)


MORE_TABLES = {
    "update … from": update(CaseRow).where(SAME).values(holder="nobody"),
    "delete … using": delete(CaseRow).where(SAME),
    "delete … using a join": delete(EnvelopeRow).where(
        col(EnvelopeRow.device) == col(VisibleRow.desk_id), col(VerdictRow.case_id) == col(VisibleRow.case_id)
    ),
    "a sample": select(func.count()).select_from(tablesample(table_of(CaseRow), 50)),
    "a join with a sample": select(func.count()).select_from(
        table_of(CaseRow).join(tablesample(table_of(VisibleRow), 50), true())
    ),
}


@pytest.mark.parametrize("statement", MORE_TABLES.values(), ids=MORE_TABLES)
@pytest.mark.parametrize("url", ["sqlite:///nowhere", "postgresql://nowhere/nothing"])
def test_what_would_read_further_tables_of_all_counties_is_not_compiled(statement, url):
    database = Database(url)
    with pytest.raises(ValueError, match=r"one county|every county"):
        statement.compile(database.engine)
    database.close()


def test_an_update_of_everything_touches_one_county(two_counties):
    one, other = two_counties
    for county in two_counties:
        county.enrol(VILLAGE, "agent").receive_at_hub()
    one.hub.database.write(lambda connection: connection.execute(update(CaseRow).values(holder="nobody")))
    with other.hub.database.read() as connection:
        assert "nobody" not in connection.execute(select(col(CaseRow.holder))).scalars().all()


def test_a_database_of_several_counties_asks_which_one_is_meant(two_counties, database_url):
    database = Database(database_url)
    assert database.counties() == [OURS, OTHER]
    with database.read() as connection, pytest.raises(StatementError, match="SeveralCounties"):
        identities.load(connection)
    database.keep_to(OTHER)
    with database.read() as connection:
        assert identities.load(connection).county == OTHER
    database.close()


def test_nobody_writes_a_row_without_a_county(database_url):
    from countyhub import schema

    database = Database(database_url)
    schema.upgrade(database)
    row = VerdictRow(
        device="d", seq=1, event_id="", case_id="", result="held", revision=0, received_at="", reasons="[]"
    ).model_dump()
    with pytest.raises(StatementError, match="belongs to a county"):
        database.write(lambda connection: connection.execute(insert(VerdictRow), row))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(EnvelopeRow)).scalar_one() == 0
    database.close()
