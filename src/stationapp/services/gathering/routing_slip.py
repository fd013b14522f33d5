"""流转单: the event log, line by line (SEED 001 三.5: one for every item)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from stationapp.documents.forms.routing_slip import RoutingSlip, RoutingStep, SupplementStep
from stationapp.domain.time_limits import working_days_between
from stationapp.services.case_details import step
from stationapp.services.catalogue import HANDLING_TITLES
from stationapp.services.gathering.matter import Matter
from stationapp.store.records import StoredEvent


def gather(matter: Matter) -> RoutingSlip:
    """Return the slip of a case with every hand named, in the order in which the hub has the steps."""
    case = matter.case
    item = matter.workplace.item_of(case)
    accepted = case.when("accept")
    statutory, promised = (
        case.fact("accept", "statutory_due", None),
        case.fact("accept", "promised_due", None),
    )
    return RoutingSlip(
        case_number=case.case_number,
        receipt_number=case.receipt_number,
        item_name=case.application.item_name,
        item_code=case.application.item_code,
        applicant=case.application.applicant.name,
        representative="",
        handling_kind=HANDLING_TITLES[item.handling] if item else "",
        received_at=matter.history[0].event.at,
        accepted_on=accepted.date() if accepted else None,
        statutory_due=_day(statutory),
        promised_due=_day(promised),
        provisional=any(due["provisional"] for due in (statutory, promised) if due),
        state=case.state.label,
        steps=tuple(_step(matter, stored) for stored in matter.history),
        supplements=_supplements(matter),
    )


def _step(matter: Matter, stored: StoredEvent) -> RoutingStep:
    line = step(matter.organisation, stored)
    due = stored.event.facts.get("promised_due") or stored.event.facts.get("statutory_due")
    return RoutingStep(
        at=line.at,
        desk=line.desk,
        person=line.person,
        post=f"{line.side}岗" if line.side else line.post,
        move=line.title,
        opinion=line.remark,
        limit=str(due.get("limit", "")) if due else "",
        used=_used(matter, stored),
    )


def _used(matter: Matter, stored: StoredEvent) -> str:
    """The working days from acceptance to decision; other steps have no limit of their own."""
    accepted = matter.case.when("accept")
    if stored.event.move not in {"grant", "refuse"} or accepted is None:
        return ""
    count = working_days_between(accepted.date(), stored.event.at.date(), matter.workplace.calendar)
    return f"{count.days}个工作日"


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


def _day(due: Mapping[str, Any] | None) -> date | None:
    return date.fromisoformat(str(due["day"])) if due else None
