"""Acceptance by silence (行政许可法 32(4)): the hub records it, once, and takes an answer in time after it."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta

import pytest

from countyhub.cli import main
from countyhub.inspection import reports
from countyhub.inspection.verification import verify_hub
from countyhub.sweeps.running import sweep_now_and_then
from countyhub.sweeps.service import Swept, sweep
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_facts import due_fact
from stationapp.domain.rule_editions import EDITION
from stationapp.domain.time_limits import Limit, LimitUnit

VILLAGE, TOWN = "510704105209", "510704105000"
LICENCE = "51070402-LICENCE"
# Friday; a week of five working days follows it, and the silence is complete on the Saturday.
RECEIVED, NOTICE_DUE = date(2026, 11, 20), date(2026, 11, 27)
CALENDAR = WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset())
LIMITS = {
    "statutory_due": Limit(20, LimitUnit.WORKING_DAYS),
    "promised_due": Limit(10, LimitUnit.WORKING_DAYS),
}
MISSING = [{"material_id": "m1", "name": "居民身份证复印件", "problem": "不清晰", "standard": "清晰复印"}]


def noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T12:00:00+08:00")


@pytest.fixture
def town(county):
    return county.enrol(TOWN, "clerk")


@pytest.fixture
def case(county, town):
    """A licence application that the township took in on a Friday."""
    county.clock.now = town.now = noon(RECEIVED)
    facts = town.opening(day=RECEIVED)
    facts["application"]["item_code"] = LICENCE
    return town.receive_at_hub("clerk", **facts)


def told(station, case):
    """The moves of a case as the station's mailbox has them."""
    return [json.loads(one.body) for one in station.mirrors[station.station].cases[case]]


def moves(station, case):
    return [one["move"] for one in told(station, case)]


def wait_until(county, day):
    county.clock.now = noon(day)


def dues(start: date):
    return {name: due_fact(start, limit, CALENDAR) for name, limit in LIMITS.items()}


def supplement(day: date):
    return {
        "to_desk": TOWN,
        "missing": MISSING,
        "deadline": (day + timedelta(days=10)).isoformat(),
        "document_number": "试验沉抗补告〔2026〕010001号",
    }


def test_five_working_days_of_silence_accept_an_application(county, town, case):
    wait_until(county, NOTICE_DUE)
    assert sweep(county.hub) == Swept(0, 0)
    wait_until(county, NOTICE_DUE + timedelta(days=1))
    assert sweep(county.hub) == Swept(1, 0)
    town.exchange()
    deemed, numbered = told(town, case)[1:]
    assert deemed["move"] == "deem_accepted"
    assert deemed["facts"] == {
        "received_on": "2026-11-20",
        "notice_due": "2026-11-27",
        **dues(RECEIVED),
    }
    assert deemed["under"] == {"organisation": 1, "catalogue": 1, "calendar": "cn-2026.1", "rules": EDITION}
    assert deemed["hand"]["person_name"] == "县级平台"
    assert numbered["facts"]["case_number"].startswith("510704-20261128-")
    assert verify_hub(county.hub).ok


def test_a_second_sweep_does_nothing(county, town, case):
    wait_until(county, NOTICE_DUE + timedelta(days=30))
    assert sweep(county.hub) == Swept(1, 0)
    assert sweep(county.hub) == Swept(0, 0)
    town.exchange()
    assert moves(town, case).count("deem_accepted") == 1


@pytest.mark.parametrize("answer", ["accept", "request_supplement", "decline_acceptance"])
def test_whatever_was_answered_is_no_silence(county, town, case, answer):
    numbered = {"document_number": "试验沉抗〔2026〕010001号"}
    facts = {
        "accept": dues(RECEIVED) | numbered,
        "request_supplement": supplement(RECEIVED),
        "decline_acceptance": numbered
        | {"reason": "不属于本机关职权范围。", "competent_organ": "市自然资源局"},
    }
    town.act(answer, case, "clerk", **facts[answer])
    town.exchange()
    assert town.result() == ("accepted", [])
    wait_until(county, NOTICE_DUE + timedelta(days=30))
    assert sweep(county.hub) == Swept(0, 0)


def test_other_items_than_licences_only_become_late(county, town):
    county.clock.now = town.now = noon(RECEIVED)
    hall = county.enrol("510704000000", "window")
    hall.now = town.now
    hall.receive_at_hub("window", receipt_number=hall.receipt_number(RECEIVED))
    wait_until(county, NOTICE_DUE + timedelta(days=300))
    assert sweep(county.hub) == Swept(0, 0)


def test_what_lies_in_a_village_waits_for_the_township(county):
    village = county.enrol(VILLAGE, "agent")
    facts = village.opening()
    facts["application"]["item_code"] = LICENCE
    village.receive_at_hub(**facts)
    wait_until(county, NOTICE_DUE + timedelta(days=30))
    assert sweep(county.hub) == Swept(0, 0)


def test_a_notice_given_in_time_is_taken_after_the_silence_was_recorded(county, town, case):
    town.now = noon(NOTICE_DUE)
    town.act("request_supplement", case, "clerk", **supplement(NOTICE_DUE))
    wait_until(county, NOTICE_DUE + timedelta(days=3))
    sweep(county.hub)
    town.exchange()
    assert town.result() == ("accepted", [])
    assert sweep(county.hub) == Swept(0, 0)
    assert verify_hub(county.hub).ok


def test_a_notice_given_late_is_not_taken(county, town, case):
    late = NOTICE_DUE + timedelta(days=1)
    town.now = noon(late)
    town.act("request_supplement", case, "clerk", **supplement(late))
    wait_until(county, late)
    sweep(county.hub)
    town.exchange()
    assert town.result() == ("refused", ["deemed-accepted"])
    assert "依法视为受理" in town.verdicts[2].reasons[0].text


def test_an_acceptance_in_time_counts_from_its_own_day_after_the_silence_was_recorded(county, town, case):
    town.now = noon(NOTICE_DUE)
    town.act("accept", case, "clerk", **dues(NOTICE_DUE), document_number="试验沉抗受〔2026〕010001号")
    wait_until(county, NOTICE_DUE + timedelta(days=3))
    sweep(county.hub)
    town.exchange()
    assert town.result() == ("accepted", [])


def test_an_acceptance_after_the_silence_counts_from_the_day_of_receipt(county, town, case):
    late = NOTICE_DUE + timedelta(days=3)
    wait_until(county, late)
    sweep(county.hub)
    town.exchange()
    town.now = noon(late)
    for start in (late, RECEIVED):
        town.act("accept", case, "clerk", **dues(start), document_number="试验沉抗受〔2026〕010001号")
    town.exchange()
    assert town.result(2) == ("refused", ["wrong-due-date", "wrong-due-date"])
    assert town.result(3) == ("accepted", [])


def test_a_refusal_to_accept_in_time_is_taken_and_a_late_one_is_not(county, town, case):
    facts = {
        "reason": "不属于本机关职权范围。",
        "competent_organ": "市自然资源局",
        "document_number": "试验沉抗不受〔2026〕010001号",
    }
    wait_until(county, NOTICE_DUE + timedelta(days=3))
    sweep(county.hub)
    for day, result in ((NOTICE_DUE + timedelta(days=1), "refused"), (NOTICE_DUE, "accepted")):
        town.now = noon(day)
        town.act("decline_acceptance", case, "clerk", **facts)
        town.exchange()
        assert town.result()[0] == result


def test_silence_counts_only_where_a_calendar_makes_the_day_certain(county, town):
    county.clock.now = town.now = noon(date(2026, 12, 28))
    facts = town.opening(day=date(2026, 12, 28))
    facts["application"]["item_code"] = LICENCE
    town.receive_at_hub("clerk", **facts)
    wait_until(county, date(2027, 2, 1))
    assert sweep(county.hub) == Swept(0, 0)


def test_the_serving_hub_sweeps_by_itself(county, town, case):
    async def serve_until_swept():
        sweeping = asyncio.create_task(sweep_now_and_then(county.hub, every=0.0))
        while not reports.stats(county.hub)["cases"].get("deemed_accepted"):
            await asyncio.sleep(0)
        sweeping.cancel()

    wait_until(county, NOTICE_DUE + timedelta(days=1))
    asyncio.run(serve_until_swept())
    assert sweep(county.hub) == Swept(0, 0)


def test_a_sweep_that_fails_is_logged_and_tried_again(county, town, case, monkeypatch, caplog):
    outcomes = [OSError("the disk is full"), None]

    def sweep_badly(_):
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome

    async def serve_until_swept():
        sweeping = asyncio.create_task(sweep_now_and_then(county.hub, every=0.0))
        while outcomes:
            await asyncio.sleep(0)
        sweeping.cancel()

    monkeypatch.setattr("countyhub.sweeps.running.sweep", sweep_badly)
    asyncio.run(serve_until_swept())
    assert "the disk is full" in caplog.text


def test_the_command_sweeps_once(county, town, case, database_url, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("countyhub.hub.Hub.now", lambda _: noon(NOTICE_DUE + timedelta(days=1)))
    for answer in (1, 0):
        assert main(["sweep", "--database", database_url, "--files", str(tmp_path / "files")]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "deemed_accepted": answer,
            "doubles_noted": 0,
            "entries_removed": 0,
        }
