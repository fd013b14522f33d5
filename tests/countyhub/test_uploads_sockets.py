"""Uploads over real sockets to the real server: dead connections that come to life, and several at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from countyhub.attachments import receiving
from countyhub.devices import service as devices
from countyhub.inspection.verification import verify_hub
from uploads_over_http import (
    SCAN,
    UPLOADS,
    OverSockets,
    Wire,
    appending,
    create,
    creating,
    digest,
    patch,
    put,
    served,
    sha,
)

VILLAGE = "510704105209"
COUNT = 16


@pytest.fixture
def port(county):
    """The hub behind the server that stations meet."""
    with served(county.hub) as port:
        yield port


@pytest.fixture
def dial(port):
    """Gives a station connections of its own."""
    made = []

    def connect(station):
        made.append(OverSockets(port, station))
        return made[-1]

    yield connect
    for one in made:
        one.close()


@pytest.fixture
def arrived(county, monkeypatch):
    """Lets a test wait until the hub has received so many bytes over a connection that goes on."""
    seen = threading.Condition()
    total = [0]
    receive = receiving._receive

    async def counted(request):
        part = await receive(request)
        with seen:
            total[0] += len(part.get("body", b""))
            seen.notify_all()
        return part

    monkeypatch.setattr(receiving, "_receive", counted)

    def wait(count):
        with seen:
            assert seen.wait_for(lambda: total[0] >= count, 30)

    return wait


def test_bytes_of_a_dead_connection_that_arrive_late_spoil_nothing(county, port, dial, arrived):
    """The old request is open and stalls, a new one asks for the offset, and then the old one's bytes come."""
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    location = create(station, SCAN).headers["Location"]
    old = Wire(port, village)
    old.begin("PATCH", location, len(SCAN), appending(0, "?1"))
    old.send(SCAN[:100_000])
    arrived(100_000)
    told = station.http("HEAD", location)
    assert told.headers["Upload-Offset"] == "100000"
    answer = old.read_to_end()
    assert answer.startswith(b"HTTP/1.1 409 ")
    assert b'"superseded"' in answer
    assert not old.takes(bytes(1_000_000))
    old.close()
    done = patch(station, location, SCAN[100_000:], 100_000, "?1")
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?1")
    assert county.hub.files.has(sha(SCAN))
    assert verify_hub(county.hub).ok


def test_a_newer_stream_ends_the_older_one_which_keeps_what_it_brought(county, port, dial, arrived):
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    location = create(station, SCAN).headers["Location"]
    old = Wire(port, village)
    old.begin("PATCH", location, len(SCAN), appending(0, "?1"))
    old.send(SCAN[:70_000])
    arrived(70_000)
    conflict = patch(station, location, SCAN, 0, "?1")
    assert (conflict.status_code, conflict.json()["expected-offset"]) == (409, 70_000)
    assert b'"superseded"' in old.read_to_end()
    old.close()
    assert patch(station, location, SCAN[70_000:], 70_000, "?1").headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).ok


def test_a_request_that_was_overtaken_on_its_way_takes_nothing_from_the_newer_one(
    county, port, dial, arrived
):
    """Its head reaches the hub only after the newer request began; it names the generation it knew."""
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    created = create(station, SCAN)
    location, then = created.headers["Location"], created.headers["Upload-Generation"]
    now = station.http("HEAD", location).headers["Upload-Generation"]
    new = Wire(port, village)
    new.begin(
        "PATCH", location, len(SCAN), appending(0, "?1") | {"Upload-Generation": now, "Connection": "close"}
    )
    new.send(SCAN[:1000])
    arrived(1000)
    late = patch(station, location, SCAN, 0, "?1", **{"Upload-Generation": then})
    assert (late.status_code, late.json()["code"]) == (409, "superseded")
    new.send(SCAN[1000:])
    assert b"upload-complete: ?1" in new.read_to_end().lower()
    new.close()
    assert verify_hub(county.hub).ok


def test_what_arrived_before_a_connection_died_is_kept_to_the_last_byte(county, port, dial, arrived):
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    broken = Wire(port, village)
    broken.begin("POST", UPLOADS, len(SCAN), creating(SCAN, "?1"))
    broken.send(SCAN[:123_456])
    arrived(123_456)
    broken.close()
    created = create(station, SCAN)
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "123456")
    location = created.headers["Location"]
    assert patch(station, location, SCAN[123_456:], 123_456, "?1").headers["Upload-Complete"] == "?1"


def test_a_cancelled_upload_ends_the_request_that_feeds_it(county, port, dial, arrived):
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    location = create(station, SCAN).headers["Location"]
    old = Wire(port, village)
    old.begin("PATCH", location, len(SCAN), appending(0, "?1"))
    old.send(SCAN[:5000])
    arrived(5000)
    assert station.http("DELETE", location).status_code == 204
    assert b'"superseded"' in old.read_to_end()
    old.close()
    assert county.hub.files.parts() == []


def test_a_request_superseded_in_another_process_notices_it(county, port, dial, arrived, monkeypatch):
    """Another process of the hub knows nothing of this one's requests; the generation in the database tells."""
    from countyhub.attachments import uploading

    monkeypatch.setattr(receiving, "IDLE_S", 0.05)
    village = county.enrol(VILLAGE, "agent")
    location = create(dial(village), SCAN).headers["Location"]
    old = Wire(port, village)
    old.begin("PATCH", location, len(SCAN), appending(0, "?1"))
    old.send(SCAN[:5000])
    arrived(5000)
    device = devices.find(county.hub, village.device)
    uploading.begin(county.hub, device, location.rsplit("/", 1)[1])
    assert b'"superseded"' in old.read_to_end()
    old.close()


def test_a_request_without_progress_is_ended_and_its_bytes_are_kept(county, port, dial, monkeypatch):
    monkeypatch.setattr(receiving, "IDLE_S", 0.05)
    monkeypatch.setattr(receiving, "STALL_S", 0.2)
    village = county.enrol(VILLAGE, "agent")
    station = dial(village)
    location = create(station, SCAN).headers["Location"]
    old = Wire(port, village)
    old.begin("PATCH", location, len(SCAN), appending(0, "?1"))
    old.send(SCAN[:5000])
    answer = old.read_to_end()
    old.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"stalled"' in answer
    assert station.http("HEAD", location).headers["Upload-Offset"] == "5000"


def test_pieces_come_over_eight_connections_at_once(county, dial):
    village = county.enrol(VILLAGE, "agent")
    location = create(dial(village), SCAN).headers["Location"]
    lines = [dial(village) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(put, lines[n % 8], location, SCAN, n % COUNT) for n in range(3 * COUNT)]
        answers = [job.result() for job in jobs]
    assert {answer.status_code for answer in answers} == {204}
    assert lines[0].http("HEAD", location).headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).checked["attachments"] == 1


def test_two_devices_upload_the_same_file_at_the_same_time(county, dial):
    stations = [county.enrol(VILLAGE, "agent") for _ in range(4)]
    village = stations[0]
    village.receive(attachments=(SCAN,))
    village.exchange()
    start = threading.Barrier(4)

    def upload(station):
        line = dial(station)
        location = create(line, SCAN).headers["Location"]
        start.wait(30)
        return patch(line, location, SCAN, 0, "?1", **{"Content-Digest": digest(SCAN)})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(upload, stations))
    assert [answer.headers.get("Upload-Complete") for answer in answers] == ["?1"] * 4
    assert county.hub.files.parts() == []
    village.exchange()
    assert village.result() == ("accepted", [])
    assert verify_hub(county.hub).checked["attachments"] == 1
