"""Hubs restored from a backup, stations whose disk was cloned or restored: noticed, and nothing is believed twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countyhub.acceptance import lost
from countyhub.acceptance.service import push
from countyhub.devices.service import find
from courier_sticks import at_the_hub, read, written
from hub_world import StationWorld, World, agreed
from hubprotocol.envelope import GENESIS
from hubprotocol.messages import ChainHeadMessage, ExchangeResponse
from small_county import TOWNSHIP
from stationapp.domain.case import State
from stationapp.exchange.outbox import Lost, go_back_to_lost, rewind
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import ChainForked
from stationapp.store.verification import verify


def test_a_hub_restored_from_a_backup_gets_everything_again(world: World, tmp_path: Path) -> None:
    before = world.village.receive()
    world.village.hand_over(before, TOWNSHIP)
    world.sync(world.village, world.township)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    world.township.act(before, "sign_for")
    after = world.village.receive(b"scan")
    world.village.hand_over(after, TOWNSHIP)
    world.sync(world.village, world.township)
    assert agreed(world)
    world.hub.restore(backup)
    assert world.village.engine.run_once().problem is None
    assert agreed(world)
    assert world.township.state_of(before) is State.SIGNED_FOR
    assert world.township.state_of(after) is State.IN_TRANSIT


def test_a_hub_restored_without_a_new_epoch_is_noticed_too(world: World, tmp_path: Path) -> None:
    world.village.receive()
    world.sync(world.village)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    lost = world.village.receive()
    world.sync(world.village)
    world.hub.restore(backup, new_epoch=False)
    assert agreed(world)
    assert world.village.statuses(lost) == ["confirmed"]


def test_a_cloned_disk_stops_keeps_everything_and_says_what_to_do(world: World, tmp_path: Path) -> None:
    world.village.receive()
    world.sync(world.village)
    clone = _clone(world, world.village, tmp_path)
    world.village.receive()
    world.sync(world.village)
    kept = clone.receive()
    done = clone.engine.run_once()
    assert isinstance(done.problem, ChainForked)
    assert "重新登记" in done.problem.text
    assert clone.statuses(kept) == ["pending"]
    assert clone.engine.run_once().touched == frozenset()
    clone.stop()
    assert agreed(world)


def test_a_disk_restored_from_an_old_copy_is_told_before_it_does_harm(world: World, tmp_path: Path) -> None:
    world.village.receive()
    world.sync(world.village)
    old = _clone(world, world.village, tmp_path)
    newer = world.village.receive()
    world.sync(world.village)
    done = old.engine.run_once()
    assert isinstance(done.problem, ChainForked)
    assert old.state_of(newer) is None
    old.stop()


def test_a_clone_that_went_on_further_than_the_hub_hears_of_the_fork_before_anything_is_applied(
    world: World, tmp_path: Path
) -> None:
    shared = world.village.receive()
    clone = _clone(world, world.village, tmp_path)
    world.village.receive()
    world.sync(world.village)
    kept = [clone.receive(), clone.receive()]
    for size in (clone.engine._pace.events, clone.engine._pace.bytes):
        size.least = size.most = size.now = (
            1  # What both have in common is pushed alone, and the hub has it already.
        )
    assert isinstance(clone.engine.run_once().problem, ChainForked)
    assert [clone.statuses(case_id) for case_id in (shared, *kept)] == [["pending"]] * 3
    clone.stop()
    assert agreed(world)


def test_what_a_restored_hub_still_has_is_not_durable_for_that(world: World) -> None:
    world.village.receive()
    world.village.receive()
    world.sync(world.village)
    with world.village.store.write() as unit:
        earlier = unit.chain.hash_at(1)
        assert earlier is not None
        rewind(unit, ChainHeadMessage(seq=1, hash=earlier))
        assert (unit.chain.acknowledged().seq, unit.chain.durable_upto()) == (1, 0)


def test_what_a_restored_hub_lost_is_only_here_from_the_moment_that_is_known(world: World) -> None:
    kept, lost = world.village.receive(), world.village.receive(b"scan")
    world.village.hand_over(lost, TOWNSHIP)
    world.sync()
    with world.village.store.read() as unit:
        places = [row.event.event_id for row in unit.events.of_case(lost)]
    with world.village.store.write() as unit:
        earlier = unit.chain.hash_at(1)
        assert earlier is not None
        told = rewind(unit, ChainHeadMessage(seq=1, hash=earlier))
    assert told == Lost(2, 1, frozenset({lost}))
    with world.village.store.read() as unit:
        pending = unit.events.pending_summary()
        here = unit.events.of_case(lost)
        assert (pending.events, pending.cases, pending.attachments, pending.held) == (2, 1, 1, 0)
        assert [row.event.event_id for row in here] == places
        assert {(row.status, row.revision, row.received_at) for row in here} == {("pending", 0, None)}
    assert world.village.statuses(kept) == ["confirmed"]
    found = verify(world.village.store, {}, {}, world.village.files).findings
    assert {one.subject for one in found} <= {"signature"}, "no keys were given"
    assert agreed(world)
    assert world.village.statuses(lost) == ["confirmed", "confirmed"]


def test_an_act_by_which_a_desk_ceased_to_see_the_case_is_answered_again_in_a_new_epoch(
    world: World, tmp_path: Path
) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync()
    world.township.act(case_id, "decline_handover")
    world.sync()
    assert world.township.statuses(case_id)[-1] == "confirmed"
    world.hub.begin_epoch()
    assert agreed(world)
    assert world.township.statuses(case_id)[-1] == "confirmed"
    with world.township.store.read() as unit:
        assert unit.events.pending_summary().events == 0


def test_what_a_hub_of_before_held_is_asked_again_though_another_disk_of_the_pc_sent_it(
    world: World, tmp_path: Path
) -> None:
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync()
    world.hub.restore(backup)
    world.township.act(case_id, "decline_handover")
    world.township.engine.run_once()
    assert world.township.statuses(case_id)[-1] == "held", "the village has not sent it again yet"
    clone = _clone(world, world.township, tmp_path)
    world.hub.restore(backup)
    world.village.engine.run_once()
    world.township.engine.run_once()
    assert world.township.statuses(case_id)[-1] == "confirmed"
    assert clone.engine.run_once().outcome is Outcome.AGREED
    assert clone.statuses(case_id)[-1] == "confirmed"
    clone.stop()


def rescued_with_a_gap(world: World, first: int, last: int) -> None:
    """Let the hub have all of the village's acts but some, as a file from a damaged disk would bring them."""
    with world.village.store.read() as unit:
        acts = unit.events.outbox(100, 10**9)
    device = find(world.hub.hub, world.village.identity.device)
    assert device is not None
    for run in (acts[: first - 1], acts[last:]):
        push(world.hub.hub, device, ChainHeadMessage(seq=0, hash=GENESIS), run, [(first, last)])


def lost_at(world: World) -> list[int]:
    with world.hub.hub.database.read() as connection:
        return sorted(lost.between(connection, world.village.identity.device, 1, 100))


@pytest.mark.parametrize("new_epoch", [True, False])
def test_a_hub_put_back_to_a_gap_gets_what_was_in_it_again(
    world: World, tmp_path: Path, new_epoch: bool
) -> None:
    """The disk was rescued, then it worked again, and what was missing came: all that is after the backup."""
    cases = [world.village.receive() for _ in range(6)]
    rescued_with_a_gap(world, 3, 4)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    world.sync(world.village)
    assert (lost_at(world), [world.village.statuses(one) for one in cases]) == ([], [["confirmed"]] * 6)
    world.hub.restore(backup, new_epoch=new_epoch)
    assert lost_at(world) == [3, 4]
    assert agreed(world)
    assert (lost_at(world), [world.village.statuses(one) for one in cases]) == ([], [["confirmed"]] * 6)
    assert world.hub.faults() == []


def test_a_pc_that_works_again_after_its_rescue_brings_what_was_lost_act_by_act(world: World) -> None:
    cases = [world.village.receive() for _ in range(6)]
    rescued_with_a_gap(world, 3, 4)
    for size in (world.village.engine._pace.events, world.village.engine._pace.bytes):
        size.least = size.most = size.now = 1
    done = world.village.engine.run_once()
    assert (done.problem, done.pushed) == (None, 6)
    assert (lost_at(world), [world.village.statuses(one) for one in cases]) == ([], [["confirmed"]] * 6)


def test_a_hub_put_back_to_a_gap_says_so_by_stick_too(world: World, tmp_path: Path) -> None:
    for _ in range(6):
        world.village.receive()
    rescued_with_a_gap(world, 3, 4)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    world.sync(world.village)
    world.hub.restore(backup)
    for stick in (tmp_path / "first", tmp_path / "second"):
        written(world.village, stick)
        at_the_hub(world, stick)
        told = read(world.village, stick)
    assert lost_at(world) == []
    assert "再送一次" not in told.findings[0].text


def test_a_gap_that_a_pc_cannot_fill_keeps_it_from_nothing(world: World) -> None:
    for _ in range(4):
        world.village.receive()
    rescued_with_a_gap(world, 2, 2)
    with world.village.store.read() as unit:
        acts, head = unit.events.outbox(100, 10**9), unit.chain.head()
    with world.village.store.write() as unit:
        unit.chain.set_acknowledged(head, 0)
        answer = ExchangeResponse(
            protocol=1,
            epoch="",
            server_time="",
            acknowledged=ChainHeadMessage(seq=head.seq, hash=head.hash),
            durable_upto=0,
            lost=((9, 9),),
        )
        assert go_back_to_lost(unit, answer) is None
        assert unit.chain.acknowledged() == head
        known = answer.model_copy(update={"lost": ((9, 9), (2, 2))})
        assert go_back_to_lost(unit, known) is not None
        assert unit.chain.acknowledged().hash == acts[0].hash


def test_what_stands_behind_a_place_that_is_missing_here_too_is_not_taken_for_a_fork(world: World) -> None:
    """A database of which most was repaired: the hub lacks the third and the fifth act, this PC the second."""
    for _ in range(6):
        world.village.receive()
    with world.village.store.write() as unit:
        head, acts = unit.chain.head(), unit.events.outbox(100, 10**9)
        unit.chain.set_acknowledged(head, 0)
        unit.chain._connection.exec_driver_sql("DELETE FROM event WHERE own = 1 AND seq = 2")
        answer = ExchangeResponse(
            protocol=1,
            epoch="",
            server_time="",
            acknowledged=ChainHeadMessage(seq=head.seq, hash=head.hash),
            durable_upto=0,
            lost=((3, 3), (5, 5)),
        )
        assert go_back_to_lost(unit, answer) is not None
        assert unit.chain.acknowledged().hash == acts[3].hash


def _clone(world: World, station: StationWorld, tmp_path: Path) -> StationWorld:
    station.stop()
    shutil.copytree(station.folder, tmp_path / "clone")
    station.start()
    clone = StationWorld(tmp_path / "clone", station.desk, station.clock, station.chance, station.network)
    clone.serial = 1000
    clone.start()
    return clone
