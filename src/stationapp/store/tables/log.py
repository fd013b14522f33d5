"""The record itself: cases by their key, and every event with its envelope. Nothing here can be derived."""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class CaseKeyRow(StoreRow, table=True):
    """A case's integer key, which never changes; `taken_back` says that the hub no longer shows us the case."""

    __tablename__ = "case_key"

    key: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(sa_type=Text, unique=True)
    taken_back: bool = False


class EventRow(StoreRow, table=True):
    """One event as it was sealed, and what the hub said about it.

    `at` and `received_at` are microseconds since 1970 UTC; `epoch` is the hub's epoch in which the event was
    confirmed; `reasons` is a JSON list; `settled_at` says that a person has dealt with a refused event.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_own", "device", "seq", unique=True, sqlite_where=text("own = 1")),
        Index("ix_event_case", "case_key", "revision", unique=True),
        Index("ix_event_open", "status", "case_key", sqlite_where=text("status <> 'confirmed'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_key: int = Field(foreign_key="case_key.key")
    event_id: str = Field(sa_type=Text, unique=True)
    device: str = Field(sa_type=Text)
    seq: int
    prev: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    signature: str = Field(sa_type=Text)
    person_signature: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)
    own: bool
    at: int
    status: str = Field(sa_type=Text)
    revision: int | None = None
    received_at: int | None = None
    epoch: str = Field(default="", sa_type=Text)
    reasons: str = Field(default="", sa_type=Text)
    settled_at: int | None = None
    settled_by: str = Field(default="", sa_type=Text)
    settled_note: str = Field(default="", sa_type=Text)


class SetAsideRow(StoreRow, table=True):
    """An own envelope whose event stands in the log with another: sealed anew, or confirmed as another PC sealed it.

    Its body is the event's. It stays a link of its device's chain, and is sent like any other.
    """

    __tablename__ = "set_aside_envelope"
    __table_args__ = (
        Index("ix_set_aside_event", "event_id"),
        {"sqlite_with_rowid": False},
    )

    device: str = Field(sa_type=Text, primary_key=True)
    seq: int = Field(primary_key=True)
    event_id: str = Field(sa_type=Text)
    prev: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    signature: str = Field(sa_type=Text)
    person_signature: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)
