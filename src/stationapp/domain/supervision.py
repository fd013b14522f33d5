"""The supervision (电子监察): findings of one case, computed from its log by the table of rules.

Nothing is stored that cannot be computed again: the same log, item, organisation, calendar, policy and moment give the
same findings at a station and at the hub. Only what needs the hub's receive times (a clock that runs ahead, late
upload) is found where those are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.clock_reading import Reading, read_log
from stationapp.domain.clocks import clocks_in
from stationapp.domain.findings import Finding, FindingKind, Grade, finding_id
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.organisation import Organisation
from stationapp.domain.supervision_policy import DEFAULT_POLICY, SupervisionPolicy
from stationapp.domain.supervision_rules import RULES
from stationapp.domain.supervision_watch import Breach, Rule, Watch

_EXPLAINED = "有关单位的时钟异常，须人工核对，暂不计牌。"


def findings(
    log: Sequence[LoggedAct],
    item: ServiceItem,
    organisation: Organisation,
    calendar: WorkCalendar,
    now: datetime,
    policy: SupervisionPolicy = DEFAULT_POLICY,
) -> tuple[Finding, ...]:
    """Return every finding of a case at a moment, in the order in which they arose; none for an empty log."""
    if not log:
        return ()
    return findings_in(read_log(log, item, organisation, calendar, now, policy))


def findings_in(reading: Reading) -> tuple[Finding, ...]:
    """Return every finding of a log that has been read."""
    watch = Watch(reading, clocks_in(reading))
    found = [_finding(rule, breach, watch) for rule in RULES for breach in rule.check(watch)]
    doubtful = {event for one in found if one.kind is FindingKind.CLOCK for event in one.evidence}
    explained = (_explained(one) if _is_doubtful(one, doubtful) else one for one in found)
    return tuple(sorted(explained, key=lambda one: (one.day, one.rule, one.finding_id)))


def _finding(rule: Rule, breach: Breach, watch: Watch) -> Finding:
    case_id = watch.clocks.case_id
    grade = watch.reading.policy.grades.get(rule.code)
    return Finding(
        finding_id=finding_id(rule.code, case_id, breach.key),
        rule=rule.code,
        title=rule.title,
        grade=rule.grade if grade is None else Grade(str(grade)),
        kind=rule.kind,
        case_id=case_id,
        stage=breach.stage,
        desk_id=breach.desk_id,
        person=breach.person,
        person_name=breach.person_name,
        evidence=breach.evidence,
        day=breach.day,
        sentence=rule.sentence.format(**breach.words),
        source=rule.source,
        settled_on=breach.settled_on,
    )


def _is_doubtful(one: Finding, doubtful: set[str]) -> bool:
    return one.kind is FindingKind.LOGIC and not doubtful.isdisjoint(one.evidence)


def _explained(one: Finding) -> Finding:
    """A contradiction that a wrong clock explains is shown as such, and is no card."""
    return replace(one, grade=Grade.NORMAL, kind=FindingKind.CLOCK, sentence=f"{one.sentence}{_EXPLAINED}")
