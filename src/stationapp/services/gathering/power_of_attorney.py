"""委托书: the applicant lets the station's agent act for him (许可法 29; 社会救助暂行办法 11, 16)."""

from __future__ import annotations

from stationapp.documents.forms.power_of_attorney import PowerOfAttorney
from stationapp.services.gathering.heads import listed
from stationapp.services.gathering.matter import Matter, known_desk


def gather(matter: Matter) -> PowerOfAttorney:
    """Return the paper for the agent who received the case; the day is written by hand when it is signed."""
    case, opened = matter.case, matter.history[0].event
    desk = known_desk(matter.organisation, case.origin)
    applicant = case.application.applicant
    agent = matter.organisation.person(opened.hand.person_id)
    return PowerOfAttorney(
        station=desk.name,
        receipt_number=case.receipt_number,
        principal=applicant.name,
        principal_id=applicant.document_number,
        principal_phone=applicant.phone,
        principal_address=applicant.address,
        agent=opened.hand.person_name,
        agent_number=agent.staff_number if agent else "",
        agent_phone=desk.phone,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        originals=tuple(row for row in listed(case.application.materials) if row.originals),
    )
