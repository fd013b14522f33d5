"""Who signed in at this PC, when and in which post (考勤): kept here alone."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from stationapp.store.tables.base import StoreRow


class SignInRow(StoreRow, table=True):
    """One session of a person in a post; times are microseconds since 1970 UTC, the end empty while it lasts."""

    __tablename__ = "sign_in"

    day: str = Field(sa_type=Text, primary_key=True)
    person: str = Field(sa_type=Text, primary_key=True)
    post: str = Field(sa_type=Text, primary_key=True)
    from_at: int = Field(primary_key=True)
    until_at: int | None = Field(default=None)
