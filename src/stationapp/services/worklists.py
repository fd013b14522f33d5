"""The desk's lists: what waits here, what is on its way, what must be served, and all of it by search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from stationapp.domain.case import FINAL_STATES, State
from stationapp.services.troubles import unsettled
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSort, CaseSummary

_OPEN = frozenset(State) - FINAL_STATES
_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class Worklist:
    """A named list of cases; `query` says for a desk which ones are in it."""

    key: str
    title: str
    query: Callable[[str], CaseQuery]


def _here(*states: State) -> Callable[[str], CaseQuery]:
    return lambda desk: CaseQuery(holder=desk, states=frozenset(states))


_ROWS = (
    Worklist("to_sign", "待签收", lambda desk: CaseQuery(addressed_to=desk, states=_TRAVELLING)),
    Worklist("here", "本岗位在办", lambda desk: CaseQuery(holder=desk, states=_OPEN - _TRAVELLING)),
    Worklist("incomplete", "待补齐材料", _here(State.INCOMPLETE)),
    Worklist("supplement", "待补正", _here(State.SUPPLEMENT)),
    Worklist("to_send", "待移交", _here(State.RECEIVED, State.EXAMINED)),
    Worklist("results", "结果待送达", _here(State.RESULT_READY)),
    Worklist("sent", "已移交在途", _here(*_TRAVELLING)),
    Worklist("finished", "已结束", lambda _desk: CaseQuery(states=FINAL_STATES)),
    Worklist("all", "全部办件", lambda _desk: CaseQuery()),
)
WORKLISTS = {row.key: row for row in _ROWS}


@dataclass(frozen=True, slots=True)
class WorklistCount:
    """How many cases a list holds."""

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class DeskOverview:
    """The day's desk: the size of every list, the drafts, and what the hub refused."""

    lists: tuple[WorklistCount, ...]
    drafts: int
    troubles: int


def overview(workplace: Workplace) -> DeskOverview:
    """Return the desk at a glance."""
    desk = workplace.desk.desk_id
    with workplace.store.read() as unit:
        counts = tuple(WorklistCount(row.key, row.title, unit.cases.count(row.query(desk))) for row in _ROWS)
        return DeskOverview(counts, len(unit.drafts.list()), len(unsettled(unit)))


def case_ids(
    workplace: Workplace,
    key: str,
    text: str = "",
    sort: CaseSort = "updated",
    descending: bool = True,
    limit: int = 1_000_000,
) -> list[str]:
    """Return the ids of a list, narrowed by what was typed, in the wanted order."""
    query = WORKLISTS[key].query(workplace.desk.desk_id)
    narrowed = CaseQuery(
        text=text,
        states=query.states,
        holder=query.holder,
        addressed_to=query.addressed_to,
        sort=sort,
        descending=descending,
    )
    with workplace.store.read() as unit:
        return unit.cases.find(narrowed, limit, None)


def summaries(workplace: Workplace, ids: Sequence[str]) -> list[CaseSummary]:
    """Return the rows of a list for a block of ids."""
    with workplace.store.read() as unit:
        return unit.cases.summary(ids)


def nearest_due(workplace: Workplace, limit: int) -> list[CaseSummary]:
    """Return the open cases with the earliest due days, whichever desk holds them."""
    query = CaseQuery(states=_OPEN, due_before=date.max, sort="due", descending=False)
    with workplace.store.read() as unit:
        return unit.cases.summary(unit.cases.find(query, limit, None))
