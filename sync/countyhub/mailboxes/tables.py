"""Tables of mailboxes."""

from __future__ import annotations

from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow
from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS


class MailboxRow(CountyRow, table=True):
    """The head of a mailbox; locked last, in the order of feeds, by the transaction that writes entries.

    Entries up to `floor` may be gone; a cursor at the floor itself can go on, its hash is `floor_hash`.
    """

    __tablename__ = "mailbox"

    feed: str = Field(primary_key=True)
    position: int = 0
    hash: str = GENESIS
    count: int = 0
    digest: str = EMPTY_HOLDINGS
    floor: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    floor_hash: str = Field(default=GENESIS, sa_column_kwargs={"server_default": GENESIS})


class MarkRow(CountyRow, table=True):
    """How far a mailbox had come at a moment: every entry up to `position` is older than that."""

    __tablename__ = "mailbox_mark"

    feed: str = Field(primary_key=True)
    marked_at: str = Field(primary_key=True)
    position: int


class ReaderRow(CountyRow, table=True):
    """How far a device has surely read a mailbox; noted now and then, so it may have read more."""

    __tablename__ = "mailbox_reader"

    device: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    position: int
    read_at: str


class EntryRow(CountyRow, table=True):
    """One entry. `revision` is the case's after it; `verdict` the JSON of a VerdictMessage, or empty."""

    __tablename__ = "mailbox_entry"

    feed: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    kind: str
    case_id: str
    revision: int
    hash: str
    verdict: str


class VisibleRow(CountyRow, table=True):
    """A case that a desk sees now."""

    __tablename__ = "visible_case"
    __table_args__ = (Index("ix_visible_case", "county", "case_id"),)

    desk_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
