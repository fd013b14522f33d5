"""Commands at hand in one process: each is answered as if it were alone, whatever became of the one before."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stationapp.demo.hub_console import HubConsole, environment
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, TOWNSHIP, VILLAGE
from stationapp.platform.unavailable import Unavailable


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> HubProcess:
    made = HubProcess(tmp_path_factory.mktemp("hub"))
    made.initialise()
    return made


@pytest.fixture
def console(tmp_path: Path) -> Iterator[HubConsole]:
    with HubConsole(tmp_path / "log") as made:
        yield made


def test_a_command_at_hand_says_what_the_command_says(hub: HubProcess) -> None:
    alone = hub.ask("stats"), hub.ask("find", "nobody", answers=(1,))
    with hub.at_hand():
        codes = hub.enrolment_codes([VILLAGE, TOWNSHIP])
        assert len(set(codes)) == 2
        assert (hub.ask("stats"), hub.ask("find", "nobody", answers=(1,))) == alone
        assert hub.faults() == []


def test_a_command_that_crashes_or_makes_no_sense_costs_the_next_nothing(
    hub: HubProcess, tmp_path: Path
) -> None:
    shutil.copy(hub._own, tmp_path / "hub.db")
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        connection.execute("UPDATE reference SET body = 'neither packed nor a document'")
    connection.close()
    spoiled = HubProcess(tmp_path)
    with spoiled.at_hand():
        expected = spoiled.ask("stats")
        for _ in range(2):
            with pytest.raises(Unavailable, match="enrolment-code") as crash:
                spoiled.enrolment_code(VILLAGE)
            assert "JSONDecodeError" in crash.value.detail
            with pytest.raises(Unavailable, match="no-such-command") as wrong:
                spoiled.ask("no-such-command")
            assert "invalid choice" in wrong.value.detail
            assert spoiled.ask("stats") == expected


def test_a_command_that_reads_takes_no_question_for_its_answer(hub: HubProcess, console: HubConsole) -> None:
    place = ("--database", hub.database)
    code, output, errors = console.run(("set-password", *place, AGENT))
    assert (code, output, json.loads(errors)["error"]) == (3, "", "no-password")
    assert console.run(("stats", *place))[0] == 0


def test_a_process_that_is_gone_is_said(hub: HubProcess, tmp_path: Path) -> None:
    with HubConsole(tmp_path / "log") as console:
        console._process.kill()
        with pytest.raises(Unavailable, match="中断"):
            console.run(("stats", "--database", hub.database))


def test_no_command_loads_what_only_a_server_needs() -> None:
    check = (
        "import sys, countyhub.cli; sys.exit(', '.join({'fastapi', 'uvicorn', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
