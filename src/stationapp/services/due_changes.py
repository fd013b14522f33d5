"""Which due dates moved when a later calendar of holidays arrived, so that people are told and can tell applicants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stationapp.domain.case import FINAL_STATES, Case
from stationapp.domain.due_dates import current_due
from stationapp.domain.states import CASE_STATES
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

_TITLES = {"promised_due": "承诺办结", "statutory_due": "法定办结"}
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class MovedDue:
    """A due date of a running case that stands on another day than the notice the applicant holds; the notice said
    暂定. `provisional` is whether the new day is one too.
    """

    case_id: str
    receipt_number: str
    applicant: str
    title: str
    was: date
    now: date
    provisional: bool

    @property
    def text(self) -> str:
        """One sentence for the list and for the telephone."""
        still = "（仍为暂定）" if self.provisional else ""
        return f"{self.receipt_number}：{self.title}日期原暂定 {self.was}，按新公布的放假安排改为 {self.now}{still}。"


def moved_dues(workplace: Workplace) -> list[MovedDue]:
    """Return the due dates of this station's running cases that have moved since they were stated, earliest first."""
    query = CaseQuery(states=CASE_STATES - FINAL_STATES, due_before=date.max, sort="due", descending=False)
    found: list[MovedDue] = []
    with workplace.store.read() as unit:
        for case_id in unit.cases.find(query, _MANY, None):
            record = unit.cases.get(case_id)
            if record is not None:
                found.extend(_moved(workplace, record.case))
    return found


def _moved(workplace: Workplace, case: Case) -> Iterator[MovedDue]:
    for name, title in _TITLES.items():
        due = current_due(case, name, workplace.calendar)
        if due is not None and due.was is not None:
            name_of = case.application.applicant.name
            yield MovedDue(
                case.case_id, case.receipt_number, name_of, title, due.was, due.day, due.provisional
            )
