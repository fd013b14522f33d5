"""流转单: the event log, line by line (SEED 001 三.5: one for every item)."""

from __future__ import annotations

from stationapp.documents.forms.routing_slip import RoutingSlip, RoutingStep, SupplementStep
from stationapp.domain.due_dates import current_due, publicity_of
from stationapp.domain.time_limits import working_days_between
from stationapp.services.case_details import step
from stationapp.services.catalogue import HANDLING_TITLES
from stationapp.services.gathering.matter import DECISIONS, Matter
from stationapp.services.gathering.routing_rows import occurrences
from stationapp.store.records import StoredEvent


def gather(matter: Matter) -> RoutingSlip:
    """Return the slip of a case with every hand named, in the order in which the hub has the steps."""
    case = matter.case
    item = matter.workplace.item_of(case)
    accepted = case.when("accept")
    statutory, promised = (
        current_due(case, name, matter.workplace.calendar) for name in ("statutory_due", "promised_due")
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
        statutory_due=statutory.day if statutory else None,
        statutory_provisional=statutory.provisional if statutory else False,
        statutory_was=statutory.was if statutory else None,
        promised_due=promised.day if promised else None,
        promised_provisional=promised.provisional if promised else False,
        promised_was=promised.was if promised else None,
        state=case.state.label,
        steps=tuple(_step(matter, stored) for stored in matter.history),
        supplements=_supplements(matter),
        occurrences=occurrences(matter),
    )


def _step(matter: Matter, stored: StoredEvent) -> RoutingStep:
    line = step(matter.organisation, stored)
    due = stored.event.facts.get("promised_due") or stored.event.facts.get("statutory_due")
    return RoutingStep(
        at=line.at,
        desk=line.desk,
        person=line.person,
        post=f"{line.post} {line.side}岗" if line.side else line.post,
        move=line.title,
        opinion=line.remark,
        limit=str(due.get("limit", "")) if due else "",
        used=_used(matter, stored),
    )


def _used(matter: Matter, stored: StoredEvent) -> str:
    """The working days from acceptance to decision without those of publicity; other steps have no limit."""
    accepted = matter.case.when("accept")
    if stored.event.move not in DECISIONS or accepted is None:
        return ""
    decided, calendar = stored.event.at.date(), matter.workplace.calendar
    count = working_days_between(accepted.date(), decided, calendar, publicity_of(matter.case))
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
