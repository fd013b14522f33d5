"""A PC that was cloned, restored or revoked enrols again: what only it has goes up once, and both sides agree."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countyhub.acceptance.case_repository import known_events
from countyhub.devices import repository as enrolled
from countyhub.devices import service as devices
from countyhub.identity import repository as identities
from hub_world import URL, StationWorld, World, agreed, person_seed
from hubprotocol.key_changes import KeyHistory
from hubprotocol.keys import sign_public_of
from small_county import TOWNSHIP, VILLAGE, batch_facts, organisation
from stationapp.domain.case import State
from stationapp.exchange.enrolment import Enrolment, Order, enrol
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.reenrolment import become
from stationapp.exchange.transport import ChainForked, Credentials, HubFault, HubRefusesDevice, UploadState
from stationapp.platform.clock import SteppingClock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.records import ChainHead, EventStatus
from stationapp.store.verification import verify


def clone_of(station: StationWorld, folder: Path) -> StationWorld:
    """A second PC with a copy of the station's disk as it is now; its numbers do not repeat the other's."""
    station.stop()
    shutil.copytree(station.folder, folder)
    station.start()
    clone = StationWorld(folder, station.desk, station.clock, station.chance, station.network)
    clone.serial = 500
    clone.start()
    return clone


def presented(world: World, station: StationWorld, desk: str = VILLAGE) -> Enrolment:
    """What the hub answers to a fresh code of a station."""
    order = Order(URL, world.hub.code(desk), station.identity.home_id)

    def connect(credentials: Credentials | None) -> HubClient:
        return HubClient(URL, station.clock, credentials, network=station.network)

    return enrol(station.folder, order, connect, station.chance.randbytes)


def enrol_again(world: World, station: StationWorld) -> int:
    """Enrol a station again and start it as the device it became."""
    sealed_anew = become(station.store, presented(world, station), station.clock)
    station.stop()
    station.start()
    return sealed_anew


def verified(world: World, station: StationWorld) -> bool:
    """Whether the station's own check finds nothing, the chain of the device it was among it."""
    with world.hub.hub.database.read() as connection:
        known = enrolled.everyone(connection)
    keys = {name: KeyHistory.single(device.public) for name, device in known.items()}
    with station.store.read() as unit:
        identity = unit.identity.get()
    assert identity is not None
    people = {one.person_id: sign_public_of(person_seed(one.person_id)) for one in organisation().persons}
    keys["hub"] = KeyHistory.single(bytes.fromhex(identity.hub_public))
    return verify(station.store, keys, people, station.files).is_clean


def test_a_clone_that_enrols_again_sends_what_only_it_has(world: World, tmp_path: Path) -> None:
    world.village.receive()
    world.sync(world.village)
    clone = clone_of(world.village, tmp_path / "clone")
    world.village.receive()
    world.sync(world.village)
    kept = clone.receive(b"scan")
    clone.hand_over(kept, TOWNSHIP)
    assert isinstance(clone.engine.run_once().problem, ChainForked)
    assert enrol_again(world, clone) == 2
    assert clone.engine.run_once().problem is None
    assert clone.statuses(kept) == ["confirmed", "confirmed"]
    assert agreed(world)
    assert world.township.state_of(kept) is State.IN_TRANSIT
    assert verified(world, clone)
    clone.stop()


def test_an_act_that_both_disks_hold_has_one_effect_whoever_sends_it_first(
    world: World, tmp_path: Path
) -> None:
    shared = world.village.receive(b"scan")
    clone = clone_of(world.village, tmp_path / "clone")
    world.village.receive()
    clone.receive()
    world.sync(world.village)
    assert isinstance(clone.engine.run_once().problem, ChainForked)
    enrol_again(world, clone)
    world.sync(world.village)
    done = clone.engine.run_once()
    assert (done.problem, done.troubles) == (None, ())
    assert clone.statuses(shared) == ["confirmed"]
    with world.hub.hub.database.read() as connection:
        assert len(known_events(connection, [event.event_id for event in world.village.acts])) == 2
    assert agreed(world)
    assert clone.engine.run_once().outcome == "agreed"
    assert verified(world, clone)
    clone.stop()


def test_a_disk_restored_from_an_old_copy_gets_back_what_it_had_sent(world: World, tmp_path: Path) -> None:
    before = world.village.receive()
    old = clone_of(world.village, tmp_path / "old")
    world.sync(world.village)
    later = world.village.receive()
    world.village.hand_over(before, TOWNSHIP)
    world.sync(world.village)
    world.village.stop()
    assert isinstance(old.engine.run_once().problem, ChainForked)
    enrol_again(world, old)
    assert old.engine.run_once().problem is None
    assert old.statuses(later) == ["confirmed"]
    assert old.state_of(before) is State.IN_TRANSIT
    assert old.engine.run_once().outcome == "agreed"
    assert verified(world, old)
    old.stop()
    world.village.start()


def test_a_revoked_pc_that_enrols_again_loses_nothing(world: World) -> None:
    waiting = world.village.receive(b"scan")
    assert devices.revoke(world.hub.hub, world.village.identity.device)
    assert isinstance(world.village.engine.run_once().problem, HubRefusesDevice)
    assert enrol_again(world, world.village) == 1
    assert agreed(world)
    assert world.village.statuses(waiting) == ["confirmed"]


def test_what_was_done_instead_of_a_refused_act_goes_before_it(world: World, tmp_path: Path) -> None:
    """The handover list of the second one is printed: the first may not take its place at a restored hub."""
    village, right = world.village, world.village.clock
    case_id = village.receive()
    world.sync(village)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    village.clock = SteppingClock(right.now() + timedelta(days=3), timedelta(seconds=1))
    refused = village.act(case_id, "hand_over", batch_facts(TOWNSHIP, serial=71))
    village.clock = right
    world.sync(village)
    printed = village.act(case_id, "hand_over", batch_facts(TOWNSHIP, serial=72))
    world.sync(village)
    assert sorted(village.statuses(case_id)) == ["confirmed", "confirmed", "refused"]
    world.hub.restore(backup)
    world.clock.advance(timedelta(days=4))
    devices.revoke(world.hub.hub, village.identity.device)
    assert enrol_again(world, village) > 0
    assert agreed(world)
    with village.store.read() as unit:
        assert unit.events.get(printed.event_id).status is EventStatus.CONFIRMED
        assert unit.events.get(refused.event_id).status is EventStatus.REFUSED


@pytest.mark.parametrize("met", [False, True], ids=["at once", "after it met the restored hub"])
def test_what_a_hub_of_before_refused_is_asked_again_of_a_restored_one(
    world: World, tmp_path: Path, met: bool
) -> None:
    world.village.receive()
    world.sync(world.village)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    case_id = world.village.receive()
    refused = world.village.act(case_id, "sign_for")
    world.sync(world.village)
    assert world.village.statuses(case_id) == ["confirmed", "refused"]
    world.hub.restore(backup)
    with world.hub.hub.database.read() as connection:
        epoch = identities.load(connection).epoch
    if met:
        with world.village.store.write() as unit:  # It hears of the new epoch, and the line breaks.
            unit.identity.set_epoch(epoch)
            unit.chain.set_acknowledged(ChainHead(1, unit.chain.hash_at(1) or ""), 0)
    devices.revoke(world.hub.hub, world.village.identity.device)
    assert enrol_again(world, world.village) == 3, "the confirmed ones are unknown to the new epoch too"
    assert agreed(world)
    assert world.village.statuses(case_id) == ["confirmed", "refused"]
    with world.hub.hub.database.read() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM envelope").scalars()
        assert any(refused.event_id.encode() in bytes(body) for body in bodies)


def no_upload(sha256: str, size: int, *_: object) -> UploadState:
    raise HubFault("no uploads today")


def test_held_acts_of_the_old_device_get_their_answer_at_the_new_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = world.village.receive(b"scan")
    monkeypatch.setattr(world.village.client, "create_upload", no_upload)
    world.village.engine.run_once()
    assert world.village.statuses(case_id) == ["held"]
    enrol_again(world, world.village)
    assert agreed(world)
    assert world.village.statuses(case_id) == ["confirmed"]


def test_the_numbers_of_the_new_slot_begin_anew_and_old_counts_are_kept(world: World) -> None:
    with world.village.store.write() as unit:
        for _ in range(3):
            unit.numbers.next_count("document:游仙沉抗受", "2026")
    enrol_again(world, world.village)
    with world.village.store.read() as unit:
        assert unit.numbers.last_count("document:游仙沉抗受", "2026") == 0
        assert unit.numbers.series("slot 1 ") == [("slot 1 document:游仙沉抗受", "2026", 3)]


def test_a_code_of_another_station_or_hub_changes_nothing(world: World) -> None:
    world.village.receive()
    before = world.village.identity
    with pytest.raises(Unavailable, match="别的站点"):
        become(world.village.store, presented(world, world.village, TOWNSHIP), world.village.clock)
    mine = presented(world, world.township, TOWNSHIP)
    foreign = replace(mine, identity=replace(mine.identity, hub_public="0" * 64))
    with pytest.raises(Unavailable, match="不是本机原来登记的"):
        become(world.township.store, foreign, world.village.clock)
    with world.village.store.read() as unit:
        assert unit.identity.get() == before
        assert len(unit.events.outbox(10, 1 << 20)) == 1


def test_becoming_the_same_device_twice_seals_nothing_twice(world: World) -> None:
    world.village.receive()
    enrolment = presented(world, world.village)
    assert become(world.village.store, enrolment, world.village.clock) == 1
    assert become(world.village.store, enrolment, world.village.clock) == 0
    with world.village.store.read() as unit:
        assert [row.seq for row in unit.events.outbox(10, 1 << 20)] == [1]
