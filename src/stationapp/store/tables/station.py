"""What a station keeps for itself: who it is, the county's published documents, counts, drafts, prints, settings."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class IdentityRow(StoreRow, table=True):
    """The one row that says which PC of which station this is; `desks` is a JSON list."""

    __tablename__ = "identity"

    id: int = Field(primary_key=True)
    device: str = Field(sa_type=Text)
    station: str = Field(sa_type=Text)
    slot: int
    desks: str = Field(sa_type=Text)
    epoch: str = Field(sa_type=Text)
    hub_public: str = Field(sa_type=Text)
    hub_url: str = Field(sa_type=Text)
    device_seed: bytes
    home_id: str = Field(sa_type=Text)


class ReferenceRow(StoreRow, table=True):
    """One version of one document the hub publishes; the highest `received` of a name is in force."""

    __tablename__ = "reference"
    __table_args__ = (UniqueConstraint("name", "version", name="uq_reference_version"),)

    received: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    signature: str = Field(sa_type=Text)
    at: int


class NumberRow(StoreRow, table=True):
    """The last count given for a kind of number on a day (or in a year)."""

    __tablename__ = "number"

    kind: str = Field(sa_type=Text, primary_key=True)
    day: str = Field(sa_type=Text, primary_key=True)
    last: int


class DraftRow(StoreRow, table=True):
    """An intake that is not finished; `body` is JSON."""

    __tablename__ = "draft"

    draft_id: str = Field(sa_type=Text, primary_key=True)
    body: str = Field(sa_type=Text)
    at: int


class PrintRow(StoreRow, table=True):
    """One printed copy of a paper."""

    __tablename__ = "print_log"

    paper: str = Field(sa_type=Text, primary_key=True)
    number: str = Field(sa_type=Text, primary_key=True)
    copy_number: int = Field(primary_key=True)
    case_id: str = Field(sa_type=Text)
    at: int
    person_id: str = Field(sa_type=Text)


class SettingRow(StoreRow, table=True):
    """A small setting of this station."""

    __tablename__ = "setting"

    name: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)
