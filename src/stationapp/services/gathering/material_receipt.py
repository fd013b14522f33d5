"""材料接收凭证."""

from __future__ import annotations

from collections.abc import Iterable

from stationapp.documents.forms.material_receipt import MaterialReceipt, ReceivedMaterial
from stationapp.documents.layout.words import long_time
from stationapp.domain.events import CaseEvent
from stationapp.domain.people import HandedIn, application_from_mapping, handed_in_from_mapping
from stationapp.platform.machine import WARN_DRIFT
from stationapp.services.gathering.matter import Matter, keeper_text, masked_number, material_name, qr_text


def gather(matter: Matter) -> MaterialReceipt:
    """Return the receipt of what was handed in with this act.

    A reprint shows the same, whatever came later; once the hub has the act it says besides when the hub received it.
    """
    case, desk = matter.case, matter.desk
    applicant = case.application.applicant
    materials = tuple(
        ReceivedMaterial(material_name(row), row.originals, row.copies, row.pages, keeper_text(row))
        for row in _handed_in(matter.event)
    )
    return MaterialReceipt(
        station=desk.name,
        receipt_number=case.receipt_number,
        qr_payload=qr_text(case),
        enquiry_code=case.enquiry_code,
        applicant=applicant.name,
        applicant_id=masked_number(applicant.document_number),
        applicant_phone=applicant.phone,
        representative=matter.representative,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        materials=materials,
        receiver=matter.event.hand.person_name,
        received_at=matter.event.at,
        station_phone=desk.phone,
        enquiry_phone=desk.phone,
        complaint_phone=desk.complaint_phone,
        hub_time=_hubs_time(matter),
        is_supplement=matter.event.move == "supply",
    )


def _hubs_time(matter: Matter) -> str:
    """When the hub received the act, by its clock: this PC's may have been wrong by days or years."""
    known = (row.received_at for row in matter.history if row.event.event_id == matter.event.event_id)
    received = next((at for at in known if at is not None), None)
    if received is None:
        return ""
    said = f"县级平台收到：{long_time(received.astimezone(matter.event.at.tzinfo))}"
    return said + ("（收件时本机时钟偏快，以此为准）" if matter.event.at - received > WARN_DRIFT else "")


def _handed_in(event: CaseEvent) -> Iterable[HandedIn]:
    if "application" in event.facts:
        return application_from_mapping(event.facts["application"]).materials
    return [handed_in_from_mapping(row) for row in event.facts.get("materials", ())]
