"""Counties spread over several plain databases behind one address: each host leads to its own county."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import httpx
import pytest

from countyhub.app import create_app
from countyhub.attachments.files import FolderFiles
from countyhub.clock import china_now
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised
from countyhub.initialise import initialise_above
from countyhub.inspection.verification import verify_hub
from countyhub.shards import Router, Shard, opened_shards, read_shards
from countyhub.upward import hosting
from hubprotocol.keys import sign_public_of
from hubprotocol.versions import MAX_VERSION
from stationapp.domain.refusal import Refused

# Four divisions in three databases: the last two share one.
PLACES = {"510100": 0, "510200": 1, "510300": 2, "510400": 2}


@pytest.fixture
def shards(postgres_database, tmp_path):
    """A hub of each division, spread over three databases of PostgreSQL."""
    urls = [postgres_database() for _ in range(3)]
    made = []
    for code, place in PLACES.items():
        made.append(Shard(code, f"{code}.hub.test", urls[place], str(tmp_path / code)))
        hub = Hub(Database(urls[place], code), FolderFiles(tmp_path / code))
        initialise_above(hub, code)
        hub.database.close()
    return made


def ask(router, host: str, path: str, **parts) -> httpx.Response:
    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(router)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.post(path, **parts)

    return asyncio.run(request())


def enrolment(code: str, number: int) -> dict:
    seed = Random(number).randbytes(32)
    return {"protocol": MAX_VERSION, "code": code, "device_public": sign_public_of(seed).hex()}


def test_each_host_leads_to_its_own_county_wherever_that_is(shards):
    with opened_shards(shards, china_now) as hubs:
        router = Router({host: create_app(hub) for host, hub in hubs.items()})
        codes = {host: hosting.make_code(hub, host[:4] + "21")[0] for host, hub in hubs.items()}
        for number, (host, code) in enumerate(codes.items()):
            others = [other for other in hubs if other != host]
            refused = {
                ask(router, other, "/sync/v1/enrol", json=enrolment(code, number)).status_code
                for other in others
            }
            assert refused == {403}
            answer = ask(router, f"{host}:8443", "/sync/v1/enrol", json=enrolment(code, number))
            assert answer.json()["station"] == host[:4] + "21"
        for host, hub in hubs.items():
            with hub.database.read() as connection:
                from countyhub.devices import repository as devices

                assert [one.station for one in devices.everyone(connection).values()] == [host[:4] + "21"]
            assert verify_hub(hub).faults == []


def test_two_counties_of_one_database_share_its_connections(shards):
    with opened_shards(shards, china_now) as hubs:
        engines = {id(hub.database.engine) for hub in hubs.values()}
        assert (len(hubs), len(engines)) == (4, 3)


def test_an_unknown_host_gets_a_problem_document(shards):
    with opened_shards(shards, china_now) as hubs:
        router = Router({host: create_app(hub) for host, hub in hubs.items()})
        answer = ask(router, "elsewhere.test", "/sync/v1/enrol", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("[2001:DB8::7]", "2001:db8::7"),
        ("[2001:db8::7]:8443", "[2001:db8::7]"),
        ("A.test:8443", "a.test"),
        ("A.test", "a.test"),
    ],
)
def test_a_host_is_found_with_and_without_a_port(tmp_path, sent, named):
    file = tmp_path / "shards.toml"
    file.write_text(f'[510704]\nhost = "{named}"\ndatabase = "sqlite:///x"\n', encoding="utf-8")
    heard = []

    async def app(scope, receive, send):
        heard.append(scope["type"])

    router = Router({one.host: app for one in read_shards(file)})
    asyncio.run(router({"type": "http", "headers": [(b"host", sent.encode())]}, None, None))
    assert heard == ["http"]


def test_a_county_that_is_not_in_its_database_is_noticed_before_serving(shards):
    astray = replace(shards[0], county="510900")
    with pytest.raises(NotInitialised), opened_shards([astray], china_now):
        raise AssertionError("it must not open")


def test_a_file_of_shards_is_read_and_a_wrong_one_refused(tmp_path):
    file = tmp_path / "shards.toml"
    file.write_text('[510704]\nhost = "A.test"\ndatabase = "sqlite:///x"\nfiles = "f"\n', encoding="utf-8")
    assert read_shards(file) == (Shard("510704", "a.test", "sqlite:///x", "f"),)
    for wrong in (
        "",
        "[",
        '[51]\nhost = "a"\ndatabase = "b"\n',
        '[510704]\nhost = "a"\n',
        '[510704]\nhost = "a"\ndatabase = "b"\nport = "1"\n',
        "[510704]\nhost = 1\ndatabase = 2\n",
        '[510704]\nhost = "a"\ndatabase = "b"\n[510705]\nhost = "A"\ndatabase = "b"\n',
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(Refused):
            read_shards(file)
