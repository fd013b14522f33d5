"""Queries on marks of applications and on doubles noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, false, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow
from countyhub.database import in_chunks
from countyhub.doubles.tables import ApplicationMarkRow, NotedDoubleRow
from stationapp.domain.states import FINAL_STATES, State

_OVER = [state.value for state in FINAL_STATES]
_DONE = [State.CONCLUDED.value, State.ARCHIVED.value]


def add_marks(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the marks of opened cases, rows of `ApplicationMarkRow`."""
    if rows:
        connection.execute(insert(ApplicationMarkRow), rows)


def not_looked_at(connection: Connection) -> list[str]:
    """Return the opened cases that were not compared with the others yet."""
    new = select(col(ApplicationMarkRow.case_id)).where(col(ApplicationMarkRow.looked) == false())
    return list(connection.execute(new.order_by(col(ApplicationMarkRow.case_id))).scalars())


def alike(connection: Connection, case_ids: Collection[str], changed_since: str) -> dict[str, list[str]]:
    """Return for each case with any the others with its mark that run, or were served to the end and changed since."""
    mine, other = aliased(ApplicationMarkRow), aliased(ApplicationMarkRow)
    late = and_(col(CaseRow.state).in_(_DONE), col(CaseRow.updated_at) >= changed_since)
    same = (
        select(col(mine.case_id), col(other.case_id))
        .join(other, and_(col(other.mark) == col(mine.mark), col(other.case_id) != col(mine.case_id)))
        .join(CaseRow, col(CaseRow.case_id) == col(other.case_id))
        .where(or_(col(CaseRow.state).not_in(_OVER), late))
    )
    found: dict[str, list[str]] = {}
    for chunk in in_chunks(sorted(case_ids)):
        # Sorted here: asked to sort, SQLite would read all cases in order instead of those with the same mark.
        rows = connection.execute(same.where(col(mine.case_id).in_(chunk)))
        for case_id, like in sorted((row[0], row[1]) for row in rows):
            found.setdefault(case_id, []).append(like)
    return found


def noted_with(connection: Connection, case_id: str) -> set[str]:
    """Return the cases a case was shown to."""
    lesser, greater = col(NotedDoubleRow.case_id), col(NotedDoubleRow.other_id)
    rows = connection.execute(select(lesser, greater).where(or_(lesser == case_id, greater == case_id)))
    return {one for row in rows for one in row} - {case_id}


def note(connection: Connection, case_id: str, others: Iterable[str]) -> None:
    """Remember that a case and others were shown to each other."""
    pairs = [sorted((case_id, other)) for other in others]
    rows = [{"case_id": lesser, "other_id": greater} for lesser, greater in pairs]
    if rows:
        connection.execute(insert(NotedDoubleRow), rows)


def looked_at(connection: Connection, case_ids: Iterable[str]) -> None:
    """Remember that cases were compared with the others."""
    for chunk in in_chunks(sorted(case_ids)):
        mine = col(ApplicationMarkRow.case_id).in_(chunk)
        connection.execute(update(ApplicationMarkRow).where(mine).values(looked=True))


def everything(connection: Connection) -> set[tuple[str, str, str]]:
    """Return every mark as (case, item code, mark)."""
    columns = (
        col(ApplicationMarkRow.case_id),
        col(ApplicationMarkRow.item_code),
        col(ApplicationMarkRow.mark),
    )
    return {(row[0], row[1], row[2]) for row in connection.execute(select(*columns))}
