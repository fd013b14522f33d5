"""The station's tables as SQLModel rows. A row never leaves the store: frozen dataclasses go out."""

from __future__ import annotations

from stationapp.store.tables.base import METADATA
from stationapp.store.tables.exchange import AttachmentRow, ChainRow, FeedRow, HoldingRow
from stationapp.store.tables.log import CaseKeyRow, EventRow, SetAsideRow
from stationapp.store.tables.projections import BatchCaseRow, CaseNumberRow, CaseRow, NewNumberRow
from stationapp.store.tables.queue import QueueTicketRow
from stationapp.store.tables.sign_ins import SignInRow
from stationapp.store.tables.station import (
    DraftRow,
    IdentityRow,
    NumberRow,
    PrintRow,
    ReferenceRow,
    SettingRow,
)

__all__ = [
    "METADATA",
    "AttachmentRow",
    "BatchCaseRow",
    "CaseKeyRow",
    "CaseNumberRow",
    "CaseRow",
    "ChainRow",
    "DraftRow",
    "EventRow",
    "FeedRow",
    "HoldingRow",
    "IdentityRow",
    "NewNumberRow",
    "NumberRow",
    "PrintRow",
    "QueueTicketRow",
    "ReferenceRow",
    "SetAsideRow",
    "SettingRow",
    "SignInRow",
]
