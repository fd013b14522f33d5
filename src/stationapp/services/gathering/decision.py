"""准予、不予决定书."""

from __future__ import annotations

from stationapp.documents.forms.decision import GRANT, Decision
from stationapp.documents.layout.words import long_date
from stationapp.domain.case import Case
from stationapp.domain.due_dates import publicity_of
from stationapp.services.gathering.heads import court, review_organ
from stationapp.services.gathering.matter import DECISIONS, Matter, accepted_on, known_desk

_CHECKED = "经审查，已核对申请人提交的全部材料。"


def gather(matter: Matter) -> Decision:
    """Return the decision with its reasons and, always, where a remedy can be sought (许可法 38)."""
    case, desk, event = matter.case, matter.desk, matter.event
    applicant = case.application.applicant
    item = matter.workplace.item_of(case)
    organisation = matter.organisation
    above = known_desk(organisation, organisation.county_window().desk_id)
    received = case.when("receive") or event.at
    return Decision(
        organ=desk.organ or desk.name,
        document_number=matter.text("document_number"),
        granted=DECISIONS[event.move] == GRANT,
        subject="行政许可" if matter.is_licence else "办理",
        applicant=applicant.name,
        applicant_id=applicant.document_number,
        case_number=case.case_number,
        item_name=case.application.item_name,
        applied_on=received.date(),
        accepted_on=accepted_on(case) or event.at.date(),
        facts=_facts(case),
        reasons=_reasons(matter),
        basis=item.basis.rstrip("。") if item else "",
        review_organ=review_organ(matter),
        court=court(matter),
        handler=(case.by("review") or case.by("accept") or event.hand).person_name,
        handler_phone=desk.phone or above.phone,
        issued_on=event.at.date(),
        validity=matter.text("validity").rstrip("。"),
    )


def _facts(case: Case) -> str:
    """What the reviewer found, in the words he wrote for the applicant; his opinion is for the decider alone."""
    found = str(case.fact("review", "findings") or "").strip() or _CHECKED
    publicised = (f"已于{long_date(first)}至{long_date(last)}公示。" for first, last in publicity_of(case))
    return "".join((found if found.endswith("。") else f"{found}。", *publicised))


def _reasons(matter: Matter) -> tuple[str, ...]:
    """The reasons given, after the reply of the higher authority where it decided (许可法 35, 43)."""
    told = tuple(line for line in matter.text("reason").split("\n") if line.strip())
    replied_on, number = matter.day("replied_on"), matter.text("reply_number")
    if replied_on is None:
        return told
    word = "准予" if DECISIONS[matter.event.move] == GRANT else "不予"
    reply = f"{matter.text('organ')}已于{long_date(replied_on)}以“{number}”批复{word}。"
    return (reply, *told)
