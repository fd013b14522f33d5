"""What a mailbox made visible at one of its positions, whatever has happened since.

The entries behind the position tell what has changed since; a desk's other cases are visible now as they were then,
since every event of a visible case is an entry. So a picture can be asked for again, page by page, and is always
the same, without anything being kept for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from countyhub.acceptance.case_repository import SAME_ENVELOPE
from countyhub.acceptance.tables import CaseEventRow, CaseRow, EnvelopeRow
from countyhub.database import in_chunks
from countyhub.mailboxes.tables import EntryRow, VisibleRow
from hubprotocol.digests import case_hash
from hubprotocol.messages import EntryKind


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as a mailbox showed it: its revision, and the hash of the case there."""

    case_id: str
    revision: int
    hash: str


def shown_at(
    connection: Connection, feed: str, position: int, after: str = "", most: int | None = None
) -> list[Shown]:
    """Return the cases a mailbox showed at a position, by id, at most so many behind the case `after`."""
    changed = _changed_since(connection, feed, position, after)
    enough = None if most is None else most + len(changed)
    now = _visible_now(connection, feed, after, enough)
    then = {one.case_id: one for one in now if one.case_id not in changed}
    then |= _as_they_were(connection, {case_id: rev for case_id, rev in changed.items() if rev})
    if enough is not None and len(now) == enough:  # Of what lies behind the last one nothing is known yet.
        then = {case_id: one for case_id, one in then.items() if case_id <= now[-1].case_id}
    return [then[case_id] for case_id in sorted(then)][:most]


def these_shown_at(connection: Connection, feed: str, position: int, case_ids: Sequence[str]) -> list[Shown]:
    """Return those of some cases that a mailbox showed at a position."""
    changed = _changed_since(connection, feed, position, "", case_ids)
    now = {one.case_id: one for one in _these_now(connection, feed, case_ids) if one.case_id not in changed}
    now |= _as_they_were(connection, {case_id: rev for case_id, rev in changed.items() if rev})
    return [now[case_id] for case_id in sorted(now)]


def _changed_since(
    connection: Connection, feed: str, position: int, after: str, among: Sequence[str] | None = None
) -> dict[str, int]:
    """Return which cases have changed since, and the revision each was shown at before; 0: not shown."""
    later = (col(EntryRow.feed) == feed) & (col(EntryRow.position) > position)
    later &= (col(EntryRow.kind) != EntryKind.VERDICT.value) & (col(EntryRow.case_id) > after)
    if among is not None:
        later &= col(EntryRow.case_id).in_(among)
    first = select(func.min(col(EntryRow.position))).where(later).group_by(col(EntryRow.case_id))
    columns = (col(EntryRow.case_id), col(EntryRow.kind), col(EntryRow.revision))
    rows = connection.execute(
        select(*columns).where(col(EntryRow.feed) == feed, col(EntryRow.position).in_(first))
    )
    return {row.case_id: 0 if row.kind == EntryKind.PUT else row.revision - 1 for row in rows}


_SHOWN: Any = (col(VisibleRow.case_id), col(CaseRow.revision), col(CaseRow.case_hash))
_SAME_CASE = col(CaseRow.case_id) == col(VisibleRow.case_id)


def _visible_now(connection: Connection, feed: str, after: str, most: int | None) -> list[Shown]:
    mine = (col(VisibleRow.desk_id) == feed) & (col(VisibleRow.case_id) > after)
    query = select(*_SHOWN).select_from(VisibleRow).join(CaseRow, _SAME_CASE).where(mine)
    rows = connection.execute(query.order_by(col(VisibleRow.case_id)).limit(most))
    return [Shown(*row) for row in rows]


def _these_now(connection: Connection, feed: str, case_ids: Sequence[str]) -> list[Shown]:
    mine = (col(VisibleRow.desk_id) == feed) & col(VisibleRow.case_id).in_(case_ids)
    query = select(*_SHOWN).select_from(VisibleRow).join(CaseRow, _SAME_CASE).where(mine)
    return [Shown(*row) for row in connection.execute(query)]


def _as_they_were(connection: Connection, revisions: dict[str, int]) -> dict[str, Shown]:
    """Return cases at earlier revisions, with the hash each had there."""
    hashes: dict[str, list[str]] = {case_id: [] for case_id in revisions}
    columns = (col(CaseEventRow.case_id), col(CaseEventRow.revision), col(EnvelopeRow.hash))
    for chunk in in_chunks(sorted(revisions)):
        query = select(*columns).join(EnvelopeRow, SAME_ENVELOPE).where(col(CaseEventRow.case_id).in_(chunk))
        for row in connection.execute(query.order_by(col(CaseEventRow.case_id), col(CaseEventRow.revision))):
            if row.revision <= revisions[row.case_id]:
                hashes[row.case_id].append(row.hash)
    return {case_id: Shown(case_id, len(own), case_hash(own)) for case_id, own in hashes.items()}
