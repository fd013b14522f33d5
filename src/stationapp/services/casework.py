"""Acts on one case at any desk. What the table of moves can know by itself is filled in here; people give the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stationapp.domain.case import Case
from stationapp.domain.case_flow import TABLE, possible_moves, stands_right
from stationapp.domain.catalogue import Material, ServiceItem
from stationapp.domain.due_facts import due_fact
from stationapp.domain.moves import ActsBy, Move
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.rules.acceptance import acceptance_day
from stationapp.domain.rules.joint import opinion_limit
from stationapp.domain.rules.routing import next_stop
from stationapp.services.acts import case_in, perform
from stationapp.services.affair_facts import AFFAIR_FILLS
from stationapp.services.changed import Changed, Kind
from stationapp.services.numbering import next_document_number
from stationapp.services.unrecognised import case_to_act_on
from stationapp.services.workplace import Workplace
from stationapp.store.units import WriteUnit

# 文书性质 in the document number of each paper that a move produces.
NATURES = {
    "request_supplement": "补告",
    "accept": "受",
    "decline_acceptance": "不受",
    "tell_not_needed": "免办",
    "return_application": "退",
    "close_unsupplied": "补结",
    "start_special": "特告",
    "extend": "延告",
    "grant": "准决",
    "refuse": "不决",
    "record_reply_granted": "准决",
    "record_reply_refused": "不决",
    "report_up": "报",
    "fan_out": "联",
    "give_opinion": "回",
    "record_site_visit": "踏",
    "default_part": "默",
    "default_absent": "缺默",
    "default_decision": "默",
    "notify_collection": "领",
    "serve": "送",
    "conclude": "办结",
    "withdraw": "撤",
}

# Reasons that no waiting and no other person here can remove: such a move is not offered for the case at all.
NEVER_HERE = frozenset(
    {
        "always-needed",
        "has-attorney",
        "at-office",
        "competent-here",
        "decided-above",
        "decided-below",
        "decided-here",
        "home-visit",
        "no-bad-rating",
        "no-default",
        "no-promise",
        "nobody-asked",
        "no-publicity",
        "not-asked",
        "not-forwarded",
        "not-joint",
        "not-proposed",
        "not-urged",
        "not-window",
        "proposed-otherwise",
    }
)


def act(workplace: Workplace, case_id: str, move_name: str, facts: Mapping[str, Any]) -> tuple[Case, Changed]:
    """Make a move on a case; `facts` are the answers to the move's asks. Returns the case as it then stands.

    Raises Refused with the rule's sentence, Unavailable when the disk cannot take it; nothing is stored then.
    """
    move = TABLE.get(move_name)
    if move is None or move.acts_by is ActsBy.HUB:
        raise Refused(Reason("unknown-move", f"没有“{move_name}”这一步办理动作。", "move"))
    if move.opens:
        raise Refused(Reason("opens", f"{move.title}请在“新办件”中办理。"))
    with workplace.store.write() as unit:
        act_within(workplace, unit, case_id, move, facts)
        case = case_in(unit, case_id)
    return case, Changed.of(Kind.CASES, Kind.OUTBOX, case_ids=(case_id,))


def act_within(
    workplace: Workplace, unit: WriteUnit, case_id: str, move: Move, facts: Mapping[str, Any]
) -> None:
    """Make a move inside a transaction that does more, such as a whole batch."""
    case = case_to_act_on(unit, case_id)
    complete = {**facts, **_own_facts(workplace, unit, case, move, facts)}
    perform(workplace, unit, workplace.situation(case), case_id, move.name, complete)


def options(workplace: Workplace, case: Case) -> tuple[tuple[Move, tuple[Reason, ...]], ...]:
    """Return the moves this person may look at for a case, each with why it cannot be made now."""
    rows = possible_moves(workplace.situation(case), workplace.hand)
    return tuple(
        (move, reasons)
        for move, reasons in rows
        if not move.opens
        and _concerns(workplace, case, move)
        and not any(reason.code in NEVER_HERE for reason in reasons)
    )


def _concerns(workplace: Workplace, case: Case, move: Move) -> bool:
    """A move of the other side of a handover, or of another department's part, is not this desk's to look at."""
    return stands_right(case, move, workplace.hand, workplace.organisation)


Fill = Callable[[Workplace, Case, Mapping[str, Any]], Mapping[str, Any]]
"""Facts the program knows better than the person, from the case and from what was answered."""


def _to_origin(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"to_desk": case.origin}


def _to_above(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"to_desk": workplace.desk.parent or workplace.desk.desk_id}


def _to_county(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"to_desk": workplace.organisation.county_window().desk_id}


def _to_department(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    item = workplace.item_of(case)
    desk = workplace.organisation.department_desk(item.department) if item else None
    return {"to_desk": desk.desk_id if desk else ""}


def _to_window(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    desk = workplace.desk
    return {"to_desk": desk.parent if desk.department else desk.desk_id}


def _due_dates(workplace: Workplace, case: Case, _: Mapping[str, Any]) -> Mapping[str, Any]:
    item = workplace.item_of(case)
    if item is None:
        return {}
    limits = {"statutory_due": item.statutory_limit, "promised_due": item.promised_limit}
    start = acceptance_day(workplace.situation(case), workplace.now().date())
    return {
        name: due_fact(start, limit, workplace.calendar)
        for name, limit in limits.items()
        if limit is not None
    }


def _part_limits(workplace: Workplace, case: Case, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    item = workplace.item_of(case)
    limit = opinion_limit(item) if item is not None else None
    if limit is None:
        return {}
    due = due_fact(workplace.now().date(), limit, workplace.calendar)
    return {"parts": [{**row, "due": due} for row in facts.get("parts", ())]}


_FILLS: Mapping[str, Fill] = {
    "request_supplement": _to_origin,
    "send_back": _to_origin,
    "appeal_card": _to_county,
    "propose_void": _to_above,
    "accept": _due_dates,
    "assign": _to_department,
    "fan_out": _part_limits,
    "issue_result": _to_window,
    **AFFAIR_FILLS,
}


def filled_facts(workplace: Workplace, case: Case, move: Move, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the program answers by itself for a move, but for the document number, which it draws last."""
    return dict(_FILLS[move.name](workplace, case, given)) if move.name in _FILLS else {}


def _own_facts(
    workplace: Workplace, unit: WriteUnit, case: Case, move: Move, given: Mapping[str, Any]
) -> dict[str, Any]:
    facts = filled_facts(workplace, case, move, given)
    if move.name in NATURES:
        facts["document_number"] = next_document_number(workplace, unit, NATURES[move.name])
    return facts


def destination(workplace: Workplace, case: Case, move: Move) -> str:
    """Return the desk to which a batch takes a case by a move, or an empty text."""
    return next_stop(workplace.situation(case), workplace.desk.desk_id, move.name)


def asked_materials(case: Case, item: ServiceItem | None) -> tuple[Material, ...]:
    """Return what the last 补正 notice asked for, the item's materials and any the clerk named himself."""
    named = {row.material_id: row for row in item.materials} if item else {}
    asked = case.fact("request_supplement", "missing", ())
    return tuple(named.get(str(row["material_id"])) or _material_of_notice(row) for row in asked)


def _material_of_notice(row: Mapping[str, Any]) -> Material:
    return Material(str(row["material_id"]), str(row["name"]), 1, 0, note=str(row.get("standard", "")))
