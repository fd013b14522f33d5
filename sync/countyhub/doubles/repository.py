"""Queries on marks of applications and on doubles noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, false, or_, select, update
from sqlmodel import col

from countyhub.acceptance.tables import CaseRow
from countyhub.database import in_chunks
from countyhub.doubles.tables import ApplicationMarkRow, NotedDoubleRow
from countyhub.many_rows import add_rows
from stationapp.domain.states import FINAL_STATES, State

_OVER = [state.value for state in FINAL_STATES]
_DONE = [State.CONCLUDED.value, State.ARCHIVED.value]

_NOT_LOOKED_AT = (
    select(col(ApplicationMarkRow.case_id))
    .where(col(ApplicationMarkRow.looked) == false())
    .order_by(col(ApplicationMarkRow.case_id))
)
_MARKS = select(col(ApplicationMarkRow.case_id), col(ApplicationMarkRow.mark)).where(
    col(ApplicationMarkRow.case_id).in_(bindparam("cases", expanding=True))
)
_BEARERS = select(col(ApplicationMarkRow.mark), col(ApplicationMarkRow.case_id)).where(
    col(ApplicationMarkRow.mark).in_(bindparam("marks", expanding=True))
)
_LATE = and_(col(CaseRow.state).in_(_DONE), col(CaseRow.updated_at) >= bindparam("since"))
_COUNTING = (
    select(col(CaseRow.case_id))
    .where(col(CaseRow.case_id).in_(bindparam("cases", expanding=True)))
    .where(or_(col(CaseRow.state).not_in(_OVER), _LATE))
)
_LOOKED_AT = (
    update(ApplicationMarkRow)
    .where(col(ApplicationMarkRow.case_id).in_(bindparam("cases", expanding=True)))
    .values(looked=True)
)


def add_marks(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write the marks of opened cases, rows of `ApplicationMarkRow`."""
    add_rows(connection, ApplicationMarkRow, rows)


def not_looked_at(connection: Connection) -> list[str]:
    """Return the opened cases that were not compared with the others yet."""
    return list(connection.execute(_NOT_LOOKED_AT).scalars())


def alike(connection: Connection, case_ids: Collection[str], changed_since: str) -> dict[str, list[str]]:
    """Return for each case with any the others with its mark that run, or were served to the end and changed since.

    Asked in three steps, each by one index: as one join PostgreSQL, while it has no statistics, walks all marks.
    """
    marks = _marks_of(connection, case_ids)
    bearers = _bearers_of(connection, marks.values())
    others = {
        case_id: [one for one in bearers[mark] if one != case_id]
        for case_id, mark in marks.items()
        if len(bearers[mark]) > 1
    }
    counting = _counting(connection, {one for likes in others.values() for one in likes}, changed_since)
    found = {case_id: [one for one in likes if one in counting] for case_id, likes in others.items()}
    return {case_id: likes for case_id, likes in found.items() if likes}


def _marks_of(connection: Connection, case_ids: Collection[str]) -> dict[str, str]:
    marks: dict[str, str] = {}
    for chunk in in_chunks(sorted(case_ids)):
        marks.update((row.case_id, row.mark) for row in connection.execute(_MARKS, {"cases": chunk}))
    return marks


def _bearers_of(connection: Connection, marks: Iterable[str]) -> dict[str, list[str]]:
    """The cases with each mark, in the order of their ids."""
    found: dict[str, list[str]] = {}
    for chunk in in_chunks(sorted(set(marks))):
        for row in connection.execute(_BEARERS, {"marks": chunk}):
            found.setdefault(row.mark, []).append(row.case_id)
    return {mark: sorted(bearers) for mark, bearers in found.items()}


def _counting(connection: Connection, case_ids: Collection[str], changed_since: str) -> set[str]:
    """Those of the cases that run, or were served to the end and changed since."""
    found: set[str] = set()
    for chunk in in_chunks(sorted(case_ids)):
        found.update(connection.execute(_COUNTING, {"cases": chunk, "since": changed_since}).scalars())
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
    add_rows(connection, NotedDoubleRow, rows)


def looked_at(connection: Connection, case_ids: Iterable[str]) -> None:
    """Remember that cases were compared with the others."""
    for chunk in in_chunks(sorted(case_ids)):
        connection.execute(_LOOKED_AT, {"cases": chunk})


def everything(connection: Connection) -> set[tuple[str, str, str]]:
    """Return every mark as (case, item code, mark)."""
    columns = (
        col(ApplicationMarkRow.case_id),
        col(ApplicationMarkRow.item_code),
        col(ApplicationMarkRow.mark),
    )
    return {(row[0], row[1], row[2]) for row in connection.execute(select(*columns))}
