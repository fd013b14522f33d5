"""Scans go up and down in one stream each, and go on where a cut stopped them."""

from __future__ import annotations

import hashlib
from itertools import chain, repeat

import httpx
import pytest

from hub_world import DATA_KEY, StationWorld, World, agreed
from small_county import TOWNSHIP
from stationapp.exchange.background import read_state
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.fetching import Fetcher
from stationapp.exchange.link import Link, Mode
from stationapp.exchange.state import Outcome, SyncState, Tally
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.records import AttachmentRecord


def test_an_event_held_for_a_scan_is_refused_when_the_scan_came(world: World) -> None:
    case_id = world.village.receive(b"scan")
    world.village.act(case_id, "grant")
    done = world.village.engine.run_once()
    assert done.outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed", "refused"]
    with world.village.store.read() as unit:
        assert unit.events.refused(case_id)[0].reasons


def test_an_event_whose_scan_never_comes_is_held_and_delays_no_other_case(world: World) -> None:
    case_id, other = world.village.receive(b"scan" * 1000), world.village.receive()
    for path in (world.village.folder / "attachments").glob("*/*"):
        path.write_bytes(b"damaged by the disk")
    done = world.village.engine.run_once()
    assert (done.outcome, done.problem) == (Outcome.CAUGHT_UP, None)
    assert not read_state(world.village.store, SyncState()).agreed
    assert [trouble.text for trouble in done.troubles] == [
        "附件文件已损坏，请联网后重新下载，或从纸质材料重新扫描。"
    ]
    assert world.village.statuses(case_id) == ["held"]
    assert world.village.statuses(other) == ["confirmed"]
    assert world.village.engine.run_once().requests == 1
    world.village.files.discard_part("0" * 64)
    for path in (world.village.folder / "attachments").glob("*/*"):
        path.unlink()
    world.village.files.put(b"scan" * 1000)
    world.village.engine.hurry()
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed"]


def test_a_scan_travels_up_and_down_to_the_desk_that_works_on_the_case(world: World) -> None:
    scan = world.village.chance.randbytes(300_000)
    case_id = world.village.receive(scan)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    with world.township.store.read() as unit:
        found = unit.cases.get(case_id)
    assert found is not None
    sha256 = found.case.application.attachments[0].sha256
    assert world.township.files.get(sha256) == scan
    assert not world.window.files.has(sha256)


class Counting(httpx.BaseTransport):
    """Counts the bytes of attachments that travel, and cuts the connection in the middle of some requests."""

    def __init__(self, world: World, method: str, cuts: int) -> None:
        self._network = world.hub.network
        self._method = method
        self._cuts = cuts
        self.asked = 0
        self.carried = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != self._method or "/sync/v1/reference" in request.url.path:
            return self._network.deliver(request)
        self.asked += 1
        if self._cuts and len(request.read()) > 1:
            self._cuts -= 1
            self.carried += len(request.content) // 2
            self._network.deliver(request, len(request.content) // 2)
            raise httpx.WriteError("cut")
        answer = self._network.deliver(request)
        self.carried += len(request.content) or len(answer.read())
        return answer


def _on(station: StationWorld, network: httpx.BaseTransport) -> None:
    station.network = network
    station.stop()
    station.start()


def test_an_upload_that_was_cut_goes_on_where_it_stopped(world: World) -> None:
    scan = world.village.chance.randbytes(200_000)
    world.village.receive(scan)
    with world.village.store.read() as unit:
        (waiting,) = unit.attachments.not_at_hub(10)
    world.village.client.create_upload(waiting.sha256, waiting.size)
    network = Counting(world, "PATCH", cuts=1)
    _on(world.village, network)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert (network.carried, network.asked) == (len(scan), 2)
    assert agreed(world)


def test_a_fresh_scan_comes_along_with_the_request_that_opens_its_upload(world: World) -> None:
    world.sync(world.village)
    scan = world.village.chance.randbytes(200_000)
    world.village.receive(scan)
    network = Counting(world, "PATCH", cuts=0)
    _on(world.village, network)
    done = world.village.engine.run_once()
    assert (done.outcome, network.asked) == (Outcome.AGREED, 0)
    assert done.requests <= 4


def test_a_download_that_was_cut_goes_on_where_it_stopped_even_after_a_restart(world: World) -> None:
    scan = world.village.chance.randbytes(200_000)
    case_id = world.village.receive(scan)
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    asked = chain((False,) * 4, repeat(True))
    world.township.engine = ExchangeEngine(
        world.township.store,
        world.township.files,
        world.township.client,
        world.clock,
        world.township.chance.random,
        lambda: next(asked),
    )
    assert world.township.engine.run_once().outcome is Outcome.INTERRUPTED
    with world.township.store.read() as unit:
        missing = unit.attachments.missing_here(10)
    here = world.township.files.part_size(missing[0].sha256)
    assert 0 < here < len(scan)
    network = Counting(world, "GET", cuts=0)
    _on(world.township, network)
    assert world.township.engine.run_once().outcome is Outcome.AGREED
    assert network.carried == len(scan) - here
    assert world.township.files.get(missing[0].sha256) == scan


FALSE_SIZES = (0, 1, 299_999, 300_001, 2**62)


@pytest.mark.parametrize("size", FALSE_SIZES)
def test_a_scan_comes_whatever_size_was_written_of_it(world: World, size: int) -> None:
    scan = world.village.chance.randbytes(300_000)
    case_id = world.village.receive(scan)
    sha256 = hashlib.sha256(scan).hexdigest()
    with world.township.store.write() as unit:
        unit.attachments.want(sha256, size, "扫描件.jpg", "image/jpeg")
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    assert world.township.engine.run_once().outcome is Outcome.AGREED
    assert world.township.files.get(sha256) == scan
    with world.township.store.read() as unit:
        assert unit.attachments.missing_here(10) == []


@pytest.mark.parametrize("begun", [0, 100, 300_000])
@pytest.mark.parametrize("size", FALSE_SIZES)
def test_a_scan_comes_in_pieces_whatever_size_was_written_of_it(world: World, size: int, begun: int) -> None:
    scan = world.village.chance.randbytes(300_000)
    world.village.receive(scan)
    world.sync(world.village)
    sha256 = hashlib.sha256(scan).hexdigest()
    files = AttachmentFiles(world.township.folder / "elsewhere", DATA_KEY)
    link = Link()
    while link.mode is not Mode.PIECES:
        link.note_trouble()
    if begun:
        files.append_part(sha256, 0, scan[:begun])
    fetcher = Fetcher(files, world.village.client, world.clock, link)
    record = AttachmentRecord(sha256, size, "扫描件.jpg", "image/jpeg", False, True)
    fetcher.fetch(record, Tally(), lambda: True)
    if size < begun:
        assert files.part_size(sha256) == begun  # Its digest will say whether that is all of it.
        return
    files.finish_part(sha256)
    assert files.get(sha256) == scan


def test_a_damaged_scan_is_fetched_again_once_somebody_met_the_damage(world: World) -> None:
    scan = world.village.chance.randbytes(3000)
    case_id = world.village.receive(scan)
    sha256 = hashlib.sha256(scan).hexdigest()
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed"]
    (world.village.folder / "attachments" / sha256[:2] / sha256).write_bytes(b"damaged by the disk" * 9)
    with world.village.store.write() as unit:
        unit.attachments.want_again(sha256)
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.files.get(sha256) == scan


def test_what_only_this_station_has_is_not_looked_for_at_the_hub(world: World) -> None:
    scan = world.village.chance.randbytes(3000)
    world.village.receive(scan)
    with world.village.store.write() as unit:
        unit.attachments.want_again(hashlib.sha256(scan).hexdigest())
        assert unit.attachments.missing_here(10) == []
        assert unit.attachments.count_not_at_hub() == 1
