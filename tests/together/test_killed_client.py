"""A village PC is killed at random moments of its work, again and again; nothing it said is ever lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from together.village_at_work import work

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE, Station, enrol_stations
from stationapp.domain.numbers import BatchNumber, recognise_number
from stationapp.platform.clock import SystemClock
from stationapp.services.synchronise import Outcome, sync_once
from stationapp.services.verification import verify_station

KILLS = 50
PATIENCE = 60.0  # seconds a PC may take to start on a busy machine


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[HubProcess, Station]]:
    # The fork server imports by the environment's path, not by this process's.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    with HubProcess(tmp_path / "hub") as hub:
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, tmp_path / "homes", SystemClock())
        yield hub, stations[VILLAGE]
        for station in stations.values():
            station.link.cut()


def kill_at_random(station: Station, journal: Path, kills: int, seed: int) -> None:
    """Start the PC and kill it after a moment drawn from the seed, that many times; now and then cut the line.

    One time in five it is killed while it starts or signs in, otherwise while it works.
    """
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["together.village_at_work"])
    for attempt in range(kills):
        if chance.random() < 0.2:
            station.link.cut()
        else:
            station.link.connect()
        heard, told = context.Pipe(duplex=False)
        home, password = str(station.paths.home), station.passwords[AGENT]
        process = context.Process(
            target=work, args=(home, AGENT, password, seed + attempt, str(journal), told)
        )
        process.start()
        if chance.random() < 0.8:
            assert heard.poll(PATIENCE), "the PC did not start"
        process.join(chance.uniform(0.0, 0.8))
        assert process.exitcode is None, "the PC stopped by itself"
        process.kill()
        process.join()
        process.close()
        heard.close()
        told.close()


def test_a_client_killed_at_any_moment_loses_nothing(
    village: tuple[HubProcess, Station], tmp_path: Path
) -> None:
    hub, station = village
    journal = tmp_path / "said.txt"
    journal.touch()
    kill_at_random(station, journal, KILLS, seed=20261121)
    station.link.connect()
    said = journal.read_text("utf-8").split()
    with station.signed_in(AGENT) as workplace:
        assert verify_station(workplace)["differences"] == []
        done = sync_once(workplace)
        assert (done.outcome, done.problem) == (Outcome.AGREED, None)
        with workplace.store.read() as unit:
            receipts = [n for n in said if not isinstance(recognise_number(n), BatchNumber)]
            assert all(unit.cases.by_number(number) for number in receipts)
            assert unit.events.refused() == []
        assert verify_station(workplace)["differences"] == []
    assert len(said) > KILLS
    assert len(set(said)) == len(said)
    assert hub.known_numbers(said) == set(said)
    assert hub.faults() == []
