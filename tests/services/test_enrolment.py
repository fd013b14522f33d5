"""Enrolling a PC: begun again after any failure, refused for a wrong code, never over a station's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from county_at_work import draft
from hub_in_a_process import PASSWORDS, address, enrolled, signed_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.exchange.enrolment import NOTE_NAME, settle
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services import enrolment, intake
from stationapp.services.catalogue import find_items
from stationapp.services.enrolment import enrol_station
from stationapp.services.roster import read_roster
from stationapp.services.workplace import Workplace
from stationapp.store.station_store import StationStore
from workplaces import make_workplace


class PowerCutError(Exception):
    """The plug is pulled."""


def _cut_after(step: Callable[..., Any]) -> Callable[..., Any]:
    def cut(*arguments: Any, **named: Any) -> Any:
        made = step(*arguments, **named)
        if isinstance(made, StationStore):
            made.close()
        raise PowerCutError

    return cut


@pytest.mark.parametrize(
    "place",
    ["enrol", "sealers", "_fresh_data_key", "StationStore.create", "settle", "renew_roster"],
)
def test_a_pc_that_died_after_any_step_is_enrolled_with_the_same_code(
    hub: HubProcess, tmp_path: Path, place: str
) -> None:
    paths, code = StationPaths.at(tmp_path), hub.enrolment_code(VILLAGE)
    owner, _, name = f"enrolment.{place}".rpartition(".")
    holder: Any = enrolment if owner == "enrolment" else StationStore
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holder, name, _cut_after(getattr(holder, name)))
        with pytest.raises(PowerCutError):
            enrol_station(paths, SystemClock(), address(hub), code)
    devices = hub.ask("stats")[0]
    if read_roster(paths.home) is None:
        enrol_station(paths, SystemClock(), address(hub), code)
    assert hub.ask("stats")[0] == devices
    with signed_in(paths, AGENT) as workplace:
        case, _ = intake.note_missing(workplace, _incomplete(workplace))
        assert case.receipt_number.startswith(VILLAGE)


def _incomplete(workplace: Workplace) -> intake.Draft:
    """Any item of the demonstration's catalogue, with nothing handed in."""
    item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
    empty = draft()
    application = replace(
        empty.application, item_code=item.code, item_version=item.version, item_name=item.name, materials=()
    )
    return replace(empty, application=application)


def test_a_pc_with_its_roster_is_enrolled_and_its_note_goes(hub: HubProcess, tmp_path: Path) -> None:
    paths = enrolled(hub, tmp_path, VILLAGE)
    (paths.home / NOTE_NAME).write_bytes(b"left behind")
    with pytest.raises(Unavailable, match="已经登记"):
        enrol_station(paths, SystemClock(), address(hub), "ANY")
    assert not (paths.home / NOTE_NAME).exists()


def test_a_wrong_code_is_said_and_the_right_one_works_afterwards(hub: HubProcess, tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path)
    with pytest.raises(Unavailable, match="登记码"):
        enrol_station(paths, SystemClock(), address(hub), "ABCD-EFGH")
    assert not paths.database.exists()
    enrol_station(paths, SystemClock(), address(hub), hub.enrolment_code(VILLAGE))
    with signed_in(paths, AGENT):
        pass


def test_a_code_is_for_one_pc(hub: HubProcess, tmp_path: Path) -> None:
    code = hub.enrolment_code(VILLAGE)
    enrol_station(StationPaths.at(tmp_path / "one"), SystemClock(), address(hub), code)
    with pytest.raises(Unavailable, match="登记码"):
        enrol_station(StationPaths.at(tmp_path / "two"), SystemClock(), address(hub), code)


def test_two_pcs_of_a_station_have_slots_of_their_own(hub: HubProcess, tmp_path: Path) -> None:
    slots = []
    for name in ("one", "two"):
        with signed_in(enrolled(hub, tmp_path / name, VILLAGE), AGENT) as workplace:
            slots.append(workplace.identity.slot)
    assert len(set(slots)) == 2


def test_a_hub_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        enrol_station(StationPaths.at(tmp_path), SystemClock(), "http://127.0.0.1:9", "ABCD-EFGH")


def test_a_database_with_work_in_it_is_never_replaced(hub: HubProcess, tmp_path: Path) -> None:
    """Somebody deleted the roster; enrolling again must not cost the cases that were never sent."""
    workplace = make_workplace(tmp_path)
    case, _ = intake.receive(workplace, draft())
    workplace.store.close()
    before = workplace.paths.database.read_bytes()
    with pytest.raises(Unavailable, match="不能再次登记"):
        enrol_station(workplace.paths, SystemClock(), address(hub), hub.enrolment_code(VILLAGE))
    assert case.receipt_number
    assert workplace.paths.database.read_bytes() == before


def test_what_an_unfinished_database_left_beside_it_does_not_spoil_the_next(
    hub: HubProcess, tmp_path: Path
) -> None:
    paths, code = StationPaths.at(tmp_path), hub.enrolment_code(VILLAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enrolment, "settle", _cut_after(settle))
        with pytest.raises(PowerCutError):
            enrol_station(paths, SystemClock(), address(hub), code)
    wal = paths.database.with_name(paths.database.name + "-wal")
    wal.write_bytes(b"\x37\x7f\x06\x82" + bytes(5000))
    enrol_station(paths, SystemClock(), address(hub), code)
    with signed_in(paths, AGENT, PASSWORDS[AGENT]) as workplace:
        assert workplace.desk.desk_id == VILLAGE
