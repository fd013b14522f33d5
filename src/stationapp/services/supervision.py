"""What the supervision finds in the cases this station knows, computed here and now, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stationapp.domain.appeals import decided_appeals
from stationapp.domain.case import CASE, Case
from stationapp.domain.findings import Grade, StandingFinding, standing
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.supervision import findings
from stationapp.domain.supervision_policy import policy_of
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, EventStatus, StoredEvent

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class SupervisedCase:
    """A case with what the supervision finds in it, the gravest first."""

    case: Case
    found: tuple[StandingFinding, ...]

    @property
    def grade(self) -> Grade:
        """The gravest grade that counts."""
        return max((row.grade for row in self.found), default=Grade.NORMAL)


def found_in(workplace: Workplace, case: Case, history: Sequence[StoredEvent]) -> tuple[StandingFinding, ...]:
    """Return what the supervision finds in a case, with what became of appeals, in the order in which it arose."""
    item = workplace.item_of(case)
    if item is None or case.kind != CASE:
        return ()
    log = logged(history)
    organisation = workplace.organisation
    rows = findings(log, item, organisation, workplace.calendar, workplace.now(), policy_of(organisation))
    return standing(rows, decided_appeals(act.event for act in log))


def supervised(workplace: Workplace, least: Grade = Grade.WARNING) -> list[SupervisedCase]:
    """Return the cases of this station that have a finding of at least that grade, the gravest first."""
    with workplace.store.read() as unit:
        ids = unit.cases.find(CaseQuery(), _MANY, None)
        records = [(unit.cases.get(case_id), unit.events.of_case(case_id)) for case_id in ids]
    cases = [
        SupervisedCase(record.case, found_in(workplace, record.case, tuple(history)))
        for record, history in records
        if record is not None
    ]
    return sorted((row for row in cases if row.grade >= least), key=lambda row: row.grade, reverse=True)


def logged(history: Sequence[StoredEvent]) -> tuple[LoggedAct, ...]:
    """Return a history as the supervision reads it; what the hub refused did not happen."""
    taken = (row for row in history if row.status is not EventStatus.REFUSED)
    return tuple(LoggedAct(row.event, row.received_at) for row in taken)
