"""A village PC is killed at random moments of its work, again and again; nothing it said is ever lost."""

from __future__ import annotations

import multiprocessing
import random
from pathlib import Path

import pytest
from village_at_work import work

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE, Station, enrol_stations
from stationapp.domain.numbers import BatchNumber, recognise_number
from stationapp.platform.clock import SystemClock
from stationapp.services.synchronise import Outcome, sync_once
from stationapp.services.verification import verify_station

KILLS = 50


@pytest.fixture
def village(tmp_path: Path):
    with HubProcess(tmp_path / "hub") as hub:
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, tmp_path / "homes", SystemClock())
        yield hub, stations[VILLAGE]
        for station in stations.values():
            station.link.cut()


def kill_at_random(station: Station, journal: Path, kills: int, seed: int) -> None:
    """Start the PC and kill it after a moment drawn from the seed, that many times; now and then cut the line."""
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["village_at_work"])
    for attempt in range(kills):
        if chance.random() < 0.2:
            station.link.cut()
        else:
            station.link.connect()
        arguments = (str(station.paths.home), AGENT, station.passwords[AGENT], seed + attempt, str(journal))
        process = context.Process(target=work, args=arguments)
        process.start()
        process.join(chance.uniform(0.3, 2.0))
        assert process.exitcode is None, "the PC stopped by itself"
        process.kill()
        process.join()
        process.close()


def test_a_client_killed_at_any_moment_loses_nothing(village, tmp_path: Path) -> None:
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
    assert len(said) > KILLS / 5
    assert len(set(said)) == len(said)
    assert hub.known_numbers(said) == set(said)
    assert hub.faults() == []
