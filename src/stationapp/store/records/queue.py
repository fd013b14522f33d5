"""Tickets of the queue (取号) as the store hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    DONE = "done"

    @property
    def label(self) -> str:
        """The state's name on screens."""
        return _LABELS[self]


_LABELS = {
    TicketState.WAITING: "等候",
    TicketState.CALLED: "已叫号",
    TicketState.SKIPPED: "过号",
    TicketState.DONE: "已办",
}


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """One ticket: `count` within the desk's day; `calls` is how often it was called, `window` by whom last."""

    desk: str
    day: str
    count: int
    state: TicketState
    priority: bool
    business: str
    taken_at: datetime
    called_at: datetime | None
    calls: int
    window: str
