"""Signing out sends nothing and drops nothing: whoever comes next at the PC sends what the one before him did."""

from __future__ import annotations

from pathlib import Path

from hub_in_a_process import enrolled, signed_in
from stationapp.demo.acts import take_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.domain.case import Case
from stationapp.exchange.state import Outcome
from stationapp.services.synchronise import sync_once
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace

B_POST = "zhaoguixiang"


def received(workplace: Workplace, person: int) -> Case:
    """A case with a scan that whoever sits there takes in."""
    item = next(row.code for row in workplace.catalogue.items if row.name == "临时救助")
    applicant = demonstration_applicants()[person]
    return take_in(workplace, PlannedCase(item, applicant, Fate.COUNTY, with_scan=True))


def unsent(workplace: Workplace) -> int:
    with workplace.store.read() as unit:
        return unit.events.pending_summary().events


def authors(workplace: Workplace, case: Case) -> set[str]:
    """Who did what was done to a case here, all of it confirmed."""
    with workplace.store.read() as unit:
        told = unit.events.of_case(case.case_id)
    assert {str(one.status) for one in told} == {"confirmed"}
    return {one.event.hand.person_id for one in told} - {"hub"}  # Which may note a possible double.


def test_what_one_person_did_goes_when_another_signs_in_and_stays_his(
    hub: HubProcess, tmp_path: Path
) -> None:
    paths = enrolled(hub, tmp_path / "home", VILLAGE)
    with signed_in(paths, AGENT) as workplace:
        first, author = received(workplace, -1), workplace.person.person_id
        before = unsent(workplace)
    assert before > 0
    with signed_in(paths, B_POST) as workplace:
        assert unsent(workplace) == before
        second = received(workplace, -2)
    with signed_in(paths, B_POST) as workplace:
        assert unsent(workplace) > before
        assert sync_once(workplace).outcome is Outcome.AGREED
        assert unsent(workplace) == 0
        assert verify_station(workplace)["differences"] == []
        assert authors(workplace, first) == {author}
        assert authors(workplace, second) == {workplace.person.person_id} != {author}
    printed = {first.receipt_number, second.receipt_number}
    assert hub.known_numbers(sorted(printed)) == printed
