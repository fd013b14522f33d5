"""The responsibility record of a breach (责任追究, 过错追究制, SEED 001 and 003).

Each record names person, stage, rule and evidence, and says what came of an appeal; a breach whose appeal was upheld
stays on record, and is nobody's fault any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from stationapp.domain.organisation import Organisation


class FindingLike(Protocol):
    """A finding of the supervision (电子监察)."""

    @property
    def finding_id(self) -> str: ...

    @property
    def rule(self) -> str: ...

    @property
    def grade(self) -> str: ...

    @property
    def case_id(self) -> str: ...

    @property
    def stage(self) -> str: ...

    @property
    def desk_id(self) -> str: ...

    @property
    def person(self) -> str: ...

    @property
    def evidence(self) -> Any: ...

    @property
    def day(self) -> date: ...

    @property
    def sentence(self) -> str: ...


class AppealOutcome(StrEnum):
    """What came of an appeal (申诉)."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"

    @property
    def label(self) -> str:
        """The outcome's name."""
        return _OUTCOMES[self]


_OUTCOMES = {
    AppealOutcome.OPEN: "申诉处理中",
    AppealOutcome.UPHELD: "申诉成立",
    AppealOutcome.DISMISSED: "申诉不成立",
}


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal against one finding. Who decides it must not be the one who appealed."""

    finding_id: str
    person_id: str
    at: datetime
    words: str
    outcome: AppealOutcome = AppealOutcome.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.outcome is not AppealOutcome.OPEN and (not self.decided_by or self.decided_at is None):
            raise ValueError("a decided appeal names who decided it, and when")
        if self.decided_by and self.decided_by == self.person_id:
            raise ValueError("nobody decides his own appeal")


@dataclass(frozen=True, slots=True)
class ResponsibilityRecord:
    """Who answers for one breach. `standing` says where it stands in words; `counts` whether it counts against him."""

    finding_id: str
    rule: str
    grade: str
    case_id: str
    stage: str
    desk_id: str
    desk_name: str
    person_id: str
    person_name: str
    day: date
    sentence: str
    evidence: Any
    standing: str
    counts: bool
    appeals: tuple[Appeal, ...]


def responsibility_of(
    finding: FindingLike, appeals: Iterable[Appeal], organisation: Organisation
) -> ResponsibilityRecord:
    """Return the record of a finding; appeals against other findings are passed over."""
    own = tuple(
        sorted((one for one in appeals if one.finding_id == finding.finding_id), key=lambda one: one.at)
    )
    latest = own[-1] if own else None
    desk, person = organisation.desk(finding.desk_id), organisation.person(finding.person)
    return ResponsibilityRecord(
        finding_id=finding.finding_id,
        rule=str(finding.rule),
        grade=str(finding.grade),
        case_id=finding.case_id,
        stage=str(finding.stage),
        desk_id=finding.desk_id,
        desk_name=desk.name if desk else finding.desk_id,
        person_id=finding.person,
        person_name=person.name if person else finding.person,
        day=finding.day,
        sentence=finding.sentence,
        evidence=finding.evidence,
        standing=latest.outcome.label if latest else "未申诉",
        counts=not any(one.outcome is AppealOutcome.UPHELD for one in own),
        appeals=own,
    )


def record_to_mapping(record: ResponsibilityRecord) -> dict[str, Any]:
    """Return the JSON shape of a record: who, what, when, on which evidence, and what came of an appeal."""
    plain: Mapping[str, Any] = {
        name: getattr(record, name)
        for name in ResponsibilityRecord.__dataclass_fields__
        if name not in {"appeals", "day"}
    }
    return {**plain, "day": record.day.isoformat(), "appeals": [_appeal(one) for one in record.appeals]}


def _appeal(one: Appeal) -> dict[str, Any]:
    return {
        "person_id": one.person_id,
        "at": one.at.isoformat(),
        "words": one.words,
        "outcome": str(one.outcome),
        "decided_by": one.decided_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else "",
        "reason": one.reason,
    }
