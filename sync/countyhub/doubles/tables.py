"""Tables by which possible double applications are found."""

from __future__ import annotations

from sqlmodel import Field, Index

from countyhub.county_rows import CountyRow


class ApplicationMarkRow(CountyRow, table=True):
    """The mark of the application a case was opened with, see `marks`; `looked`: it was compared with the others."""

    __tablename__ = "application_mark"
    __table_args__ = (
        Index("ix_application_mark", "county", "mark"),
        Index("ix_application_mark_looked", "county", "looked"),
    )

    case_id: str = Field(primary_key=True)
    item_code: str
    mark: str
    looked: bool = False


class NotedDoubleRow(CountyRow, table=True):
    """Two cases that were shown to each other as a possible double; `case_id` is the lesser of the two ids."""

    __tablename__ = "noted_double"
    __table_args__ = (Index("ix_noted_double_other", "county", "other_id"),)

    case_id: str = Field(primary_key=True)
    other_id: str = Field(primary_key=True)
