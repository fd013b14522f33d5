"""Station and hub use the dictionary once each knows that the other has it, and do without where one has not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from hub_world import Template, World, agreed, quick_folder
from hubprotocol.compression import AVAILABLE_HEADER, DCZ, ZSTD
from small_county import TOWNSHIP

STRANGE = {"title": "-", "status": 415, "code": "unsupported-media"}


class Road(httpx.BaseTransport):
    """A network that remembers the codings of both directions, and may lead to a hub of an earlier version."""

    def __init__(self, network: httpx.BaseTransport) -> None:
        self.network = network
        self.is_old = False
        self.codings: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = request.headers.get("content-encoding", "")
        if self.is_old and asked == DCZ:
            self.codings.append((asked, "415"))
            return httpx.Response(415, json=STRANGE, headers={"content-type": "application/problem+json"})
        if self.is_old:
            request.headers.pop(AVAILABLE_HEADER, None)
        answer = self.network.handle_request(request)
        if request.url.path == "/sync/v1/exchange":
            self.codings.append((asked, answer.headers.get("content-encoding", "")))
        return answer


@pytest.fixture
def road(template: Template) -> Iterator[tuple[World, Road]]:
    roads: dict[str, Road] = {}

    def lead(network: httpx.BaseTransport, name: str) -> httpx.BaseTransport:
        return roads.setdefault(name, Road(network))

    with quick_folder() as folder, template.world(folder / "world", wrap_network=lead) as made:
        yield made, roads["village"]


def test_after_the_first_answer_both_sides_use_the_dictionary(road: tuple[World, Road]) -> None:
    world, codings = road[0], road[1].codings
    case_id = world.village.receive()
    world.sync(world.village)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    world.sync(world.village)
    assert codings[0] == (ZSTD, DCZ)
    assert len(codings) > 2
    assert set(codings[1:]) == {(DCZ, DCZ)}
    assert agreed(world)


def test_a_hub_of_an_earlier_version_is_spoken_to_without(road: tuple[World, Road]) -> None:
    world, way = road
    way.is_old = True
    world.village.receive()
    world.sync(world.village)
    assert set(way.codings) == {(ZSTD, ZSTD)}


def test_a_hub_that_was_set_back_to_an_earlier_version_is_asked_again(road: tuple[World, Road]) -> None:
    world, way = road
    world.sync(world.village)
    way.is_old = True
    way.codings.clear()
    case_id = world.village.receive()
    world.sync(world.village)
    assert way.codings[:2] == [(DCZ, "415"), (ZSTD, ZSTD)]
    assert set(way.codings[2:]) <= {(ZSTD, ZSTD)}
    assert agreed(world)
    assert set(world.village.statuses(case_id)) == {"confirmed"}
