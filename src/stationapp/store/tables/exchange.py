"""How far the station and the hub have come with each other: chain, mailboxes, holdings, attachments."""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class ChainRow(StoreRow, table=True):
    """How far the hub has acknowledged a device's chain, and how far it has made it durable."""

    __tablename__ = "chain"

    device: str = Field(sa_type=Text, primary_key=True)
    seq: int
    hash: str = Field(sa_type=Text)
    durable_upto: int


class FeedRow(StoreRow, table=True):
    """A mailbox: how far it was read, what it makes us hold, and whether the hub agrees with that."""

    __tablename__ = "feed"

    feed: str = Field(sa_type=Text, primary_key=True)
    epoch: str = Field(sa_type=Text)
    position: int
    hash: str = Field(sa_type=Text)
    count: int
    digest: str = Field(sa_type=Text)
    agreed: bool
    agreed_at: int | None = None


class HoldingRow(StoreRow, table=True):
    """One case that a mailbox makes visible."""

    __tablename__ = "holding"
    __table_args__ = (Index("ix_holding_case", "case_id"), {"sqlite_with_rowid": False})

    feed: str = Field(sa_type=Text, primary_key=True)
    case_id: str = Field(sa_type=Text, primary_key=True)
    revision: int
    hash: str = Field(sa_type=Text)


class AttachmentRow(StoreRow, table=True):
    """A scan or photo by its content: whether it lies here, whether the hub has it, and how far an upload came."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_not_here", "noted", sqlite_where=text("here = 0")),
        Index("ix_attachment_not_at_hub", "noted", sqlite_where=text("here = 1 AND at_hub = 0")),
    )

    noted: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(sa_type=Text, unique=True)
    size: int
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    here: bool
    at_hub: bool
    upload_url: str = Field(default="", sa_type=Text)
    upload_offset: int = 0
