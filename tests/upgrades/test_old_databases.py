"""Databases of earlier layouts come up whole: nothing is lost, every case stands where it stood."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from countyhub import schema
from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.devices import key_repository
from countyhub.devices import repository as devices
from countyhub.hub import Hub
from countyhub.inspection.verification import verify_hub
from hubprotocol.key_changes import KeyHistory
from hubprotocol.versions import HUB_DEVICE
from stationapp.store.records import CaseQuery
from stationapp.store.station_store import StationStore
from stationapp.store.verification import verify
from upgrades.samples import DATA_KEY, SAMPLES, old_hub, old_station


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a plain SQLite file."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_old_hub_comes_up_whole(sample: str, tmp_path: Path) -> None:
    file = old_hub(sample, tmp_path / "hub.db")
    envelopes = rows(file, "SELECT device, seq, hash FROM envelope ORDER BY 1, 2")
    cases = rows(file, "SELECT case_id, revision, case_hash, state, holder FROM case_head ORDER BY 1")
    database = Database(f"sqlite:///{file}")
    schema.upgrade(database)
    hub = Hub(database, FolderFiles(tmp_path / "files"))
    faults = [fault for fault in verify_hub(hub).faults if not fault["where"].startswith("attachment")]
    database.close()
    assert faults == []
    assert rows(file, "SELECT device, seq, hash FROM envelope ORDER BY 1, 2") == envelopes
    assert rows(file, "SELECT case_id, revision, case_hash, state, holder FROM case_head ORDER BY 1") == cases
    assert len(cases) >= 6


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_old_station_comes_up_whole(sample: str, tmp_path: Path) -> None:
    hub = Database(f"sqlite:///{old_hub(sample, tmp_path / 'hub.db')}")
    schema.upgrade(hub)
    with hub.read() as connection:
        keys = {name: one.history for name, one in devices.everyone(connection).items()}
        changes = key_repository.changes_of(connection, [HUB_DEVICE]).get(HUB_DEVICE, ())
    hub.close()
    store = StationStore.open(old_station(sample, tmp_path / "station.db"), DATA_KEY)
    try:
        with store.read() as unit:
            identity, organisation = unit.identity.get(), unit.references.get("organisation")
            cases = [unit.cases.get(case_id) for case_id in unit.cases.find(CaseQuery())]
        settled = [row for row in cases if row is not None and not row.pending]
        standing = {row.case.case_id: str(row.case.state) for row in settled}
        assert identity is not None
        assert organisation is not None
        keys[HUB_DEVICE] = KeyHistory.after(bytes.fromhex(identity.hub_public), changes)
        people = {
            row["person_id"]: bytes.fromhex(row["sign_public"])
            for row in json.loads(organisation.body)["persons"]
        }
        assert verify(store, keys, people).findings == ()
    finally:
        store.close()
    at_hub = dict(rows(tmp_path / "hub.db", "SELECT case_id, state FROM case_head"))
    assert standing
    assert {case_id: at_hub[case_id] for case_id in standing} == standing
