"""A case (办件) as the fold of its events: where it stands, who holds it, the last word on each move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.excluded_periods import concerns_periods
from stationapp.domain.parts import Part, evolve_parts
from stationapp.domain.people import Application, handed_in_from_mapping
from stationapp.domain.states import AFFAIR_ENDS
from stationapp.domain.states import ENDED_STATES as ENDED_STATES
from stationapp.domain.states import FINAL_STATES as FINAL_STATES
from stationapp.domain.states import State as State

CASE = "case"
"""The kind of a 办件; services around it are of kinds of their own."""


class Custody(StrEnum):
    """What a move does to custody."""

    KEEP = "keep"  # the holder stays the holder
    ADDRESS = "address"  # the holder stays responsible until the addressee signs
    TAKE = "take"  # the addressee becomes the holder
    RELEASE = "release"  # the address is taken back, the holder stays
    HAND_TO = "hand_to"  # the named desk becomes the holder at once, without a signature


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move does to a case besides being recorded. `to_state` None keeps the state, or, with RELEASE,
    restores the state the case had before it was sent; `shows` lets the desk named by `to_desk` see the case from now
    on. A move that `pauses` remembers the state for the one that
    `resumes`.
    """

    to_state: State | None = None
    custody: Custody = Custody.KEEP
    pauses: bool = False
    resumes: bool = False
    shows: bool = False
    kind: str = CASE


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Instances come only from `fold`.

    `held_by` lists every desk that ever held it, first holder first; `last` is the latest event of each move.
    `first_asked` is whoever was asked first (首问责任人), `responsible` who answers for it now; `handler` is the
    person a chief gave it to, or who is responsible for a project. `closed_as` is how it ended, whatever followed.
    `bundle` are the receipt numbers of the cases of a project (全程代办). `pauses` are all the events that begin or end
    a period its limits leave out.
    """

    case_id: str
    state: State
    holder: str
    origin: str
    application: Application
    receipt_number: str
    enquiry_code: str
    held_by: tuple[str, ...]
    addressed_to: str = ""
    sent_as: State | None = None
    case_number: str = ""
    last: Mapping[str, CaseEvent] = field(default_factory=dict)
    supplements: tuple[frozenset[str], ...] = ()
    events: int = 0
    parts: tuple[Part, ...] = ()
    visit_acknowledged: frozenset[str] = frozenset()
    watchers: frozenset[str] = frozenset()
    appeals: Mapping[str, str] = field(
        default_factory=dict
    )  # who appealed against each card, undecided ones only
    paused_as: State | None = None
    closed_as: State | None = None
    first_asked: Hand | None = None
    responsible: Hand | None = None
    handler: str = ""
    kind: str = CASE
    bundle: tuple[str, ...] = ()
    pauses: tuple[CaseEvent, ...] = ()

    @property
    def visible_to(self) -> frozenset[str]:
        """The desks that must know the case: all that held it, the one it is addressed to, and its departments; never
        the one it accuses.
        """
        addressed = {self.addressed_to} if self.addressed_to else set()
        parts = {part.desk_id for part in self.parts}
        return (frozenset(self.held_by) | addressed | parts | self.watchers) - self.barred

    @property
    def barred(self) -> frozenset[str]:
        """The desk a complaint accuses as a whole (投诉受理制, SEED 000, 003), unless the complaint post sits there."""
        accused = str(self.fact("file_complaint", "accused_desk"))
        whole = accused and not self.fact("file_complaint", "accused_person")
        return frozenset({accused}) - {self.holder} if whole else frozenset()

    @property
    def void_proposed(self) -> bool:
        """Whether a proposal to void or delete it waits: it was made for the record as it lay there, and ends when
        the case is handed on.
        """
        proposer = self.by("propose_void")
        if proposer is None or proposer.desk_id != self.holder or self.addressed_to:
            return False
        return not any(self.last_order("propose_void", move) for move in _HANDED_ON & self.last.keys())

    @property
    def result_station(self) -> str:
        """The desk at which the applicant gets the result: the one he chose, else where he applied."""
        return self.application.result_to or self.origin

    def when(self, move: str) -> datetime | None:
        """Return when a move last happened by its author's clock."""
        event = self.last.get(move)
        return event.at if event else None

    def last_order(self, earlier: str, later: str) -> bool:
        """Tell whether the latest event of one move stands before the latest of another; both must have happened."""
        order = list(self.last)
        return order.index(earlier) < order.index(later)

    def by(self, move: str) -> Hand | None:
        """Return whose hand made a move last."""
        event = self.last.get(move)
        return event.hand if event else None

    def fact(self, move: str, name: str, default: Any = "") -> Any:
        """Return a fact of the latest event of a move."""
        event = self.last.get(move)
        return event.facts.get(name, default) if event else default


def open_case(event: CaseEvent, effect: Effect) -> Case:
    """Return the case that its first event opens."""
    if effect.to_state is None:
        raise ValueError(f"{event.move} cannot open a case")
    desk = event.hand.desk_id
    case = Case(
        case_id=event.case_id,
        state=effect.to_state,
        holder=desk,
        origin=desk,
        application=event.application,
        receipt_number=str(event.facts["receipt_number"]),
        enquiry_code=str(event.facts["enquiry_code"]),
        held_by=(desk,),
        last={event.move: event},
        supplements=_asked((), event),
        events=1,
        first_asked=event.hand,
        responsible=event.hand,
        kind=effect.kind,
    )
    moved = _CUSTODY[effect.custody](case, event)
    return replace(moved, handler=_handler(case, moved.holder, event))


def evolve(case: Case, event: CaseEvent, effect: Effect) -> Case:
    """Return the case after one more event. Judging whether the event may happen is not this function's
    business.
    """
    moved = _CUSTODY[effect.custody](case, event)
    state = _next_state(case, effect)
    return replace(
        moved,
        state=state,
        sent_as=_sent_as(case, effect),
        paused_as=case.state if effect.pauses else None if effect.resumes else case.paused_as,
        closed_as=_closed_as(case, state),
        application=_supplied(case.application, event),
        case_number=str(event.facts.get("case_number", case.case_number)),
        last=_with_latest(case.last, event),
        supplements=_asked(case.supplements, event),
        parts=evolve_parts(case.parts, event),
        visit_acknowledged=_acknowledged(case.visit_acknowledged, event),
        appeals=_appeals(case.appeals, event),
        watchers=case.watchers | {str(event.facts["to_desk"])} if effect.shows else case.watchers,
        responsible=_responsible(case, moved.holder, event),
        handler=_handler(case, moved.holder, event),
        bundle=_bundle(case.bundle, event),
        pauses=(*case.pauses, event) if concerns_periods(event) else case.pauses,
        events=case.events + 1,
    )


def fold(events: Iterable[CaseEvent], effects: Mapping[str, Effect]) -> Case | None:
    """Return the case the events make, None for no events; raises KeyError for a move without effect."""
    case: Case | None = None
    for event in events:
        effect = effects[event.move]
        case = open_case(event, effect) if case is None else evolve(case, event, effect)
    return case


def _next_state(case: Case, effect: Effect) -> State:
    if effect.custody is Custody.RELEASE and case.sent_as is not None:
        return case.sent_as
    if effect.resumes and case.paused_as is not None:
        return case.paused_as
    return effect.to_state or case.state


def _with_latest(last: Mapping[str, CaseEvent], event: CaseEvent) -> Mapping[str, CaseEvent]:
    """The latest event of each move, in the order in which they came."""
    others = {move: one for move, one in last.items() if move != event.move}
    return {**others, event.move: event}


def _sent_as(case: Case, effect: Effect) -> State | None:
    if effect.custody is Custody.ADDRESS:
        return case.state
    return case.sent_as if effect.custody is Custody.KEEP and effect.to_state is None else None


def _responsible(case: Case, holder: str, event: CaseEvent) -> Hand | None:
    """首问负责 (SEED 003): it stays with whoever has it until a hand of the next holder takes it up."""
    if event.hand.desk_id != holder:
        return case.responsible
    taken_over = case.responsible is None or case.responsible.desk_id != holder
    return event.hand if taken_over else case.responsible


def _acknowledged(before: frozenset[str], event: CaseEvent) -> frozenset[str]:
    """Who confirmed the latest call to a site visit."""
    if event.move == "call_site_visit":
        return frozenset()
    return before | {event.hand.desk_id} if event.move == "acknowledge_visit" else before


_HANDED_ON = frozenset(
    {"hand_over", "forward", "transfer", "assign", "send_back", "request_supplement", "sign_for"}
)
_ASSIGNING = frozenset({"reassign", "open_project", "hand_project_on"})


def _closed_as(case: Case, state: State) -> State | None:
    if state in ENDED_STATES or state in AFFAIR_ENDS:
        return state
    return case.closed_as if state in FINAL_STATES else None


def _bundle(before: tuple[str, ...], event: CaseEvent) -> tuple[str, ...]:
    """Which cases belong to a project."""
    if event.move not in _BUNDLING:
        return before
    number = str(event.facts["member"])
    others = tuple(one for one in before if one != number)
    return (*others, number) if event.move == "add_to_project" else others


_BUNDLING = frozenset({"add_to_project", "remove_from_project"})


def _appeals(before: Mapping[str, str], event: CaseEvent) -> Mapping[str, str]:
    """The appeals that wait for an answer, each with the person who made it."""
    card = str(event.facts.get("finding_id", ""))
    if event.move == "appeal_card":
        return {**before, card: event.hand.person_id}
    if event.move == "decide_appeal":
        return {finding: person for finding, person in before.items() if finding != card}
    return before


def _handler(case: Case, holder: str, event: CaseEvent) -> str:
    """Who was made responsible stays so as long as the case stays at his desk."""
    if event.move in _ASSIGNING:
        return str(event.facts["to_person"])
    return case.handler if holder == case.holder else ""


def _held(case: Case, desk: str) -> Case:
    held_by = case.held_by if desk in case.held_by else (*case.held_by, desk)
    return replace(case, holder=desk, addressed_to="", held_by=held_by)


_CUSTODY: Mapping[Custody, Callable[[Case, CaseEvent], Case]] = {
    Custody.KEEP: lambda case, _: case,
    Custody.ADDRESS: lambda case, event: replace(case, addressed_to=str(event.facts["to_desk"])),
    Custody.TAKE: lambda case, event: _held(case, event.hand.desk_id),
    Custody.RELEASE: lambda case, _: replace(case, addressed_to=""),
    Custody.HAND_TO: lambda case, event: _held(case, str(event.facts["to_desk"])),
}


def _supplied(application: Application, event: CaseEvent) -> Application:
    """A later event may bring the whole application again, completed, or single materials."""
    if "application" in event.facts:
        return event.application
    supplied = tuple(handed_in_from_mapping(row) for row in event.facts.get("materials", ()))
    if not supplied:
        return application
    renewed = {row.material_id for row in supplied}
    kept = tuple(row for row in application.materials if row.material_id not in renewed)
    return replace(application, materials=(*kept, *supplied))


def _asked(before: tuple[frozenset[str], ...], event: CaseEvent) -> tuple[frozenset[str], ...]:
    missing = event.facts.get("missing")
    return (*before, frozenset(str(row["material_id"]) for row in missing)) if missing else before
