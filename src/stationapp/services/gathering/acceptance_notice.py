"""受理通知书."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stationapp.documents.forms.acceptance_notice import BASIS, AcceptanceNotice, AcceptedMaterial
from stationapp.domain.due_facts import stated_due
from stationapp.services.gathering.matter import Matter, masked_number, material_name

_EXCLUDED = "补正、听证、检验、检测、检疫、鉴定和专家评审等依法不计入期限的时间"


def gather(matter: Matter) -> AcceptanceNotice:
    """Return the notice with both limits as they were counted when the case was accepted."""
    case, desk, event = matter.case, matter.desk, matter.event
    applicant = case.application.applicant
    item = matter.workplace.item_of(case)
    statutory, promised = event.facts.get("statutory_due"), event.facts.get("promised_due")
    publicity = (f"公示 {item.publicity_days} 天",) if item and item.publicity_days else ()
    received = case.when("receive") or event.at
    return AcceptanceNotice(
        organ=desk.organ or desk.name,
        document_number=matter.text("document_number"),
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        applicant=applicant.name,
        applicant_id=masked_number(applicant.document_number),
        contact=applicant.name,
        contact_phone=applicant.phone,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applied_on=received.date(),
        accepted_on=event.at.date(),
        materials=tuple(
            AcceptedMaterial(material_name(row), row.originals, row.copies)
            for row in case.application.materials
        ),
        statutory_limit=_limit(statutory),
        statutory_due=_day(statutory),
        statutory_provisional=_is_provisional(statutory),
        promised_limit=_limit(promised),
        promised_due=_day(promised),
        promised_provisional=_is_provisional(promised),
        excluded=(*publicity, _EXCLUDED),
        handler=event.hand.person_name,
        handler_phone=desk.phone,
        enquiry_phone=desk.phone,
        complaint_phone=desk.complaint_phone,
        issued_on=event.at.date(),
        basis=matter.basis(BASIS),
    )


def _limit(due: Mapping[str, Any] | None) -> str:
    return str(due.get("limit", "")) if due else ""


def _day(due: Mapping[str, Any] | None) -> date | None:
    return stated_due(due).day if due else None


def _is_provisional(due: Mapping[str, Any] | None) -> bool:
    return stated_due(due).provisional if due else False
