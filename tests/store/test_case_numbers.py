"""Numbers are found alike in the short table of new ones and where they move over to."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from sqlalchemy import event as hooks

from stationapp.store import opening
from stationapp.store.connections import writer_engine
from stationapp.store.rebuild import compare
from stationapp.store.records import CaseQuery
from stationapp.store.repositories import case_numbers
from stationapp.store.station_store import StationStore
from store.world import DATA_KEY, ID_NUMBER, World, event, fresh_store, hand


def counts(store: StationStore) -> tuple[int, int]:
    """How many numbers lie in their order, and how many are new."""
    with store.read() as unit:
        tables = ("SELECT count(*) FROM case_number", "SELECT count(*) FROM case_number_new")
        first, second = (unit._connection.exec_driver_sql(one).scalar_one() for one in tables)
        return first, second


def found(store: StationStore, text: str) -> set[str]:
    """The cases a word finds, from the indexes and by a page of a list."""
    with store.read() as unit:
        everything = unit.cases.find(CaseQuery(text=text))
        assert set(unit.cases.find(CaseQuery(text=text), 100)) == set(everything)
        assert unit.cases.count(CaseQuery(text=text)) == len(everything)
        return set(everything)


@pytest.mark.parametrize("most_new", [1, 8, 500])
def test_a_number_is_found_wherever_it_lies(
    store: StationStore, world: World, monkeypatch: pytest.MonkeyPatch, most_new: int
) -> None:
    monkeypatch.setattr(case_numbers, "MOST_NEW", most_new)
    people = [
        world.receive(name=f"张{name}", phone=f"1390000000{turn}") for turn, name in enumerate("三四五")
    ]
    world.append(store, *people)
    ids = [one.case_id for one in people]
    for one in people:
        receipt = one.facts["receipt_number"]
        assert found(store, receipt) == {one.case_id}
        assert found(store, one.facts["enquiry_code"]) == {one.case_id}
        with store.read() as unit:
            assert unit.cases.by_number(receipt) == one.case_id
    assert found(store, ID_NUMBER[-6:]) == found(store, "1390") == set(ids)
    with store.read() as unit:
        (person,) = unit.applicants.find(ID_NUMBER[:6], 5)
        assert person.document_number == ID_NUMBER
    assert compare(store) == []


def test_the_short_table_is_emptied_when_it_is_full(
    store: StationStore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.append(store, world.receive())
    in_order, each = counts(store)
    assert (in_order, each > 3) == (0, True)
    monkeypatch.setattr(case_numbers, "MOST_NEW", 2 * each)
    world.append(store, world.receive())
    assert counts(store) == (2 * each, 0)
    world.append(store, world.receive())
    assert counts(store) == (2 * each, each)


def test_a_case_whose_numbers_change_keeps_no_old_ones(
    store: StationStore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_numbers, "MOST_NEW", 1)
    one = world.receive()
    world.append(store, one)
    monkeypatch.setattr(case_numbers, "MOST_NEW", 500)
    facts = {"reason": "录入错误", "document_number": "抗香村作〔2026〕010001号"}
    world.append(store, event(one.case_id, "void", hand("agent"), facts))
    assert found(store, "抗香村作") == {one.case_id}
    assert counts(store)[0] == 0
    assert compare(store) == []


def test_numbers_stay_through_the_layout_before_and_back(world: World) -> None:
    with fresh_store() as store:
        one = world.receive()
        world.append(store, one)
        database, before = store.database, sum(counts(store))
        store.close()
        engine = writer_engine(database, DATA_KEY)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.downgrade(opening.alembic_config(connection), "0002")
            connection.commit()
        engine.dispose()
        assert opening.revision_of(database, DATA_KEY) == "0002"
        again = StationStore.open(database, DATA_KEY)
        assert counts(again) == (before, 0)
        assert found(again, one.facts["receipt_number"]) == {one.case_id}
        assert compare(again) == []
        again.close()


def test_looking_for_a_number_scans_no_table_but_the_short_one(store: StationStore, world: World) -> None:
    world.append(store, world.receive())
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "case_number" in statement and not statement.startswith("EXPLAIN"):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    hooks.listen(store._readers, "before_cursor_execute", explain)
    with store.read() as unit:
        assert unit.applicants.find(ID_NUMBER[:4], 5) != []
        assert unit.cases.by_number("510704105209-20261120-0100018") is None
        assert unit.cases.find(CaseQuery(text=ID_NUMBER[:6]), 10) != []
    hooks.remove(store._readers, "before_cursor_execute", explain)
    scanned = {plan for plan in plans if plan.startswith("SCAN case_") and "VIRTUAL TABLE" not in plan}
    assert scanned == {"SCAN case_number_new"}, plans
