"""Whether this station and the hub hold the same, mailbox by mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.services.workplace import Workplace

_OF_DEVICE = "device:"  # The mailbox with the hub's late verdicts for this PC, as the protocol names it.


@dataclass(frozen=True, slots=True)
class MailboxState:
    """One mailbox, a desk's or this PC's own: how far it was read, and whether both sides agreed on it at `at`."""

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
    if feed.startswith(_OF_DEVICE):
        return "本机回执"
    desk = workplace.organisation.desk(feed)
    return desk.name if desk else feed
