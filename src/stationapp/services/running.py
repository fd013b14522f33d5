"""Cases of the same applicant and item that are running here already: a second one may be a double (疑似重复申请)."""

from __future__ import annotations

from stationapp.domain.people import Application
from stationapp.domain.states import CASE_STATES, FINAL_STATES
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSummary

_RUNNING = CASE_STATES - FINAL_STATES
_MOST = 5


def running_alike(workplace: Workplace, application: Application, besides: str = "") -> list[CaseSummary]:
    """Return the running cases known here with the application's document and item, the newest first.

    `besides` is the case that is being received again, which is no double of itself.
    """
    applicant = application.applicant
    if not applicant.document_number:
        return []
    query = CaseQuery(
        text=applicant.document_number, items=(application.item_code,), states=_RUNNING, sort="received"
    )
    with workplace.store.read() as unit:
        ids = [case_id for case_id in unit.cases.find(query, _MOST, None) if case_id != besides]
        records = {case_id: unit.cases.get(case_id) for case_id in ids}
        same = [
            case_id
            for case_id, record in records.items()
            if record is not None
            and record.case.application.applicant.document_number == applicant.document_number
        ]
        return unit.cases.summary(same)
