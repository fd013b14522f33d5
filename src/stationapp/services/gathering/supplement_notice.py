"""一次性告知书: at intake by the station, or 补正 by the accepting authority."""

from __future__ import annotations

from stationapp.documents.forms.supplement_notice import BASIS, Lack, SupplementNotice
from stationapp.services.gathering.matter import Matter, known_desk

_PRACTICE = "一次性告知制；DB51/T 1623—2013《政务服务中心 一次性告知规范》"
_AT_INTAKE = "材料补齐后即予收件；本告知书不是受理凭证。"
_AT_AUTHORITY = "逾期未补正的，按补正不来办结处理；可以重新提出申请。"


def gather(matter: Matter) -> SupplementNotice:
    """Return the notice of everything that is missing, told once."""
    case, desk, event = matter.case, matter.desk, matter.event
    at_intake = event.move == "note_missing"
    received = event.at if at_intake else case.when("receive") or event.at
    lacks = tuple(
        Lack(str(row["name"]), str(row.get("problem", "")), str(row["standard"]))
        for row in event.facts["missing"]
    )
    return SupplementNotice(
        organ=desk.organ or desk.name,
        document_number=matter.text("document_number") or case.receipt_number,
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        applicant=case.application.applicant.name,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        received_on=received.date(),
        lacks=lacks,
        deadline=matter.day("deadline"),
        consequence=_AT_INTAKE if at_intake else _AT_AUTHORITY,
        submit_to=known_desk(matter.organisation, case.origin).name,
        handler=event.hand.person_name,
        handler_phone=desk.phone,
        complaint_phone=desk.complaint_phone,
        issued_on=event.at.date(),
        basis=BASIS if matter.is_licence else _PRACTICE,
    )
