"""Intake: from the first key stroke to the receipt. A draft saves itself; receiving it is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from stationapp.domain.case import Case, open_case
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent
from stationapp.domain.identity_documents import DocumentKind, normalise_number
from stationapp.domain.item_versions import item_begun_with
from stationapp.domain.moves import Situation
from stationapp.domain.names import normalise_name
from stationapp.domain.people import (
    Applicant,
    Application,
    HandedIn,
    application_from_mapping,
    application_to_mapping,
)
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.materials import missing_materials
from stationapp.services.acts import case_in, new_id, perform
from stationapp.services.catalogue import why_closed
from stationapp.services.changed import Changed, Kind
from stationapp.services.numbering import new_enquiry_code, next_receipt_number
from stationapp.services.unrecognised import case_to_act_on
from stationapp.services.workplace import Workplace
from stationapp.store.records import DraftSummary
from stationapp.store.units import WriteUnit


@dataclass(frozen=True, slots=True)
class Draft:
    """An application being entered. `case_id` is set when it completes a case that lacked materials."""

    draft_id: str
    application: Application
    case_id: str = ""
    unfinished: Mapping[str, Any] = field(default_factory=dict)  # what was typed and is no value yet


def new_draft(workplace: Workplace, item: ServiceItem) -> Draft:
    """Return a fresh draft for an item; raises Refused when no case of it may be opened here
    today (无编码不得办理).
    """
    reasons = why_closed(workplace, item)
    if reasons:
        raise Refused(*reasons)
    application = Application(item.code, item.version, item.name, Applicant("", "resident_id", ""))
    return Draft(new_id(), application)


def draft_of(case: Case) -> Draft:
    """Return a draft that completes a case whose materials were not complete."""
    return Draft(new_id(), case.application, case.case_id)


def save_draft(workplace: Workplace, draft: Draft) -> Changed:
    """Store the draft as it stands; every pause in typing may call this."""
    body = {
        "application": application_to_mapping(draft.application),
        "case_id": draft.case_id,
        "unfinished": dict(draft.unfinished),
    }
    with workplace.store.write() as unit:
        unit.drafts.save(draft.draft_id, body, workplace.now())
    return Changed.of(Kind.DRAFTS)


def drafts(workplace: Workplace) -> list[DraftSummary]:
    """Return the drafts of this station, newest first."""
    with workplace.store.read() as unit:
        return unit.drafts.list()


def resume_draft(workplace: Workplace, draft_id: str) -> Draft:
    """Return a stored draft; raises Refused when it is gone."""
    with workplace.store.read() as unit:
        body = unit.drafts.get(draft_id)
    if body is None:
        raise Refused(Reason("no-draft", "这份草稿已经办结或删除。"))
    application = application_from_mapping(body["application"])
    return Draft(draft_id, application, str(body["case_id"]), dict(body["unfinished"]))


def discard_draft(workplace: Workplace, draft_id: str) -> Changed:
    """Delete a draft: it never was a case and has no number."""
    with workplace.store.write() as unit:
        unit.drafts.delete(draft_id)
    return Changed.of(Kind.DRAFTS)


def missing_of(workplace: Workplace, draft: Draft) -> list[dict[str, str]]:
    """Return every required material that is not there in full, as the one-time notice lists them."""
    item = item_of(workplace, draft)
    return missing_materials(item, draft.application) if item else []


def receive(workplace: Workplace, draft: Draft) -> tuple[Case, Changed]:
    """Receive the application (收件): number, enquiry code, event and outbox entry in one transaction.

    A draft is received once: its id becomes the case's. Raises Refused with one reason per field that is wrong.
    """
    return _open(workplace, draft, "receive", {})


def note_missing(workplace: Workplace, draft: Draft) -> tuple[Case, Changed]:
    """Keep the case and tell once all that is missing; raises Refused when nothing is."""
    if draft.case_id:
        raise Refused(Reason("told-once", "已经一次性告知过；请在材料补齐后办理收件。"))
    return _open(workplace, draft, "note_missing", {"missing": missing_of(workplace, draft)})


def _open(workplace: Workplace, draft: Draft, move: str, facts: Mapping[str, Any]) -> tuple[Case, Changed]:
    with workplace.store.write() as unit:
        case = _open_within(workplace, unit, draft, move, facts)
    return case, Changed.of(Kind.CASES, Kind.DRAFTS, Kind.OUTBOX, case_ids=(case.case_id,))


def receive_within(workplace: Workplace, unit: WriteUnit, draft: Draft) -> Case:
    """Receive an application inside a transaction that does more, such as taking over a register of paper cases."""
    return _open_within(workplace, unit, draft, "receive", {})


def _open_within(
    workplace: Workplace, unit: WriteUnit, draft: Draft, move: str, facts: Mapping[str, Any]
) -> Case:
    _refuse_second_time(unit, draft)
    application = _tidy(draft.application)
    case_id = draft.case_id or draft.draft_id
    situation, given = _situation(workplace, unit, draft)
    complete = {"application": application_to_mapping(application), **given, **facts}
    event = perform(workplace, unit, situation, case_id, move, complete)
    unit.drafts.delete(draft.draft_id)
    return case_in(unit, case_id) if draft.case_id else _opened_by(event)


def _opened_by(event: CaseEvent) -> Case:
    """The case as its first event makes it, without reading back what was just written."""
    return open_case(event, TABLE[event.move].effect)


def _refuse_second_time(unit: WriteUnit, draft: Draft) -> None:
    """A draft that is still open in a second window must not become a second case with a second number."""
    record = None if draft.case_id else unit.cases.get(draft.draft_id)
    if record is not None:
        raise Refused(Reason("received-already", f"这份申请已经收件，收件号 {record.case.receipt_number}。"))


def _situation(workplace: Workplace, unit: WriteUnit, draft: Draft) -> tuple[Situation, dict[str, str]]:
    if draft.case_id:
        case = case_to_act_on(unit, draft.case_id)
        numbers = {"receipt_number": case.receipt_number, "enquiry_code": case.enquiry_code}
        return workplace.situation(case), numbers
    numbers = {"receipt_number": next_receipt_number(workplace, unit), "enquiry_code": new_enquiry_code()}
    return workplace.opening(item_of(workplace, draft)), numbers


def item_of(workplace: Workplace, draft: Draft) -> ServiceItem | None:
    """A case that runs finishes under its version; a new one takes the version in force today."""
    if draft.case_id:
        return item_begun_with(draft.application, workplace.catalogue)
    return workplace.catalogue.in_force(draft.application.item_code, workplace.now().date())


def _tidy(application: Application) -> Application:
    rows = application.materials
    brought = (row for row in rows if row.originals or row.copies or row.attachments or row.promised_by)
    return replace(application, applicant=tidy_applicant(application.applicant), materials=tuple(brought))


def tidy_applicant(applicant: Applicant) -> Applicant:
    """Return the applicant with name and number in their one spelling, and no blanks around the rest."""
    return Applicant(
        name=_normal_name(applicant.name),
        document_kind=applicant.document_kind,
        document_number=_normal_number(applicant),
        sex=applicant.sex,
        birth_date=applicant.birth_date,
        phone=applicant.phone.strip(),
        address=applicant.address.strip(),
    )


def _normal_name(name: str) -> str:
    """Return the one spelling of a name; a name that has none is judged with all other fields, not before them."""
    try:
        return normalise_name(name)
    except Refused:
        return name


def _normal_number(applicant: Applicant) -> str:
    kinds = {str(kind) for kind in DocumentKind}
    if applicant.document_kind not in kinds:
        return applicant.document_number.strip()
    return normalise_number(DocumentKind(applicant.document_kind), applicant.document_number)


def with_material(application: Application, row: HandedIn) -> Application:
    """Return the application with one material put down or changed."""
    others = tuple(other for other in application.materials if other.material_id != row.material_id)
    return replace(application, materials=(*others, row))
