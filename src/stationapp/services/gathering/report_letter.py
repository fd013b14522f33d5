"""上报函."""

from __future__ import annotations

from stationapp.documents.forms.report_letter import BASIS, ReportedMaterial, ReportLetter
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, accepted_on


def gather(matter: Matter) -> ReportLetter:
    """Return the letter with the preliminary opinion and everything that goes up (许可法 35, 43)."""
    case, before = matter.case, matter.before
    statutory, promised = (matter.due(before, name) for name in ("statutory_due", "promised_due"))
    return ReportLetter(
        head=notice_head(matter),
        to_organ=matter.text("organ"),
        opinion=matter.text("opinion"),
        materials=tuple(
            ReportedMaterial(row.name, row.originals, row.copies, row.pages)
            for row in case.application.materials
        ),
        applicant_phone=case.application.applicant.phone,
        accepted_on=accepted_on(before),
        statutory_due=statutory.day if statutory else None,
        statutory_provisional=statutory.provisional if statutory else False,
        promised_due=promised.day if promised else None,
        promised_provisional=promised.provisional if promised else False,
        approved_by=matter.event.hand.person_name,
        reply_to=matter.desk.name,
        basis=matter.basis(BASIS),
    )
