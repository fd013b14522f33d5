"""超时默认通知单, of a department's part or of the decision itself."""

from __future__ import annotations

from datetime import date

from stationapp.documents.forms.timeout_default_notice import TimeoutDefaultNotice
from stationapp.domain.parts import part_of
from stationapp.domain.time_limits import Limit, LimitUnit, due_date
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, accepted_on, due_limit, known_desk

_BASIS = "审批超时默认制（见事项目录标注）"


def gather(matter: Matter) -> TimeoutDefaultNotice:
    """Return the notice that names the department, its limit, and how it had been told."""
    return _of_part(matter) if matter.event.move == "default_part" else _of_decision(matter)


def _of_part(matter: Matter) -> TimeoutDefaultNotice:
    part = part_of(matter.case.parts, matter.text("desk_id"))
    if part is None or part.signed is None:
        raise LookupError("the part a default is about")
    number = str(part.asked.facts.get("document_number", ""))
    return TimeoutDefaultNotice(
        head=notice_head(matter),
        department=known_desk(matter.organisation, part.desk_id).name,
        matter=part.matter,
        limit=str(part.due.get("limit", "")),
        due=date.fromisoformat(str(part.due["day"])),
        notice_proof=f"联办联系单 {number}",
        defaulted_on=matter.event.at.date(),
        asked_on=part.asked.at.date(),
        noticed_on=part.asked.at.date(),
        acknowledged_by=part.signed.hand.person_name,
        acknowledged_on=part.signed.at.date(),
        approval_due=_approval_due(matter),
        basis=_BASIS,
        remarks=_reason(matter),
    )


def _of_decision(matter: Matter) -> TimeoutDefaultNotice:
    case, before = matter.case, matter.before
    urged, confirmed = before.last["urge"], before.last["acknowledge_urging"]
    due = matter.due(before)
    if due is None:
        raise LookupError("the limit a default is about")
    return TimeoutDefaultNotice(
        head=notice_head(matter),
        department=known_desk(matter.organisation, before.holder).name,
        matter=f"对“{case.application.item_name}”作出决定",
        limit=due_limit(before),
        due=due.day,
        notice_proof="催办通知（系统内确认）",
        defaulted_on=matter.event.at.date(),
        asked_on=accepted_on(before),
        noticed_on=urged.at.date(),
        acknowledged_by=confirmed.hand.person_name,
        acknowledged_on=confirmed.at.date(),
        approval_due=_approval_due(matter),
        basis=_BASIS,
        remarks=_reason(matter),
    )


def _reason(matter: Matter) -> str:
    return f"默认理由：{matter.text('reason')}"


def _approval_due(matter: Matter) -> date:
    """The department issues its own approval within one working day (泰州 2022)."""
    return due_date(matter.event.at.date(), Limit(1, LimitUnit.WORKING_DAYS), matter.workplace.calendar).day
