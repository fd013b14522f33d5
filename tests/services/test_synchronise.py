"""What the sync tells a person before he switches the PC off: nothing better than it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hub_in_a_process import address, another_number, enrolled, serving, signed_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, CLERK, TOWNSHIP, VILLAGE, sync_until_agreed
from stationapp.exchange import background
from stationapp.exchange.hub_client import HubClient
from stationapp.platform.unavailable import DiskTrouble
from stationapp.services import intake, synchronise
from stationapp.services.catalogue import find_items
from stationapp.services.changed import Changed
from stationapp.services.hub_address import set_hub_address
from stationapp.services.mailboxes import mailboxes
from stationapp.services.synchronise import Outcome, Standstill, SyncPicture, picture, sync_once
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def agent(hub: HubProcess, tmp_path: Path) -> Iterator[Workplace]:
    with signed_in(enrolled(hub, tmp_path / "agent", VILLAGE), AGENT) as workplace:
        yield workplace


def told(workplace: Workplace) -> str:
    """Receive something; returns its receipt number."""
    item = next(row.item for row in find_items(workplace, "临时救助") if not row.closed)
    fresh = intake.new_draft(workplace, item)
    applicant = replace(fresh.application.applicant, name="㛃", document_number=another_number())
    application = replace(fresh.application, applicant=applicant)
    return intake.note_missing(workplace, replace(fresh, application=application))[0].receipt_number


def test_agreed_is_said_only_when_both_sides_agree_and_no_longer_after_a_new_act(
    hub: HubProcess, agent: Workplace
) -> None:
    assert not picture(agent, None).agreed
    number = told(agent)
    alone = picture(agent, None)
    assert (alone.only_here_events, alone.only_here_cases, alone.agreed, alone.agreed_at) == (
        1,
        1,
        False,
        None,
    )
    assert alone.oldest is not None
    assert hub.known_numbers([number]) == set()
    sync_until_agreed(agent)
    shared = picture(agent, None)
    assert (shared.only_here_events, shared.agreed, shared.oldest) == (0, True, None)
    assert shared.agreed_at is not None
    assert hub.known_numbers([number]) == {number}
    told(agent)
    stale = picture(agent, None)
    assert (stale.only_here_events, stale.agreed) == (1, False)


def test_without_a_hub_nothing_is_lost_and_nothing_is_called_agreed(
    hub: HubProcess, agent: Workplace
) -> None:
    sync_until_agreed(agent)
    number = told(agent)
    set_hub_address(agent.paths, NOWHERE)
    failed = sync_once(agent)
    assert failed.outcome is Outcome.FAILED
    assert failed.problem is not None
    assert (picture(agent, None).only_here_events, picture(agent, None).agreed) == (1, False)
    set_hub_address(agent.paths, address(hub))
    assert sync_once(agent).outcome is Outcome.AGREED
    assert hub.known_numbers([number]) == {number}


def test_the_worker_tells_how_it_stands_and_what_changed(hub: HubProcess, agent: Workplace) -> None:
    seen: list[tuple[SyncPicture, Changed]] = []
    agreed = threading.Event()

    def on_change(now: SyncPicture, changed: Changed) -> None:
        seen.append((now, changed))
        if now.agreed and now.only_here_events == 0 and not now.running:
            agreed.set()

    number = told(agent)
    worker = synchronise.start(agent, on_change)
    try:
        assert agreed.wait(60)
    finally:
        worker.stop()
    assert seen[0][0].running
    assert not seen[0][0].agreed
    assert picture(agent, worker).last_contact is not None
    assert picture(agent, worker).problem == ""
    assert hub.known_numbers([number]) == {number}
    touched = {case_id for _, changed in seen for case_id in changed.case_ids}
    with agent.store.read() as unit:
        assert unit.cases.by_number(number) in touched


def test_the_worker_outlives_a_disk_that_does_not_even_read(
    agent: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what is the matter, and goes on when the disk is there again."""
    monkeypatch.setattr(background, "STORE_TROUBLE_SECONDS", 0.01)
    seen: dict[Standstill, threading.Event] = {kind: threading.Event() for kind in Standstill}
    agreed, gone, honest = threading.Event(), [False], agent.store.read

    def read() -> object:
        if gone[0]:
            raise DiskTrouble("磁盘读不出来。")
        return honest()

    def on_change(now: SyncPicture, _: Changed) -> None:
        seen[now.standstill].set()
        if now.agreed:
            agreed.set()

    monkeypatch.setattr(agent.store, "read", read)
    worker = synchronise.start(agent, on_change)
    try:
        assert agreed.wait(60)
        gone[0] = True
        worker.send_now()
        assert seen[Standstill.DISK].wait(60)
        agreed.clear()
        gone[0] = False
        worker.send_now()
        assert agreed.wait(60)
    finally:
        gone[0] = False
        worker.stop()


def test_every_mailbox_says_whether_it_agrees(agent: Workplace) -> None:
    sync_until_agreed(agent)
    boxes = {row.desk_id: row for row in mailboxes(agent)}
    assert (boxes[VILLAGE].desk_name, boxes[VILLAGE].agreed) == (agent.desk.name, True)
    assert all(row.agreed for row in boxes.values()), boxes
    told(agent)
    assert not picture(agent, None).agreed


def test_an_audit_is_made_when_it_is_asked_for_and_only_then(
    agent: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(agent)
    sync_until_agreed(agent)
    asked: list[str] = []
    real = HubClient.digest
    monkeypatch.setattr(
        HubClient,
        "digest",
        lambda client, request: asked.append(request.cursor.feed) or real(client, request),
    )
    sync_once(agent)
    assert asked == []
    assert sync_once(agent, audit=True).outcome is Outcome.AGREED
    assert VILLAGE in asked


def test_a_restarted_hub_at_another_address_is_the_same_hub(tmp_path: Path) -> None:
    with serving(tmp_path / "hub") as hub:
        paths = enrolled(hub, tmp_path / "home", TOWNSHIP)
        with signed_in(paths, CLERK) as clerk:
            number = told(clerk)
            hub.stop()
            assert sync_once(clerk).outcome is Outcome.FAILED
            hub.serve()
            set_hub_address(paths, address(hub))
            sync_until_agreed(clerk)
            assert hub.known_numbers([number]) == {number}


def test_a_sound_station_verifies_and_a_spoiled_one_is_told_where(agent: Workplace) -> None:
    sync_until_agreed(agent)
    before = verify_station(agent)
    told(agent)
    sync_until_agreed(agent)
    told(agent)
    report = verify_station(agent)
    assert (report["events"], report["cases"]) == (before["events"] + 2, before["cases"] + 2)
    assert (report["attachments"], report["differences"]) == (before["attachments"], [])
    with agent.store.write() as unit:
        unit._connection.execute(text("UPDATE event SET signature = :zeros"), {"zeros": "0" * 128})
    spoiled = verify_station(agent)["differences"]
    assert len(spoiled) == report["events"]
    assert all("设备签名" in line for line in spoiled)


def test_a_spoiled_list_is_found(agent: Workplace) -> None:
    told(agent)
    with agent.store.write() as unit:
        unit._connection.execute(text("UPDATE case_row SET applicant_name = '别人'"))
    assert any("不一致" in line for line in verify_station(agent)["differences"])
