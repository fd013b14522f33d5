"""联合踏勘记录: one appointment, one record, signed by all (一车制, SEED 003)."""

from __future__ import annotations

from datetime import date

from stationapp.documents.forms.site_visit_record import SiteVisitRecord, VisitingDepartment
from stationapp.domain.events import CaseEvent
from stationapp.domain.parts import PartState, part_of
from stationapp.services.gathering.matter import Matter, known_desk


def gather(matter: Matter) -> SiteVisitRecord:
    """Return the record with everybody who was called, came, stayed away and signed."""
    case, desk = matter.case, matter.desk
    called = matter.before.last["call_site_visit"]
    applicant = case.application.applicant
    item = matter.workplace.item_of(case)
    departments = (desk.desk_id, *(str(one) for one in called.facts["desks"]))
    return SiteVisitRecord(
        lead_organ=desk.organ or desk.name,
        document_number=matter.text("document_number"),
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        applicant=applicant.name,
        applicant_phone=applicant.phone,
        visit_on=date.fromisoformat(str(called.facts["visit_on"])),
        site=applicant.address,
        meet_at=str(called.facts["meet_at"]),
        vehicle=str(called.facts.get("vehicle", "")),
        departments=tuple(_row(matter, called, desk_id) for desk_id in dict.fromkeys(departments)),
        findings=tuple(line for line in matter.text("finding").split("\n") if line.strip()),
        recorded_by=matter.event.hand.person_name,
        absence_counts=item.default_on_absence if item else False,
    )


def _row(matter: Matter, called: CaseEvent, desk_id: str) -> VisitingDepartment:
    """The row of a department; the lead, which called the visit, knew of it by that very act."""
    came = [str(row["person"]) for row in matter.event.facts["attended"] if row["desk_id"] == desk_id]
    confirmed, signed = (_by(matter, move, desk_id) for move in ("acknowledge_visit", "sign_visit_record"))
    lead = desk_id == matter.event.hand.desk_id
    return VisitingDepartment(
        department=known_desk(matter.organisation, desk_id).name,
        called_at=called.at,
        acknowledged_at=called.at if lead else confirmed.at if confirmed else None,
        attended_by="、".join(came),
        signed_at=matter.event.at if lead else signed.at if signed else None,
        absence="" if came else _absence(matter, desk_id),
    )


def _absence(matter: Matter, desk_id: str) -> str:
    """What became of an absence is said on the record, too, once it was stated."""
    part = part_of(matter.case.parts, desk_id)
    return "未到场，缺席默认" if part is not None and part.state is PartState.ABSENT else "未到场"


def _by(matter: Matter, move: str, desk_id: str) -> CaseEvent | None:
    """Confirmations and signatures belong to the visit that was called last before the record."""
    rows = (row for row in matter.since("call_site_visit") if row.move == move)
    return next((row for row in rows if row.hand.desk_id == desk_id), None)
