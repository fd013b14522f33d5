"""Queries on who is away and who is on duty."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlmodel import col

from countyhub.acceptance import case_repository
from countyhub.acceptance.tables import CaseRow
from stationapp.domain.case import Case, State


def standing(connection: Connection, states: Iterable[State]) -> list[Case]:
    """Return what stands in one of some states, by id: open affairs are few."""
    wanted = col(CaseRow.state).in_([state.value for state in states])
    ids = connection.execute(select(col(CaseRow.case_id)).where(wanted).order_by(col(CaseRow.case_id)))
    return case_repository.cases_of(connection, list(ids.scalars()))
