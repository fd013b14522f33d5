"""What a station has just sent is not sent back to it, and nothing else is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hub_world import Template, World, agreed, quick_folder
from hubprotocol.compression import unpack
from hubprotocol.echoes import KEPT
from small_county import TOWNSHIP
from stationapp.exchange.state import Outcome


class Ear(httpx.BaseTransport):
    """A network that keeps the envelopes in the hub's answers, and can be told to spoil the names of some."""

    def __init__(self, network: httpx.BaseTransport) -> None:
        self.network = network
        self.told: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self.spoils = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/sync/v1/exchange":
            return self.network.handle_request(request)
        sent = json.loads(unpack(request.read(), request.headers.get("content-encoding", ""), 1 << 24))
        self.asked.append(sent["kept_from"])
        request.headers["accept-encoding"] = "identity"
        answer = self.network.handle_request(request)
        data = json.loads(answer.read())
        envelopes = [
            event["envelope"]
            for page in data.get("pages", ())
            for entry in page["entries"]
            for event in entry["events"]
        ]
        for envelope in envelopes:
            envelope["seq"] += self.spoils and envelope["kind"] == KEPT
        self.told += envelopes
        return httpx.Response(
            answer.status_code, content=json.dumps(data), headers={"content-type": "application/json"}
        )


@pytest.fixture
def heard(template: Template) -> Iterator[tuple[World, Ear]]:
    ears: dict[str, Ear] = {}

    def listen(network: httpx.BaseTransport, name: str) -> httpx.BaseTransport:
        return ears.setdefault(name, Ear(network))

    with quick_folder() as folder, template.world(folder / "world", wrap_network=listen) as made:
        yield made, ears["village"]


def test_own_acts_come_back_as_names_only(heard: tuple[World, Ear]) -> None:
    world, ear = heard
    case_id = world.village.receive()
    world.sync(world.village)
    world.village.hand_over(case_id, TOWNSHIP)
    assert agreed(world)
    own = [row for row in ear.told if row["device"] == world.village.identity.device]
    assert [row["kind"] for row in own] == [KEPT] * len(own)
    assert {row["body"] + row["signature"] + row["person_signature"] for row in own} == {""}
    assert {row["seq"] for row in own} == {1, 2}
    assert set(world.village.statuses(case_id)) == {"confirmed"}


def test_acts_of_others_and_acts_before_this_start_come_whole(heard: tuple[World, Ear]) -> None:
    world, ear = heard
    case_id = world.village.receive()
    world.sync(world.village)
    world.village.stop()
    world.village.start()
    with world.village.store.write() as unit:
        unit.mailboxes.reset(f"desk:{world.village.desk}", "")
    ear.told.clear()
    world.sync(world.village)
    assert ear.asked[-1] == 0
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    world.township.act(case_id, "sign_for")
    assert agreed(world)
    others = [row for row in ear.told if row["device"] != world.village.identity.device]
    assert others
    assert all(row["kind"] != KEPT and row["body"] for row in others)
    whole = [row["seq"] for row in ear.told if row["device"] == world.village.identity.device and row["body"]]
    assert set(whole) <= {1}


def test_a_wrong_name_is_not_believed(heard: tuple[World, Ear]) -> None:
    world, ear = heard
    ear.spoils = True
    world.village.receive()
    world.village.receive()
    (done,) = world.sync(world.village)
    assert done.outcome is not Outcome.AGREED
    assert done.troubles
    ear.spoils = False
    world.village.stop()
    world.village.start()
    assert agreed(world)
