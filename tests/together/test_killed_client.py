"""PCs of all three levels are killed at random moments of the story, again and again; nothing is ever lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import (
    AGENT,
    CLERK,
    COUNTY,
    TOWNSHIP,
    TOWNSHIP_APPROVER,
    VILLAGE,
    WINDOW,
    Station,
    cut_all,
    enrol_stations,
)
from stationapp.domain.case import State
from stationapp.platform.clock import SystemClock
from stationapp.services.verification import verify_station
from together.station_at_work import work, work_off

KILLS = 54
PATIENCE = 60.0  # seconds a PC may take to start on a busy machine
MOST_ROUNDS = 12
# The village works most: it is where things begin, and where the plug is pulled.
PEOPLE = (
    (VILLAGE, AGENT),
    (TOWNSHIP, CLERK),
    (VILLAGE, AGENT),
    (TOWNSHIP, TOWNSHIP_APPROVER),
    (COUNTY, WINDOW),
    (VILLAGE, AGENT),
    (COUNTY, "jiaqiuju"),
    (COUNTY, "qingyunpeng"),
    (TOWNSHIP, CLERK),
)

County = tuple[HubProcess, Mapping[str, Station]]


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    # The fork server imports by the environment's path, not by this process's.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    with HubProcess(tmp_path / "hub") as hub:
        hub.initialise()
        hub.serve()
        stations = enrol_stations(hub, tmp_path / "homes", SystemClock())
        yield hub, stations
        cut_all(stations)


def kill_at_random(stations: Mapping[str, Station], journal: Path, seed: int) -> None:
    """Start a PC and kill it after a moment drawn from the seed, one after the other; now and then its line is cut.

    One time in ten it is killed while it starts or signs in, otherwise within its first acts: how many it may make
    is drawn as well, so that a slow machine kills at the same places.
    """
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["together.station_at_work"])
    for attempt in range(KILLS):
        code, login = PEOPLE[attempt % len(PEOPLE)]
        station = stations[code]
        if chance.random() < 0.2:
            station.link.cut()
        else:
            station.link.connect()
        heard, told = context.Pipe(duplex=False)
        arguments = (
            str(station.paths.home),
            login,
            station.passwords[login],
            seed + attempt,
            str(journal),
            told,
        )
        process = context.Process(target=work, args=arguments)
        process.start()
        for _ in range(chance.randint(1, 8) if chance.random() < 0.9 else 0):
            assert heard.poll(PATIENCE), "the PC does not work"
            heard.recv_bytes()
        process.join(chance.uniform(0.0, 0.15))
        assert process.exitcode is None, "the PC stopped by itself"
        process.kill()
        process.join()
        process.close()
        heard.close()
        told.close()


def finish(stations: Mapping[str, Station]) -> None:
    """Let everybody work off what waits, until every case of the village has ended."""
    for station in stations.values():
        station.link.connect()
    left: Counter[State] = Counter()
    for _ in range(MOST_ROUNDS):
        for code, login in dict.fromkeys(PEOPLE):
            with stations[code].signed_in(login) as workplace:
                work_off(workplace)
                left = states(workplace) if login == AGENT else left
                if login == AGENT and set(left) <= {State.CONCLUDED}:
                    return
    raise AssertionError(f"the cases did not end: {left}")


def states(workplace) -> Counter[State]:
    from stationapp.store.records import CaseQuery

    with workplace.store.read() as unit:
        return Counter(row.state for row in unit.cases.summary(unit.cases.find(CaseQuery(), 100_000, None)))


def test_clients_killed_at_any_moment_of_the_story_lose_nothing(county: County, tmp_path: Path) -> None:
    hub, stations = county
    journal = tmp_path / "said.txt"
    journal.touch()
    kill_at_random(stations, journal, seed=20261121)
    said = journal.read_text("utf-8").split()
    finish(stations)
    assert len(said) > KILLS / 2
    assert len(set(said)) == len(said)
    assert hub.known_numbers(said) == set(said)
    assert hub.faults() == []
    at_hub = {row["case_id"]: row["state"] for row in hub.ask("cases")}
    assert set(at_hub.values()) == {State.CONCLUDED}
    for code, login in ((VILLAGE, AGENT), (TOWNSHIP, CLERK), (COUNTY, WINDOW)):
        with stations[code].signed_in(login) as workplace:
            work_off(workplace)
            assert verify_station(workplace)["differences"] == []
            with workplace.store.read() as unit:
                assert unit.events.refused() == []
            assert set(states(workplace)) <= {State.CONCLUDED}
            if code == VILLAGE:
                assert sum(states(workplace).values()) == len(at_hub)
