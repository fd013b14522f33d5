"""Keys change on both sides: what old ones signed stays true, and nobody is left behind."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from countyhub.devices import keys as hub_keys
from countyhub.devices import orders as hub_orders
from countyhub.references import service as references
from hub_world import Crash, CrashingStore, StationWorld, World, agreed
from hubprotocol.device_messages import MOST_CHANGES, HubKeysResponse, KeyChangeMessage, KeyChangesRequest
from hubprotocol.key_changes import KeyHistory, announce, is_announced
from hubprotocol.messages import ExchangeRequest, ExchangeResponse
from small_county import TOWNSHIP
from stationapp.exchange.key_changes import KEY_DAYS, own_changes
from stationapp.exchange.state import Outcome
from stationapp.exchange.transport import ChainForked, Credentials, HubFault, HubRefusesDevice, HubUnreachable


def restarted(station: StationWorld) -> None:
    """What the next start of the PC makes of what its store says."""
    station.stop()
    station.start()


def ordered_to_rotate(world: World) -> bytes:
    """Let the village change its key; return the old one."""
    before = world.village.identity.device_seed
    assert hub_orders.ask_for_new_key(world.hub.hub, world.village.identity.device) is not None
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    restarted(world.village)
    assert world.village.identity.device_seed != before
    return before


def test_a_device_changes_its_key_and_everything_it_ever_sealed_stays_true(world: World) -> None:
    first = world.village.receive()
    assert agreed(world)
    old = ordered_to_rotate(world)
    second = world.village.receive()
    world.village.hand_over(first, TOWNSHIP)
    world.village.hand_over(second, TOWNSHIP)
    assert agreed(world)  # The township checked envelopes of both keys, and so did the hub.
    assert {world.township.state_of(one) for one in (first, second)} == {world.village.state_of(first)}
    stranger = world.village.client
    stranger.use(Credentials(world.village.identity.device, old))
    with pytest.raises(HubRefusesDevice, match="不接受"):
        stranger.reference("devices")
    assert hub_orders.ask_for_new_key(world.hub.hub, "0" * 32) is None


def test_what_was_sealed_before_and_not_yet_sent_is_taken_after_the_change(world: World) -> None:
    world.village.engine.run_once()
    hub_orders.ask_for_new_key(world.hub.hub, world.village.identity.device)
    case_id = world.village.receive()
    world.village.engine.run_once()
    restarted(world.village)
    assert agreed(world)
    assert world.village.statuses(case_id) == ["confirmed"]
    with world.village.store.read() as unit:
        (change,) = own_changes(unit)
    assert is_announced(change)
    assert change.from_seq == 2


def test_a_key_of_a_year_is_changed_without_being_told_to(world: World) -> None:
    assert agreed(world)
    before = world.village.identity.device_seed
    world.clock.advance(timedelta(days=KEY_DAYS + 1))
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    restarted(world.village)
    assert world.village.identity.device_seed != before
    world.village.receive()
    assert agreed(world)


def test_wherever_the_pc_dies_while_it_changes_its_key_both_sides_agree_at_last(world: World) -> None:
    village = world.village
    hub_orders.ask_for_new_key(world.hub.hub, village.identity.device)
    died = 0
    for moment in range(1, 40):
        left = iter(range(moment))
        village.wrap = lambda store, left=left: CrashingStore(store, lambda: next(left, None) == 0)
        restarted(village)
        village.receive()
        try:
            village.engine.run_once()
        except Crash:
            died += 1
            continue
        break
    village.wrap = lambda store: store
    restarted(village)
    assert died > 0
    assert agreed(world)


def test_a_hub_that_once_did_not_know_a_signature_does_not_shut_out_who_changed_its_key_twice(
    world: World,
) -> None:
    """A request was bent on its way: the PC tells of all its changes again, and only the last key can sign that."""
    for _ in range(2):
        ordered_to_rotate(world)
    world.village.engine._keys.doubt()
    case_id = world.village.receive()
    assert agreed(world)
    assert world.village.statuses(case_id) == ["confirmed"]


@pytest.mark.parametrize("times", [1, 3, MOST_CHANGES + 1])
def test_a_restored_hub_learns_again_of_keys_it_has_forgotten(
    world: World, tmp_path: Path, times: int
) -> None:
    world.village.receive()
    assert agreed(world)
    for _ in range(times - 3):
        ordered_to_rotate(world)
    backup = world.hub.back_up(tmp_path / "backup.sqlite")
    for _ in range(min(times, 3)):
        ordered_to_rotate(world)
    case_id = world.village.receive()
    assert agreed(world)
    world.hub.restore(backup)
    assert isinstance(world.village.engine.run_once().problem, HubRefusesDevice)
    world.sync(*world.stations)
    assert agreed(world)
    assert world.village.statuses(case_id) == ["confirmed"]


def test_the_hub_changes_its_key_and_stations_that_slept_follow_every_step(world: World) -> None:
    world.village.receive()
    assert agreed(world)
    first = world.village.identity.hub_public
    changes = [hub_keys.change_hub_key(world.hub.hub) for _ in range(3)]
    case_id = world.village.receive()
    assert world.sync(world.village)[0].outcome is Outcome.AGREED
    assert agreed(world)
    for station in world.stations:
        restarted(station)
        assert station.identity.hub_public == changes[-1].new_public != first
    assert world.village.statuses(case_id) == ["confirmed"]
    assert [one.from_seq for one in changes] == sorted(one.from_seq for one in changes)
    listed = json.loads(references.read(world.hub.hub, "devices").body)["devices"]["hub"]  # type: ignore[union-attr]
    assert [one["public"] for one in listed["keys"]] == [first, *(one.new_public for one in changes)]


def test_a_pc_that_is_lost_before_its_new_key_is_known_sends_everything_and_hears_the_order(
    world: World,
) -> None:
    """The line dies over the announcement; then the PC is registered as lost."""
    village = world.village
    assert agreed(world)
    assert hub_orders.ask_for_new_key(world.hub.hub, village.identity.device) is not None
    village.client.change_key, known = dead_line, village.client.change_key  # type: ignore[method-assign]
    assert village.engine.run_once().outcome is Outcome.FAILED
    village.client.change_key = known  # type: ignore[method-assign]
    restarted(village)
    case = village.receive()
    hub_orders.lose(world.hub.hub, village.identity.device, wipe=False)
    assert village.engine.run_once().outcome is Outcome.ORDERED
    assert village.statuses(case) == ["confirmed"]
    assert world.hub.faults() == []


def test_two_disks_that_changed_the_key_of_one_pc_are_told_to_enrol_again(
    world: World, tmp_path: Path
) -> None:
    village = world.village
    assert agreed(world)
    village.stop()
    shutil.copytree(village.folder, tmp_path / "clone")
    village.start()
    clone = StationWorld(tmp_path / "clone", village.desk, village.clock, village.chance, village.network)
    clone.start()
    hub_orders.ask_for_new_key(world.hub.hub, village.identity.device)
    for one in (clone, village):
        one.client.change_key, known = dead_line, one.client.change_key  # type: ignore[method-assign]
        assert one.engine.run_once().outcome is Outcome.FAILED
        one.client.change_key = known  # type: ignore[method-assign]
    assert clone.engine.run_once().outcome is Outcome.AGREED
    assert isinstance(village.engine.run_once().problem, ChainForked)
    clone.stop()


def dead_line(changes: KeyChangesRequest) -> None:
    raise HubUnreachable("cut")


class Impostor:
    """A road whose end shows another key."""

    def __init__(self, inner: object, told: HubKeysResponse) -> None:
        self._inner, self._told = inner, told

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        answer: ExchangeResponse = self._inner.exchange(request)  # type: ignore[attr-defined]
        return answer.model_copy(update={"hub_public": self._told.public})

    def hub_keys(self) -> HubKeysResponse:
        return self._told


def test_a_key_that_the_known_one_did_not_announce_is_not_followed(world: World) -> None:
    from stationapp.exchange.engine import ExchangeEngine

    known, mine, other = bytes(32), b"m" * 32, b"o" * 32
    genuine = announce("hub", 1, known, mine)
    hub_public = world.village.identity.hub_public
    chains = [
        [announce("hub", 1, mine, other)],
        [replace(genuine, old_public=hub_public)],
        [],
        [announce(world.village.identity.device, 1, known, mine)],
    ]
    for chain in chains:
        told = HubKeysResponse(
            public=chain[-1].new_public if chain else "ab" * 32,
            changes=tuple(KeyChangeMessage.pack(one) for one in chain),
        )
        road = Impostor(world.village.client, told)
        village = world.village
        engine = ExchangeEngine(village.store, village.files, road, village.clock, village.chance.random)  # type: ignore[arg-type]
        world.village.receive()
        done = engine.run_once()
        assert isinstance(done.problem, HubFault)
        assert "密钥" in done.problem.text
    assert KeyHistory.after(bytes(32), [genuine]).current.hex() == genuine.new_public
    assert agreed(world)
