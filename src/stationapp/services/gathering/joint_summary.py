"""审核情况汇总表 of a joint case."""

from __future__ import annotations

from stationapp.documents.forms.joint_summary import JointOpinion, JointSummary
from stationapp.domain.due_facts import is_due_fact, stated_due
from stationapp.domain.parts import Part, PartState
from stationapp.domain.time_limits import working_days_between
from stationapp.services.gathering.joint_reply import OPINIONS
from stationapp.services.gathering.matter import Matter, known_desk

_DEFAULTS = frozenset({PartState.DEFAULTED, PartState.ABSENT})
_SILENT = _DEFAULTS | {PartState.UNANSWERED}


def gather(matter: Matter) -> JointSummary:
    """Return every department's part side by side."""
    case, organisation = matter.case, matter.organisation
    lead = known_desk(organisation, case.parts[0].asked.hand.desk_id)
    statutory, promised = (matter.due(case, name) for name in ("statutory_due", "promised_due"))
    return JointSummary(
        lead_organ=lead.organ or lead.name,
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applicant=case.application.applicant.name,
        rows=tuple(_row(matter, part) for part in case.parts),
        statutory_due=statutory.day if statutory else None,
        statutory_provisional=statutory.provisional if statutory else False,
        promised_due=promised.day if promised else None,
        promised_provisional=promised.provisional if promised else False,
        visited_on=matter.fact_day("call_site_visit", "visit_on"),
        conclusion=str(case.fact("record_meeting", "decision")),
        compiled_by=matter.workplace.person.name,
        compiled_on=matter.workplace.now().date(),
    )


def _row(matter: Matter, part: Part) -> JointOpinion:
    answer = part.answered
    given = OPINIONS.get(str(answer.facts.get("outcome", ""))) if answer else None
    return JointOpinion(
        department=known_desk(matter.organisation, part.desk_id).name,
        matter=part.matter,
        asked_at=part.asked.at,
        replied_at=answer.at if answer and part.state is not PartState.UNANSWERED else None,
        due=stated_due(part.due).day if is_due_fact(part.due) else None,
        limit=str(part.due.get("limit", "")),
        used=_used(matter, part),
        outcome=given or (part.state.label if answer else "未回执"),
        opinion=str(answer.facts.get("opinion") or answer.facts.get("reason") or "") if answer else "",
        officer=answer.hand.person_name if answer and part.state not in _SILENT else "",
        document_number=str(answer.facts.get("document_number", "")) if answer else "",
        defaulted=part.state in _DEFAULTS,
    )


def _used(matter: Matter, part: Part) -> str:
    if part.answered is None:
        return ""
    first, last = part.asked.at.date(), part.answered.at.date()
    return f"{working_days_between(first, last, matter.workplace.calendar).days}个工作日"
