"""What an event says of its attachments: their true size, and only of those its device is known to have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from countyhub.attachments import limits, service
from countyhub.attachments.files import FolderFiles
from countyhub.inspection.verification import verify_hub
from hubprotocol.messages import AttachmentOffer
from uploads_over_http import OTHER, SCAN, create, patch, sha

VILLAGE, NEIGHBOUR, TOWN = "510704105209", "510704105213", "510704105000"


def get(station, data):
    return station.http("GET", f"/sync/v1/attachments/{sha(data)}")


def receive_saying(station, size, *more):
    """Receive a case whose event gives the scan this size, and perhaps names it again with others."""
    facts = station.opening((SCAN,))
    rows = facts["application"]["materials"][0]["attachments"]
    rows[0]["size"] = size
    rows += [rows[0] | {"size": other} for other in more]
    case_id = station.county.uuid()
    station.act("receive", case_id, "agent", **facts)
    station.exchange()
    return case_id


def test_an_event_that_gives_its_attachment_another_size_is_refused(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    receive_saying(village, len(SCAN) + 4000)
    assert village.result() == ("refused", ["attachment-size"])
    receive_saying(village, 0)
    assert village.result() == ("refused", ["attachment-size"])
    receive_saying(village, len(SCAN))
    assert village.result() == ("accepted", [])


def test_a_wrong_size_beside_the_right_one_is_refused(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    receive_saying(village, len(SCAN) + 1, len(SCAN))
    assert village.result() == ("refused", ["attachment-size"])
    receive_saying(village, len(SCAN), len(SCAN) + 1)
    assert village.result() == ("refused", ["attachment-size"])


def test_an_event_held_for_its_attachment_is_refused_when_that_has_another_size(county):
    village = county.enrol(VILLAGE, "agent")
    receive_saying(village, len(SCAN) - 1)
    assert village.result() == ("held", ["attachment-missing"])
    village.upload(SCAN)
    village.exchange()
    assert village.result() == ("refused", ["attachment-size"])


def test_a_size_that_was_accepted_before_sizes_were_compared_is_found(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    case = receive_saying(village, len(SCAN))
    assert verify_hub(county.hub).ok
    county.hub.database.write(lambda connection: connection.execute(text("UPDATE attachment SET size = 7")))
    faults = [f"{one['where']}: {one['what']}" for one in verify_hub(county.hub).faults]
    assert f"case {case}/1: names another size than its attachment has" in faults


def test_the_digest_of_a_scan_opens_it_to_nobody(county):
    village, neighbour = county.enrol(VILLAGE, "agent"), county.enrol(NEIGHBOUR, "neighbour")
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    neighbour.receive("neighbour", attachments=(SCAN,))
    neighbour.exchange()
    assert neighbour.result() == ("held", ["attachment-missing"])
    assert get(neighbour, SCAN).status_code == 404
    service.release_overlooked(county.hub)
    neighbour.exchange()
    assert neighbour.result() == ("held", ["attachment-missing"])


def test_nobody_is_told_whether_the_county_has_a_scan(county):
    village, neighbour = county.enrol(VILLAGE, "agent"), county.enrol(NEIGHBOUR, "neighbour")
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    neighbour.offered = [AttachmentOffer(sha256=sha(one), size=len(one)) for one in (SCAN, OTHER)]
    needs = neighbour.exchange().needed
    assert [(need.sha256, need.upload, need.offset) for need in needs] == [
        (sha(SCAN), "", 0),
        (sha(OTHER), "", 0),
    ]
    known, unknown = create(neighbour, SCAN), create(neighbour, OTHER)
    assert known.status_code == unknown.status_code == 201
    assert known.headers["Upload-Complete"] == unknown.headers["Upload-Complete"] == "?0"


@pytest.mark.parametrize("claimed", [b"", b"x" * len(SCAN), SCAN[:-1]])
def test_other_bytes_than_those_of_the_digest_prove_nothing_though_the_file_is_there(county, claimed):
    village, neighbour = county.enrol(VILLAGE, "agent"), county.enrol(NEIGHBOUR, "neighbour")
    village.upload(SCAN)
    neighbour.receive("neighbour", attachments=(SCAN,))
    neighbour.exchange()
    location = create(neighbour, SCAN, **{"Upload-Length": str(len(claimed))}).headers["Location"]
    assert patch(neighbour, location, claimed, 0, "?1").json()["code"] == "wrong-digest"
    neighbour.exchange()
    assert neighbour.result() == ("held", ["attachment-missing"])
    assert verify_hub(county.hub).ok


def test_a_part_that_differs_is_told_from_one_that_was_put_into_its_place(tmp_path):
    files = FolderFiles(tmp_path)
    files.append("right", 0, SCAN)
    files.append("wrong", 0, OTHER)
    assert files.finish("right", sha(SCAN), len(SCAN))
    assert files.finish("right", sha(SCAN), len(SCAN))
    assert [files.finish("wrong", sha(SCAN), len(OTHER)) for _ in range(2)] == [False, False]


def test_an_event_goes_on_when_its_own_device_brought_what_others_brought_before(county):
    village, neighbour = county.enrol(VILLAGE, "agent"), county.enrol(NEIGHBOUR, "neighbour")
    neighbour.receive("neighbour", attachments=(SCAN,))
    assert [need.sha256 for need in neighbour.exchange().needed] == [sha(SCAN)]
    village.upload(SCAN)
    assert [need.sha256 for need in neighbour.exchange().needed] == [sha(SCAN)]
    neighbour.upload(SCAN)
    assert neighbour.exchange().needed == ()
    assert neighbour.result() == ("accepted", [])
    assert get(neighbour, SCAN).content == SCAN
    report = verify_hub(county.hub)
    assert (report.faults, report.checked["attachments"]) == ([], 1)


def test_another_pc_of_the_desk_sends_nothing_that_the_desk_sees(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    again = county.enrol(VILLAGE, "agent")
    again.offered = [AttachmentOffer(sha256=sha(SCAN), size=len(SCAN))]
    assert again.exchange().needed == ()
    assert create(again, SCAN).status_code == 204
    again.receive_at_hub(attachments=(SCAN,))


def test_an_event_held_before_its_desk_saw_the_scan_goes_on_without_the_bytes(county):
    village, second = county.enrol(VILLAGE, "agent"), county.enrol(VILLAGE, "second")
    second.receive("second", attachments=(SCAN,))
    second.exchange()
    village.upload(SCAN)
    village.receive_at_hub(attachments=(SCAN,))
    assert [need.sha256 for need in second.exchange().needed] == [sha(SCAN)]
    assert create(second, SCAN).status_code == 204
    assert second.exchange().needed == ()
    assert second.result() == ("accepted", [])


def test_who_received_a_case_may_go_on_with_its_scans_but_not_who_gave_it_back(county):
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    village.upload(SCAN)
    case = village.receive_at_hub(attachments=(SCAN,))
    village.act("hand_over", case, "agent", **village.batch(TOWN))
    village.exchange()
    town.offered = [AttachmentOffer(sha256=sha(SCAN), size=len(SCAN))]
    assert town.exchange().needed == ()
    village.act("recall", case, "agent", reason="材料拿错")
    village.exchange()
    assert [need.sha256 for need in town.exchange().needed] == [sha(SCAN)]


def test_an_upload_counts_however_late_the_event_comes(county):
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    for _ in range(12):
        county.clock.now += timedelta(days=limits.STALE_DAYS + 1)
        assert service.forget_stale(county.hub) == 0
    village.offered = [AttachmentOffer(sha256=sha(SCAN), size=len(SCAN))]
    village.receive(attachments=(SCAN,))
    assert village.exchange().needed == ()
    assert "attachment-missing" not in village.result()[1]


def test_finished_uploads_that_are_kept_use_up_no_quota(county, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNREFERRED_BYTES", len(SCAN))
    village = county.enrol(VILLAGE, "agent")
    village.upload(SCAN)
    assert create(village, OTHER).status_code == 507
    county.clock.now += timedelta(days=limits.STALE_DAYS + 1)
    assert create(village, OTHER).status_code == 201


def test_what_an_older_hub_forgot_to_have_got_is_asked_for_again_and_nothing_waits_for_ever(county):
    """Before uploads that are done were kept, a hub knew that it had a scan, but not from whom."""
    village = county.enrol(VILLAGE, "agent")
    first, second = b"first scan" * 400, b"second scan" * 400
    village.receive(attachments=(first, second))
    village.exchange()
    village.upload(first)
    county.hub.database.write(lambda connection: connection.execute(text("DELETE FROM upload")))
    village.upload(second)
    asked = village.exchange().needed
    assert village.result() == ("held", ["attachment-missing"])
    assert [one.sha256 for one in asked] == [sha(first)]
    village.upload(first)
    village.exchange()
    assert village.result() == ("accepted", [])
