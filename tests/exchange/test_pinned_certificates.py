"""TLS with the county's own certificate authority, over real connections of the loopback interface."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from answering_server import Reply, answering
from county_certificates import Authority, authority, server_context
from hub_world import HubWorld, quick_folder
from small_county import NOON, VILLAGE
from stationapp.exchange.enrolment import Order, enrol
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import Credentials, NotTheHub
from stationapp.platform.clock import CHINA, FixedClock, SteppingClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.hub_address import county_ca, keep_county_ca

CLOCK = FixedClock(datetime.datetime(2026, 11, 21, 12, 0, tzinfo=CHINA))
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Authorities:
    """The county's, and one that the machine believes; the folder is for what they issue."""

    county: Authority
    machine: Authority
    folder: Path


@pytest.fixture(scope="module")
def made() -> Iterator[Authorities]:
    with quick_folder() as folder:
        yield Authorities(authority(folder, "county"), authority(folder, "machine"), folder)


@pytest.fixture
def authorities(made: Authorities, monkeypatch: pytest.MonkeyPatch) -> Authorities:
    monkeypatch.setenv("SSL_CERT_FILE", str(made.machine.file))  # What OpenSSL takes for the machine's.
    return made


def reference(url: str, ca_file: Path | None) -> None:
    """Ask for a document; whoever answers has no such thing."""
    client = HubClient(url, CLOCK, ca_file=ca_file)
    try:
        with pytest.raises(Unavailable) as refused:
            client.reference("calendar")
    finally:
        client.close()
    raise refused.value


@pytest.mark.parametrize("issuer", ["county", "machine"])
def test_with_a_pinned_authority_no_other_is_believed(authorities: Authorities, issuer: str) -> None:
    own: Authority = getattr(authorities, issuer)
    with answering(server_context(*own.issue(authorities.folder, f"hub-{issuer}"))) as server:
        server.reply = Reply(503)
        for pinned in (authorities.county.file, None):
            believed = (issuer == "county") == (pinned is not None)
            with pytest.raises(Unavailable) as trouble:
                reference(server.url, pinned)
            assert isinstance(trouble.value, NotTheHub) is not believed
            assert ("没有送出任何内容" in trouble.value.text) is not believed
        assert len(server.asked) == 1


def test_another_machines_certificate_and_an_expired_one_are_refused(authorities: Authorities) -> None:
    issue, folder = authorities.county.issue, authorities.folder
    files = {
        "没有送出任何内容": issue(folder, "elsewhere", "127.0.0.9"),
        "日期": issue(folder, "old", days=-1),
    }
    for words, pair in files.items():
        with answering(server_context(*pair)) as server:
            with pytest.raises(NotTheHub, match=words):
                reference(server.url, authorities.county.file)
            assert server.asked == []


def test_a_pc_enrols_over_tls_at_a_hub_of_the_county_alone(authorities: Authorities) -> None:
    with quick_folder() as folder, serving(folder, authorities) as (url, code):
        roads: list[HubClient] = []

        def connect_with(ca_file: Path | None) -> Callable[[Credentials | None], HubClient]:
            def connect(credentials: Credentials | None) -> HubClient:
                roads.append(HubClient(url, CLOCK, credentials, ca_file))
                return roads[-1]

            return connect

        order = Order(url, code, "0" * 32)
        with pytest.raises(NotTheHub):
            enrol(folder, order, connect_with(None), os.urandom)
        got = enrol(folder, order, connect_with(authorities.county.file), os.urandom)
        assert (got.identity.station, len(got.references)) == (VILLAGE, 4)
        for road in roads:
            road.close()


def _countyhub(name: str, folder: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    """A command of the hub in a folder, and the environment it needs."""
    where = ["--database", f"sqlite:///{folder / 'hub.sqlite'}", "--files", str(folder / "files")]
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "sync"))
    return [sys.executable, "-m", "countyhub", name, *where, *options], {**os.environ, "PYTHONPATH": path}


@contextmanager
def serving(folder: Path, authorities: Authorities) -> Iterator[tuple[str, str]]:
    """The hub as it is started in a county: `countyhub serve` with a certificate; its URL and a code."""
    certificate, key = authorities.county.issue(folder, "served")
    world = HubWorld(folder, SteppingClock(NOON, timedelta(seconds=1)), Random("tls"))
    world.found()
    world.close()
    port_file = folder / "port"
    tls = ("--certificate", str(certificate), "--key", str(key))
    command, environment = _countyhub("serve", folder, "--port-file", str(port_file), *tls)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        command, environment = _countyhub("enrolment-code", folder, "--station", VILLAGE)
        code = json.loads(subprocess.check_output(command, env=environment))["code"]
        while not port_file.exists():
            assert process.poll() is None
            time.sleep(0.02)  # The file is the sign that the other process serves.
        yield f"https://127.0.0.1:{port_file.read_text()}", code
    finally:
        process.terminate()
        process.wait()


def test_the_authority_is_kept_in_the_home_and_junk_is_not(authorities: Authorities, tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path)
    assert county_ca(paths) is None
    (tmp_path / "junk.pem").write_text("no certificate")
    for junk in ("junk.pem", "missing.pem"):
        with pytest.raises(Unavailable, match="证书"):
            keep_county_ca(paths, tmp_path / junk)
    keep_county_ca(paths, authorities.county.file)
    kept = county_ca(paths)
    assert kept is not None
    assert kept.read_bytes() == authorities.county.file.read_bytes()


@pytest.mark.parametrize(
    "url", ["http://hub.example", "http://10.0.0.7:80", "ftp://127.0.0.1", "hub.example"]
)
def test_without_tls_no_hub_but_one_on_this_machine_is_spoken_to(url: str) -> None:
    with pytest.raises(Unavailable, match="https"):
        HubClient(url, CLOCK)
