"""Worklists, search, and single cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    UnaryExpression,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.sql.operators import custom_op

from stationapp.domain.case import CASE, FINAL_STATES, State
from stationapp.store.moments import from_micros
from stationapp.store.projection import confirmed_revision, fold_log, spaced
from stationapp.store.records.cases import CaseQuery, CaseRecord, CaseSummary
from stationapp.store.repositories.base import Repository
from stationapp.store.repositories.case_keys import CaseKeys
from stationapp.store.repositories.case_numbers import NUMBER_TABLES
from stationapp.store.repositories.case_search import words_found, words_met
from stationapp.store.repositories.projections import ProjectionQueries
from stationapp.store.search_text import ISSUED, folded, words_of
from stationapp.store.tables import CaseKeyRow, CaseRow, EventRow
from stationapp.store.tables.base import table_of

_KEYS, _CASES, _EVENTS = table_of(CaseKeyRow), table_of(CaseRow), table_of(EventRow)
_C = _CASES.c
_SORTS = {
    "updated": _C.updated_at,
    "received": _C.received_at,
    "due": _C.due_day,
    "receipt_number": _C.receipt_number,
}
# The slim table of keys gives the ids, so that a long list is read from an index and not from the wide rows.
_CASE_ID = select(_KEYS.c.case_id).where(_KEYS.c.key == _C.key).scalar_subquery()
_SUMMARY_NAMES = (
    *("case_id", "receipt_number", "case_number", "item_name", "applicant_name", "document_number", "state"),
    *("holder", "addressed_to", "origin", "received_at", "due_day", "due_provisional", "updated_at"),
    *("pending", "refused", "batch_number", "opening_refused", "taken_back"),
    *("kind", "priority", "rectify_by", "marks", "unknown_moves"),
)
# Asked of the few cases of which something waits, and spelled so that the small index of what is open is used.
_HELD = case(
    (
        _C.pending > 0,
        select(func.count())
        .select_from(_EVENTS)
        .where(_EVENTS.c.case_key == _C.key, text("status = 'held' AND status <> 'confirmed' AND own = 1"))
        .scalar_subquery(),
    ),
    else_=0,
)
# The opening is the first own act of its case that was written down, also where another device sealed it anew.
_WHY_REFUSED = case(
    (
        _C.opening_refused,
        select(_EVENTS.c.reasons)
        .where(
            _EVENTS.c.case_key == _C.key,
            text("status = 'refused' AND status <> 'confirmed' AND own = 1"),
        )
        .order_by(_EVENTS.c.id)
        .limit(1)
        .scalar_subquery(),
    ),
    else_="",
)
_WANTED_IDS = func.json_each(bindparam("ids")).table_valued("value")
_SUMMARIES = (
    select(*(_C[name] for name in _SUMMARY_NAMES), _HELD.label("held"), _WHY_REFUSED.label("why_refused"))
    .join(_KEYS, _KEYS.c.key == _C.key)
    .where(_KEYS.c.case_id.in_(select(_WANTED_IDS.c.value)))
)
_WITH_NUMBER = union_all(
    *(
        select(numbers.c.case_key).where(
            numbers.c.token.in_([bindparam("token"), bindparam("with_sign")]), numbers.c.kind == ISSUED
        )
        for numbers in NUMBER_TABLES
    )
)
_BY_NUMBER = (
    select(_KEYS.c.case_id)
    .join(_CASES, _C.key == _KEYS.c.key)
    .where(_KEYS.c.key.in_(_WITH_NUMBER))
    .order_by(_C.opening_refused, _KEYS.c.key)
)
_STATES = (
    select(_C.state, func.count().label("cases"))
    .where(_C.kind == CASE, _C.holder == bindparam("desk"))
    .group_by(_C.state)
)
_DOCUMENT_SIGN = "号"  # Many a document number is typed without it.
# Spelled as in the partial indexes, or these would not be used.
_HAS_DUE_DAY: ColumnElement[bool] = literal_column("due_day IS NOT NULL")
_ATTENTION: ColumnElement[bool] = literal_column("attention = 1")
_PRIORITY: ColumnElement[bool] = literal_column("priority = 1")
_RECTIFYING: ColumnElement[bool] = literal_column("rectify_by IS NOT NULL")
_MARKED: ColumnElement[bool] = literal_column("marks <> ''")
_NO_ATTENTION: ColumnElement[bool] = literal_column("attention = 0")
_UPDATED_AT = select(_C.updated_at).where(_C.key == bindparam("of_key"))


class CaseQueries(Repository):
    """Reads cases and lists of them."""

    def get(self, case_id: str) -> CaseRecord | None:
        """Return a case folded from its log, or None for one that is not known or not to be seen here."""
        key = CaseKeys(self._connection).find(case_id)
        updated_at = None if key is None else self._connection.execute(_UPDATED_AT, {"of_key": key}).scalar()
        if key is None or updated_at is None:
            return None
        projections = ProjectionQueries(self._connection)
        log = projections.log_of(key)
        standing = fold_log(log)
        if standing is None:
            return None
        return CaseRecord(
            case=standing.case,
            pending=sum(row.is_open for row in log),
            refused=sum(row.needs_person for row in log),
            confirmed_revision=confirmed_revision(log),
            updated_at=from_micros(updated_at),
            opening_refused=standing.opening_refused,
            taken_back=projections.taken_back(key),
            unknown_moves=standing.unknown_moves,
        )

    def summary(self, ids: Sequence[str]) -> list[CaseSummary]:
        """Return list lines in the order of `ids`; ids that are not here are left out."""
        rows = self._connection.execute(_SUMMARIES, {"ids": json.dumps(list(ids))})
        found = {row["case_id"]: _summary(row) for row in rows.mappings()}
        return [found[case_id] for case_id in ids if case_id in found]

    def find(self, query: CaseQuery, limit: int | None = None, after: str | None = None) -> list[str]:
        """Return the ids of the cases a query asks for, in its order; what lacks a day sorts last.

        `after` is the last id of the page before, which must still be here (LookupError else).
        """
        conditions = [*_filters(query), *self._with_words(query.text, everything=limit is None)]
        place = None if after is None else self._place(query, after)
        found: list[str] = []
        for part in _parts(query, place):
            wanted = select(_CASE_ID).select_from(_CASES).where(*conditions, *part.conditions)
            rest = None if limit is None else limit - len(found)
            found += self._connection.execute(wanted.order_by(*part.order).limit(rest)).scalars()
        return found

    def count(self, query: CaseQuery) -> int:
        """Return how many cases a query asks for."""
        statement = (
            select(func.count())
            .select_from(_CASES)
            .where(*_filters(query), *words_found(self._connection, words_of(query.text)))
        )
        return int(self._connection.execute(statement).scalar_one())

    def by_number(self, number: str) -> str | None:
        """Return the id of the case with exactly that receipt, case or document number, however it was typed.

        Of several, which only a copied PC makes, it is one that the hub recognised.
        """
        return next(iter(self.all_by_number(number)), None)

    def all_by_number(self, number: str) -> list[str]:
        """Return the ids of all cases with that number, those last whose opening the hub refused."""
        token = folded(number)
        wanted = {"token": token, "with_sign": f"{token}{_DOCUMENT_SIGN}"}
        return list(self._connection.execute(_BY_NUMBER, wanted).scalars())

    def counts_by_state(self, desk: str) -> dict[State, int]:
        """Return how many cases a desk holds in each state that occurs."""
        return {State(row.state): row.cases for row in self._connection.execute(_STATES, {"desk": desk})}

    def _with_words(self, text: str, *, everything: bool) -> list[ColumnElement[bool]]:
        told = words_found if everything else words_met
        return told(self._connection, words_of(text))

    def _place(self, query: CaseQuery, case_id: str) -> tuple[Any, int]:
        """Return the sort value and the key of a case."""
        key = CaseKeys(self._connection).find(case_id)
        row = self._connection.execute(select(_SORTS[query.sort], _C.key).where(_C.key == key)).one_or_none()
        if row is None:
            raise LookupError("the last case of the page before is no longer here")
        return row[0], row[1]


def _filters(query: CaseQuery) -> list[ColumnElement[bool]]:
    equal = (
        (_C.kind, query.kind),
        (_C.holder, query.holder),
        (_C.addressed_to, query.addressed_to),
        (_C.origin, query.origin),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value]
    if query.addressed_to:
        conditions.append(literal_column("addressed_to <> ''"))  # Spelled as in the partial index.
    # A desk's cases lie in its index state by state, each in order of change; so every state is named.
    states = query.states or (State if query.holder else ())
    if states:
        conditions.append(_C.state.in_(sorted(str(state) for state in states)))
    if query.due_before is not None:
        due_day = _without_index(_C.due_day) if _is_narrow(query) else _C.due_day
        conditions.append(due_day < query.due_before.isoformat())
    if query.items:
        conditions.append(_C.item_code.in_(sorted(query.items)))
    if query.not_items:
        conditions.append(_C.item_code.not_in(sorted(query.not_items)))
    if query.attention is not None:
        conditions.append(_ATTENTION if query.attention else _NO_ATTENTION)
    flags = ((_PRIORITY, query.priority), (_RECTIFYING, query.rectifying))
    conditions += [condition for condition, wanted in flags if wanted]
    return [*conditions, *_marks_and_choices(query)]


def _marks_and_choices(query: CaseQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.marked:
        conditions += [_MARKED, func.instr(_C.marks, spaced((query.marked,))) > 0]
    if query.unmarked:
        conditions.append(func.instr(_C.marks, spaced((query.unmarked,))) == 0)
    if query.holders:
        conditions.append(_C.holder.in_(sorted(query.holders)))
    if query.either:
        conditions.append(or_(*(and_(*_filters(one)) for one in query.either)))
    return conditions


def _is_narrow(query: CaseQuery) -> bool:
    """Return whether an index holds the cases of a query together: they are read there and sorted in memory.

    Else SQLite, which does not know how many cases a desk has, goes through all cases ever in the order asked for.
    Of these most have ended, so that a list of ended ones is read in its order.
    """
    told = (query.holder, query.holders, query.addressed_to, query.marked)
    open_ones = bool(query.states) and FINAL_STATES.isdisjoint(query.states)
    return any(told) or open_ones or query.priority or query.rectifying or bool(query.attention)


def _without_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column as a value of which no index is in order."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of a list that one index has in order."""

    conditions: tuple[ColumnElement[bool], ...]
    order: tuple[ColumnElement[Any], ...]


def _parts(query: CaseQuery, place: tuple[Any, int] | None) -> list[_Part]:
    """Return the runs of a list behind a place: the cases with the sorted value, then those that lack it."""
    narrow = _is_narrow(query)
    column = _without_index(_SORTS[query.sort]) if narrow else _SORTS[query.sort]
    has_one = column.is_not(None) if narrow else _HAS_DUE_DAY
    order = tuple(part.desc() if query.descending else part.asc() for part in (column, _C.key))
    valued: tuple[ColumnElement[bool], ...] = (has_one,) if query.sort == "due" else ()
    lacking: tuple[ColumnElement[bool], ...] = (column.is_(None),)
    if place is not None and place[0] is not None:
        here, there = tuple_(column, _C.key), tuple_(*place)
        valued += (here < there if query.descending else here > there,)
    elif place is not None:
        lacking += (_C.key < place[1] if query.descending else _C.key > place[1],)
    parts = [_Part(valued, order)] if place is None or place[0] is not None else []
    return [*parts, _Part(lacking, order[1:])] if query.sort == "due" else parts


def _summary(row: RowMapping) -> CaseSummary:
    values: dict[str, Any] = dict(row)
    number = values.pop("document_number")
    return CaseSummary(
        **{
            **values,
            "document_number_masked": masked(number),
            "state": State(values["state"]),
            "received_at": from_micros(values["received_at"]),
            "updated_at": from_micros(values["updated_at"]),
            "due_day": date.fromisoformat(values["due_day"]) if values["due_day"] else None,
            "marks": tuple(values["marks"].split()),
            "why_refused": _told(values["why_refused"]),
            "rectify_by": date.fromisoformat(values["rectify_by"]) if values["rectify_by"] else None,
        }
    )


def _told(reasons: str | None) -> str:
    """The sentences of stored reasons."""
    return "".join(text for _, text, _ in json.loads(reasons)) if reasons else ""


def masked(number: str) -> str:
    """Return a document's number as a list may show it: of a long one six characters and the last four."""
    first, last = (6, 4) if len(number) >= 15 else (2, 2) if len(number) > 5 else (0, 1)
    return number[:first] + "*" * (len(number) - first - last) + number[len(number) - last :]
