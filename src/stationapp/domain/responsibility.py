"""The responsibility record of a breach (责任追究, 过错追究制; SEED 001 and 003).

Each record names person, stage, rule and evidence, and tells every appeal with its answer. A card that was revoked
stays on record and counts against nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stationapp.domain.case_course import course_of
from stationapp.domain.events import CaseEvent
from stationapp.domain.findings import AppealOutcome, Finding, FindingKind, Grade
from stationapp.domain.organisation import Organisation
from stationapp.domain.sheets import Cell, Sheet
from stationapp.domain.statistics import DatePeriod

CARDS = frozenset({Grade.YELLOW, Grade.RED})
"""The grades that are breaches; a warning comes before one."""

_NOBODYS_FAULT = frozenset({FindingKind.CLOCK, FindingKind.LATE_UPLOAD})


@dataclass(frozen=True, slots=True)
class Hearing:
    """One appeal against a card; `outcome` is None until a supervisor has decided it."""

    appealed_by: str
    appealed_at: datetime
    words: str
    outcome: AppealOutcome | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def text(self) -> str:
        """Where the appeal stands."""
        if self.outcome is None:
            return f"{self.appealed_by}申诉，处理中"
        return f"{self.appealed_by}申诉，{self.outcome.label}（{self.decided_by}：{self.reason}）"


@dataclass(frozen=True, slots=True)
class ResponsibilityRecord:
    """Who answers for one breach, in one case known by its number."""

    finding: Finding
    number: str
    desk_name: str
    hearings: tuple[Hearing, ...]

    @property
    def counts(self) -> bool:
        """Whether it counts against the person: not when the card was revoked."""
        return not any(one.outcome is AppealOutcome.REVOKED for one in self.hearings)

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        return "；".join(one.text for one in self.hearings) or "未申诉"


def records_of(
    found: Iterable[Finding], events: Sequence[CaseEvent], organisation: Organisation
) -> tuple[ResponsibilityRecord, ...]:
    """Return the records of a case's breaches: yellow and red cards for what people did or left undone.

    Raises ValueError for events that make no case.
    """
    steps = course_of(events)
    if not steps:
        raise ValueError("these events make no case")
    case = steps[-1].after
    number = case.case_number or case.receipt_number
    return tuple(
        ResponsibilityRecord(one, number, _desk_name(one, organisation), hearings_of(events, one.finding_id))
        for one in found
        if one.grade in CARDS and one.kind not in _NOBODYS_FAULT
    )


def hearings_of(events: Iterable[CaseEvent], finding_id: str) -> tuple[Hearing, ...]:
    """Return every appeal against one finding with the answer that followed it."""
    hearings: list[Hearing] = []
    for event in events:
        if event.facts.get("finding_id") != finding_id:
            continue
        if event.move == "appeal_card":
            hearings.append(Hearing(event.hand.person_name, event.at, str(event.facts.get("reason") or "")))
        elif event.move == "decide_appeal" and hearings and hearings[-1].outcome is None:
            hearings[-1] = _decided(hearings[-1], event)
    return tuple(hearings)


def _decided(hearing: Hearing, event: CaseEvent) -> Hearing:
    return Hearing(
        hearing.appealed_by,
        hearing.appealed_at,
        hearing.words,
        AppealOutcome(str(event.facts["outcome"])),
        event.hand.person_name,
        event.at,
        str(event.facts.get("reason") or ""),
    )


def _desk_name(finding: Finding, organisation: Organisation) -> str:
    desk = organisation.desk(finding.desk_id)
    return desk.name if desk else finding.desk_id


def in_period(record: ResponsibilityRecord, period: DatePeriod) -> bool:
    """Tell whether a breach arose in a period."""
    return period.holds(record.finding.day)


def record_to_mapping(record: ResponsibilityRecord) -> dict[str, Any]:
    """Return the JSON shape of a record: who, what, when, on which evidence, and what came of appeals."""
    one = record.finding
    return {
        "finding_id": one.finding_id,
        "rule": one.rule,
        "title": one.title,
        "grade": str(one.grade),
        "case_id": one.case_id,
        "number": record.number,
        "stage": one.stage,
        "desk": one.desk_id,
        "person": one.person,
        "person_name": one.person_name,
        "evidence": list(one.evidence),
        "day": one.day.isoformat(),
        "sentence": one.sentence,
        "source": one.source,
        "counts": record.counts,
        "hearings": [_hearing(row) for row in record.hearings],
    }


def _hearing(row: Hearing) -> dict[str, str]:
    return {
        "appealed_by": row.appealed_by,
        "appealed_at": row.appealed_at.isoformat(),
        "words": row.words,
        "outcome": str(row.outcome or ""),
        "decided_by": row.decided_by,
        "decided_at": row.decided_at.isoformat() if row.decided_at else "",
        "reason": row.reason,
    }


_HEADERS = (
    "监察编号",
    "办件编号",
    "规则",
    "违规事项",
    "等级",
    "环节",
    "责任单位",
    "责任人",
    "日期",
    "说明",
    "依据",
    "证据（事件编号）",
    "申诉",
    "计入",
)


def responsibility_sheet(records: Iterable[ResponsibilityRecord]) -> Sheet:
    """Return records as a sheet, in the order of their days."""
    ordered = sorted(records, key=lambda row: (row.finding.day, row.finding.finding_id))
    return Sheet("responsibility", "责任记录", _HEADERS, tuple(_row(row) for row in ordered))


def _row(record: ResponsibilityRecord) -> tuple[Cell, ...]:
    one = record.finding
    return (
        one.finding_id,
        record.number,
        one.rule,
        one.title,
        one.grade.label,
        one.stage,
        record.desk_name,
        one.person_name or one.person,
        one.day.isoformat(),
        one.sentence,
        one.source,
        "；".join(one.evidence),
        record.standing,
        "是" if record.counts else "否",
    )
