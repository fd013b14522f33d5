"""What all notices to an applicant have in common."""

from __future__ import annotations

from stationapp.documents.notice import ListedMaterial, NoticeHead
from stationapp.domain.people import HandedIn
from stationapp.services.gathering.matter import Matter, masked_number


def notice_head(matter: Matter) -> NoticeHead:
    """Return who tells whom about which case."""
    case, desk, event = matter.case, matter.desk, matter.event
    applicant = case.application.applicant
    received = case.when("receive") or case.when("note_missing")
    return NoticeHead(
        organ=desk.organ or desk.name,
        document_number=matter.text("document_number") or case.receipt_number,
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        applicant=applicant.name,
        applicant_id=masked_number(applicant.document_number),
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applied_on=received.date() if received else None,
        handler=event.hand.person_name,
        handler_phone=desk.phone,
        complaint_phone=desk.complaint_phone,
        issued_on=event.at.date(),
    )


def review_organ(matter: Matter) -> str:
    """Return where a review can be asked for (行政复议法)."""
    return f"{matter.organisation.county_name}人民政府"


def court(matter: Matter) -> str:
    """Return where an action can be brought (行政诉讼法)."""
    return f"{matter.organisation.county_name}人民法院"


def listed(rows: tuple[HandedIn, ...]) -> tuple[ListedMaterial, ...]:
    """Return what lies in the file, without what was only promised."""
    return tuple(
        ListedMaterial(row.name, row.originals, row.copies) for row in rows if row.originals or row.copies
    )
