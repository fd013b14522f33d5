"""A scan never lies open on a station's disk: neither whole, nor half arrived, nor on its way out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx

from hub_world import World
from small_county import TOWNSHIP
from stationapp.exchange.state import Outcome

MARK = "何䶮的户口簿扫描件".encode()
SCAN = MARK * 12_000


def lies_open(folder: Path) -> list[Path]:
    """The files in which a stretch of the scan can be read."""
    return [path for path in folder.rglob("*") if path.is_file() and MARK in path.read_bytes()]


class HalfWay(httpx.BaseTransport):
    """Looks at the station's folder while a scan moves, and breaks downloads after a part of it."""

    def __init__(self, world: World, folder: Path) -> None:
        self._network = world.hub.network
        self._folder = folder
        self.looks = 0
        self.breaks = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        blocks = []
        for block in request.stream:
            blocks.append(block)
            self._look()
        request.stream = httpx.ByteStream(b"".join(blocks))
        answer = self._network.deliver(request)
        if self.breaks and "/attachments/" in request.url.path:
            stream = self._breaking(answer.read())
            return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)
        return answer

    def _breaking(self, data: bytes) -> httpx.SyncByteStream:
        look = self._look

        class Breaking(httpx.SyncByteStream):
            def __iter__(self) -> Iterator[bytes]:
                yield data[: len(data) // 2]
                look()
                raise httpx.ReadError("the connection broke")

        return Breaking()

    def _look(self) -> None:
        self.looks += 1
        assert lies_open(self._folder) == []


def test_neither_a_scan_on_its_way_up_nor_half_of_one_come_down_can_be_read_on_the_disk(world: World) -> None:
    for station in (world.village, world.township):
        station.network = HalfWay(world, station.folder)
        station.stop()
        station.start()
    case_id = world.village.receive(SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.network.looks > 5
    assert lies_open(world.village.folder) == []
    down = world.township
    assert down.engine.run_once().outcome is Outcome.FAILED
    with down.store.read() as unit:
        (missing,) = unit.attachments.missing_here(10)
    assert 0 < down.files.part_size(missing.sha256) < len(SCAN)
    assert lies_open(down.folder) == []
    down.network.breaks = False
    assert down.engine.run_once().outcome is Outcome.AGREED
    assert down.files.get(missing.sha256) == SCAN
    assert lies_open(down.folder) == []
