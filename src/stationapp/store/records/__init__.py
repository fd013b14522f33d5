"""What the store hands out: frozen dataclasses, never rows."""

from __future__ import annotations

from stationapp.store.records.cases import (
    BatchSummary,
    CaseQuery,
    CaseRecord,
    CaseSort,
    CaseSummary,
    KnownApplicant,
)
from stationapp.store.records.events import (
    ConfirmedEvent,
    EventStatus,
    Moment,
    PendingSummary,
    ReasonLike,
    StoredEvent,
)
from stationapp.store.records.exchange import (
    AttachmentRecord,
    ChainHead,
    Cursor,
    FeedAgreement,
    Holding,
    Holdings,
    Upload,
)
from stationapp.store.records.queue import QueueTicket, TicketState
from stationapp.store.records.sign_ins import SignIn
from stationapp.store.records.station import DraftSummary, Identity, Print, Reference

__all__ = [
    "AttachmentRecord",
    "BatchSummary",
    "CaseQuery",
    "CaseRecord",
    "CaseSort",
    "CaseSummary",
    "ChainHead",
    "ConfirmedEvent",
    "Cursor",
    "DraftSummary",
    "EventStatus",
    "FeedAgreement",
    "Holding",
    "Holdings",
    "Identity",
    "KnownApplicant",
    "Moment",
    "PendingSummary",
    "Print",
    "QueueTicket",
    "ReasonLike",
    "Reference",
    "SignIn",
    "StoredEvent",
    "TicketState",
    "Upload",
]
