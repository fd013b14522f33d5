"""不予受理通知书."""

from __future__ import annotations

from stationapp.documents.forms.non_acceptance_notice import BASIS, NonAcceptanceNotice
from stationapp.documents.layout.words import long_date
from stationapp.services.gathering.heads import court, listed, notice_head, review_organ
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> NonAcceptanceNotice:
    """Return the notice with its reason, where to apply instead, and the remedies (许可法 32(2))."""
    return NonAcceptanceNotice(
        head=notice_head(matter),
        facts=_facts(matter),
        reason=matter.text("reason"),
        review_organ=review_organ(matter),
        court=court(matter),
        competent_organ=matter.text("competent_organ"),
        basis=matter.basis(BASIS),
    )


def _facts(matter: Matter) -> str:
    """What is certain without anybody's judgement: what was applied for, when, and what was handed in."""
    case = matter.case
    received = case.when("receive") or matter.event.at
    names = "、".join(row.name for row in listed(case.application.materials))
    brought = f"，提交材料：{names}" if names else ""
    return f"{long_date(received)}，申请人申请办理“{case.application.item_name}”{brought}。"
