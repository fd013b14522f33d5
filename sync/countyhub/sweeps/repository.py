"""Queries of the sweeps."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow
from countyhub.doubles.tables import ApplicationMarkRow


def waiting(
    connection: Connection, states: Collection[str], holders: Collection[str], items: Collection[str]
) -> list[str]:
    """Return the cases in some states that some desks hold, of some items."""
    mine = col(CaseRow.state).in_(states) & col(CaseRow.holder).in_(holders)
    query = select(col(CaseRow.case_id)).join(
        ApplicationMarkRow, col(ApplicationMarkRow.case_id) == col(CaseRow.case_id)
    )
    query = query.where(mine, col(ApplicationMarkRow.item_code).in_(items))
    return list(connection.execute(query.order_by(col(CaseRow.case_id))).scalars())
