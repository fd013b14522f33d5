"""A PC the county marked as lost, from the order to what it says at the next start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from countyhub.attachments.files import FolderFiles
from countyhub.database import Database
from countyhub.devices import orders, repository
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.numbers import finding
from hub_in_a_process import address, another_number, signed_in
from stationapp.demo.acts import take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE, sync_until_agreed
from stationapp.domain.refusal import Refused
from stationapp.platform.atomic_files import Damaged, copy_of
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services import intake, lost_pc, session
from stationapp.services.catalogue import find_items
from stationapp.services.enrolment import enrol_station
from stationapp.services.hub_address import set_hub_address
from stationapp.services.roster import roster_of
from stationapp.services.synchronise import Outcome, picture, start, sync_once
from stationapp.services.workplace import Workplace

CLOCK = SystemClock()


@dataclass
class Served:
    """A hub that serves in its own process, and its database, to which this one goes directly."""

    url: str
    hub: Hub

    def enrolled(self, home: Path) -> StationPaths:
        paths = StationPaths.at(home)
        enrol_station(paths, CLOCK, self.url, devices.make_code(self.hub, VILLAGE)[0])
        return paths

    def listed(self, device: str) -> dict[str, str | int]:
        with self.hub.database.read() as connection:
            return next(row for row in repository.overview(connection) if row["device_id"] == device)

    def knows(self, number: str) -> bool:
        return bool(finding.find(self.hub, number))


@pytest.fixture
def served(hub: HubProcess, tmp_path: Path) -> Iterator[Served]:
    database = Database(hub.database)
    yield Served(address(hub), Hub(database, FolderFiles(tmp_path / "unused")))
    database.close()


def receipt(workplace: Workplace) -> str:
    """Note what is missing of a fresh application; return its receipt number."""
    item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
    fresh = intake.new_draft(workplace, item)
    applicant = replace(fresh.application.applicant, name="㛃", document_number=another_number())
    draft = replace(fresh, application=replace(fresh.application, applicant=applicant))
    return intake.note_missing(workplace, draft)[0].receipt_number


def refused_entry(paths: StationPaths) -> str:
    """What a person reads who tries to sign in."""
    with pytest.raises(Unavailable) as said, signed_in(paths, AGENT):
        pass
    return said.value.text


def test_a_lost_pc_sends_all_it_has_locks_and_works_again_when_it_is_found(
    served: Served, tmp_path: Path
) -> None:
    paths = served.enrolled(tmp_path / "pc")
    with signed_in(paths, AGENT) as workplace:
        device, number = workplace.identity.device, receipt(workplace)
        orders.lose(served.hub, device, wipe=False)
        done = sync_once(workplace)
        assert (done.outcome, done.pushed) == (Outcome.ORDERED, 1)
        assert served.knows(number)
        with pytest.raises(Refused, match="锁定"):
            receipt(workplace)
    assert refused_entry(paths) == lost_pc.LOCKED == lost_pc.finish(paths)
    set_hub_address(paths, "http://127.0.0.1:9")  # Without a network it stays locked.
    assert refused_entry(paths) == lost_pc.LOCKED
    set_hub_address(paths, served.url)
    assert orders.unlock(served.hub, device) is not None
    with signed_in(paths, AGENT) as workplace:
        another = receipt(workplace)
        sync_until_agreed(workplace)
    assert served.knows(another)
    assert lost_pc.finish(paths) == ""
    assert orders.unlock(served.hub, device) is None


def test_a_pc_to_be_wiped_is_wiped_after_the_hub_has_everything_and_tells_so(
    served: Served, tmp_path: Path
) -> None:
    paths = served.enrolled(tmp_path / "pc")
    with signed_in(paths, AGENT) as workplace:
        device, number = workplace.identity.device, receipt(workplace)
        orders.lose(served.hub, device, wipe=True)
        assert sync_once(workplace).outcome is Outcome.ORDERED
        assert paths.database.exists()
    assert served.knows(number)
    assert served.listed(device)["left_at"]
    assert served.listed(device)["wiped_at"] == ""
    assert refused_entry(paths) == lost_pc.WIPED
    assert served.listed(device)["wiped_at"]
    left = {path.name for path in paths.home.iterdir()}
    assert left <= {"county-order.json", "county-order.json.bak", "station.lock", "settings.json", "logs"}
    assert roster_of(paths) is None
    with pytest.raises(Unavailable, match="重新登记"):
        session.require_set_up(paths)
    again = served.enrolled(tmp_path / "pc")
    with signed_in(again, AGENT) as workplace:
        assert workplace.identity.device != device
        sync_until_agreed(workplace)
        with workplace.store.read() as unit:
            assert unit.cases.by_number(number) is not None  # What was sent is back.


def test_a_scan_that_the_disk_has_eaten_keeps_no_lost_pc_open_and_is_spoken_of(
    served: Served, tmp_path: Path
) -> None:
    paths = served.enrolled(tmp_path / "pc")
    with signed_in(paths, AGENT) as workplace:
        device = workplace.identity.device
        item = next(row.code for row in workplace.catalogue.items if row.name == "临时救助")
        applicant = replace(demonstration_applicants()[0], document_number=another_number())
        number = take_in(workplace, PlannedCase(item, applicant, Fate.COUNTY, with_scan=True)).receipt_number
        for file in [path for path in paths.attachments.rglob("*") if path.is_file()]:
            file.write_bytes(file.read_bytes()[:-1] + b"?")
        orders.lose(served.hub, device, wipe=False)
        assert sync_once(workplace).outcome is Outcome.ORDERED
        assert lost_pc.lock_when_all_is_sent(paths, workplace.store, workplace.files)
        orders.lose(served.hub, device, wipe=True)
        assert sync_once(workplace).outcome is Outcome.ORDERED
    assert refused_entry(paths) == lost_pc.finish(paths)
    assert "只有 1 个扫描件没能送到" in lost_pc.finish(paths)
    assert [one.status for one in finding.find(served.hub, number)] == [finding.Status.HELD]
    assert served.listed(device)["wiped_at"]


def test_a_wipe_that_was_cut_short_goes_on_at_every_start_and_says_so_when_the_hub_is_there_again(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = served.enrolled(tmp_path / "pc")
    with signed_in(paths, AGENT) as workplace:
        device = workplace.identity.device
        orders.lose(served.hub, device, wipe=True)
        assert sync_once(workplace).outcome is Outcome.ORDERED
    real, calls = lost_pc._remove, []

    def failing(path: Path) -> None:
        calls.append(path)
        if path == paths.database:
            raise PermissionError(13, "held open")
        real(path)

    with monkeypatch.context() as patched:
        patched.setattr(lost_pc, "_remove", failing)
        with pytest.raises(Unavailable):
            lost_pc.finish(paths)
    assert calls[:2] == [
        paths.vault,
        copy_of(paths.vault),
    ]  # The keys first: the rest cannot be read any more.
    assert paths.database.exists()
    assert not paths.vault.exists()
    assert lost_pc.finish(paths) == lost_pc.WIPED
    assert not paths.database.exists()
    assert served.listed(device)["wiped_at"] == ""
    assert lost_pc.tell_hub(paths, CLOCK)
    assert served.listed(device)["wiped_at"]
    assert lost_pc.tell_hub(paths, CLOCK)


def test_the_background_ends_the_session_of_a_lost_pc(served: Served, tmp_path: Path) -> None:
    paths = served.enrolled(tmp_path / "pc")
    ended = threading.Event()
    with signed_in(paths, AGENT) as workplace:
        orders.lose(served.hub, workplace.identity.device, wipe=False)
        worker = start(workplace, lambda seen, _: ended.set() if seen.ordered else None)
        assert ended.wait(30)
        assert picture(workplace, worker).ordered
        worker.stop()
    assert lost_pc.finish(paths) == lost_pc.LOCKED


def test_a_damaged_note_is_not_taken_for_an_order(tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path)
    assert lost_pc.finish(paths) == ""
    for file in (paths.county_order, copy_of(paths.county_order)):
        file.write_text('{"stand": "melted"}')
    with pytest.raises(Unavailable, match="维护人员"):
        lost_pc.finish(paths)
    with pytest.raises(Damaged):
        lost_pc._parse(b"[]")
    lost_pc.forget(paths)
    assert lost_pc.finish(paths) == ""
