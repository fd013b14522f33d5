"""The desk's lists: what waits here, what is on its way, what must be served, and all of it by search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from stationapp.domain import case_marks
from stationapp.domain.case import ENDED_STATES, FINAL_STATES, Case, State
from stationapp.domain.organisation import Level
from stationapp.domain.states import CASE_STATES
from stationapp.services.supervision import supervised
from stationapp.services.troubles import unsettled
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, CaseSort, CaseSummary

_OPEN = CASE_STATES - FINAL_STATES
_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class Worklist:
    """A named list of cases; `query` says for a workplace which ones are in it. The desk shows a `steady` one also
    while it is empty. Where `ids` is given, it is too dear to count: it tells which of them and in which order.
    """

    key: str
    title: str
    query: Callable[[Workplace], CaseQuery]
    steady: bool = False
    ids: Callable[[Workplace], list[str]] | None = None


def _here(*states: State) -> Callable[[Workplace], CaseQuery]:
    return lambda at: CaseQuery(holder=at.desk.desk_id, states=frozenset(states))


def _handled_in_village(at: Workplace) -> frozenset[str]:
    """Return the codes of the items a village handles on the spot: their cases are never handed over."""
    return frozenset(item.code for item in at.catalogue.items if item.decides_at is Level.VILLAGE)


def _direct(at: Workplace) -> CaseQuery:
    codes = _handled_in_village(at) or {_NO_ITEM}
    return replace(_here(State.RECEIVED)(at), items=codes)


def _marked(mark: str) -> Callable[[Workplace], CaseQuery]:
    return lambda at: CaseQuery(holder=at.desk.desk_id, marked=mark)


def _decided_by(at: Workplace, matches: Callable[[int], bool]) -> frozenset[str]:
    """Return the codes of the items whose deciding level matches; a higher level is a smaller number."""
    return frozenset(item.code for item in at.catalogue.items if matches(int(item.decides_at)))


def _to_send(at: Workplace) -> CaseQuery:
    """What goes up because it is decided above, and results that are given out elsewhere."""
    level = int(at.desk.level)
    stays = _decided_by(at, lambda decides: decides >= level)
    going = CaseQuery(states=(State.RECEIVED, State.EXAMINED), not_items=stays)
    result = CaseQuery(states=(State.RESULT_READY,), unmarked=case_marks.AT_PLACE)
    return replace(_here(State.RECEIVED, State.EXAMINED, State.RESULT_READY)(at), either=(going, result))


def _to_accept(at: Workplace) -> CaseQuery:
    """What is decided at this level and has not been accepted yet; a village accepts nothing."""
    level = int(at.desk.level)
    above_village = at.desk.level is not Level.VILLAGE
    decided_here = _decided_by(at, lambda decides: decides == level and above_village) or {_NO_ITEM}
    return replace(_here(State.RECEIVED, State.SIGNED_FOR, State.REGISTERED)(at), items=decided_here)


def _voids(at: Workplace) -> CaseQuery:
    """What a second person may confirm: here, or at a desk right below."""
    below = (desk.desk_id for desk in at.organisation.desks if desk.parent == at.desk.desk_id)
    return CaseQuery(holders=(at.desk.desk_id, *below), marked=case_marks.VOID_PROPOSED)


def _nearly_due(at: Workplace) -> CaseQuery:
    return CaseQuery(states=_UNDECIDED, due_before=at.now().date() + _SOON)


def _supervised(at: Workplace) -> list[str]:
    """What the supervision warns of, the gravest first."""
    return [row.case.case_id for row in supervised(at)]


_SOON = timedelta(days=4)  # One more than the days left, for that very day is left out.
_NO_ITEM = ""  # No item has it for a code: where nothing is handled on the spot, the list is empty.
_DECIDED = (State.GRANTED, State.REFUSED, State.DEFAULTED)
_UNDECIDED = _OPEN - {*_DECIDED, State.RESULT_READY, State.RESULT_IN_TRANSIT, State.SERVED}
_ROWS = (
    Worklist(
        "to_sign",
        "待签收",
        lambda at: CaseQuery(addressed_to=at.desk.desk_id, states=_TRAVELLING),
        steady=True,
    ),
    Worklist("here", "本岗位在办", _here(*(_OPEN - _TRAVELLING)), steady=True),
    Worklist("to_send", "待移交", _to_send, steady=True),
    Worklist(
        "results",
        "结果待送达",
        lambda at: replace(_here(State.RESULT_READY)(at), marked=case_marks.AT_PLACE),
        steady=True,
    ),
    Worklist("nearly_due", "三日内到期和超期", _nearly_due, steady=True),
    Worklist("sent_back", "退回待更正", _here(State.SENT_BACK)),
    Worklist("incomplete", "待补齐材料", _here(State.INCOMPLETE)),
    Worklist("supplement", "待补正", _here(State.SUPPLEMENT)),
    Worklist("direct", "待当场办理", _direct),
    Worklist("to_accept", "待受理", _to_accept),
    Worklist("deemed", "视为受理", _here(State.DEEMED_ACCEPTED)),
    Worklist("accepted", "已受理待审查", _here(State.ACCEPTED)),
    Worklist("special", "特别程序", _here(State.SPECIAL_PROCEDURE)),
    Worklist("to_decide", "待决定", _here(State.REVIEWED, State.CHECKED)),
    Worklist("reported", "已上报待批复", _here(State.REPORTED_UP)),
    Worklist("to_issue", "待出件", _here(*_DECIDED)),
    Worklist("served", "已送达待办结", _here(State.SERVED)),
    Worklist("parts", "联办待回执", lambda at: CaseQuery(marked=f"{case_marks.PART}:{at.desk.desk_id}")),
    Worklist("mine", "指派给我", lambda at: CaseQuery(marked=f"{case_marks.HANDLER}:{at.person.person_id}")),
    Worklist("urged", "催办待确认", _marked(case_marks.URGED)),
    Worklist("withdrawals", "撤回申请待处理", _marked(case_marks.WITHDRAWAL)),
    Worklist("voids", "作废待复核", _voids),
    Worklist("promises", "承诺待核查", lambda _at: CaseQuery(marked=case_marks.PROMISE)),
    Worklist("doubles", "疑似重复申请", _marked(case_marks.DOUBLE)),
    Worklist("priority", "绿色通道", lambda _at: CaseQuery(states=_OPEN, priority=True)),
    Worklist("rectify", "差评待整改", lambda _at: CaseQuery(rectifying=True)),
    Worklist("supervised", "监察预警（按轻重）", lambda _at: CaseQuery(), ids=_supervised),
    Worklist("to_archive", "待归档", _here(*ENDED_STATES)),
    Worklist("sent", "已移交在途", _here(*_TRAVELLING), steady=True),
    Worklist("finished", "已结束", lambda _at: CaseQuery(states=FINAL_STATES)),
    Worklist("all", "全部办件", lambda _at: CaseQuery(), steady=True),
)
WORKLISTS = {row.key: row for row in _ROWS}


@dataclass(frozen=True, slots=True)
class WorklistCount:
    """How many cases a list holds."""

    key: str
    title: str
    count: int
    steady: bool = False


@dataclass(frozen=True, slots=True)
class DeskOverview:
    """The day's desk: the size of every list, the drafts, and what the hub refused."""

    lists: tuple[WorklistCount, ...]
    drafts: int
    troubles: int


def overview(workplace: Workplace) -> DeskOverview:
    """Return the desk at a glance."""
    queries = [(row, row.query(workplace)) for row in _ROWS if row.ids is None]
    with workplace.store.read() as unit:
        counts = tuple(
            WorklistCount(row.key, row.title, unit.cases.count(query), row.steady) for row, query in queries
        )
        return DeskOverview(counts, len(unit.drafts.list()), len(unsettled(workplace, unit)))


def case_ids(
    workplace: Workplace,
    key: str,
    text: str = "",
    sort: CaseSort = "updated",
    descending: bool = True,
    limit: int = 1_000_000,
) -> list[str]:
    """Return the ids of a list, narrowed by what was typed, in the wanted order."""
    row = WORKLISTS[key]
    query = row.query(workplace)
    narrowed = replace(query, text=text, sort=sort, descending=descending)
    told = row.ids(workplace) if row.ids is not None else None
    with workplace.store.read() as unit:
        found = unit.cases.find(narrowed, limit, None)
    if told is None:
        return found
    wanted = frozenset(found)
    return [case_id for case_id in told if case_id in wanted]


def summaries(workplace: Workplace, ids: Sequence[str]) -> list[CaseSummary]:
    """Return the rows of a list for a block of ids."""
    with workplace.store.read() as unit:
        return unit.cases.summary(ids)


def same_number(workplace: Workplace, case: Case) -> list[CaseSummary]:
    """Return the other cases here with a case's receipt number: a copied PC gives out numbers of another one."""
    with workplace.store.read() as unit:
        found = unit.cases.all_by_number(case.receipt_number)
        return unit.cases.summary([case_id for case_id in found if case_id != case.case_id])


def nearest_due(workplace: Workplace, limit: int) -> list[CaseSummary]:
    """Return the open cases with the earliest due days, whichever desk holds them."""
    query = CaseQuery(states=_OPEN, due_before=date.max, sort="due", descending=False)
    with workplace.store.read() as unit:
        return unit.cases.summary(unit.cases.find(query, limit, None))
