"""Who answers for a breach, and what an appeal changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from small_county import NOON, WINDOW, organisation
from stationapp.domain.responsibility import Appeal, AppealOutcome, record_to_mapping, responsibility_of


@dataclass(frozen=True)
class Breach:
    """A finding as supervision tells it."""

    finding_id: str = "f1"
    rule: str = "late-acceptance"
    grade: str = "yellow"
    case_id: str = "case-1"
    stage: str = "受理"
    desk_id: str = WINDOW
    person: str = "p-window"
    evidence: tuple[str, ...] = ("event-1",)
    day: date = date(2026, 11, 30)
    sentence: str = "受理超过5个工作日。"


APPEAL = Appeal("f1", "p-window", NOON, "当日停电，有记录")


def test_a_record_names_person_stage_rule_and_evidence():
    record = responsibility_of(Breach(), [], organisation())
    assert (record.desk_name, record.person_name) == ("游仙区政务服务中心", "测试window")
    assert (record.stage, record.rule, record.evidence) == ("受理", "late-acceptance", ("event-1",))
    assert (record.standing, record.counts) == ("未申诉", True)
    assert json.loads(json.dumps(record_to_mapping(record)))["day"] == "2026-11-30"


def test_an_upheld_appeal_takes_the_fault_away_and_leaves_the_record():
    open_one = responsibility_of(Breach(), [APPEAL], organisation())
    assert (open_one.standing, open_one.counts) == ("申诉处理中", True)
    upheld = replace(
        APPEAL, outcome=AppealOutcome.UPHELD, decided_by="p-mayor", decided_at=NOON + timedelta(days=1)
    )
    record = responsibility_of(Breach(), [upheld], organisation())
    assert (record.standing, record.counts, len(record.appeals)) == ("申诉成立", False, 1)
    dismissed = replace(upheld, outcome=AppealOutcome.DISMISSED)
    assert responsibility_of(Breach(), [dismissed], organisation()).counts
    assert record_to_mapping(record)["appeals"][0]["decided_by"] == "p-mayor"


def test_appeals_against_other_findings_say_nothing():
    assert responsibility_of(Breach(), [replace(APPEAL, finding_id="f2")], organisation()).appeals == ()


def test_nobody_decides_his_own_appeal_and_a_decision_names_who_made_it():
    with pytest.raises(ValueError, match="own appeal"):
        replace(APPEAL, outcome=AppealOutcome.UPHELD, decided_by="p-window", decided_at=NOON)
    with pytest.raises(ValueError, match="names who"):
        replace(APPEAL, outcome=AppealOutcome.DISMISSED)
