"""送达回证."""

from __future__ import annotations

from stationapp.documents.forms.service_certificate import (
    BY_FAMILY,
    BY_POST,
    DIRECT,
    ELECTRONIC,
    LEFT,
    ServedDocument,
    ServiceCertificate,
)
from stationapp.documents.layout.words import long_date
from stationapp.services.gathering.matter import Matter, masked_number, result_documents

# The manners of the move of service, as the form of the certificate names them.
_MANNERS = {
    "in_person": DIRECT,
    "household": BY_FAMILY,
    "left": LEFT,
    "post": BY_POST,
    "electronic": ELECTRONIC,
}
# Where somebody other than the person served took the papers, or was there when they were left.
_TAKEN_BY_ANOTHER = frozenset({"household", "left"})


def gather(matter: Matter) -> ServiceCertificate:
    """Return the certificate of what was served, on whom, how and when."""
    case, desk, event = matter.case, matter.desk, matter.event
    manner, witness = matter.text("manner"), matter.text("witness")
    sent_on = matter.day("sent_on")
    by_another = manner in _TAKEN_BY_ANOTHER
    return ServiceCertificate(
        organ=desk.organ or desk.name,
        certificate_number=matter.text("document_number"),
        case_number=case.case_number or case.receipt_number,
        item_name=case.application.item_name,
        documents=_documents(matter),
        recipient=case.application.applicant.name,
        recipient_id=masked_number(case.application.applicant.document_number),
        place=_place(matter),
        manner=_MANNERS[manner],
        servers=(event.hand.person_name,),
        issued_on=event.at.date(),
        received_on=matter.day("served_on"),
        taken_by=matter.text("recipient") if by_another else "",
        relation=matter.text("relation") if by_another else "",
        witnesses=(witness,) if witness else (),
        postal_number=matter.text("waybill"),
        electronic_address=matter.text("consent"),
        remarks=f"{long_date(sent_on)}寄出。" if sent_on else "",
    )


def _place(matter: Matter) -> str:
    """What is left or posted, or taken by the household, is served where the applicant lives."""
    manner = matter.text("manner")
    if manner == "in_person":
        return matter.desk.name
    return "" if manner == "electronic" else matter.case.application.applicant.address


def _documents(matter: Matter) -> tuple[ServedDocument, ...]:
    return tuple(ServedDocument(name, number) for name, number in result_documents(matter.case))
