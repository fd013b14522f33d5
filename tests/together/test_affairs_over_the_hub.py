"""Services around a case between real stations and a real hub: no double booking, and nothing for the accused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from hub_in_a_process import enrolled, serving, signed_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, CLERK, COUNTY, TOWNSHIP, VILLAGE, sync_until_agreed
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import State
from stationapp.domain.people import Applicant
from stationapp.domain.refusal import Refused
from stationapp.services import affairs, appointments, casework, complaints, seats
from stationapp.services.case_details import details
from stationapp.services.synchronise import sync_once
from stationapp.services.troubles import troubles
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

SECOND_VILLAGE, SECOND_AGENT, SUPERVISOR = "510704105213", "wenxiaolan", "baoqingming"
CALLER = Applicant("王𬭎", "", "", phone="13900000002")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub of the module's own."""
    with serving(tmp_path_factory.mktemp("hub")) as served:
        yield served


class People:
    """Signs people in at PCs of their own."""

    def __init__(self, hub: HubProcess, folder: Path, doors: ExitStack) -> None:
        self._hub, self._folder, self._doors = hub, folder, doors

    def at(self, station: str, login: str) -> Workplace:
        """Somebody at a new PC of a station."""
        paths = enrolled(self._hub, self._folder / login, station)
        return self._doors.enter_context(signed_in(paths, login))


@pytest.fixture
def people(hub: HubProcess, tmp_path: Path) -> Iterator[People]:
    with ExitStack() as doors:
        yield People(hub, tmp_path, doors)


def a_slot(place: Workplace) -> tuple[date, str]:
    """A slot of the township that lies ahead and has a free seat."""
    today = place.now().date()
    for day in seats.bookable_days(place, TOWNSHIP):
        free = [one for one in seats.slot_offers(place, TOWNSHIP, day) if one.free and not one.over]
        if day > today and free:
            return day, free[0].slot.start
    raise AssertionError("no slot lies ahead")


def test_of_two_stations_that_book_one_seat_offline_the_first_at_the_hub_has_it(people: People) -> None:
    first, second = people.at(VILLAGE, AGENT), people.at(SECOND_VILLAGE, SECOND_AGENT)
    clerk = people.at(TOWNSHIP, CLERK)
    day, start = a_slot(first)
    wanted = {"to_desk": TOWNSHIP, "day": day.isoformat(), "slot": start, "seat": 1, "manner": "office"}
    lost, _ = appointments.book(second, "咨询", CALLER, wanted)
    won, _ = appointments.book(first, "咨询", CALLER, wanted)
    sync_until_agreed(first)
    sync_once(second)
    (trouble,) = troubles(second)
    assert trouble.title == "预约"
    assert f"{day} {start} 的第1号 已经约给别人" in trouble.reasons[0].text
    assert details(second, lost.case_id).refused == 1
    sync_until_agreed(clerk)
    assert [one.case.case_id for one in appointments.bookings(clerk, day)] == [won.case_id]
    casework.act(first, won.case_id, "cancel_appointment", {"reason": "不来了"})
    sync_until_agreed(first)
    again, _ = appointments.book(second, "咨询", CALLER, wanted)
    sync_once(second)
    assert len(troubles(second)) == 1
    sync_until_agreed(clerk)
    assert [one.case.case_id for one in appointments.bookings(clerk, day)] == [again.case_id]
    assert details(clerk, won.case_id).case.state is State.CANCELLED


def test_a_complaint_never_reaches_the_desk_it_accuses(people: People) -> None:
    agent, clerk = people.at(VILLAGE, AGENT), people.at(TOWNSHIP, CLERK)
    supervisor = people.at(COUNTY, SUPERVISOR)
    about = {"accused_desk": TOWNSHIP, "matter": "窗口上班时间没有人。", "channel": "phone"}
    filed, _ = complaints.file_complaint(agent, CALLER, about)
    sync_until_agreed(agent)
    sync_until_agreed(clerk)
    sync_until_agreed(supervisor)
    with clerk.store.read() as unit:
        assert unit.cases.find(CaseQuery(kind=AffairKind.COMPLAINT)) == []
        assert unit.cases.by_number(filed.receipt_number) is None
        assert unit.events.of_case(filed.case_id) == []
    casework.act(supervisor, filed.case_id, "accept_complaint", {})
    sync_until_agreed(supervisor)
    sync_until_agreed(agent)
    sync_until_agreed(clerk)
    assert details(agent, filed.case_id).case.state is State.UNDER_INQUIRY
    assert affairs.affair_ids(clerk, AffairKind.COMPLAINT) == []
    with pytest.raises(Refused):
        details(clerk, filed.case_id)
