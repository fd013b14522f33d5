"""Attachments: resumable, checked by digest, and what waits for them goes on when they come."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from countyhub.attachments import limits, repository, service, uploading
from countyhub.attachments.uploading import Writing
from countyhub.devices import service as devices
from countyhub.inspection.verification import verify_hub
from countyhub.problems import Problem
from hubprotocol.messages import AttachmentOffer

VILLAGE, TOWN = "510704105209", "510704105000"
UPLOADS = "/sync/v1/uploads"
SCAN = bytes(range(256)) * 1000
OTHER = b"another scan"


def sha(data):
    return hashlib.sha256(data).hexdigest()


def create(station, data, body=b"", **headers):
    from base64 import b64encode

    digest = b64encode(hashlib.sha256(data).digest()).decode()
    plain = {
        "Upload-Length": str(len(data)),
        "Upload-Complete": "?0",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return station.http("POST", UPLOADS, body, b"", **plain | headers)


def patch(station, location, data, offset, complete="?0", **headers):
    plain = {
        "Upload-Offset": str(offset),
        "Upload-Complete": complete,
        "Content-Type": "application/partial-upload",
    }
    return station.http("PATCH", location, data, b"", **plain | headers)


def get(station, data, **headers):
    return station.http("GET", f"/sync/v1/attachments/{sha(data)}", **headers)


def test_an_event_waits_for_its_attachments_and_goes_on_when_the_last_came(county):
    village = county.enrol(VILLAGE, "agent")
    case = village.receive(attachments=(SCAN, OTHER))
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.receive()
    answer = village.exchange()
    assert village.result(1) == ("held", ["attachment-missing"])
    assert village.result(2) == ("held", ["predecessor-held"])
    assert village.result(3) == ("accepted", [])
    assert sorted(need.sha256 for need in answer.needed) == sorted((sha(SCAN), sha(OTHER)))
    village.upload(SCAN)
    village.exchange()
    assert village.result(1) == ("held", ["attachment-missing"])
    village.upload(OTHER)
    assert village.exchange().needed == ()
    assert village.result(1) == village.result(2) == ("accepted", [])
    assert [verdict.seq for verdict in village.mirrors[f"device:{village.device}"].verdicts] == [1, 2]
    report = verify_hub(county.hub)
    assert report.ok, report.faults
    assert report.checked["attachments"] == 2


def test_an_event_whose_attachments_are_there_is_accepted_at_once(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(OTHER)
    village.receive(attachments=(OTHER,))
    village.exchange()
    assert village.result() == ("accepted", [])


def test_a_held_event_that_may_not_happen_any_more_is_refused_late(county):
    village, second = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "second")
    number = village.receipt_number()
    village.receive(attachments=(OTHER,), receipt_number=number)
    village.exchange()
    second.receive("second", receipt_number=number)
    second.exchange()
    village.upload(OTHER)
    village.exchange()
    assert village.result() == ("refused", ["number-taken"])


def test_what_waited_while_the_hub_stopped_is_judged_at_its_next_start(county):
    village = county.enrol(VILLAGE, "agent")
    village.receive(attachments=(OTHER,))
    village.exchange()
    upload_id = create(village, OTHER).headers["Location"].rsplit("/", 1)[1]
    county.hub.files.append(upload_id, 0, OTHER)
    assert county.hub.files.finish(upload_id, sha(OTHER), len(OTHER))

    def work(connection):
        repository.mark_complete(connection, sha(OTHER), len(OTHER), county.hub.stamp())
        repository.complete_upload(connection, upload_id, county.hub.stamp())

    county.hub.database.write(work)
    service.release_overlooked(county.hub)
    village.exchange()
    assert village.result() == ("accepted", [])


def test_an_offer_is_answered_with_the_upload_to_go_on_with(county):
    village = county.enrol(VILLAGE, "agent")
    village.offered = [AttachmentOffer(sha256=sha(SCAN), size=len(SCAN))]
    (need,) = village.exchange().needed
    assert (need.upload, need.offset) == ("", 0)
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:100_000], 0)
    (need,) = village.exchange().needed
    assert (need.upload, need.offset) == (location, 100_000)
    patch(village, location, SCAN[100_000:], 100_000, "?1")
    assert village.exchange().needed == ()


def test_an_upload_goes_on_where_it_stopped(county):
    village = county.enrol(VILLAGE, "agent")
    created = create(village, SCAN)
    assert created.status_code == 201
    location = created.headers["Location"]
    assert patch(village, location, SCAN[:70_000], 0).headers["Upload-Offset"] == "70000"
    head = village.http("HEAD", location)
    assert head.status_code == 204
    assert head.headers["Upload-Offset"] == "70000"
    assert head.headers["Upload-Length"] == str(len(SCAN))
    assert head.headers["Upload-Complete"] == "?0"
    assert create(village, SCAN).headers["Location"] == location
    done = patch(village, location, SCAN[70_000:], 70_000, "?1")
    assert done.status_code == 204
    assert done.headers["Upload-Complete"] == "?1"
    told = village.http("HEAD", location)
    assert (told.status_code, told.headers["Upload-Complete"]) == (204, "?1")
    assert told.headers["Upload-Offset"] == str(len(SCAN))
    again = create(village, SCAN)
    assert again.status_code == 204
    assert again.headers["Location"] == f"/sync/v1/attachments/{sha(SCAN)}"
    assert again.headers["Upload-Complete"] == "?1"


def test_a_small_file_travels_in_the_request_that_opens_its_upload(county):
    village = county.enrol(VILLAGE, "agent")
    created = create(village, OTHER, OTHER, **{"Upload-Complete": "?1"})
    assert created.status_code == 201
    assert created.headers["Upload-Complete"] == "?1"


def test_an_empty_file_can_be_uploaded(county):
    village = county.enrol(VILLAGE, "agent")
    assert create(village, b"", **{"Upload-Complete": "?1"}).headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).checked["attachments"] == 1


def test_a_wrong_offset_is_refused_with_the_right_one(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:10], 0)
    wrong = patch(village, location, SCAN[5:], 5)
    assert wrong.status_code == 409
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert wrong.json()["code"] == "wrong-offset"
    assert wrong.json()["extra"] == {"expected_offset": 10, "provided_offset": 5}


def test_a_file_that_differs_from_its_digest_begins_anew(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    wrong = patch(village, location, SCAN[:-1] + b"x", 0, "?1")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-digest")
    village.upload(SCAN)
    assert verify_hub(county.hub).ok


def test_more_or_fewer_bytes_than_announced_are_refused(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, OTHER).headers["Location"]
    assert patch(village, location, OTHER + b"x", 0).json()["code"] == "inconsistent-length"
    assert patch(village, location, OTHER[:-1], 0, "?1").json()["code"] == "inconsistent-length"
    assert patch(village, location, OTHER, 0, "?1").headers["Upload-Complete"] == "?1"


def test_a_writer_stops_when_another_asked_for_the_offset(county):
    village = county.enrol(VILLAGE, "agent")
    device = devices.find(county.hub, village.device)
    location = create(village, SCAN).headers["Location"]
    upload_id = location.rsplit("/", 1)[1]
    held = uploading.begin(county.hub, device, upload_id)
    zombie = uploading.append(county.hub, Writing(held, 0), SCAN[:100])
    assert village.http("HEAD", location).headers["Upload-Offset"] == "100"
    with pytest.raises(Problem, match="superseded"):
        uploading.append(county.hub, zombie, SCAN[100:200])
    assert patch(village, location, SCAN[100:], 100, "?1").headers["Upload-Complete"] == "?1"


def test_bytes_a_crash_left_behind_the_counted_ones_are_overwritten(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:100], 0)
    county.hub.files.append(location.rsplit("/", 1)[1], 100, b"never counted" * 50_000)
    assert patch(village, location, SCAN[100:], 100, "?1").headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).ok


def test_an_abandoned_upload_is_gone(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    assert village.http("DELETE", location).status_code == 204
    assert village.http("HEAD", location).status_code == 404


def test_an_upload_nobody_finished_is_forgotten_after_a_month(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:100], 0)
    county.clock.now += timedelta(days=29)
    assert service.forget_stale(county.hub) == 0
    county.clock.now += timedelta(days=2)
    assert service.forget_stale(county.hub) == 1
    assert village.http("HEAD", location).status_code == 404
    assert list((tmp_path / "files" / "parts").iterdir()) == []


def test_a_disk_that_does_not_take_the_bytes_is_unavailable_and_nothing_is_counted(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    parts = tmp_path / "files" / "parts"
    parts.rmdir()
    parts.write_bytes(b"")
    answer = patch(village, location, SCAN, 0)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    parts.unlink()
    parts.mkdir()
    assert patch(village, location, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"


def test_an_upload_belongs_to_its_device(county):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    assert other.http("HEAD", location).status_code == 404
    assert patch(other, location, SCAN, 0).status_code == 404
    assert other.http("DELETE", location).status_code == 404


def test_two_devices_may_upload_the_same_file(county):
    village, other = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "agent")
    mine, theirs = (create(one, SCAN).headers["Location"] for one in (village, other))
    assert patch(village, mine, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"
    assert patch(other, theirs, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).checked["attachments"] == 1


def test_only_who_sees_the_case_gets_its_attachments(county):
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    village.upload(SCAN)
    assert get(village, SCAN).status_code == 404
    case = village.receive_at_hub(attachments=(SCAN,))
    assert get(village, SCAN).content == SCAN
    assert get(town, SCAN).json()["code"] == "not-found"
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    assert get(town, SCAN).content == SCAN
    village.act("recall", case, "agent", reason="材料拿错")
    village.exchange()
    assert get(town, SCAN).status_code == 404


RANGES = [
    ("bytes=0-99", 0, 100),
    ("bytes=200000-", 200_000, 56_000),
    ("bytes=-5", 255_995, 5),
    ("bytes=255999-999999", 255_999, 1),
]


@pytest.mark.parametrize(("asked", "first", "length"), RANGES)
def test_a_download_goes_on_where_it_stopped(county, asked, first, length):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    answer = get(village, SCAN, **{"Range": asked, "If-Range": f'"{sha(SCAN)}"'})
    assert answer.status_code == 206
    assert answer.headers["ETag"] == f'"{sha(SCAN)}"'
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + length - 1}/{len(SCAN)}"
    assert answer.content == SCAN[first : first + length]


def test_a_download_honours_its_etag(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    assert get(village, SCAN, **{"If-None-Match": f'"{sha(SCAN)}"'}).status_code == 304
    assert get(village, SCAN, **{"Range": "bytes=0-1", "If-Range": '"other"'}).content == SCAN
    assert get(village, SCAN, Range="bytes=256000-").json()["code"] == "wrong-range"


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "x"},
        {"Upload-Length": "-1"},
        {"Upload-Complete": "yes"},
        {"Repr-Digest": "md5=:AAAA:"},
        {"Repr-Digest": "sha-256=:AAAA:"},
    ],
)
def test_headers_that_break_the_agreement_are_refused(county, headers):
    village = county.enrol(VILLAGE, "agent")
    answer = create(village, SCAN, **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_file_beyond_the_limit_is_refused_before_it_travels(county):
    village = county.enrol(VILLAGE, "agent")
    answer = create(village, SCAN, **{"Upload-Length": str(limits.MAX_BYTES + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
