"""A real disk runs full, at a station and at the hub: it is said in words, and with room again nothing lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path

import pytest

from hub_in_a_process import enrolled, serving, signed_in
from small_disks import mount_small, unmount
from stationapp.demo.acts import take_in
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.exchange.state import Outcome
from stationapp.platform.unavailable import Unavailable
from stationapp.services.synchronise import sync_once
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace

ITEM = "临时救助"
_PEOPLE = cycle(demonstration_applicants())
Disk = Callable[[int], Path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a disk of so many MiB; where mounting is refused, the test is skipped and says so."""
    mounted: list[Path] = []

    def make(megabytes: int) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        if refused := mount_small(folder, megabytes):
            pytest.skip(refused)
        mounted.append(folder)
        return folder

    yield make
    for folder in reversed(mounted):
        unmount(folder)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Somebody else's file takes all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    try:
        yield
    finally:
        filler.unlink()


def receive(workplace: Workplace) -> str:
    """Take in one application; return its number."""
    item = next(row.code for row in workplace.catalogue.items if row.name == ITEM)
    person = next(_PEOPLE)
    return take_in(workplace, PlannedCase(item, person, Fate.COUNTY, with_scan=True)).receipt_number


def until_full(workplace: Workplace) -> tuple[list[str], Unavailable]:
    """Take in applications until the disk has no room for another; return the numbers given and what was said."""
    given: list[str] = []
    for _ in range(200):
        try:
            given.append(receive(workplace))
        except Unavailable as trouble:
            return given, trouble
    raise AssertionError("the disk never ran full")


def test_a_full_disk_at_the_station_costs_no_case_and_no_number(small_disk: Disk, tmp_path: Path) -> None:
    disk = small_disk(48)
    with serving(tmp_path / "hub") as hub:
        paths = enrolled(hub, disk / "home", VILLAGE)
        with signed_in(paths, AGENT) as workplace:
            given = [receive(workplace)]
            with filled(disk):
                more, trouble = until_full(workplace)
                assert "磁盘已满" in trouble.text
            given += more
            assert verify_station(workplace)["differences"] == []
            given.append(receive(workplace))
            assert len(set(given)) == len(given)
            assert sync_once(workplace).outcome is Outcome.AGREED
            assert verify_station(workplace)["differences"] == []
        assert hub.known_numbers(given) == set(given)
        assert hub.faults() == []


def test_a_full_disk_at_the_hub_says_wait_and_takes_everything_later(
    small_disk: Disk, tmp_path: Path
) -> None:
    disk = small_disk(64)
    with serving(disk / "hub") as hub:
        paths = enrolled(hub, tmp_path / "home", VILLAGE)
        with signed_in(paths, AGENT) as workplace:
            given = [receive(workplace) for _ in range(5)]
            with filled(disk):
                done = sync_once(workplace)
                assert done.outcome is Outcome.FAILED
                assert done.problem is not None
                assert "繁忙" in done.problem.text or "稍后" in done.problem.text
            assert sync_once(workplace).outcome is Outcome.AGREED
            assert verify_station(workplace)["differences"] == []
        assert hub.known_numbers(given) == set(given)
        assert hub.faults() == []
