"""Tables of numbers."""

from __future__ import annotations

from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow


class ClaimRow(CountyRow, table=True):
    """A number that only one owner may use; the key is the constraint behind the refusal."""

    __tablename__ = "number_claim"

    kind: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    owner: str


class MentionRow(CountyRow, table=True):
    """A number that stands in a stored envelope, confirmed, held or refused: how a number is found.

    `case_id` is empty when the envelope tells none.
    """

    __tablename__ = "number_mention"

    number: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    case_id: str


class AbsentNumberRow(CountyRow, table=True):
    """A number that stands on a paper while its envelope is not here: lost with a PC's disk, or in a run that waits.

    It says nothing any more once that envelope is here. `case_id` is empty where nobody knows it.
    """

    __tablename__ = "absent_number"
    __table_args__ = (Index("ix_absent_number_device", "county", "device", "seq"),)

    number: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    case_id: str = ""


class DaySerialRow(CountyRow, table=True):
    """The last case number given on a day; locked by whoever gives the next, so there are no gaps."""

    __tablename__ = "day_serial"

    day: str = Field(primary_key=True)
    last: int = 0
