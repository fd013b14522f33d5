"""流转单: the event log, line by line (SEED 001 三.5: one for every item)."""

from __future__ import annotations

from stationapp.documents.forms.routing_slip import RoutingSlip, RoutingStep, SupplementStep
from stationapp.domain.due_dates import current_due
from stationapp.services.case_details import step
from stationapp.services.catalogue import HANDLING_TITLES
from stationapp.services.gathering.matter import DECISIONS, Matter, accepted_on
from stationapp.services.gathering.routing_rows import occurrences
from stationapp.store.records import StoredEvent


def gather(matter: Matter) -> RoutingSlip:
    """Return the slip of a case with every hand named, in the order in which the hub has the steps."""
    case = matter.case
    item, beside = matter.workplace.item_of(case), occurrences(matter)
    statutory, promised = (
        current_due(case, name, matter.workplace.calendar) for name in ("statutory_due", "promised_due")
    )
    return RoutingSlip(
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applicant=case.application.applicant.name,
        representative=matter.representative,
        handling_kind=HANDLING_TITLES[item.handling] if item else "",
        received_at=matter.history[0].event.at,
        accepted_on=accepted_on(case),
        statutory_due=statutory.day if statutory else None,
        statutory_provisional=statutory.provisional if statutory else False,
        statutory_was=statutory.was if statutory else None,
        promised_due=promised.day if promised else None,
        promised_provisional=promised.provisional if promised else False,
        promised_was=promised.was if promised else None,
        state=case.state.label,
        steps=tuple(_step(matter, stored) for stored in matter.history),
        supplements=_supplements(matter),
        supervision_marks=("见上表。",) if beside.supervision else (),
        occurrences=beside,
    )


def _step(matter: Matter, stored: StoredEvent) -> RoutingStep:
    line = step(matter.organisation, stored)
    due = stored.event.facts.get("promised_due") or stored.event.facts.get("statutory_due")
    return RoutingStep(
        at=line.at,
        desk=line.desk,
        person=line.who,
        post=line.post if line.stood_in_for or not line.side else f"{line.post} {line.side}岗",
        move=line.title,
        opinion=line.remark,
        limit=str(due.get("limit", "")) if due else "",
        used=matter.used(stored.event) if stored.event.move in DECISIONS else "",
    )


def _supplements(matter: Matter) -> tuple[SupplementStep, ...]:
    told = [
        stored.event
        for stored in matter.history
        if stored.event.move in {"note_missing", "request_supplement"}
    ]
    rows = []
    for event in told:
        after = (stored.event for stored in matter.history if stored.event.at >= event.at)
        done = next((other for other in after if other.move in {"supply", "receive"}), None)
        content = "、".join(str(row["name"]) for row in event.facts.get("missing", ()))
        excluded = f"{(done.at.date() - event.at.date()).days}天" if done else ""
        rows.append(SupplementStep(event.at.date(), content, done.at.date() if done else None, excluded))
    return tuple(rows)
