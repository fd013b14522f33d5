"""Tables of the changes of the catalogue."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from countyhub.county_rows import CountyRow


class CatalogueChangeRow(CountyRow, table=True):
    """One change and how far it is; `body` is JSON: the items, and the dictionary if it changes."""

    __tablename__ = "catalogue_change"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    reason: str
    body: str
    published_as: int  # the version of the catalogue that brought it; 0 before


class CatalogueStepRow(CountyRow, table=True):
    """One act on a change, never altered; numbered from 1 within the change."""

    __tablename__ = "catalogue_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county", "change_number"],
            ["catalogue_change.county", "catalogue_change.number"],
            "fk_catalogue_step_change",
        ),
    )

    change_number: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    act: str
    person_id: str
    at: str
    note: str
