"""Attachments in an object store, with a real S3 server on this machine."""

from __future__ import annotations

import json
import logging
import socket
from dataclasses import replace

import httpx
import pytest

from countyhub.app import create_app
from countyhub.attachments import uploading
from countyhub.attachments.object_files import ObjectFiles
from countyhub.attachments.places import open_files
from countyhub.cli import main
from countyhub.inspection.verification import verify_hub
from stationapp.domain.refusal import Refused
from uploads_over_http import OTHER, SCAN, create, patch, put, sha

VILLAGE = "510704105209"


# Where bytes lie does not depend on the engine.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 server."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def store(s3, monkeypatch):
    """An empty bucket, and the environment in which a hub finds it."""
    httpx.post(f"{s3}/moto-api/reset").raise_for_status()
    httpx.put(f"{s3}/county").raise_for_status()
    where = {"ENDPOINT_URL": s3, "ACCESS_KEY_ID": "hub", "SECRET_ACCESS_KEY": "secret", "REGION": "us-east-1"}
    for name, value in where.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    return s3


@pytest.fixture
def files(store, tmp_path):
    """The attachments' place in the bucket."""
    return open_files("s3://county/files/of-hub", tmp_path / "parts", "postgresql://nowhere")


@pytest.fixture
def stored(county, files):
    """A county whose hub keeps attachments in the bucket."""
    hub = replace(county.hub, files=files)
    return replace(county, hub=hub, client=replace(county.client, app=create_app(hub)))


@on_sqlite
def test_a_whole_file_goes_up_and_is_read_from_the_store(stored, files, store):
    village = stored.enrol(VILLAGE, "agent")
    village.receive(attachments=(SCAN, OTHER, b""))
    village.exchange()
    location = create(village, SCAN).headers["Location"]
    put(village, location, SCAN, 3)
    assert patch(village, location, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"
    village.upload(OTHER)
    create(village, b"", **{"Upload-Complete": "?1"})
    village.exchange()
    assert village.result() == ("accepted", [])
    listed = httpx.get(f"{store}/county?list-type=2").text
    assert f"<Key>files/of-hub/{sha(SCAN)[:2]}/{sha(SCAN)}</Key>" in listed
    assert files.parts() == []
    assert village.http("GET", f"/sync/v1/attachments/{sha(SCAN)}").content == SCAN
    part = village.http("GET", f"/sync/v1/attachments/{sha(SCAN)}", Range="bytes=1000-4999")
    assert (part.status_code, part.content) == (206, SCAN[1000:5000])
    assert village.http("GET", f"/sync/v1/attachments/{sha(b'')}").content == b""
    report = verify_hub(stored.hub)
    assert report.ok, report.faults
    assert report.checked["attachments"] == 3


@on_sqlite
def test_while_the_store_is_away_the_part_stays_and_goes_up_later(stored, files, store):
    village = stored.enrol(VILLAGE, "agent")
    village.receive(attachments=(SCAN,))
    village.exchange()
    location = create(village, SCAN).headers["Location"]
    httpx.delete(f"{store}/county").raise_for_status()
    answer = patch(village, location, SCAN, 0, "?1")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    told = village.http("HEAD", location)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Complete"]) == (str(len(SCAN)), "?0")
    uploading.finish_overlooked(stored.hub)
    assert village.http("HEAD", location).headers["Upload-Complete"] == "?0"
    httpx.put(f"{store}/county").raise_for_status()
    assert patch(village, location, b"", len(SCAN), "?1").headers["Upload-Complete"] == "?1"
    village.exchange()
    assert village.result() == ("accepted", [])


@on_sqlite
def test_a_hub_that_stopped_before_a_file_went_up_sends_it_at_its_next_start(stored, files, store):
    village = stored.enrol(VILLAGE, "agent")
    village.receive(attachments=(SCAN,))
    village.exchange()
    location = create(village, SCAN).headers["Location"]
    httpx.delete(f"{store}/county").raise_for_status()
    assert patch(village, location, SCAN, 0, "?1").status_code == 503
    httpx.put(f"{store}/county").raise_for_status()
    uploading.finish_overlooked(stored.hub)
    assert files.has(sha(SCAN))
    village.exchange()
    assert village.result() == ("accepted", [])


@on_sqlite
def test_a_wrong_file_does_not_reach_the_store(stored, files, store):
    village = stored.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    assert patch(village, location, SCAN[:-1] + b"x", 0, "?1").json()["code"] == "wrong-digest"
    assert "<KeyCount>0</KeyCount>" in httpx.get(f"{store}/county?list-type=2").text


def test_a_file_that_is_not_there_is_told_before_an_answer_begins(files):
    with pytest.raises(FileNotFoundError):
        files.read(sha(SCAN), 0, 5)
    assert not files.has(sha(SCAN))


@on_sqlite
def test_the_hub_does_not_begin_to_serve_without_its_store(county, database_url, store, tmp_path, capsys):
    where = ["--database", database_url, "--files", "s3://no-such-bucket", "--parts", str(tmp_path / "parts")]
    with socket.create_server(("127.0.0.1", 0)) as taken:  # Whatever happens, it cannot serve.
        assert main(["serve", *where, "--port", str(taken.getsockname()[1])]) == 4
    assert "no-such-bucket" in json.loads(capsys.readouterr().err)["text"]


def test_what_the_command_line_says_is_understood(store, tmp_path):
    database = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    assert isinstance(open_files("s3://county", None, database), ObjectFiles)
    assert (tmp_path / "hub.files" / "parts").is_dir()
    with pytest.raises(Refused, match="--parts"):
        open_files("s3://county", None, "postgresql://nowhere")
    with pytest.raises(Refused, match="--files"):
        open_files(None, None, "postgresql://nowhere")
    with pytest.raises(Refused, match="s3://"):
        open_files("s3:///prefix", tmp_path, database)
