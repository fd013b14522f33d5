"""Tables of the changes of the catalogue."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class CatalogueChangeRow(SQLModel, table=True):
    """One change and how far it is; `body` is JSON: the items, and the dictionary if it changes."""

    __tablename__ = "catalogue_change"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    reason: str
    body: str
    published_as: int  # the version of the catalogue that brought it; 0 before


class CatalogueStepRow(SQLModel, table=True):
    """One act on a change, never altered; numbered from 1 within the change."""

    __tablename__ = "catalogue_step"

    change_number: int = Field(primary_key=True, foreign_key="catalogue_change.number")
    number: int = Field(primary_key=True)
    act: str
    person_id: str
    at: str
    note: str
