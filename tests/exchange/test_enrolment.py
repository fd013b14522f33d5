"""Enrolling a new PC: whatever is lost on the way, the same code ends in one identity."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import pytest

from countyhub.devices import repository as device_rows
from hub_world import DATA_KEY, URL, World
from small_county import TOWNSHIP, VILLAGE
from stationapp.exchange.enrolment import NOTE_NAME, Connect, Enrolment, Order, enrol, finish, settle
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import CodeRefused, Credentials, HubFault, HubUnreachable
from stationapp.store.station_store import StationStore


def connecting(world: World, network: httpx.BaseTransport | None = None) -> Connect:
    """Roads to the world's hub."""

    def connect(credentials: Credentials | None) -> HubClient:
        return HubClient(
            URL, world.clock, credentials, network=network or Faulty(world, lambda path, arrives: False)
        )

    return connect


class Faulty(httpx.BaseTransport):
    """Loses the answer of those requests for which `loses(path, arrives)` is true after (or before) they arrive."""

    def __init__(self, world: World, loses: Callable[[str, bool], bool]) -> None:
        self._network = world.hub.network
        self._loses = loses

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._loses(request.url.path, False):
            raise httpx.ConnectError("lost on the way")
        answer = self._network.handle_request(request)
        if self._loses(request.url.path, True):
            raise httpx.ReadError("answer lost")
        return answer


def order(world: World, station: str = VILLAGE) -> Order:
    """An order with a fresh code."""
    return Order(URL, world.hub.code(station), "0" * 32, "测试机")


def devices_of(world: World) -> int:
    with world.hub.hub.database.read() as connection:
        return len(device_rows.everyone(connection))


def test_a_new_pc_gets_its_identity_and_all_documents(world: World, tmp_path: Path) -> None:
    got = enrol(tmp_path, order(world), connecting(world), Random(1).randbytes)
    assert (got.identity.station, got.identity.desks, got.identity.slot) == (VILLAGE, (VILLAGE,), 2)
    assert {document.name for document in got.references} == {
        "organisation",
        "catalogue",
        "calendar",
        "devices",
    }
    assert json.loads(got.reference("organisation").body)["county"] == "510704"
    assert got.identity.device in json.loads(got.reference("devices").body)["devices"]


def test_the_code_may_be_typed_with_blanks_around_it(world: World, tmp_path: Path) -> None:
    wanted = order(world)
    typed = Order(wanted.hub_url, f"  {wanted.code.lower()} ", wanted.home_id)
    assert enrol(tmp_path, typed, connecting(world), Random(1).randbytes).identity.station == VILLAGE


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize(
    "path", ["/sync/v1/enrol", "/sync/v1/reference/organisation", "/sync/v1/reference/devices"]
)
def test_a_lost_answer_costs_another_try_and_gives_the_same_identity(
    world: World, tmp_path: Path, path: str, arrives: bool
) -> None:
    wanted, before = order(world), devices_of(world)
    with pytest.raises(HubUnreachable):
        enrol(
            tmp_path,
            wanted,
            connecting(world, Faulty(world, lambda asked, there: asked == path and there == arrives)),
            Random(1).randbytes,
        )
    seed = json.loads((tmp_path / NOTE_NAME).read_text())["device_seed"]
    got = enrol(tmp_path, wanted, connecting(world), Random(2).randbytes)
    again = enrol(tmp_path, wanted, connecting(world), Random(3).randbytes)
    assert got.identity == again.identity
    assert got.identity.device_seed.hex() == seed
    assert devices_of(world) == before + 1


def test_the_key_is_on_disk_before_the_code_is_used_and_only_its_owner_can_read_it(
    world: World, tmp_path: Path
) -> None:
    seen: list[bool] = []

    def look(path: str, arrives: bool) -> bool:
        seen.append((tmp_path / NOTE_NAME).is_file())
        return False

    enrol(tmp_path, order(world), connecting(world, Faulty(world, look)), Random(1).randbytes)
    assert all(seen)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / NOTE_NAME).stat().st_mode) == 0o600


def test_a_code_is_for_one_pc_only(world: World, tmp_path: Path) -> None:
    wanted = order(world)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    enrol(tmp_path / "first", wanted, connecting(world), Random(1).randbytes)
    with pytest.raises(CodeRefused, match="登记码"):
        enrol(tmp_path / "second", wanted, connecting(world), Random(2).randbytes)


def test_a_damaged_note_is_replaced_by_its_copy(world: World, tmp_path: Path) -> None:
    wanted = order(world)
    got = enrol(tmp_path, wanted, connecting(world), Random(1).randbytes)
    (tmp_path / NOTE_NAME).write_text("{")
    assert enrol(tmp_path, wanted, connecting(world), Random(2).randbytes).identity == got.identity


def test_documents_that_the_hub_did_not_sign_end_the_enrolment(world: World, tmp_path: Path) -> None:
    class Forging(Faulty):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if "organisation" not in request.url.path:
                return answer
            data = json.loads(answer.read())
            data["body"] = data["body"].replace("游仙区", "别的区")
            return httpx.Response(200, json=data)

    forging = Forging(world, lambda path, arrives: False)
    with pytest.raises(HubFault, match="签名"):
        enrol(tmp_path, order(world), connecting(world, forging), Random(1).randbytes)


def test_what_was_enrolled_lies_in_the_store_and_the_note_goes_at_the_end(
    world: World, tmp_path: Path
) -> None:
    got = enrol(tmp_path, order(world, TOWNSHIP), connecting(world), Random(1).randbytes)
    store = StationStore.create(tmp_path / "station.db", DATA_KEY)
    settle(store, got, world.clock)
    assert (tmp_path / NOTE_NAME).is_file()
    finish(tmp_path)
    finish(tmp_path)
    assert not list(tmp_path.glob(f"{NOTE_NAME}*"))
    with store.read() as unit:
        stored = Enrolment(
            unit.identity.get() or got.identity,
            tuple(found for document in got.references if (found := unit.references.get(document.name))),
        )
    store.close()
    assert stored == got
