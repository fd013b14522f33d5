"""A lost PC: it sends everything, then it is locked or wiped, and believes nobody but the hub."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from countyhub.acceptance import repository as chains
from countyhub.acceptance.case_repository import cases_of
from countyhub.attachments import repository as attachments
from countyhub.devices import orders as hub_orders
from countyhub.devices import repository as devices
from courier_sticks import at_the_hub, written
from hub_world import Crash, CrashingStore, StationWorld, World, agreed
from hubprotocol.messages import OrderMessage
from hubprotocol.orders import OrderKind, sign_order
from stationapp.domain.case import State
from stationapp.domain.refusal import Refused
from stationapp.exchange import leaving, orders
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.orders import Phase
from stationapp.exchange.state import Outcome, Tally
from stationapp.exchange.transport import (
    HubFault,
    HubRefusesDevice,
    HubTransport,
    HubUnreachable,
    NotComplete,
)


def standing(station: StationWorld) -> orders.Standing:
    with station.store.read() as unit:
        return orders.standing(unit)


def head_of(world: World, device: str) -> int:
    with world.hub.hub.database.read() as connection:
        return chains.chain_head(connection, device).seq


def row_of(world: World, station: StationWorld) -> dict[str, str | int]:
    with world.hub.hub.database.read() as connection:
        rows = {str(row["device_id"]): row for row in devices.overview(connection)}
    return rows[station.identity.device]


def test_a_lost_pc_sends_everything_and_gets_nothing_but_the_order(world: World) -> None:
    case_id = world.village.receive(b"scan of the lost pc" * 5000)
    order = hub_orders.lose(world.hub.hub, world.village.identity.device, wipe=False)
    assert order is not None
    done = world.village.engine.run_once()
    assert (done.outcome, done.received, done.renewed) == (Outcome.ORDERED, 0, frozenset())
    assert standing(world.village) == orders.Standing(order.number, "lock", Phase.DONE)
    assert world.village.statuses(case_id) == ["held"]  # That its attachment came is not told to a lost PC.
    with world.hub.hub.database.read() as connection:
        assert [one.state for one in cases_of(connection, [case_id])] == [State.RECEIVED]
    with world.hub.hub.database.read() as connection:
        assert devices.load(connection, [world.village.identity.device])[world.village.identity.device].lost
    assert world.hub.faults() == []
    with world.village.store.read() as unit, pytest.raises(Refused, match="锁定"):
        orders.require_free(unit)
    with pytest.raises(HubRefusesDevice):
        world.village.client.reference("organisation")


def test_an_unlocked_pc_goes_on_where_it_was(world: World) -> None:
    device = world.village.identity.device
    hub_orders.lose(world.hub.hub, device, wipe=False)
    world.village.receive()
    assert world.village.engine.run_once().outcome is Outcome.ORDERED
    assert hub_orders.unlock(world.hub.hub, device) is not None
    assert hub_orders.unlock(world.hub.hub, device) is None
    assert agreed(world)
    assert not standing(world.village).restricts


def test_the_data_go_only_after_the_hub_has_said_that_it_has_everything(world: World) -> None:
    device = world.village.identity.device
    world.village.receive(b"x" * 40_000)
    hub_orders.lose(world.hub.hub, device, wipe=True)
    uploads = Cut(world.village.client, "append_upload", "create_upload")
    engine = ExchangeEngine(
        world.village.store, world.village.files, uploads, world.village.clock, world.village.chance.random
    )
    assert engine.run_once().outcome is Outcome.FAILED
    assert standing(world.village).phase is Phase.HEARD
    assert row_of(world, world.village)["left_at"] == ""
    assert world.village.engine.run_once().outcome is Outcome.ORDERED
    assert standing(world.village).phase is Phase.DONE
    assert row_of(world, world.village)["left_at"] != ""
    assert hub_orders.unlock(world.hub.hub, device) is None
    assert world.hub.faults() == []


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(b"?" * 500)])
def test_a_wipe_waits_for_no_scan_that_this_disk_does_not_give_and_its_act_stays_at_the_hub(
    world: World, spoil: Callable[[Path], object]
) -> None:
    village, device = world.village, world.village.identity.device
    case_id = village.receive(b"gone" * 100)
    (gone,) = [path for path in (village.folder / "attachments").rglob("*") if path.is_file()]
    spoil(gone)
    sound = village.receive(b"still here" * 5000)
    hub_orders.lose(world.hub.hub, device, wipe=True)
    assert village.engine.run_once().outcome is Outcome.ORDERED
    assert standing(village) == orders.Standing(standing(village).number, "wipe", Phase.DONE, lacking=1)
    assert row_of(world, village)["left_at"] != ""
    with world.hub.hub.database.read() as connection:
        assert [one.state for one in cases_of(connection, [sound])] == [State.RECEIVED]
        assert attachments.awaited_by(connection, device) == [hashlib.sha256(b"gone" * 100).hexdigest()]
        held = chains.verdicts(connection, device, 1, 1)[1]
    assert (held.result, [one.code for one in held.reasons]) == ("held", ["attachment-missing"])
    assert village.statuses(case_id) == ["held"]
    assert world.hub.faults() == []


def test_a_wipe_waits_for_no_scan_that_was_never_here(world: World) -> None:
    case_id = world.village.receive()
    absent = {"sha256": "ab" * 32, "size": 7}
    world.village.act(case_id, "note_external", {"system": "x", "external_number": "1", "paper": absent})
    hub_orders.lose(world.hub.hub, world.village.identity.device, wipe=True)
    assert world.village.engine.run_once().outcome is Outcome.ORDERED
    assert standing(world.village).lacking == 1


def test_a_wipe_waits_for_a_scan_that_the_hub_lacks_and_that_lies_here(world: World) -> None:
    """Also for one it once had: a hub restored from a backup asks for it again."""
    store, files = world.village.store, world.village.files
    sha256 = files.put(b"here after all")
    assert leaving.lacking(store, files, ["ab" * 32]) == ("ab" * 32,)
    assert not leaving.has_scans_to_bring(store, files)
    with pytest.raises(NotComplete):
        leaving.lacking(store, files, ["ab" * 32, sha256])
    with store.write() as unit:
        unit.attachments.add_local(sha256, 14, "扫描件.jpg", "image/jpeg")
    assert leaving.has_scans_to_bring(store, files)


def test_who_left_to_be_wiped_is_not_locked_instead(world: World) -> None:
    """It could never be unlocked, and its data would lie there for ever."""
    device = world.village.identity.device
    hub_orders.lose(world.hub.hub, device, wipe=True)
    assert world.village.engine.run_once().outcome is Outcome.ORDERED
    again = hub_orders.lose(world.hub.hub, device, wipe=False)
    assert again is not None
    assert world.village.engine.run_once().outcome is Outcome.ORDERED
    assert standing(world.village) == orders.Standing(again.number, "wipe", Phase.DONE)


def test_who_left_to_be_wiped_has_no_more_acts_by_any_road(world: World, tmp_path: Path) -> None:
    """A copy of its disk, and a person's password, are of no use to a thief."""
    village, device = world.village, world.village.identity.device
    village.receive()
    hub_orders.lose(world.hub.hub, device, wipe=True)
    assert village.engine.run_once().outcome is Outcome.ORDERED
    assert village.engine.run_once().outcome is Outcome.ORDERED, "it may have died before it was wiped"
    head = head_of(world, device)
    stolen = village.receive()
    done = village.engine.run_once()
    assert isinstance(done.problem, HubRefusesDevice)
    written(village, tmp_path / "stick")
    (report,) = at_the_hub(world, tmp_path / "stick")
    assert (report.taking, report.code) == ("refused", "behind-farewell")
    assert head_of(world, device) == head
    assert village.statuses(stolen) == ["pending"]


class Cut:
    """A road on which some requests never arrive."""

    def __init__(self, inner: HubTransport, *names: str) -> None:
        self._inner, self._names = inner, names

    def __getattr__(self, name: str) -> object:
        if name in self._names:
            raise HubUnreachable("cut")
        return getattr(self._inner, name)


def dying_at(count: int) -> Callable[[], bool]:
    """The power is cut once, at the transaction of that count (each has a moment before and after its commit)."""
    moments = itertools.count(1)
    return lambda: next(moments) == count


@pytest.mark.parametrize("kind", ["lock", "wipe"])
def test_wherever_the_pc_dies_it_sends_everything_before_it_obeys(world: World, kind: str) -> None:
    village = world.village
    village.receive(b"y" * 30_000)
    village.receive()
    hub_orders.lose(world.hub.hub, village.identity.device, wipe=kind == "wipe")
    died = 0
    for moment in itertools.count(1):
        village.stop()
        village.wrap = partial(CrashingStore, dies=dying_at(moment))
        village.start()
        try:
            done = village.engine.run_once()
        except Crash:
            died += 1
            continue
        assert done.outcome is Outcome.ORDERED
        break
    assert died >= 4
    assert standing(village).phase is Phase.DONE
    with village.store.read() as unit:
        assert unit.chain.head() == unit.chain.acknowledged()
        assert unit.attachments.count_not_at_hub() == 0
    assert world.hub.faults() == []


def forged_order(station: StationWorld, seed: bytes) -> OrderMessage:
    """An order to wipe, signed by somebody who is not the hub."""
    device, number, kind, at = station.identity.device, 7, "wipe", "2026-11-21T12:00:00+08:00"
    signature = sign_order(seed, device, number, kind, at)
    return OrderMessage(device=device, number=number, kind=kind, issued_at=at, signature=signature)


def test_nobody_but_the_hub_gives_orders_and_no_order_serves_twice(world: World) -> None:
    village, township = world.village, world.township
    other = hub_orders.lose(world.hub.hub, township.identity.device, wipe=True)
    assert other is not None
    forged = [
        forged_order(village, bytes(32)),
        forged_order(village, village.identity.device_seed),
        other,
        other.model_copy(update={"device": village.identity.device}),
    ]
    for message in forged:
        with pytest.raises(HubFault, match="签名"):
            orders.hear(village.store, village.identity, message)
        tally = Tally()
        assert not orders.hear_or_tell(village.store, village.identity, message, tally).restricts
        assert [type(one) for one in tally.troubles] == [HubFault]
    assert standing(village) == orders.Standing()
    first = hub_orders.lose(world.hub.hub, village.identity.device, wipe=False)
    assert orders.hear(village.store, village.identity, first).restricts
    unlocked = hub_orders.unlock(world.hub.hub, village.identity.device)
    assert not orders.hear(village.store, village.identity, unlocked).restricts
    assert not orders.hear(village.store, village.identity, first).restricts
    assert {str(kind) for kind in OrderKind} == {"lock", "wipe", "unlock", "rotate"}
