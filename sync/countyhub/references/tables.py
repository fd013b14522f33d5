"""Tables of reference documents."""

from __future__ import annotations

from sqlmodel import Field

from countyhub.county_rows import CountyRow


class ReferenceRow(CountyRow, table=True):
    """One published version. Versions are kept for ever, since events are judged under the one they name."""

    __tablename__ = "reference"

    name: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    number: int  # 1, 2, 3 … in the order of publication
    body: str
    signature: str
    published_at: str


class ReferenceHeadRow(CountyRow, table=True):
    """The version in force of one document; locked by whoever publishes."""

    __tablename__ = "reference_head"

    name: str = Field(primary_key=True)
    number: int
    version: str
