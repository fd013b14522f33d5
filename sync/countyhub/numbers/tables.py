"""Tables of numbers."""

from __future__ import annotations

from sqlmodel import Field, Index, SQLModel


class ClaimRow(SQLModel, table=True):
    """A number that only one owner may use; the key is the constraint behind the refusal."""

    __tablename__ = "number_claim"

    kind: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    owner: str


class MentionRow(SQLModel, table=True):
    """A case in whose confirmed events a number stands: how a number is found."""

    __tablename__ = "number_mention"
    __table_args__ = (Index("ix_number_mention_case", "case_id"),)

    number: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)


class DaySerialRow(SQLModel, table=True):
    """The last case number given on a day; locked by whoever gives the next, so there are no gaps."""

    __tablename__ = "day_serial"

    day: str = Field(primary_key=True)
    last: int = 0
