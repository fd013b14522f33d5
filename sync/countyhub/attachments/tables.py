"""Tables of attachments and uploads."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow


class AttachmentRow(CountyRow, table=True):
    """A file the hub has or waits for; `complete_at` is empty until all of it is there and fits its digest."""

    __tablename__ = "attachment"

    sha256: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    complete_at: str = ""


class UploadRow(CountyRow, table=True):
    """An upload; one that is done stays, as the proof that its device has the bytes.

    Whoever writes holds the `generation`; a newer one raises it.
    `received` bytes from the beginning are there, and `pieces` behind them (see `countyhub.attachments.pieces`).
    """

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_device", "county", "device", "sha256", unique=True),)

    upload_id: str = Field(primary_key=True)
    device: str
    sha256: str
    length: int = Field(sa_type=BigInteger)
    received: int = Field(sa_type=BigInteger)
    generation: int
    created_at: str
    pieces: str = ""
    completed_at: str = ""


class CaseAttachmentRow(CountyRow, table=True):
    """A confirmed event of the case refers to the attachment."""

    __tablename__ = "case_attachment"
    __table_args__ = (Index("ix_case_attachment", "county", "sha256"),)

    case_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)


class AwaitedRow(CountyRow, table=True):
    """A held envelope waits for the attachment."""

    __tablename__ = "awaited_attachment"

    sha256: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    case_id: str
