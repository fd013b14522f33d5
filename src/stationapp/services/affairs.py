"""Services around a case: opened, listed and searched. What can be done with one then is the case view's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import CASE, Case, open_case
from stationapp.domain.case_flow import TABLE, why_not
from stationapp.domain.item_versions import item_begun_with
from stationapp.domain.moves import Move
from stationapp.domain.people import Applicant, Application, application_to_mapping
from stationapp.domain.refusal import Reason
from stationapp.domain.states import AFFAIR_ENDS, AFFAIR_STATES
from stationapp.services.access import may_see
from stationapp.services.acts import new_id, perform
from stationapp.services.affair_facts import opening_facts
from stationapp.services.changed import Changed, Kind
from stationapp.services.intake import tidy_applicant
from stationapp.services.numbering import new_enquiry_code, next_receipt_number
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSummary
from stationapp.store.units import ReadUnit, WriteUnit

OPENERS: Mapping[AffairKind, Move] = {
    AffairKind(move.kind): move for move in TABLE.values() if move.opens and move.kind != CASE
}
"""The move that opens an affair of each kind; its asks say what a window asks for."""

NOBODY = Applicant("", "", "")
_OPEN_STATES = AFFAIR_STATES - AFFAIR_ENDS


@dataclass(frozen=True, slots=True)
class AffairCount:
    """How many open affairs of a kind this person can see at this station."""

    kind: AffairKind
    title: str
    count: int


def why_not_opened(workplace: Workplace, kind: AffairKind) -> tuple[Reason, ...]:
    """Return why this person may open no affair of a kind, empty when he may."""
    return why_not(workplace.opening(None), OPENERS[kind], workplace.hand)


def open_affair(
    workplace: Workplace,
    kind: AffairKind,
    subject: str,
    applicant: Applicant,
    facts: Mapping[str, Any],
    *,
    item_code: str = "",
) -> tuple[Case, Changed]:
    """Open an affair: number, enquiry code, event and outbox entry in one transaction.

    `subject` says in a few words what it is about; empty, the name of the item is taken. `facts` are the answers to
    the asks of the opening move; what follows from them is filled in. Raises Refused with one reason per fault.
    """
    with workplace.store.write() as unit:
        case = open_within(
            workplace, unit, kind, _application(workplace, subject, applicant, item_code), facts
        )
    return case, Changed.of(Kind.CASES, Kind.OUTBOX, case_ids=(case.case_id,))


def open_within(
    workplace: Workplace,
    unit: WriteUnit,
    kind: AffairKind,
    application: Application,
    facts: Mapping[str, Any],
) -> Case:
    """Open an affair inside a transaction that does more."""
    move = OPENERS[kind]
    complete = {
        **opening_facts(workplace, move.name, facts),
        "application": application_to_mapping(application),
        "receipt_number": next_receipt_number(workplace, unit),
        "enquiry_code": new_enquiry_code(),
    }
    situation = workplace.opening(item_begun_with(application, workplace.catalogue))
    event = perform(workplace, unit, situation, new_id(), move.name, complete)
    return open_case(event, move.effect)


def affair_ids(
    workplace: Workplace,
    kind: AffairKind,
    text: str = "",
    *,
    open_only: bool = False,
    held_here: bool = False,
    limit: int = 1_000_000,
) -> list[str]:
    """Return the ids of affairs this person may see, the last changed first, narrowed by what was typed."""
    query = CaseQuery(
        kind=kind,
        text=text,
        states=_OPEN_STATES if open_only else (),
        holder=workplace.desk.desk_id if held_here else "",
    )
    with workplace.store.read() as unit:
        return _seen(workplace, unit, kind, unit.cases.find(query))[:limit]


def summaries(workplace: Workplace, ids: list[str]) -> list[CaseSummary]:
    """Return the rows of a list for a block of ids that `affair_ids` gave."""
    with workplace.store.read() as unit:
        return unit.cases.summary(ids)


def counts(workplace: Workplace) -> tuple[AffairCount, ...]:
    """Return how many affairs of each kind are open, as the day's desk shows them."""
    with workplace.store.read() as unit:
        return tuple(AffairCount(kind, kind.label, _open_count(workplace, unit, kind)) for kind in AffairKind)


def _open_count(workplace: Workplace, unit: ReadUnit, kind: AffairKind) -> int:
    query = CaseQuery(kind=kind, states=_OPEN_STATES)
    if kind is not AffairKind.COMPLAINT:
        return unit.cases.count(query)
    return len(_seen(workplace, unit, kind, unit.cases.find(query)))


def _seen(workplace: Workplace, unit: ReadUnit, kind: AffairKind, ids: list[str]) -> list[str]:
    """Complaints are few, and each says itself who may know of it."""
    if kind is not AffairKind.COMPLAINT:
        return ids
    records = ((case_id, unit.cases.get(case_id)) for case_id in ids)
    return [case_id for case_id, record in records if record is not None and may_see(workplace, record.case)]


def _application(workplace: Workplace, subject: str, applicant: Applicant, item_code: str) -> Application:
    item = workplace.catalogue.in_force(item_code, workplace.now().date()) if item_code else None
    code, version, name = (item.code, item.version, item.name) if item is not None else ("", 0, "")
    return Application(code, version, subject.strip() or name, tidy_applicant(applicant))
