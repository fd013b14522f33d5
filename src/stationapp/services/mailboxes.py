"""Whether this station and the hub hold the same, mailbox by mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class MailboxState:
    """One desk's mailbox: how far it was read, and since when both sides are known to agree on it."""

    desk_id: str
    desk_name: str
    position: int
    agreed: bool
    at: datetime | None


def mailboxes(workplace: Workplace) -> list[MailboxState]:
    """Return the state of every mailbox this PC reads."""
    with workplace.store.read() as unit:
        rows = unit.mailboxes.agreement()
    return [
        MailboxState(row.feed, _name(workplace, row.feed), row.position, row.agreed, row.at) for row in rows
    ]


def _name(workplace: Workplace, feed: str) -> str:
    desk = workplace.organisation.desk(feed)
    return desk.name if desk else feed
