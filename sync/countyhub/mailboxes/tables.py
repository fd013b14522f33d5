"""Tables of mailboxes."""

from __future__ import annotations

from sqlmodel import Field, Index, SQLModel

from hubprotocol.digests import EMPTY_HOLDINGS
from hubprotocol.envelope import GENESIS


class MailboxRow(SQLModel, table=True):
    """The head of a mailbox; locked last, in the order of feeds, by the transaction that writes entries."""

    __tablename__ = "mailbox"

    feed: str = Field(primary_key=True)
    position: int = 0
    hash: str = GENESIS
    count: int = 0
    digest: str = EMPTY_HOLDINGS


class EntryRow(SQLModel, table=True):
    """One entry. `revision` is the case's after it; `verdict` the JSON of a VerdictMessage, or empty."""

    __tablename__ = "mailbox_entry"

    feed: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    kind: str
    case_id: str
    revision: int
    hash: str
    verdict: str


class VisibleRow(SQLModel, table=True):
    """A case that a desk sees now."""

    __tablename__ = "visible_case"
    __table_args__ = (Index("ix_visible_case", "case_id"),)

    desk_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
