"""What the draft on resumable uploads asks of a server, and RFC 9530 of digests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from countyhub.attachments import limits, service
from countyhub.inspection.verification import verify_hub
from uploads_over_http import OTHER, SCAN, UPLOADS, create, digest, patch

VILLAGE = "510704105209"
IANA = "https://iana.org/assignments/http-problem-types#"


# The header fields do not depend on the engine.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def limits_of(answer):
    parts = (part.strip().split("=") for part in answer.headers["Upload-Limit"].split(","))
    return {name: int(value) for name, value in parts}


def test_the_limits_are_told_before_anything_is_uploaded(county):
    village = county.enrol(VILLAGE, "agent")
    told = village.http("OPTIONS", UPLOADS)
    assert told.status_code == 204
    assert limits_of(told) == {
        "max-size": limits.MAX_BYTES,
        "min-size": 0,
        "max-append-size": limits.MAX_BYTES,
        "min-append-size": 0,
    }
    assert told.headers["Want-Repr-Digest"] == told.headers["Want-Content-Digest"] == "sha-256=10"
    assert county.client.request("OPTIONS", UPLOADS).json()["code"] == "unknown-device"


def test_the_end_of_an_uploads_life_comes_nearer_and_never_earlier(county):
    village = county.enrol(VILLAGE, "agent")
    created = create(village, SCAN)
    assert limits_of(created)["max-age"] == pytest.approx(limits.STALE_DAYS * 86400, abs=2)
    county.clock.now += timedelta(hours=1)
    told = village.http("HEAD", created.headers["Location"])
    assert limits_of(told)["max-age"] == pytest.approx(limits.STALE_DAYS * 86400 - 3600, abs=2)
    county.clock.now += timedelta(days=limits.STALE_DAYS)
    assert limits_of(village.http("HEAD", created.headers["Location"]))["max-age"] == 0


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_the_offset_is_told_and_never_cached(county, method):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:1000], 0)
    told = village.http(method, location)
    assert (told.status_code, told.content) == (204, b"")
    fields = ("Upload-Offset", "Upload-Length", "Upload-Complete", "Cache-Control")
    assert [told.headers[name] for name in fields] == ["1000", str(len(SCAN)), "?0", "no-store"]


def test_a_file_that_travels_whole_needs_no_length_of_its_own(county):
    village = county.enrol(VILLAGE, "agent")
    whole = {"Upload-Length": "", "Upload-Complete": "?1"}
    created = create(village, OTHER, OTHER, **whole)
    assert (created.status_code, created.headers["Upload-Complete"]) == (201, "?1")
    assert created.headers["Upload-Length"] == str(len(OTHER))
    assert created.headers["Repr-Digest"] == digest(OTHER)


def test_a_creation_may_carry_the_beginning(county):
    village = county.enrol(VILLAGE, "agent")
    created = create(village, SCAN, SCAN[:5000])
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "5000")
    location = created.headers["Location"]
    assert patch(village, location, SCAN[5000:], 5000, "?1").headers["Upload-Complete"] == "?1"


def test_a_length_that_is_no_number_counts_as_none(county):
    village = county.enrol(VILLAGE, "agent")
    refused = create(village, SCAN, **{"Upload-Length": "many"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-request")
    assert "max-size" in limits_of(refused)


def test_lengths_that_differ_are_refused_and_the_upload_goes_on(county):
    village = county.enrol(VILLAGE, "agent")
    other = create(village, OTHER, OTHER, **{"Upload-Complete": "?1", "Upload-Length": "99"})
    assert other.json()["type"] == IANA + "inconsistent-upload-length"
    location = create(village, SCAN).headers["Location"]
    for refused in (
        create(village, SCAN, **{"Upload-Length": "5"}),
        patch(village, location, SCAN[:10], 0, **{"Upload-Length": "5"}),
        patch(village, location, SCAN[:10], 0, "?1"),
        patch(village, location, SCAN + b"x", 0),
    ):
        assert (refused.status_code, refused.json()["code"]) == (400, "inconsistent-length")
        assert refused.headers["Upload-Complete"] == "?0"
    assert patch(village, location, SCAN, 0, "?1").headers["Upload-Complete"] == "?1"


def test_a_conflict_names_both_offsets_in_the_words_of_the_draft(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:10], 0)
    conflict = patch(village, location, SCAN[5:], 5)
    assert (conflict.status_code, conflict.headers["Content-Type"]) == (409, "application/problem+json")
    assert (conflict.headers["Upload-Offset"], conflict.headers["Upload-Complete"]) == ("10", "?0")
    problem = conflict.json()
    assert (problem["type"], problem["code"]) == (IANA + "mismatching-upload-offset", "wrong-offset")
    assert (problem["expected-offset"], problem["provided-offset"]) == (10, 5)


def test_the_answer_that_was_lost_is_given_again(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN, 0, "?1")
    again = patch(village, location, b"", len(SCAN), "?1")
    assert (again.status_code, again.headers["Upload-Complete"]) == (204, "?1")
    assert again.headers["Repr-Digest"] == digest(SCAN)


def test_content_with_a_wrong_digest_is_not_appended(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:1000], 0)
    wrong = patch(village, location, SCAN[1000:9000], 1000, **{"Content-Digest": digest(b"else")})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-content-digest")
    assert village.http("HEAD", location).headers["Upload-Offset"] == "1000"
    right = {"Content-Digest": f"md5=:AAAA:, {digest(SCAN[1000:])}"}
    assert patch(village, location, SCAN[1000:], 1000, "?1", **right).headers["Upload-Complete"] == "?1"


def test_a_large_stream_is_checked_by_its_digest_too(county):
    village = county.enrol(VILLAGE, "agent")
    film = SCAN * 4
    location = create(village, film).headers["Location"]
    wrong = patch(village, location, film[:-1] + b"x", 0, "?1", **{"Content-Digest": digest(film)})
    assert wrong.json()["code"] == "wrong-content-digest"
    assert village.http("HEAD", location).headers["Upload-Offset"] == "0"
    right = patch(village, location, film, 0, "?1", **{"Content-Digest": digest(film)})
    assert right.headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).ok


def test_a_digest_the_hub_does_not_compute_is_refused_and_the_right_one_named(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    odd = patch(village, location, SCAN, 0, **{"Content-Digest": "md5=:AAAA:"})
    assert (odd.json()["code"], odd.headers["Want-Content-Digest"]) == ("bad-request", "sha-256=10")
    odd = create(village, OTHER, **{"Repr-Digest": "md5=:AAAA:"})
    assert (odd.json()["code"], odd.headers["Want-Repr-Digest"]) == ("bad-request", "sha-256=10")


def test_a_file_with_a_wrong_digest_says_so_in_registered_words(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    wrong = patch(village, location, SCAN[:-1] + b"x", 0, "?1")
    assert (wrong.json()["code"], wrong.json()["type"]) == ("wrong-digest", IANA + "digest-mismatched-values")
    assert wrong.json()["mismatched_digests"][0]["header"] == "Repr-Digest"
    assert village.http("HEAD", location).status_code == 404


def test_other_content_is_not_taken_for_a_part_of_the_file(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    odd = patch(village, location, SCAN, 0, **{"Content-Type": "application/octet-stream"})
    assert (odd.status_code, odd.json()["code"]) == (415, "unsupported-media")


def test_a_file_beyond_the_limit_is_refused_with_the_limit(county):
    village = county.enrol(VILLAGE, "agent")
    answer = create(village, SCAN, **{"Upload-Length": str(limits.MAX_BYTES + 1)})
    assert (answer.status_code, limits_of(answer)["max-size"]) == (413, limits.MAX_BYTES)


def test_a_cancelled_upload_leaves_nothing(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:1000], 0)
    assert village.http("DELETE", location).status_code == 204
    assert village.http("DELETE", location).status_code == 404
    assert list((tmp_path / "files" / "parts").iterdir()) == []
    assert create(village, SCAN).headers["Location"] != location


def test_a_part_that_belongs_to_no_upload_is_cleared_away(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    patch(village, location, SCAN[:1000], 0)
    county.hub.files.append("left-by-a-crash", 0, b"bytes")
    assert service.forget_stale(county.hub) == 0
    assert county.hub.files.parts() == [location.rsplit("/", 1)[1]]
    assert village.http("HEAD", location).headers["Upload-Offset"] == "1000"
