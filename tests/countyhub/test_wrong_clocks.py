"""Clocks that are ahead, and clocks that are set back for an act."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from countyhub.acceptance.case_repository import cases_of
from countyhub.inspection.verification import verify_hub
from countyhub.sweeps import silence
from countyhub.sweeps.service import Swept, sweep
from stationapp.domain.events import event_to_mapping

TOWN = "510704105000"
LICENCE = "51070402-LICENCE"
RECEIVED, NOTICE_DUE = date(2026, 11, 20), date(2026, 11, 27)
MISSING = [{"material_id": "m1", "name": "居民身份证复印件", "problem": "不清晰", "standard": "清晰复印"}]


def noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T12:00:00+08:00")


@pytest.fixture
def town(county):
    return county.enrol(TOWN, "clerk")


def licence(county, town):
    """A licence application that the township took in on a Friday."""
    county.clock.now = town.now = noon(RECEIVED)
    facts = town.opening(day=RECEIVED)
    facts["application"]["item_code"] = LICENCE
    return town.receive_at_hub("clerk", **facts)


def supplement(day: date):
    return {
        "to_desk": TOWN,
        "missing": MISSING,
        "deadline": (day + timedelta(days=10)).isoformat(),
        "document_number": "试验沉抗补告〔2026〕010001号",
    }


def seal_at(station, event, at):
    """Seal an event with another time."""
    station.seal(
        json.dumps(event_to_mapping(replace(event, at=at)), ensure_ascii=False), event.hand.person_id
    )


@pytest.mark.parametrize("ahead", [timedelta(days=1, minutes=1), timedelta(days=3650)])
def test_an_act_by_a_clock_that_is_ahead_is_refused_and_can_be_done_again(county, town, ahead):
    case = town.receive("clerk", **town.opening())
    town.now = county.clock.now + ahead
    town.act("prioritise", case, "clerk", reason="年满八十岁")
    town.exchange()
    assert town.result() == ("refused", ["clock-ahead"])
    assert "校准" in town.verdicts[2].reasons[0].text
    town.now = county.clock.now
    town.act("prioritise", case, "clerk", reason="年满八十岁")
    town.exchange()
    assert town.result() == ("accepted", [])


def test_an_application_is_taken_whatever_the_clock_said_for_the_applicant_has_its_receipt(county, town):
    town.now = county.clock.now + timedelta(days=365)
    town.receive("clerk", **town.opening(day=town.now.date()))
    town.exchange()
    assert town.result() == ("accepted", [])


@pytest.mark.parametrize("drift", [timedelta(hours=23), -timedelta(days=3650)])
def test_a_clock_a_little_ahead_or_years_behind_is_worked_with(county, town, drift):
    case = town.receive("clerk", **town.opening())
    town.now = county.clock.now + drift
    town.act("prioritise", case, "clerk", reason="年满八十岁")
    town.exchange()
    assert town.result() == ("accepted", [])


@pytest.mark.parametrize("at", [datetime(9999, 12, 30, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_an_act_of_another_age_stops_neither_the_exchange_nor_the_sweep(county, town, at):
    case = licence(county, town)
    other = licence(county, town)
    for move, facts in (
        ("prioritise", {"reason": "年满八十岁"}),
        ("request_supplement", supplement(RECEIVED)),
    ):
        seal_at(town, town.event(move, case, "clerk", **facts), at)
    town.act("prioritise", other, "clerk", reason="年满八十岁")
    town.exchange()
    assert town.result() == ("accepted", [])
    county.clock.now = noon(NOTICE_DUE + timedelta(days=1))
    assert sweep(county.hub).deemed_accepted >= 1
    assert verify_hub(county.hub).ok


def test_a_case_that_cannot_be_counted_holds_up_no_other(county, town, monkeypatch):
    spoiled, sound = licence(county, town), licence(county, town)
    count = silence.deemed_acceptance

    def overflowing(case, *rest):
        if case.case_id == spoiled:
            raise OverflowError("date value out of range")
        return count(case, *rest)

    monkeypatch.setattr(silence, "deemed_acceptance", overflowing)
    county.clock.now = noon(NOTICE_DUE + timedelta(days=1))
    assert sweep(county.hub) == Swept(1, 0)
    with county.hub.database.read() as connection:
        states = {case.case_id: case.state for case in cases_of(connection, [spoiled, sound])}
    assert states == {spoiled: "received", sound: "deemed_accepted"}


def test_a_clock_set_back_makes_no_late_notice_one_in_time(county, town):
    case = licence(county, town)
    late = noon(NOTICE_DUE + timedelta(days=4))
    county.clock.now = town.now = late
    assert sweep(county.hub) == Swept(1, 0)
    town.receive_at_hub("clerk", **town.opening(day=late.date()))
    town.now = noon(NOTICE_DUE)
    town.act("request_supplement", case, "clerk", **supplement(NOTICE_DUE))
    town.exchange()
    assert town.result() == ("refused", ["clock-set-back"])
    assert "本机" in town.verdicts[len(town.envelopes)].reasons[0].text


def test_the_same_is_seen_within_one_exchange(county, town):
    case = licence(county, town)
    late = noon(NOTICE_DUE + timedelta(days=4))
    county.clock.now = town.now = late
    sweep(county.hub)
    town.receive("clerk", **town.opening(day=late.date()))
    town.now = noon(NOTICE_DUE)
    town.act("request_supplement", case, "clerk", **supplement(NOTICE_DUE))
    town.exchange()
    assert town.result() == ("refused", ["clock-set-back"])


def test_materials_brought_late_are_not_taken_by_a_clock_set_back(county, town):
    case = licence(county, town)
    town.act("request_supplement", case, "clerk", **supplement(RECEIVED))
    county.clock.now = town.now = noon(RECEIVED + timedelta(days=15))
    paper = {"document_number": "试验沉抗补结〔2026〕010002号"}
    town.act("close_unsupplied", case, "clerk", reason="逾期没有补正。", **paper)
    town.exchange()
    assert town.result() == ("accepted", [])
    town.now = noon(RECEIVED + timedelta(days=5))
    rows = [{"material_id": "m1", "name": "居民身份证复印件", "originals": 0, "copies": 1, "pages": 1}]
    town.act("supply", case, "clerk", materials=rows)
    town.exchange()
    assert town.result() == ("refused", ["clock-set-back"])


def test_a_document_number_is_that_of_one_paper(county, town):
    case = licence(county, town)
    number = {"document_number": "试验沉抗告〔2026〕010001号"}
    town.act("request_supplement", case, "clerk", **supplement(RECEIVED) | number)
    rows = [{"material_id": "m1", "name": "居民身份证复印件", "originals": 0, "copies": 1, "pages": 1}]
    town.act("supply", case, "clerk", materials=rows)
    town.act("return_application", case, "clerk", reason="申请书不是本人签名。", **number)
    town.exchange()
    assert town.result() == ("refused", ["number-taken"])
