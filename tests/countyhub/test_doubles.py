"""The same person with the same item elsewhere is shown as a possible double, without telling whose it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from countyhub.attachments import uploading
from countyhub.attachments.service import release_overlooked
from countyhub.doubles import repository, service
from countyhub.doubles.service import AFTERWARDS
from countyhub.inspection.verification import verify_hub
from countyhub.sweeps.service import Swept, sweep
from stationapp.domain.events import event_to_mapping

VILLAGE, OTHER_VILLAGE = "510704105209", "510704105213"


@pytest.fixture
def stations(county):
    return county.enrol(VILLAGE, "agent", "second"), county.enrol(OTHER_VILLAGE, "neighbour")


def notes(station, case):
    """What a station was told of doubles of a case: rows of receipt number and station."""
    events = (json.loads(one.body) for one in station.mirrors[station.station].cases[case])
    return [one["facts"]["others"] for one in events if one["move"] == "note_double"]


def receipt_number(station, case):
    return json.loads(station.mirrors[station.station].cases[case][0].body)["facts"]["receipt_number"]


def test_both_sides_are_told_of_each_other_once(county, stations):
    village, other = stations
    same = village.application()
    first = village.receive_at_hub(application=same)
    assert notes(village, first) == []
    second = other.receive_at_hub("neighbour", application=same)
    village.exchange()
    assert notes(other, second) == [
        [{"receipt_number": receipt_number(village, first), "station": "抗香村便民服务站"}]
    ]
    assert notes(village, first) == [
        [{"receipt_number": receipt_number(other, second), "station": "同瓦村便民服务站"}]
    ]
    assert sweep(county.hub) == Swept(0, 0)
    assert verify_hub(county.hub).ok


def test_nothing_is_told_of_the_person(county, stations):
    village, other = stations
    same = village.application()
    village.receive_at_hub(application=same)
    second = other.receive_at_hub("neighbour", application=same)
    note = other.mirrors[other.station].cases[second][-1].body
    assert same["applicant"]["name"] not in note
    assert same["applicant"]["document_number"] not in note


def test_a_mark_cannot_be_made_without_the_hubs_key(county, stations):
    import hashlib

    village, _ = stations
    same = village.application()
    village.receive_at_hub(application=same)
    with county.hub.database.read() as connection:
        ((_, item_code, mark),) = repository.everything(connection)
    number = same["applicant"]["document_number"]
    plain = "\0".join(("resident_id", number, item_code))
    assert len(mark) == 64
    assert mark not in {hashlib.sha256(text.encode()).hexdigest() for text in (number, plain)}
    assert number not in mark


@pytest.mark.parametrize("change", ["person", "kind", "item"])
def test_another_person_document_or_item_is_no_double(county, stations, change):
    village, other = stations
    same = village.application()
    village.receive_at_hub(application=same)
    applicant = dict(same["applicant"])
    changed = {
        "person": other.opening()["application"],
        "kind": same | {"applicant": applicant | {"document_kind": "temporary_resident_id"}},
        "item": same | {"item_code": "51070402-LICENCE"},
    }
    second = other.receive_at_hub("neighbour", application=changed[change])
    assert notes(other, second) == []


def test_the_spelling_of_a_number_makes_no_difference(county, stations):
    village, other = stations
    same = village.application()
    village.receive_at_hub(application=same)
    spelled = " ".join(same["applicant"]["document_number"])
    applicant = same["applicant"] | {"document_number": spelled}
    second = other.receive_at_hub("neighbour", application=same | {"applicant": applicant})
    assert len(notes(other, second)) == 1


def test_of_three_each_pair_is_told_once(county, stations):
    village, other = stations
    same = village.application()
    cases = [village.receive_at_hub(application=same) for _ in range(3)]
    other.exchange()
    village.exchange()
    told = [[row["receipt_number"] for note in notes(village, case) for row in note] for case in cases]
    numbers = [receipt_number(village, case) for case in cases]
    assert [sorted(row) for row in told] == [sorted(set(numbers) - {number}) for number in numbers]


def test_many_of_one_push_are_told_of_each_other(county, stations):
    village, _ = stations
    same = village.application()
    cases = [village.receive(application=same) for _ in range(4)]
    village.exchange()
    assert [sum(map(len, notes(village, case))) for case in cases] == [3] * 4


def test_a_withdrawn_application_is_no_double(county, stations):
    village, other = stations
    same = village.application()
    first = village.receive_at_hub(application=same)
    numbered = {"document_number": "试验抗香撤〔2026〕010001号", "written_request": "11月21日王䶮签名"}
    village.act("withdraw", first, "agent", reason="申请人不办了", **numbered)
    village.exchange()
    assert village.result() == ("accepted", [])
    second = other.receive_at_hub("neighbour", application=same)
    assert notes(other, second) == []


def test_an_opening_that_waited_for_its_scan_is_compared_when_the_scan_comes(county, stations):
    village, other = stations
    same = village.application()
    first = village.receive_at_hub(application=same)
    scan = b"a scan"
    scanned = other.opening((scan,))["application"] | {"applicant": same["applicant"]}
    second = other.receive("neighbour", application=scanned)
    other.exchange()
    assert other.result() == ("held", ["attachment-missing"])
    other.upload(scan)
    other.exchange()
    village.exchange()
    assert len(notes(other, second)) == len(notes(village, first)) == 1


def test_what_a_stop_of_the_hub_left_out_is_compared_by_the_next_sweep(county, stations, monkeypatch):
    village, other = stations
    same = village.application()
    village.receive_at_hub(application=same)
    with monkeypatch.context() as patch:
        patch.setattr(service, "note_doubles", lambda *_: 0)
        second = other.receive_at_hub("neighbour", application=same)
    assert notes(other, second) == []
    assert sweep(county.hub) == Swept(0, 2)
    other.exchange()
    assert len(notes(other, second)) == 1


@pytest.mark.parametrize(("late", "told"), [(timedelta(), 1), (AFTERWARDS + timedelta(days=1), 0)])
def test_a_case_served_to_its_end_counts_for_thirty_days(county, stations, late, told):
    village, other = stations
    item = "51070403-ON-THE-SPOT"
    _publish_village_item(county, item)
    same = village.application() | {"item_code": item}
    first = _seal(
        village, village.event("receive", county.uuid(), "agent", **village.opening() | {"application": same})
    )
    for move, facts in (
        ("handle_directly", {"result_name": "查询结果"}),
        (
            "serve",
            {
                "manner": "in_person",
                "recipient": "王䶮",
                "served_on": "2026-11-21",
                "document_number": "试验抗香送〔2026〕010001号",
            },
        ),
        ("conclude", {}),
    ):
        _seal(village, village.event(move, first, "agent", **facts))
    village.exchange()
    assert village.result() == ("accepted", [])
    county.clock.now += late
    other.now += late
    facts = other.opening(day=other.now.date()) | {"application": same}
    second = _seal(other, other.event("receive", county.uuid(), "neighbour", **facts))
    other.exchange()
    assert other.result() == ("accepted", [])
    assert sum(map(len, notes(other, second))) == told


def _seal(station, event):
    """Seal an event under the second catalogue; return its case."""
    named = replace(event, under=replace(event.under, catalogue=2))
    station.seal(json.dumps(event_to_mapping(named), ensure_ascii=False), event.hand.person_id)
    return event.case_id


def _publish_village_item(county, code):
    from countyhub.references import publishing
    from countyhub.references.service import Law
    from stationapp.domain.organisation import Level

    def work(connection):
        catalogue = Law(connection, county.hub).current_catalogue
        item = replace(catalogue.items[0], code=code, decides_at=Level.VILLAGE)
        fresh = replace(catalogue, version=2, items=(*catalogue.items, item))
        publishing.publish_catalogue(connection, county.hub, fresh)

    county.hub.database.write(work)


def test_an_application_the_program_stumbles_over_holds_up_no_push_and_no_other_hint(
    county, stations, monkeypatch, caplog
):
    village, other = stations
    spoilt, same = village.opening()["application"], village.application()
    bad = village.receive_at_hub(application=spoilt)
    first = village.receive_at_hub(application=same)
    shown = service._shown

    def stumble(bench, case_id):
        if case_id == bad:
            raise ArithmeticError("made up")
        return shown(bench, case_id)

    with monkeypatch.context() as patch:
        patch.setattr(service, "_shown", stumble)
        other.receive("neighbour", application=spoilt)
        second = other.receive("neighbour", application=same)
        other.exchange()
    assert [other.result(seq) for seq in (1, 2)] == [("accepted", [])] * 2
    village.exchange()
    other.exchange()
    assert len(notes(other, second)) == len(notes(village, first)) == 1
    assert notes(village, bad) == []
    assert "ArithmeticError in comparing case" in caplog.text
    assert spoilt["applicant"]["name"] not in caplog.text
    assert sweep(county.hub) == Swept(0, 0)


def test_a_fault_in_looking_for_doubles_costs_no_scan_and_no_start(county, stations, monkeypatch):
    village, _ = stations
    for scan in (b"first", b"second"):
        village.receive(attachments=(scan,))
    village.exchange()
    with monkeypatch.context() as patch:
        patch.setattr(service.repository, "not_looked_at", lambda _: 1 / 0)
        village.upload(b"first")
        with monkeypatch.context() as stopped:
            stopped.setattr(uploading, "release", lambda *_: None)
            village.upload(b"second")
        release_overlooked(county.hub)
    village.exchange()
    assert [village.result(seq) for seq in (1, 2)] == [("accepted", [])] * 2


def test_a_fault_in_looking_for_doubles_costs_no_push(county, stations, monkeypatch):
    village, _ = stations
    with monkeypatch.context() as patch:
        patch.setattr(service.repository, "not_looked_at", lambda _: 1 / 0)
        village.receive_at_hub()
    assert village.result() == ("accepted", [])
