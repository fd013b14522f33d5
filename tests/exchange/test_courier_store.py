"""Others' files that wait at a station: known by all their bytes, each sent once, and each answered for."""

from __future__ import annotations

import os

import pytest

from courier_sticks import (
    answers,
    at_the_hub,
    change_byte,
    copied,
    only_here,
    read,
    stash_of,
    the_file,
)
from hub_world import agreed
from hubprotocol.courier.stick import find


def still_waiting(world):
    return [one.scanned().hash for one in find(stash_of(world.township)) if one.name.startswith("U")]


def damaged_copy(stick, name, letter="U"):
    """A copy of a stick on which a byte in the middle of its file changed; what stands in front is the same."""
    copy = copied(stick, name)
    change_byte(the_file(copy, letter).parts[-1], lambda size: size - 200)
    assert the_file(copy, letter).scanned().header_hash == the_file(stick, letter).scanned().header_hash
    return copy


@pytest.mark.parametrize("order", ["damaged first", "whole first"])
def test_a_damaged_copy_keeps_no_whole_file_out_of_the_store(world, stick, tmp_path, order):
    """Only the hub can tell which of two is the one its station signed: both are kept, and both are answered for."""
    sticks = [damaged_copy(stick, "damaged"), stick][:: 1 if order == "damaged first" else -1]
    for one in sticks:
        (found,) = read(world.township, one).findings
        assert (found.result, "本机也代存了一份" in found.text) == ("waiting", True)
    whole = the_file(stick).scanned().hash
    assert whole in still_waiting(world)
    assert len(still_waiting(world)) == 2
    (tmp_path / "empty").mkdir()
    done = read(world.township, tmp_path / "empty", online=True)
    assert sorted((one.result, one.code) for one in done.findings) == [
        ("carried", ""),
        ("refused", "wrong-signature"),
    ]
    (refused,) = [one for one in done.findings if one.result == "refused"]
    assert "不再代存" in refused.text
    assert still_waiting(world) == []
    read(world.township, stick)
    assert answers(read(world.village, stick))[0].answer.settled == 1
    assert agreed(world)


def test_a_whole_copy_takes_the_place_of_one_that_can_be_seen_to_be_damaged(world, stick):
    read(world.township, stick)
    (kept,) = find(stash_of(world.township))
    os.truncate(kept.parts[-1], kept.parts[-1].stat().st_size - 10)
    (found,) = read(world.township, stick).findings
    assert "本机也代存了一份" in found.text
    assert still_waiting(world) == [the_file(stick).scanned().hash]


def test_a_kept_file_that_became_damaged_is_said_to_be_dropped(world, stick, tmp_path):
    read(world.township, stick)
    (kept,) = find(stash_of(world.township))
    kept.parts[-1].write_bytes(b"")
    (tmp_path / "empty").mkdir()
    (found,) = read(world.township, tmp_path / "empty").findings
    assert (found.result, found.code) == ("refused", "dropped")
    assert "没有丢失" in found.text
    assert find(stash_of(world.township)) == []


def test_a_damaged_answer_to_another_station_is_not_kept_for_it(world, stick):
    at_the_hub(world, stick)
    copy = damaged_copy(stick, "damaged", "D")
    (found, _) = read(world.township, copy).findings
    assert (found.kind, found.result, found.code) == ("others-answer", "refused", "wrong-signature")
    assert [one.name for one in find(stash_of(world.township)) if one.name.startswith("D")] == []
    read(world.township, stick)
    assert [one.scanned().hash for one in find(stash_of(world.township))] == [
        the_file(stick, "D").scanned().hash
    ]


def test_a_file_on_the_stick_and_in_the_store_is_sent_once(world, stick):
    read(world.township, stick)
    announce, announced = world.township.client.courier_announce, []

    def counted(request):
        answer = announce(request)
        announced.append((request.hash, answer.report is not None))
        return answer

    world.township.client.courier_announce = counted
    (found,) = read(world.township, stick, online=True).findings
    assert found.result == "carried"
    assert [one for one in announced if one[1]] == [(the_file(stick).scanned().hash, True)]
    assert still_waiting(world) == []
    assert answers(read(world.village, stick))[0].answer.settled == 1


def test_an_answer_is_brought_also_where_a_damaged_one_lies(world, stick):
    at_the_hub(world, stick)
    change_byte(the_file(stick, "D").parts[0], lambda size: 3)
    found = [one for one in read(world.township, stick, online=True).findings if one.kind == "others"]
    assert [one.result for one in found] == ["carried"]
    assert "taken" in [one.result for one in answers(read(world.village, stick))]
    assert only_here(world.village) == 0
