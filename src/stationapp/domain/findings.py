"""What the supervision finds (电子监察): findings with a lasting identity, appeals against them, and where they stand.

Sources: 责任追究制 (SEED 001, 003: each breach names person, stage, rule and evidence, and may be appealed), the scale
of four grades in use (0 正常, 1 预警, 2 黄牌, 3 红牌), GB/T 39046-2020 table 11.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Grade(StrEnum):
    """How grave a finding is (监察预警类型); the label is what a person reads, and later values are graver."""

    NORMAL = "0"
    WARNING = "1"
    YELLOW = "2"
    RED = "3"

    @property
    def label(self) -> str:
        """The grade's name on screens and papers."""
        return _GRADES[self]


class FindingKind(StrEnum):
    """What kind of finding it is; the label is what a person reads."""

    DEADLINE = "deadline"
    PROCEDURE = "procedure"
    LOGIC = "logic"
    LATE_UPLOAD = "late_upload"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        """The kind's name on screens and papers."""
        return _KINDS[self]


_GRADES = {Grade.NORMAL: "正常", Grade.WARNING: "预警", Grade.YELLOW: "黄牌", Grade.RED: "红牌"}
_KINDS = {
    FindingKind.DEADLINE: "时限",
    FindingKind.PROCEDURE: "程序",
    FindingKind.LOGIC: "逻辑差错",
    FindingKind.LATE_UPLOAD: "离线迟报",
    FindingKind.CLOCK: "时钟异常",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: rule, grade, case, stage, desk and person, the events that prove it, the day it arose, a sentence.

    `settled_on` is the day the clock that ran over stopped at last, None while it runs and for other kinds. The
    identity depends on the rule and on what began it, so that it outlives new events and calendars.
    """

    finding_id: str
    rule: str
    title: str
    grade: Grade
    kind: FindingKind
    case_id: str
    stage: str
    desk_id: str
    person: str
    person_name: str
    evidence: tuple[str, ...]
    day: date
    sentence: str
    source: str
    settled_on: date | None = None


class AppealOutcome(StrEnum):
    """What became of a finding that was appealed against; the label is what a person reads."""

    REVOKED = "revoked"
    UPHELD = "upheld"

    @property
    def label(self) -> str:
        """The outcome's name."""
        return "已撤销" if self is AppealOutcome.REVOKED else "维持"


@dataclass(frozen=True, slots=True)
class Appeal:
    """A decided appeal (申诉): `by` names who decided it."""

    finding_id: str
    outcome: AppealOutcome
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A finding with the last word on it."""

    finding: Finding
    appeal: Appeal | None = None

    @property
    def is_revoked(self) -> bool:
        """Whether the card was taken back; it stays on record."""
        return self.appeal is not None and self.appeal.outcome is AppealOutcome.REVOKED

    @property
    def grade(self) -> Grade:
        """The grade that counts."""
        return Grade.NORMAL if self.is_revoked else self.finding.grade

    @property
    def text(self) -> str:
        """The finding's sentence with what became of it."""
        if self.appeal is None:
            return self.finding.sentence
        return f"{self.finding.sentence}（申诉后{self.appeal.outcome.label}：{self.appeal.reason}）"


def finding_id(rule: str, case_id: str, key: Iterable[str]) -> str:
    """Return the lasting identity of a finding: 32 hex digits from rule, case and what began it."""
    return hashlib.sha256("\n".join((rule, case_id, *key)).encode()).hexdigest()[:32]


def standing(findings: Iterable[Finding], appeals: Iterable[Appeal]) -> tuple[StandingFinding, ...]:
    """Return findings with the last appeal decided on each, in their own order.

    Appeals on findings that a later log no longer gives are passed over: there is nothing left to revoke.
    """
    last = {appeal.finding_id: appeal for appeal in appeals}
    return tuple(StandingFinding(finding, last.get(finding.finding_id)) for finding in findings)


def gravest(found: Iterable[StandingFinding]) -> Grade:
    """Return the gravest grade that counts, normal for no finding."""
    return max((row.grade for row in found), default=Grade.NORMAL)


def revoked_by_desk(found: Iterable[StandingFinding]) -> dict[str, int]:
    """Return how many cards of each desk were revoked; desks without any are absent."""
    counts: dict[str, int] = {}
    for row in found:
        if row.is_revoked:
            counts[row.finding.desk_id] = counts.get(row.finding.desk_id, 0) + 1
    return counts


def finding_to_mapping(finding: Finding) -> dict[str, Any]:
    """Return the JSON shape of a finding."""
    values = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
    settled = finding.settled_on.isoformat() if finding.settled_on else ""
    plain = {name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()}
    days = {"day": finding.day.isoformat(), "settled_on": settled}
    return {**plain, "evidence": list(finding.evidence), **days}


def finding_from_mapping(data: Mapping[str, Any]) -> Finding:
    """Read what `finding_to_mapping` wrote; raises KeyError, TypeError or ValueError on a malformed one."""
    values = dict(data)
    settled = str(values.pop("settled_on") or "")
    return Finding(
        **{
            **values,
            "grade": Grade(values["grade"]),
            "kind": FindingKind(values["kind"]),
            "evidence": tuple(str(row) for row in values["evidence"]),
            "day": date.fromisoformat(values["day"]),
        },
        settled_on=date.fromisoformat(settled) if settled else None,
    )
