"""联办回执函."""

from __future__ import annotations

from stationapp.documents.forms.joint_reply import JointReply
from stationapp.domain.due_facts import is_due_fact, stated_due
from stationapp.domain.parts import part_of
from stationapp.services.gathering.matter import Matter, known_desk

OPINIONS = {"agree": "同意", "disagree": "不同意", "agree_forward": "同意但需转报"}


def gather(matter: Matter) -> JointReply:
    """Return the reply of the department whose act it is."""
    case, desk = matter.case, matter.desk
    part = part_of(case.parts, desk.desk_id)
    if part is None:
        raise LookupError("the part a reply is about")
    due = stated_due(part.due) if is_due_fact(part.due) else None
    return JointReply(
        department=desk.organ or desk.name,
        lead_organ=known_desk(matter.organisation, part.asked.hand.desk_id).name,
        document_number=matter.text("document_number"),
        contact_number=str(part.asked.facts.get("document_number", "")),
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        applicant=case.application.applicant.name,
        matter=part.matter,
        received_on=part.signed.at.date() if part.signed else None,
        reply_due=due.day if due else None,
        reply_provisional=due.provisional if due else False,
        replied_on=matter.event.at.date(),
        outcome=OPINIONS[matter.text("outcome")],
        reasons=tuple(line for line in matter.text("opinion").split("\n") if line.strip()),
        officer=matter.event.hand.person_name,
        officer_phone=desk.phone,
    )
