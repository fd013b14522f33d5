"""Who answers for a breach, and what an appeal changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from case_logs import CaseLog, travelled
from small_county import CALENDAR, CHINA, catalogue, organisation
from stationapp.domain.findings import Finding, FindingKind, Grade
from stationapp.domain.logged_acts import not_yet_received
from stationapp.domain.responsibility import (
    in_period,
    record_to_mapping,
    records_of,
    responsibility_sheet,
)
from stationapp.domain.statistics import DatePeriod
from stationapp.domain.supervision import findings

NEW_YEAR = datetime(2026, 12, 31, 18, tzinfo=CHINA)


def breaches(log: CaseLog) -> tuple[Finding, ...]:
    item = catalogue().version_of(log.code, 1)
    assert item is not None
    found = findings(not_yet_received(log.events), item, organisation(), CALENDAR, NEW_YEAR)
    return tuple(one for one in found if one.grade is Grade.RED)


def late() -> CaseLog:
    """A case that was never decided: its promised and its statutory limits have passed."""
    return travelled()


def test_a_record_names_person_stage_rule_and_evidence():
    log = late()
    (breach, *_) = breaches(log)
    (record, *_) = records_of([breach], log.events, organisation())
    assert record.finding.rule
    assert record.finding.stage
    assert record.finding.person_name
    assert set(record.finding.evidence) <= {event.event_id for event in log.events}
    assert record.desk_name in {desk.name for desk in organisation().desks}
    assert (record.standing, record.counts) == ("未申诉", True)
    assert json.loads(json.dumps(record_to_mapping(record)))["day"] == breach.day.isoformat()


def test_a_revoked_card_stays_on_record_and_counts_against_nobody():
    log = late()
    breach = breaches(log)[0]
    about = {"finding_id": breach.finding_id}
    log.then("appeal_card", 44, by="officer", reason="当日停电，有记录", **about)
    assert records_of([breach], log.events, organisation())[0].standing == "测试officer申诉，处理中"
    log.then("decide_appeal", 44, by="window", outcome="upheld", reason="停电只有半天", **about)
    upheld = records_of([breach], log.events, organisation())[0]
    assert upheld.counts
    log.then("appeal_card", 45, by="officer", reason="另有证据", **about)
    log.then("decide_appeal", 45, by="window", outcome="revoked", reason="证据充分", **about)
    revoked = records_of([breach], log.events, organisation())[0]
    assert (revoked.counts, len(revoked.hearings)) == (False, 2)
    assert "维持" in revoked.standing
    assert "已撤销（测试window：证据充分）" in revoked.standing
    assert record_to_mapping(revoked)["hearings"][1]["outcome"] == "revoked"
    (row,) = responsibility_sheet([revoked]).rows
    assert row[-1] == "否"


def test_what_is_said_about_another_finding_says_nothing_here():
    log = late()
    breach = breaches(log)[0]
    log.then("appeal_card", 44, by="officer", reason="不服", finding_id="other")
    log.then("decide_appeal", 44, by="window", outcome="revoked", reason="对", finding_id=breach.finding_id)
    (record, *_) = records_of([breach], log.events, organisation())
    assert (record.hearings, record.counts) == ((), True)


def test_warnings_and_wrong_clocks_are_nobodys_breach():
    log = late()
    breach = breaches(log)[0]
    harmless = [replace(breach, grade=Grade.WARNING), replace(breach, kind=FindingKind.CLOCK)]
    assert records_of(harmless, log.events, organisation()) == ()
    with pytest.raises(ValueError, match="no case"):
        records_of([breach], [], organisation())


def test_a_breach_belongs_to_the_period_in_which_it_arose():
    log = late()
    (record, *_) = records_of(breaches(log), log.events, organisation())
    day = record.finding.day
    assert in_period(record, DatePeriod(day, day))
    assert not in_period(record, DatePeriod(date(2027, 1, 1), date(2027, 3, 31)))
