"""The tables of a routing slip beside its steps: joint parts, special procedures, extensions, publicity, cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from stationapp.documents.forms.routing_occurrences import (
    ExtensionStep,
    JointStep,
    Occurrences,
    PublicityStep,
    SpecialStep,
    SupervisionStep,
)
from stationapp.domain.due_facts import is_due_fact, stated_due
from stationapp.domain.events import CaseEvent
from stationapp.domain.findings import Grade
from stationapp.domain.parts import Part, PartState
from stationapp.domain.rules.special import PROCEDURES
from stationapp.services.gathering.matter import Matter, known_desk
from stationapp.services.supervision import found_in
from stationapp.store.records import EventStatus


def occurrences(matter: Matter) -> Occurrences:
    """Return all that happened to a case besides its steps."""
    return Occurrences(
        joint=tuple(_joint(matter, part) for part in matter.case.parts),
        specials=tuple(_special(matter, start) for start in _made(matter, "start_special")),
        extensions=_extensions(matter),
        publicities=_publicities(matter),
        supervision=_supervision(matter),
    )


def _joint(matter: Matter, part: Part) -> JointStep:
    answer = part.answered
    said = answer.facts.get("opinion") or answer.facts.get("reason") if answer else ""
    return JointStep(
        department=known_desk(matter.organisation, part.desk_id).name,
        matter=part.matter,
        asked_at=part.asked.at,
        signed_at=part.signed.at if part.signed else None,
        due=stated_due(part.due).day if is_due_fact(part.due) else None,
        replied_at=answer.at if answer and part.state is not PartState.UNANSWERED else None,
        outcome=part.state.label,
        opinion=str(said or ""),
    )


def _special(matter: Matter, start: CaseEvent) -> SpecialStep:
    later = (event for event in _made(matter, "end_special") if event.at >= start.at)
    end = next(later, None)
    ended = date.fromisoformat(str(end.facts["ended_on"])) if end else None
    begun = start.at.date()
    return SpecialStep(
        kind=dict(PROCEDURES).get(str(start.facts.get("procedure")), ""),
        reason=str(start.facts.get("reason", "")),
        started_on=begun,
        expected=f"{start.facts.get('expected_days')}个工作日",
        ended_on=ended,
        result=str(end.facts.get("result", "")) if end else "",
        excluded=f"{(ended - begun).days}天" if ended else "",
    )


def _extensions(matter: Matter) -> tuple[ExtensionStep, ...]:
    """The due date is the one that holds today."""
    due = matter.due(matter.case)
    return tuple(
        ExtensionStep(
            granted_on=event.at.date(),
            days=f"{event.facts.get('days')}个工作日",
            reason=str(event.facts.get("reason", "")),
            approved_by=str(event.facts.get("approved_by", "")),
            due=due.day if due else None,
        )
        for event in _made(matter, "extend")
    )


def _publicities(matter: Matter) -> tuple[PublicityStep, ...]:
    return tuple(
        PublicityStep(
            begun_on=date.fromisoformat(str(event.facts["publicity_from"])),
            ended_on=date.fromisoformat(str(event.facts["publicity_to"])),
            place=str(event.facts.get("place", "")),
            outcome=str(event.facts.get("evidence", "")),
        )
        for event in _made(matter, "publicise")
    )


def _supervision(matter: Matter) -> tuple[SupervisionStep, ...]:
    """The cards of a case with what became of them, as the supervision finds them today."""
    found = found_in(matter.workplace, matter.case, matter.history)
    return tuple(
        SupervisionStep(
            at=datetime.combine(row.finding.day, time(), matter.event.at.tzinfo),
            card=row.finding.grade.label if row.finding.grade > Grade.NORMAL else row.finding.kind.label,
            content=row.finding.sentence,
            desk=known_desk(matter.organisation, row.finding.desk_id).name,
            result=f"申诉后{row.appeal.outcome.label}" if row.appeal else "",
        )
        for row in found
    )


def _made(matter: Matter, move: str) -> Iterator[CaseEvent]:
    taken = (row for row in matter.history if row.status is not EventStatus.REFUSED)
    return (row.event for row in taken if row.event.move == move)
