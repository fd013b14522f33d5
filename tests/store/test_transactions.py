"""One writer, many readers, every transaction whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from stationapp.platform.unavailable import Unavailable
from stationapp.store import connections
from stationapp.store.records import CaseQuery
from stationapp.store.station_store import StationStore
from store.world import DATA_KEY, World


def test_a_reader_sees_nothing_of_an_unfinished_transaction(store: StationStore, world: World) -> None:
    received = world.receive()
    envelope = world.mine.seal(received)
    with store.read() as before:
        assert before.cases.count(CaseQuery()) == 0
        with store.write() as unit:
            unit.events.append_pending(received, envelope)
            assert unit.cases.count(CaseQuery()) == 1
            with store.read() as meanwhile:
                assert meanwhile.cases.count(CaseQuery()) == 0
        assert before.cases.count(CaseQuery()) == 0
    with store.read() as after:
        assert after.cases.count(CaseQuery()) == 1


def test_a_reader_cannot_write(store: StationStore) -> None:
    with pytest.raises(Unavailable), store.read() as unit:
        unit._connection.exec_driver_sql("DELETE FROM case_key")


def test_a_transaction_inside_another_of_the_same_thread_is_a_bug(store: StationStore) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside"), store.write():
        pass
    with store.write() as unit:
        unit.settings.set("still", "works")


def test_writers_wait_for_each_other(store: StationStore, world: World) -> None:
    def receive(_: int) -> None:
        with store.write() as unit:
            received = world.receive()
            unit.events.append_pending(received, world.mine.seal(received))

    def look(_: int) -> int:
        with store.read() as unit:
            ids = unit.cases.find(CaseQuery(text="吴"))
            assert len(unit.cases.summary(ids)) == len(ids) == unit.chain.head().seq
            return len(ids)

    with ThreadPoolExecutor(4) as pool:
        looked = pool.map(look, range(30))
        list(pool.map(receive, range(30)))
    assert set(looked) <= set(range(31))
    with store.read() as unit:
        assert unit.chain.head().seq == 30
        assert unit.cases.count(CaseQuery(text="吴")) == 30


def test_every_connection_is_set_up_for_safety(store: StationStore) -> None:
    expected = {"synchronous": 2, "foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 10_000}
    for engine in (store._writer, store._readers):
        with engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
            assert {name: type(expected[name])(value) for name, value in found.items()} == expected


def test_another_program_that_keeps_the_database_busy_is_told(
    database: Path, store: StationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr(connections, "_PRAGMAS", ("PRAGMA busy_timeout = 1",))
    first, second = (StationStore(database, DATA_KEY) for _ in range(2))
    with first.write() as unit:
        unit.settings.set("a", "1")
        with pytest.raises(Unavailable, match="占用"), second.write():
            pass
    first.close()
    second.close()


def test_a_wrong_statement_is_a_bug_and_undoes_the_transaction(store: StationStore) -> None:
    with pytest.raises(OperationalError):
        _write_and_stumble(store)
    with store.read() as unit:
        assert unit.settings.get("half") == ""


def _write_and_stumble(store: StationStore) -> None:
    with store.write() as unit:
        unit.settings.set("half", "done")
        unit._connection.exec_driver_sql("SELECT * FROM nowhere")
