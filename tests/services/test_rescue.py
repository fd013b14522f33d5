"""A database that cannot be opened: what was printed and is not at the hub is rescued onto a stick, for the hub."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hub_in_a_process import PASSWORDS, enrolled, signed_in
from small_disks import disk_of
from stationapp.demo.acts import take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.domain.refusal import Refused
from stationapp.exchange.courier.rescue import SETTINGS
from stationapp.exchange.courier.rescue import write as write_stick
from stationapp.exchange.courier.writing import Order
from stationapp.exchange.state import Outcome
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.rescue import Rescue, rescue
from stationapp.services.session import unlock
from stationapp.services.synchronise import sync_once
from stationapp.services.workplace import Workplace
from stationapp.store.attachment_files import AttachmentFiles
from stationapp.store.damaged import log_of, opened
from stationapp.store.salvage import salvage

PAGE = 4096
CASES, UNSENT = 8, 6
_SCANS = count(1)


@pytest.fixture
def home(hub: HubProcess, tmp_path: Path) -> StationPaths:
    """A village's PC: two cases are at the hub, the others only here; it was closed as it should be."""
    return filled(enrolled(hub, tmp_path / "home", VILLAGE))


def filled(paths: StationPaths) -> StationPaths:
    with signed_in(paths, AGENT) as workplace:
        for place in range(CASES):
            if place == CASES - UNSENT:
                sync_once(workplace)
            received(workplace)
    return paths


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def received(workplace: Workplace) -> str:
    """The number on the receipt of a case with a scan of its own: what another PC of the station sent, the hub has."""
    item = next(row.code for row in workplace.catalogue.items if row.name == "临时救助")
    number = next(_SCANS)
    applicants = demonstration_applicants()
    person = replace(applicants[number % len(applicants)], name=f"吴䶮第{number}号")
    return take_in(workplace, PlannedCase(item, person, Fate.COUNTY, with_scan=True)).receipt_number


def unsent_of(paths: StationPaths) -> list[str]:
    """The receipt numbers of what is only here, as a sound database says."""
    question = "SELECT DISTINCT receipt_number FROM case_row JOIN event ON case_key = key WHERE status <> 'confirmed'"
    with opened(paths.database, data_key_of(paths), paths.home.parent) as reader:
        return sorted(row[0] for row in reader.some(question)[0])


def data_key_of(paths: StationPaths) -> bytes:
    return unlock(paths, AGENT, PASSWORDS[AGENT]).keys.data_key


@pytest.fixture
def unsent(home: StationPaths) -> list[str]:
    found = unsent_of(home)
    assert len(found) == UNSENT
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, and every folder, of a disk."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def rescued(paths: StationPaths, stick: Path) -> Rescue:
    """Rescue, and see that not a byte of the home changed."""
    before = contents(paths.home)
    try:
        return rescue(paths, SystemClock(), AGENT, PASSWORDS[AGENT], stick)
    finally:
        assert contents(paths.home) == before
        assert not list(stick.glob("~*"))


def overwrite(database: Path, page: int) -> None:
    """What a bad sector leaves."""
    with database.open("r+b") as file:
        file.seek(page * PAGE + 1000)
        file.write(b"\xff" * 512)


EVENTS = "SELECT body FROM event ORDER BY id"
OWN_INDEX = "SELECT seq FROM event INDEXED BY ix_event_own WHERE own = 1 AND device > '' ORDER BY device, seq"
IDENTITY = "SELECT device FROM identity"


def pages_of(paths: StationPaths, tmp_path: Path, question: str) -> list[int]:
    """The pages, from 0, without which an answer is not whole, though the PC still is known and cases are listed."""
    found, trial, key = [], tmp_path / "trial.db", data_key_of(paths)
    for page in range(1, paths.database.stat().st_size // PAGE):
        shutil.copy(paths.database, trial)
        overwrite(trial, page)
        with opened(trial, key, tmp_path) as reader:
            others = IDENTITY, "SELECT key FROM case_row", EVENTS
            is_whole = [
                reader.some(one)[1] for one in (question, *(one for one in others if one != question))
            ]
        if not is_whole[0] and all(is_whole[1:]):
            found.append(page)
    return found


def at_hub(hub: HubProcess, stick: Path, numbers: list[str]) -> tuple[dict[str, Any], set[str]]:
    """What the hub says of the stick, and which numbers it knows then."""
    (taken,) = hub.ask("courier-read", str(stick))
    return taken, hub.known_numbers(numbers)


def test_pages_in_the_middle_cost_only_what_stands_on_them_and_another_road_brings_that(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path, tmp_path: Path
) -> None:
    damaged = StationPaths.at(shutil.copytree(home.home, tmp_path / "damaged"))
    pages = pages_of(home, tmp_path, EVENTS)
    outcomes = (broken_at(damaged, home, page, stick) for page in pages)
    done = next(one for one in outcomes if one.saved and one.lost_seqs)
    assert done.saved + len(done.lost_seqs) == len(unsent)
    assert sorted([*done.saved_receipts, *done.lost_receipts]) == unsent
    assert all(number in done.text for number in unsent)
    assert done.end_is_known
    assert not done.is_whole
    taken, known = at_hub(hub, stick, unsent)
    assert (taken["taking"], known) == ("taken", {*done.saved_receipts})
    (beside,) = [path.read_text("utf-8-sig") for path in (stick / "COURIER").rglob("*.TXT")]
    for told in (taken["text"], beside.partition("读不出来")[2]):
        assert [number for number in unsent if number in told] == sorted(done.lost_receipts)
    for told in hub.ask("find", *done.lost_receipts, answers=(1,)):
        assert [one["status"] for one in told["cases"]] == ["lost"]
    listed = missing_of(hub, home)
    assert {(one["status"], one["found"]) for one in listed} == {("lost", False)}
    assert sorted(number for one in listed for number in one["numbers"]) == sorted(done.lost_receipts)
    assert at_hub(hub, stick, unsent)[0]["taking"] == "again"
    with signed_in(home, AGENT) as workplace:
        assert sync_once(workplace).outcome is Outcome.AGREED
    assert hub.known_numbers(unsent) == {*unsent}
    assert missing_of(hub, home) == []
    assert hub.ask("verify")[-1]["ok"]


def missing_of(hub: HubProcess, home: StationPaths) -> list[dict[str, Any]]:
    """What the hub lists as missing of a PC; other PCs' acts may wait at the hub which tests share."""
    with opened(home.database, data_key_of(home), home.home.parent) as reader:
        ((device,),) = reader.some(IDENTITY)[0]
    return [one for one in hub.ask("held") if one["device"] == device]


def broken_at(damaged: StationPaths, sound: StationPaths, page: int, stick: Path) -> Rescue:
    """Break one page of the database; what an earlier one left on the stick is taken away."""
    shutil.copy(sound.database, damaged.database)
    overwrite(damaged.database, page)
    shutil.rmtree(stick / "COURIER", ignore_errors=True)
    return rescued(damaged, stick)


def test_a_disk_with_very_many_gaps_says_all_of_them(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path
) -> None:
    with opened(home.database, data_key_of(home), stick) as reader:
        found = salvage(reader, SETTINGS)
    riddled = replace(found, lost=dict.fromkeys(range(101, 40_101, 2), ""))
    files = AttachmentFiles(home.attachments, data_key_of(home))
    (written,) = write_stick(riddled, files, Order(stick), "2026-11-21T12:00:00+08:00")
    assert len(written.parcel.lost) == 20_000
    taken, known = at_hub(hub, stick, unsent)
    assert (taken["taking"], known) == ("taken", {*unsent})


def test_a_damaged_index_costs_nothing(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path, tmp_path: Path
) -> None:
    overwrite(home.database, pages_of(home, tmp_path, OWN_INDEX)[0])
    done = rescued(home, stick)
    assert (done.lost_seqs, sorted(done.saved_receipts), done.scans) == ((), unsent, len(unsent))
    taken, known = at_hub(hub, stick, unsent)
    assert (taken["taking"], taken["attachments"], known) == ("taken", len(unsent), {*unsent})


def test_a_file_cut_short_gives_what_is_before_the_cut(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path, tmp_path: Path
) -> None:
    content, end = home.database.read_bytes(), pages_of(home, tmp_path, EVENTS)[-1]
    home.database.write_bytes(content[: end * PAGE])
    done = rescued(home, stick)
    assert done.saved
    assert not done.is_whole
    taken, known = at_hub(hub, stick, unsent)
    assert taken["taking"] == "taken"
    assert known == {*done.saved_receipts}
    assert len(known) == done.saved < len(unsent)


def test_what_stands_only_in_the_log_of_a_pc_that_lost_its_power_is_rescued(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path, tmp_path: Path
) -> None:
    with signed_in(home, AGENT) as workplace:
        printed = [received(workplace), received(workplace)]
        cut = StationPaths.at(shutil.copytree(home.home, tmp_path / "cut"))
    log = log_of(cut.database)
    (cut.home / "station.db-shm").unlink()
    done = rescued(cut, stick)
    assert (sorted(done.saved_receipts), done.is_whole) == (sorted([*unsent, *printed]), True)
    log.write_bytes(log.read_bytes()[:-2000] + bytes(2000))
    told = rescued(cut, stick)
    assert not told.end_is_known
    assert printed[-1] not in told.saved_receipts
    assert "逐件核对" in told.text
    taken = hub.ask("courier-read", str(stick))
    assert [one["taking"] for one in taken] == ["taken", "taken"]
    assert hub.known_numbers([*unsent, *printed]) == {*unsent, *printed}


def test_a_read_only_disk_gives_everything(hub: HubProcess, stick: Path, tmp_path: Path) -> None:
    with disk_of(tmp_path / "disk", 64) as disk:
        paths = filled(enrolled(hub, disk.folder / "home", VILLAGE))
        unsent = unsent_of(paths)
        with disk.read_only():
            done = rescued(paths, stick)
    assert (sorted(done.saved_receipts), done.is_whole) == (unsent, True)
    assert at_hub(hub, stick, unsent)[1] == {*unsent}


def test_a_scan_that_cannot_be_read_is_named_and_its_act_goes(
    hub: HubProcess, home: StationPaths, unsent: list[str], stick: Path
) -> None:
    scan = max(
        (path for path in home.attachments.rglob("*") if path.is_file()), key=lambda one: one.stat().st_mtime
    )
    scan.write_bytes(scan.read_bytes()[:-1] + b"?")
    done = rescued(home, stick)
    assert (len(done.lost_scans), done.scans, done.saved) == (1, len(unsent) - 1, len(unsent))
    assert done.lost_scans[0] in done.text
    assert at_hub(hub, stick, unsent)[1] == {*unsent}


def test_where_it_is_not_known_who_the_pc_is_that_is_said(home: StationPaths, stick: Path) -> None:
    overwrite(home.database, 0)
    with pytest.raises(Unavailable, match="无法抢救导出"):
        rescued(home, stick)
    home.database.unlink()
    with pytest.raises(Unavailable, match="不见了"):
        rescued(home, stick)


def test_only_who_may_sign_in_rescues_and_not_onto_the_same_disk(home: StationPaths, stick: Path) -> None:
    for login, password in ((AGENT, "wrong"), ("nobody", PASSWORDS[AGENT])):
        with pytest.raises(Refused, match="密码不对"):
            rescue(home, SystemClock(), login, password, stick)
    with pytest.raises(Refused, match="U盘"):
        rescue(home, SystemClock(), AGENT, PASSWORDS[AGENT], home.courier)
    with pytest.raises(Unavailable, match="找不到"):
        rescue(home, SystemClock(), AGENT, PASSWORDS[AGENT], stick / "gone")
