"""Pieces: any order, over and over, checked one by one, mixed with a stream, and there after a restart."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from countyhub.app import create_app
from countyhub.attachments import uploading
from countyhub.attachments.files import FolderFiles
from countyhub.inspection.verification import verify_hub
from hubprotocol import failpoints
from uploads_over_http import OTHER, SCAN, create, digest, patch, piece_of, put, sha

VILLAGE = "510704105209"
# Several connections at once, on both engines: see test_uploads_sockets.py.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COUNT = 16  # SCAN has 256,000 bytes: fifteen pieces and a shorter one.


def missing(station, location):
    answer = station.http("GET", f"{location}/pieces")
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert (told["piece_size"], told["count"]) == (16384, COUNT)
    return [tuple(run) for run in told["missing"]]


def test_pieces_come_in_any_order_and_more_than_once(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    order = list(range(COUNT))
    Random(5).shuffle(order)
    for number in order[:-1]:
        answer = put(village, location, SCAN, number)
        assert (answer.status_code, answer.headers["Upload-Complete"]) == (204, "?0")
        assert (
            put(village, location, SCAN, number).headers["Upload-Offset"] == answer.headers["Upload-Offset"]
        )
    assert missing(village, location) == [(order[-1], order[-1])]
    last = put(village, location, SCAN, order[-1])
    assert (last.headers["Upload-Complete"], last.headers["Upload-Offset"]) == ("?1", str(len(SCAN)))
    assert missing(village, location) == []
    assert put(village, location, SCAN, 3).headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).checked["attachments"] == 1


def test_the_offset_is_the_contiguous_beginning(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    assert put(village, location, SCAN, 1).headers["Upload-Offset"] == "0"
    assert put(village, location, SCAN, 4).headers["Upload-Offset"] == "0"
    assert put(village, location, SCAN, 0).headers["Upload-Offset"] == "32768"
    assert missing(village, location) == [(2, 3), (5, COUNT - 1)]
    assert village.http("HEAD", location).headers["Upload-Offset"] == "32768"


def test_pieces_and_streams_go_on_from_each_other(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    for number in (3, 9):
        put(village, location, SCAN, number)
    begun = patch(village, location, SCAN[: 3 * 16384 - 100], 0)
    assert begun.headers["Upload-Offset"] == str(3 * 16384 - 100)
    assert missing(village, location) == [(2, 2), (4, 8), (10, COUNT - 1)]
    joined = patch(village, location, SCAN[3 * 16384 - 100 : 3 * 16384], 3 * 16384 - 100)
    assert joined.headers["Upload-Offset"] == str(4 * 16384)
    put(village, location, SCAN, 5)
    done = patch(village, location, SCAN[4 * 16384 :], 4 * 16384, "?1")
    assert done.headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).ok


def test_a_stream_of_wrong_bytes_does_not_spoil_a_checked_piece(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    put(village, location, SCAN, 2)
    wrong = bytes(len(SCAN) - 1)
    refused = patch(village, location, wrong, 0, **{"Content-Digest": digest(SCAN)})
    assert refused.json()["code"] == "wrong-content-digest"
    assert village.http("HEAD", location).headers["Upload-Offset"] == "0"
    for number in set(range(COUNT)) - {2}:
        answer = put(village, location, SCAN, number)
    assert answer.headers["Upload-Complete"] == "?1"


def test_a_wrong_piece_is_found_at_once_and_costs_only_itself(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    put(village, location, SCAN, 0)
    body = bytes(16384)
    path = f"{location}/pieces/1"
    wrong = village.http("PUT", path, body, **{"Content-Digest": digest(piece_of(SCAN, 1))})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-content-digest")
    assert wrong.json()["type"].endswith("#digest-mismatched-values")
    assert wrong.json()["mismatched_digests"][0]["header"] == "Content-Digest"
    assert missing(village, location) == [(1, COUNT - 1)]
    assert put(village, location, SCAN, 1).headers["Upload-Offset"] == "32768"


def test_a_piece_names_its_digest_and_has_its_size(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    assert village.http("PUT", f"{location}/pieces/0", piece_of(SCAN, 0)).json()["code"] == "bad-request"
    for number, body in ((0, b"short"), (COUNT - 1, bytes(16384)), (COUNT, b"")):
        answer = village.http("PUT", f"{location}/pieces/{number}", body, **{"Content-Digest": digest(body)})
        assert answer.json()["code"] == "inconsistent-length"
    body = bytes(16385)
    answer = village.http("PUT", f"{location}/pieces/0", body, **{"Content-Digest": digest(body)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    for odd in ("-1", "x", "9999999", "1.0"):
        answer = village.http("PUT", f"{location}/pieces/{odd}", b"", **{"Content-Digest": digest(b"")})
        assert answer.json()["code"] == "not-found"
    assert missing(village, location) == [(0, COUNT - 1)]


def test_a_piece_is_signed_with_its_body(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    body = piece_of(SCAN, 0)
    answer = village.http("PUT", f"{location}/pieces/0", body, b"", **{"Content-Digest": digest(body)})
    assert answer.json()["code"] == "bad-signature"


def test_pieces_that_make_another_file_begin_anew(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    altered = SCAN[:-1] + b"x"
    for number in range(COUNT - 1):
        put(village, location, altered, number)
    wrong = put(village, location, altered, COUNT - 1)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-digest")
    assert village.http("GET", f"{location}/pieces").status_code == 404
    village.upload(SCAN)
    assert verify_hub(county.hub).ok


def test_pieces_are_there_after_a_restart(county, tmp_path):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, SCAN).headers["Location"]
    for number in (0, 7):
        put(village, location, SCAN, number)
    county.hub = replace(county.hub, files=FolderFiles(tmp_path / "files"))
    county.client = replace(county.client, app=create_app(county.hub))
    assert missing(village, location) == [(1, 6), (8, COUNT - 1)]
    for number in set(range(COUNT)) - {0, 7}:
        last = put(village, location, SCAN, number)
    assert last.headers["Upload-Complete"] == "?1"
    assert verify_hub(county.hub).ok


class Death(BaseException):
    """The hub's machine stops."""


@pytest.mark.parametrize("place", ["hub.upload.after-bytes", "hub.upload.after-file"])
def test_a_hub_that_dies_while_the_last_piece_comes_has_it_or_gets_it_again(county, place):
    village = county.enrol(VILLAGE, "agent")
    village.receive(attachments=(SCAN,))
    village.exchange()
    location = create(village, SCAN).headers["Location"]
    for number in range(COUNT - 1):
        put(village, location, SCAN, number)

    def die(name):
        if name == place:
            raise Death

    with failpoints.install(die), pytest.raises(Death):
        put(village, location, SCAN, COUNT - 1)
    uploading.finish_overlooked(county.hub)
    if place == "hub.upload.after-file":
        assert missing(village, location) == []
    else:
        assert missing(village, location) == [(COUNT - 1, COUNT - 1)]
    assert put(village, location, SCAN, COUNT - 1).headers["Upload-Complete"] == "?1"
    village.exchange()
    assert village.result() == ("accepted", [])
    assert verify_hub(county.hub).ok


def test_a_small_file_is_one_piece(county):
    village = county.enrol(VILLAGE, "agent")
    location = create(village, OTHER).headers["Location"]
    assert put(village, location, OTHER, 0).headers["Upload-Complete"] == "?1"
    assert county.hub.files.has(sha(OTHER))
