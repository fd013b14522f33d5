"""即办: several steps of a case that are all one person's to make, made at once in one transaction (SEED 001, 004).

A chain only spares screens. Every step is judged and recorded by itself, so who accepts still does not decide
(受办分离); when one step is refused, none of them has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stationapp.domain.case import Case, State, evolve, open_case
from stationapp.domain.case_flow import TABLE, stands_right, why_not
from stationapp.domain.catalogue import HandlingKind, ServiceItem
from stationapp.domain.events import CaseEvent
from stationapp.domain.flow.vocabulary import UNDER_REVIEW
from stationapp.domain.moves import Ask, Move
from stationapp.domain.organisation import Level, PostKind
from stationapp.domain.people import Applicant, Application, application_to_mapping
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.acts import case_in, new_id
from stationapp.services.case_details import PaperOffer, paper_offers
from stationapp.services.casework import NEVER_HERE, act_within, filled_facts
from stationapp.services.catalogue import why_closed
from stationapp.services.changed import Changed, Kind
from stationapp.services.intake import Draft, receive_within
from stationapp.services.workplace import Workplace
from stationapp.store.units import WriteUnit

_ANY = frozenset(HandlingKind)
_IMMEDIATE = frozenset({HandlingKind.IMMEDIATE})
_SPELLED = frozenset({"to_desk", "result_name"})
"""What the program knows by itself in every chain."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Moves made one after the other; `states` are those it starts from, `handlings` the kinds of items it is for."""

    name: str
    title: str
    moves: tuple[str, ...]
    states: frozenset[State]
    handlings: frozenset[HandlingKind] = _ANY

    @property
    def rows(self) -> tuple[Move, ...]:
        """The rows of its moves."""
        return tuple(TABLE[name] for name in self.moves)

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be asked for all of its moves together; the result's name may be left out, for the catalogue
        has it.
        """
        named = {ask.name: ask for row in self.rows for ask in row.asks if ask.name != "to_desk"}
        return tuple(
            replace(ask, required=ask.required and ask.name not in _SPELLED) for ask in named.values()
        )


CHAINS = (
    Chain(
        "register_and_accept",
        "登记、受理并分办",
        ("register", "accept", "assign"),
        frozenset({State.SIGNED_FOR, State.RECEIVED}),
    ),
    Chain("grant_and_issue", "准予并出件", ("grant", "issue_result"), UNDER_REVIEW, _IMMEDIATE),
    Chain(
        "handle_and_serve",
        "当场办理、送达并办结",
        ("handle_directly", "serve", "conclude"),
        frozenset({State.RECEIVED}),
        _IMMEDIATE,
    ),
    Chain("serve_and_conclude", "送达并办结", ("serve", "conclude"), frozenset({State.RESULT_READY})),
)
RECEIVE_AND_ACCEPT = "收件并受理"
# After the receipt, by the level that decides the item and the kind of post that may.
_AFTER_RECEIPT: Mapping[tuple[Level, PostKind], tuple[str, ...]] = {
    (Level.COUNTY, PostKind.WINDOW): ("register", "accept", "assign"),
    (Level.TOWNSHIP, PostKind.CLERK): ("accept",),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A case after a chain, and the papers its steps give."""

    case: Case
    papers: tuple[PaperOffer, ...]


def chains(workplace: Workplace, case: Case) -> tuple[tuple[Chain, tuple[Reason, ...]], ...]:
    """Return the chains this person may look at for a case, each with why it cannot be made now."""
    item = workplace.item_of(case)
    if item is None:
        return ()
    fitting = (row for row in CHAINS if case.state in row.states and item.handling in row.handlings)
    judged = (
        (row, _why_not(workplace, case, row.moves)) for row in fitting if _is_mine(workplace, case, row)
    )
    return tuple(
        (row, reasons) for row, reasons in judged if not any(one.code in NEVER_HERE for one in reasons)
    )


def make_chain(
    workplace: Workplace, case_id: str, name: str, facts: Mapping[str, Any]
) -> tuple[Made, Changed]:
    """Make all moves of a chain; `facts` are the answers to its asks. Raises Refused, and then none was made."""
    chain = next((row for row in CHAINS if row.name == name), None)
    if chain is None:
        raise Refused(Reason("unknown-chain", f"没有“{name}”这种连续办理。", "name"))
    with workplace.store.write() as unit:
        case = case_in(unit, case_id)
        before = _event_ids(unit, case_id)
        item = workplace.item_of(case)
        if case.state not in chain.states or item is None or item.handling not in chain.handlings:
            raise Refused(Reason("wrong-state", f"办件现在不能{chain.title}，请逐步办理。"))
        _act_all(workplace, unit, case_id, chain.moves, facts)
        made = _made(unit, case_id, before)
    return made, Changed.of(Kind.CASES, Kind.OUTBOX, case_ids=(case_id,))


def why_not_received_and_accepted(workplace: Workplace, item: ServiceItem) -> tuple[Reason, ...]:
    """Return why a case of an item cannot be received and accepted at once here, empty when it can."""
    reasons = why_closed(workplace, item)
    if reasons:
        return reasons
    after = _AFTER_RECEIPT.get((item.decides_at, workplace.post.kind))
    if after is None:
        return (Reason("no-power", f"“{item.name}”不由本岗位受理，请收件后移交。"),)
    return _why_not(workplace, _imagined_receipt(workplace, item), after)


def receive_and_accept(workplace: Workplace, draft: Draft) -> tuple[Made, Changed]:
    """Receive an application and accept it at once where this desk is the one that accepts (当场受理).

    Raises Refused with what is wrong with the application or with the acceptance; then there is no case, and the
    draft is still there.
    """
    with workplace.store.write() as unit:
        before = _event_ids(unit, draft.case_id)
        case = receive_within(workplace, unit, draft)
        item = workplace.item_of(case)
        after = _AFTER_RECEIPT.get((item.decides_at, workplace.post.kind)) if item is not None else None
        if after is None:
            raise Refused(Reason("no-power", "该事项不由本岗位受理，请只办理收件。"))
        _act_all(workplace, unit, case.case_id, after, {})
        made = _made(unit, case.case_id, before)
    return made, Changed.of(Kind.CASES, Kind.DRAFTS, Kind.OUTBOX, case_ids=(case.case_id,))


def _act_all(
    workplace: Workplace, unit: WriteUnit, case_id: str, moves: Iterable[str], facts: Mapping[str, Any]
) -> None:
    for name in moves:
        row, case = TABLE[name], case_in(unit, case_id)
        asked = {ask.name for ask in row.asks}
        given = {key: fact for key, fact in facts.items() if key in asked and fact not in (None, "")}
        act_within(workplace, unit, case_id, row, {**_spelled(workplace, case, asked), **given})


def _spelled(workplace: Workplace, case: Case, asked: Iterable[str]) -> dict[str, Any]:
    item = workplace.item_of(case)
    return {"result_name": item.result_name} if item is not None and "result_name" in asked else {}


def _made(unit: WriteUnit, case_id: str, before: frozenset[str]) -> Made:
    case = case_in(unit, case_id)
    events = [stored.event for stored in unit.events.of_case(case_id)]
    new = {event.event_id for event in events} - before
    return Made(case, tuple(offer for offer in paper_offers(case, events) if offer.event_id in new))


def _event_ids(unit: WriteUnit, case_id: str) -> frozenset[str]:
    return frozenset(stored.event.event_id for stored in unit.events.of_case(case_id))


def _is_mine(workplace: Workplace, case: Case, chain: Chain) -> bool:
    """Every step is this post's to make, and the first one this desk's."""
    rows = chain.rows
    stands = stands_right(case, rows[0], workplace.hand, workplace.organisation)
    return stands and all(workplace.post.kind in row.posts for row in rows)


def _why_not(workplace: Workplace, case: Case, moves: Iterable[str]) -> tuple[Reason, ...]:
    """Return the reasons against the first move that cannot be made; each is judged where the others leave the case."""
    for name in moves:
        row = TABLE[name]
        reasons = why_not(workplace.situation(case), row, workplace.hand)
        if reasons:
            return reasons
        case = evolve(case, _imagined(workplace, case, row), row.effect)
    return ()


def _imagined(workplace: Workplace, case: Case, row: Move) -> CaseEvent:
    return _event(workplace, case.case_id, row.name, filled_facts(workplace, case, row, {}))


def _imagined_receipt(workplace: Workplace, item: ServiceItem) -> Case:
    blank = Application(item.code, item.version, item.name, Applicant("", "resident_id", ""))
    facts = {"application": application_to_mapping(blank), "receipt_number": "", "enquiry_code": ""}
    row = TABLE["receive"]
    return open_case(_event(workplace, new_id(), row.name, facts), row.effect)


def _event(workplace: Workplace, case_id: str, move: str, facts: Mapping[str, Any]) -> CaseEvent:
    return CaseEvent(
        new_id(), case_id, move, workplace.now(), workplace.hand, facts, workplace.references.versions
    )
