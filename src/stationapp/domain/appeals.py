"""Decided appeals against cards, as the log of a case tells them."""

from __future__ import annotations

from collections.abc import Iterable

from stationapp.domain.events import CaseEvent
from stationapp.domain.findings import Appeal, AppealOutcome


def decided_appeals(events: Iterable[CaseEvent]) -> tuple[Appeal, ...]:
    """Return the decided appeals, in the order of their decisions."""
    return tuple(
        Appeal(
            str(event.facts["finding_id"]),
            AppealOutcome(str(event.facts["outcome"])),
            str(event.facts["reason"]),
            event.hand.person_name,
        )
        for event in events
        if event.move == "decide_appeal"
    )
