"""The desk's lists: what waits here, what is on its way, what must be served, and all of it by search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stationapp.domain.case import FINAL_STATES, State
from stationapp.domain.organisation import Level
from stationapp.domain.states import CASE_STATES
from stationapp.services.troubles import unsettled
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSort, CaseSummary

_OPEN = CASE_STATES - FINAL_STATES
_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class Worklist:
    """A named list of cases; `query` says for a workplace which ones are in it."""

    key: str
    title: str
    query: Callable[[Workplace], CaseQuery]


def _here(*states: State) -> Callable[[Workplace], CaseQuery]:
    return lambda at: CaseQuery(holder=at.desk.desk_id, states=frozenset(states))


def _handled_in_village(at: Workplace) -> frozenset[str]:
    """Return the codes of the items a village handles on the spot: their cases are never handed over."""
    return frozenset(item.code for item in at.catalogue.items if item.decides_at is Level.VILLAGE)


def _direct(at: Workplace) -> CaseQuery:
    codes = _handled_in_village(at) or {_NO_ITEM}
    return replace(_here(State.RECEIVED)(at), items=codes)


def _to_send(at: Workplace) -> CaseQuery:
    return replace(_here(State.RECEIVED, State.EXAMINED)(at), not_items=_handled_in_village(at))


_NO_ITEM = ""  # No item has it for a code: where nothing is handled on the spot, the list is empty.
_ROWS = (
    Worklist("to_sign", "待签收", lambda at: CaseQuery(addressed_to=at.desk.desk_id, states=_TRAVELLING)),
    Worklist("here", "本岗位在办", _here(*(_OPEN - _TRAVELLING))),
    Worklist("incomplete", "待补齐材料", _here(State.INCOMPLETE)),
    Worklist("supplement", "待补正", _here(State.SUPPLEMENT)),
    Worklist("direct", "待当场办理", _direct),
    Worklist("to_send", "待移交", _to_send),
    Worklist("results", "结果待送达", _here(State.RESULT_READY)),
    Worklist("priority", "绿色通道", lambda _at: CaseQuery(states=_OPEN, priority=True)),
    Worklist("rectify", "差评待整改", lambda _at: CaseQuery(rectifying=True)),
    Worklist("sent", "已移交在途", _here(*_TRAVELLING)),
    Worklist("finished", "已结束", lambda _at: CaseQuery(states=FINAL_STATES)),
    Worklist("all", "全部办件", lambda _at: CaseQuery()),
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
    queries = [(row, row.query(workplace)) for row in _ROWS]
    with workplace.store.read() as unit:
        counts = tuple(WorklistCount(row.key, row.title, unit.cases.count(query)) for row, query in queries)
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
    query = WORKLISTS[key].query(workplace)
    narrowed = replace(query, text=text, sort=sort, descending=descending)
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
