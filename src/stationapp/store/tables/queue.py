"""The queue of a desk (取号): whose turn comes when, kept on this PC alone, day by day."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class QueueTicketRow(StoreRow, table=True):
    """One ticket. `state` is waiting, called, skipped or done; times are microseconds since 1970 UTC."""

    __tablename__ = "queue_ticket"
    __table_args__ = (Index("ix_queue_waiting", "desk", "day", "state", "count"),)

    desk: str = Field(sa_type=Text, primary_key=True)
    day: str = Field(sa_type=Text, primary_key=True)
    count: int = Field(primary_key=True)
    state: str = Field(sa_type=Text)
    priority: bool
    business: str = Field(sa_type=Text)
    taken_at: int
    called_at: int | None = Field(default=None)
    calls: int
    window: str = Field(sa_type=Text)
