"""Several processes serve one PostgreSQL database at the same time; one is killed at work, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from countyhub import cli
from countyhub.inspection.verification import verify_hub
from hubprotocol.messages import ExchangeResponse
from hubprotocol.requests import sign_request

STATIONS = 4
PUSHES = 12
PATIENCE_S = 60.0
ROOT = Path(__file__).parents[2]

needs_shared_ports = pytest.mark.skipif(
    not hasattr(socket, "SO_REUSEPORT"), reason="processes cannot share a port on this system"
)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@contextmanager
def served(database_url: str, files: Path, *options: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """`countyhub serve` in processes of its own; yields the parent and the address."""
    command = [sys.executable, "-m", "countyhub", "serve", "--database", database_url, "--files", str(files)]
    roads = os.pathsep.join((str(ROOT / "src"), str(ROOT / "sync")))
    environment = os.environ | {"PYTHONPATH": roads}
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, env=environment)  # ours
    try:
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        process.stdout.close()


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes a process started."""
    return [int(one) for one in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def push(client: httpx.Client, station) -> int:
    """Send what the hub has not acknowledged until it answers; return how often the line broke before."""
    broke = 0
    while True:
        body = station.request().model_dump_json().encode()
        headers = sign_request(station.device, station.seed, "POST", "/sync/v1/exchange", body, "")
        try:
            answer = client.post("/sync/v1/exchange", content=body, headers=headers)
        except httpx.HTTPError:
            broke += 1
            continue
        if answer.status_code == httpx.codes.OK:
            station.take(ExchangeResponse.model_validate_json(answer.content))
            return broke
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text


@needs_shared_ports
@on_postgres
def test_two_processes_serve_one_database_and_one_killed_at_work_loses_nothing(
    county, database_url, tmp_path
):
    stations = [county.enrol("510704105209", "agent") for _ in range(STATIONS)]
    with served(database_url, tmp_path / "files", "--workers", "2") as (process, url):
        first = workers_of(process)
        assert len(first) == 2
        half = threading.Barrier(STATIONS + 1)

        def work(station) -> None:
            for number in range(PUSHES):
                if number == PUSHES // 2:
                    half.wait(PATIENCE_S)
                station.receive()
                # A connection of its own each time: the system gives it to one process or the other.
                with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
                    push(client, station)

        with ThreadPoolExecutor(STATIONS) as pool:
            at_work = [pool.submit(work, station) for station in stations]
            half.wait(PATIENCE_S)
            os.kill(first[0], signal.SIGKILL)
            for one in at_work:
                one.result()
        _await_another_worker(process, first, url, stations[0])
    received = [station.verdicts[seq].result for station in stations for seq in station.verdicts]
    assert len(received) == STATIONS * PUSHES
    assert {one.value for one in received} == {"accepted"}
    assert process.returncode == 0
    assert verify_hub(county.hub).faults == []


def _await_another_worker(process, first, url, station) -> None:
    """The parent starts another process in place of the one that was killed; meanwhile the hub answers."""
    while len(now := workers_of(process)) < 2 or first[0] in now:
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
            push(client, station)


def test_sqlite_is_served_by_one_process(tmp_path, county_papers, capsys):
    from countyhub.attachments.files import FolderFiles
    from countyhub.database import Database
    from countyhub.hub import Hub
    from countyhub.initialise import initialise

    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    hub = Hub(Database(url), FolderFiles(tmp_path / "files"))
    organisation, catalogue, calendar, passwords = county_papers
    initialise(hub, organisation.county, organisation, catalogue, calendar, passwords)
    hub.database.close()
    assert cli.main(["serve", "--database", url, "--workers", "2"]) == cli.REFUSED
    assert json.loads(capsys.readouterr().err)["error"] == "workers-need-postgresql"
