"""A disk that cannot be written to is said in words; nothing is begun anew, and with it back nothing lacks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub_in_a_process import enrolled, signed_in
from small_disks import Disk, disk_of
from stationapp.demo.acts import take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.exchange.state import Outcome
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.synchronise import sync_once
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with disk_of(tmp_path / "disk", 48) as made:
        yield made


@pytest.fixture
def home(hub: HubProcess, disk: Disk) -> StationPaths:
    """A village's PC with everything on that disk."""
    return enrolled(hub, disk.folder / "home", VILLAGE)


def received(workplace: Workplace, person: int) -> str:
    """The number on the receipt of a case with a scan."""
    item = next(row.code for row in workplace.catalogue.items if row.name == "临时救助")
    applicant = demonstration_applicants()[person]
    return take_in(workplace, PlannedCase(item, applicant, Fate.COUNTY, with_scan=True)).receipt_number


def fingerprints(folder: Path) -> dict[Path, str]:
    """The content of every file."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def agreed(workplace: Workplace) -> bool:
    done = sync_once(workplace)
    return done.outcome is Outcome.AGREED and verify_station(workplace)["differences"] == []


def test_a_pc_that_starts_with_a_read_only_disk_says_so_and_resets_nothing(
    hub: HubProcess, disk: Disk, home: StationPaths
) -> None:
    with signed_in(home, AGENT) as workplace:
        given = [received(workplace, -4)]
    with disk.read_only():
        before = fingerprints(disk.folder)
        for _ in range(2):
            with pytest.raises(Unavailable, match="只读"), signed_in(home, AGENT):
                raise AssertionError("nobody works on a disk that keeps nothing")
        assert fingerprints(disk.folder) == before
    with signed_in(home, AGENT) as workplace:
        given.append(received(workplace, -5))
        assert agreed(workplace)
    assert hub.known_numbers(given) == set(given)


def test_a_folder_of_scans_that_becomes_read_only_during_work_costs_no_case_and_no_number(
    hub: HubProcess, disk: Disk, home: StationPaths
) -> None:
    with signed_in(home, AGENT) as workplace:
        given = [received(workplace, -6)]
        with disk.read_only_below(home.attachments):
            before = fingerprints(home.attachments)
            with pytest.raises(Unavailable, match=r"只读|权限"):
                received(workplace, -7)
            assert fingerprints(home.attachments) == before
            assert agreed(workplace), "the scan that was there is sent all the same"
        given.append(received(workplace, -7))
        assert len(set(given)) == len(given)
        assert agreed(workplace)
    assert hub.known_numbers(given) == set(given)
