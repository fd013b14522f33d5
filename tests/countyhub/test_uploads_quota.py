"""Who may upload and how much, and files that several devices or cases share."""

from __future__ import annotations

from datetime import timedelta

import pytest

from countyhub.attachments import limits, service
from countyhub.devices import service as devices
from countyhub.inspection.verification import verify_hub
from uploads_over_http import OTHER, SCAN, UPLOADS, create, patch, put

VILLAGE = "510704105209"


@pytest.fixture
def few(monkeypatch):
    """Limits that a test reaches quickly."""
    monkeypatch.setattr(limits, "MAX_OPEN", 3)
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", 1000)


def files(count, size=10):
    return [bytes([65 + number]) * size for number in range(count)]


def test_only_an_enrolled_device_uploads(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    for method, path in (("POST", UPLOADS), ("HEAD", location), ("PATCH", location), ("DELETE", location)):
        assert county.client.request(method, path).status_code == 401
    for method, path in (("PUT", f"{location}/pieces/0"), ("GET", f"{location}/pieces")):
        assert county.client.request(method, path).status_code == 401
    devices.revoke(county.hub, village.device)
    assert put(village, location, SCAN, 0).json()["code"] == "revoked-device"
    assert patch(village, location, SCAN, 0).json()["code"] == "revoked-device"
    assert create(village, OTHER).json()["code"] == "revoked-device"
    assert county.hub.files.parts() == []


def test_another_devices_upload_cannot_be_ended(county):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    generation = create(village, SCAN).headers["Upload-Generation"]
    for answer in (
        other.http("HEAD", location),
        other.http("DELETE", location),
        put(other, location, SCAN, 0),
        other.http("GET", f"{location}/pieces"),
    ):
        assert answer.status_code == 404
    right = patch(village, location, SCAN, 0, "?1", **{"Upload-Generation": generation})
    assert right.headers["Upload-Complete"] == "?1"


def test_a_device_has_only_so_many_uploads_under_way(county, few):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "agent")
    first, *rest = files(4)
    location = create(village, first).headers["Location"]
    assert [create(village, one).status_code for one in rest] == [201, 201, 507]
    refused = create(village, rest[-1])
    assert (refused.json()["code"], refused.json()["extra"]) == ("upload-quota", {"uploads": 3})
    assert create(village, first).headers["Location"] == location
    assert create(other, rest[-1]).status_code == 201
    patch(village, location, first, 0, "?1")
    assert create(village, rest[-1]).status_code == 201


def test_a_device_cannot_fill_the_disk_with_what_no_case_refers_to(county, few):
    village = county.enrol(VILLAGE, "agent")
    large, larger, small = files(3, 400)
    village.upload(large)
    location = create(village, larger).headers["Location"]
    refused = create(village, small)
    assert (refused.status_code, refused.json()["extra"]) == (507, {"bytes": 1000})
    village.receive_at_hub(attachments=(large,))
    assert create(village, small).status_code == 201
    assert village.http("HEAD", location).headers["Upload-Complete"] == "?0"


def test_the_limits_are_lifted_when_old_uploads_are_forgotten(county, few):
    village = county.enrol(VILLAGE, "agent")
    for one in files(3):
        create(village, one)
    assert create(village, SCAN[:20]).status_code == 507
    county.clock.now += timedelta(days=limits.STALE_DAYS + 1)
    assert service.forget_stale(county.hub) == 3
    assert create(village, SCAN[:20]).status_code == 201


def test_what_another_device_brought_completes_no_upload(county):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "agent")
    pieces, stream = (create(one, SCAN).headers["Location"] for one in (village, other))
    put(village, pieces, SCAN, 5)
    patch(other, stream, SCAN, 0, "?1")
    assert create(village, SCAN).headers["Location"] == pieces
    done = put(village, pieces, SCAN, 6)
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?0")
    assert patch(village, pieces, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"
    assert village.http("HEAD", pieces).headers["Upload-Complete"] == "?1"
    assert county.hub.files.parts() == []
    assert verify_hub(county.hub).checked["attachments"] == 1


def test_a_stuck_attachment_delays_no_other_case(county):
    village = county.enrol(VILLAGE, "agent")
    stuck = village.receive(attachments=(SCAN,))
    village.receive(attachments=(OTHER,))
    village.receive()
    village.exchange()
    location = create(village, SCAN).headers["Location"]
    put(village, location, SCAN, 0)
    village.upload(OTHER)
    village.exchange()
    assert [village.result(seq)[0] for seq in (1, 2, 3)] == ["held", "accepted", "accepted"]
    village.act("hand_over", stuck, "agent", **village.batch("510704105000"))
    village.receive()
    village.exchange()
    assert village.result(4) == ("held", ["predecessor-held"])
    assert village.result(5) == ("accepted", [])


def test_an_event_is_never_accepted_while_a_byte_of_its_attachment_is_missing(county):
    village = county.enrol(VILLAGE, "agent")
    village.receive(attachments=(SCAN,))
    location = create(village, SCAN).headers["Location"]
    for number in range(16):
        village.exchange()
        assert village.result() == ("held", ["attachment-missing"])
        put(village, location, SCAN, number)
    village.exchange()
    assert village.result() == ("accepted", [])
