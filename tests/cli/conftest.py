"""A hub that serves, and commands run in this very process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import PASSWORDS, enrolled, serving
from stationapp.cli import main
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.platform.paths import StationPaths

Answer = tuple[int, Any]
Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """The demonstration county's hub."""
    with serving(tmp_path_factory.mktemp("hub")) as served:
        yield served


@pytest.fixture(scope="session")
def village_home(hub: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> StationPaths:
    """A PC of the village that all tests of single commands share."""
    return enrolled(hub, tmp_path_factory.mktemp("village"), VILLAGE)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command; returns its exit code and the JSON it printed, on standard error when it failed."""

    def command(home: Path, login: str, *line: str, password: str | None = None) -> Answer:
        monkeypatch.setenv("STATIONAPP_PASSWORD", PASSWORDS.get(login, "x") if password is None else password)
        before = ("--home", str(home), *(("--as", login) if login else ()))
        code = main([*before, *line])
        printed = capsys.readouterr()
        good = code in (0, 4)
        assert (printed.err if good else printed.out) == ""
        return code, json.loads(printed.out if good else printed.err)

    return command


@pytest.fixture
def agent(run: Run, village_home: StationPaths) -> Run:
    """Runs a command as the village's agent."""
    return lambda *line: run(village_home.home, AGENT, *line)
