"""Complaints (投诉): taken down at any desk, handled by the complaint post, never shown to the accused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.complaint_limits import complaint_due
from stationapp.domain.people import Applicant
from stationapp.domain.time_limits import DueDate
from stationapp.services.access import may_see
from stationapp.services.affairs import open_affair
from stationapp.services.changed import Changed
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

SUBJECT = "投诉"


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """A complaint with what is owed: the day by which it is accepted or answered, and whether that has passed."""

    case: Case
    due: DueDate | None
    overdue: bool


def file_complaint(
    workplace: Workplace, applicant: Applicant, facts: Mapping[str, Any], subject: str = SUBJECT
) -> tuple[Case, Changed]:
    """Take down a complaint; it is the complaint post's at once. Raises Refused, also where this desk is accused."""
    return open_affair(workplace, AffairKind.COMPLAINT, subject or SUBJECT, applicant, facts)


def complaints(workplace: Workplace, text: str = "") -> list[ComplaintLine]:
    """Return the complaints this person may see, what is due first first; what is finished comes last."""
    today = workplace.now().date()
    query = CaseQuery(kind=AffairKind.COMPLAINT, text=text, sort="due", descending=False)
    with workplace.store.read() as unit:
        records = [unit.cases.get(case_id) for case_id in unit.cases.find(query)]
    cases = [record.case for record in records if record is not None and may_see(workplace, record.case)]
    dues = [(case, complaint_due(case, workplace.calendar)) for case in cases]
    return [ComplaintLine(case, due, due is not None and today > due.day) for case, due in dues]
