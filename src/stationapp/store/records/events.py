"""Events as the log keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from hubprotocol.envelope import Envelope
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason

Moment = datetime | str
"""A moment with its offset, or the ISO 8601 text of one as it came over the wire."""

ConfirmedEvent = tuple[int, Moment, Envelope, CaseEvent]
"""Revision (1, 2, 3 … in the case), the hub's time of receipt, envelope, event."""


class EventStatus(StrEnum):
    """What the hub has said about an event so far."""

    PENDING = "pending"
    HELD = "held"
    REFUSED = "refused"
    CONFIRMED = "confirmed"


class ReasonLike(Protocol):
    """A reason as the domain or as the wire has it."""

    @property
    def code(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def field(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of the log. `revision` is 0 until confirmed; `settled_at` is when a person dealt with a refusal."""

    event: CaseEvent
    envelope: Envelope
    status: EventStatus
    revision: int
    received_at: datetime | None
    reasons: tuple[Reason, ...]
    own: bool = True
    epoch: str = ""
    settled_at: datetime | None = None
    settled_by: str = ""
    settled_note: str = ""


@dataclass(frozen=True, slots=True)
class PendingSummary:
    """What lies only here: unconfirmed own events, their cases, since when; unsettled refusals; unsent attachments.

    `events` counts pending and held ones, `held` those of them the hub holds back; `unsent_cases` and `oldest_unsent`
    leave those out.
    """

    events: int
    cases: int
    oldest: datetime | None
    held: int
    refused: int
    attachments: int
    unsent_cases: int = 0
    oldest_unsent: datetime | None = None
