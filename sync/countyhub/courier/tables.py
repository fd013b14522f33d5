"""Tables of the courier: files that were taken, answers that were written, and pieces on their way."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from countyhub.county_rows import CountyRow


class CourierFileRow(CountyRow, table=True):
    """A file of a device that was taken or kept, by the SHA-256 of all its bytes."""

    __tablename__ = "courier_file"

    device: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    taking: str
    at: str
    answer: str = ""  # hash of the answer that was written for it


class CourierAnswerRow(CountyRow, table=True):
    """The last answer written for a device; the next one names its number and hash."""

    __tablename__ = "courier_answer"

    device: str = Field(primary_key=True)
    number: int = 0
    hash: str = ""
    at: str = ""


class CourierSpoolRow(CountyRow, table=True):
    """A file in pieces, on its way from a carrier or to one; `manifest` is the text beside an answer.

    `begun_at` is when it was begun, or when its last piece came.
    """

    __tablename__ = "courier_spool"

    hash: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    carrier: str
    begun_at: str
    manifest: str = ""


class CourierPieceRow(CountyRow, table=True):
    """One piece of a file on its way."""

    __tablename__ = "courier_piece"

    hash: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    data: bytes
