"""联办联系单: one letter for each department asked."""

from __future__ import annotations

from stationapp.documents.forms.joint_contact_letter import ContactMaterial, JointContactLetter
from stationapp.domain.due_facts import is_due_fact, stated_due
from stationapp.domain.parts import part_of
from stationapp.services.gathering.matter import Matter, known_desk


def gather(matter: Matter) -> JointContactLetter:
    """Return the letter to the department the paper is about."""
    case, desk = matter.case, matter.desk
    part = part_of(case.parts, matter.about)
    if part is None:
        raise LookupError("the part a letter is about")
    item = matter.workplace.item_of(case)
    due = stated_due(part.due) if is_due_fact(part.due) else None
    return JointContactLetter(
        lead_organ=desk.organ or desk.name,
        department=known_desk(matter.organisation, part.desk_id).name,
        document_number=matter.text("document_number"),
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applicant=case.application.applicant.name,
        matter=part.matter,
        materials=tuple(
            ContactMaterial(row.name, row.originals, row.copies) for row in case.application.materials
        ),
        sent_on=matter.event.at.date(),
        limit=str(part.due.get("limit", "")),
        reply_due=due.day if due else None,
        reply_provisional=due.provisional if due else False,
        default_on_timeout=item.default_on_timeout if item else False,
        handler=matter.event.hand.person_name,
        handler_phone=desk.phone,
    )
