"""准予、不予决定书."""

from __future__ import annotations

from stationapp.documents.forms.decision import Decision
from stationapp.documents.layout.words import long_date
from stationapp.domain.case import Case
from stationapp.domain.due_dates import publicity_of
from stationapp.services.gathering.matter import Matter, known_desk


def gather(matter: Matter) -> Decision:
    """Return the decision with its reasons and, always, where a remedy can be sought (许可法 38)."""
    case, desk, event = matter.case, matter.desk, matter.event
    applicant = case.application.applicant
    item = matter.workplace.item_of(case)
    organisation = matter.organisation
    above = known_desk(organisation, organisation.county_window().desk_id)
    accepted, received = case.when("accept") or event.at, case.when("receive") or event.at
    return Decision(
        organ=desk.organ or desk.name,
        document_number=matter.text("document_number"),
        granted=event.move in {"grant", "record_reply_granted"},
        subject="行政许可" if matter.is_licence else "办理",
        applicant=applicant.name,
        applicant_id=applicant.document_number,
        case_number=case.case_number,
        item_name=case.application.item_name,
        applied_on=received.date(),
        accepted_on=accepted.date(),
        facts=_facts(case),
        reasons=tuple(line for line in matter.text("reason").split("\n") if line.strip()),
        basis=item.basis if item else "",
        review_organ=f"{organisation.county_name}人民政府",
        court=f"{organisation.county_name}人民法院",
        handler=(case.by("review") or case.by("accept") or event.hand).person_name,
        handler_phone=desk.phone or above.phone,
        issued_on=event.at.date(),
    )


def _facts(case: Case) -> str:
    found = "经审查，已核对申请人提交的全部材料。"  # The reviewer's opinion is for the decider, not for the applicant.
    publicised = (f"已于{long_date(first)}至{long_date(last)}公示。" for first, last in publicity_of(case))
    return "".join((found, *publicised))
