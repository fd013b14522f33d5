"""The base of every table of the hub: the county is part of each primary key and of each unique key.

The rule for a new table: derive its row class from `CountyRow`, declare its other key columns as usual, and
name `"county"` first in every unique constraint, unique index and foreign key. The column needs no value from
the code that reads and writes (see `countyhub.county_scope`), and it is the first of the primary key. The
table's migration writes it out: `sa.Column("county", sa.String(), nullable=False)`, first in
`sa.PrimaryKeyConstraint("county", …)`.

So several counties can live in one database, and a database can be spread over machines by county: engines such
as Citus ask that primary and unique keys hold the column they spread by.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import SQLModel

COUNTY = "county"
OF_COUNTIES = "of_counties"


class CountyRow(SQLModel):
    """A row that belongs to one county, by its 6-digit code.

    `county` is a column and no field: nobody gives it when he makes a row, and `model_dump` leaves it out.
    """

    county: ClassVar[InstrumentedAttribute[str]]

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *parts: Any, **options: Any) -> Table:
        """Return the table with the county before all that its class declares (a hook of SQLAlchemy)."""
        county = Column(COUNTY, String, primary_key=True)
        return Table(name, metadata, county, *parts, info={OF_COUNTIES: True}, **options)
