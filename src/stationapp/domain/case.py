"""A case (办件) as the fold of its events: where it stands, who holds it, the last word on each move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.people import Application, handed_in_from_mapping


class State(StrEnum):
    """The states of a case (domain section 1.3); the label is what a person reads."""

    INCOMPLETE = "incomplete"
    RECEIVED = "received"
    IN_TRANSIT = "in_transit"
    SIGNED_FOR = "signed_for"
    SUPPLEMENT = "supplement"
    EXAMINED = "examined"
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REVIEWED = "reviewed"
    GRANTED = "granted"
    REFUSED = "refused"
    RESULT_READY = "result_ready"
    RESULT_IN_TRANSIT = "result_in_transit"
    SERVED = "served"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """The state's name on screens and papers."""
        return _LABELS[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing further can happen to the case."""
        return self in FINAL_STATES


_LABELS = {
    State.INCOMPLETE: "待补齐材料",
    State.RECEIVED: "已收件",
    State.IN_TRANSIT: "在途",
    State.SIGNED_FOR: "已签收",
    State.SUPPLEMENT: "待补正",
    State.EXAMINED: "已初审",
    State.REGISTERED: "已登记",
    State.ACCEPTED: "已受理",
    State.REVIEWED: "已审查",
    State.GRANTED: "准予",
    State.REFUSED: "不予",
    State.RESULT_READY: "待送达",
    State.RESULT_IN_TRANSIT: "结果在途",
    State.SERVED: "已送达",
    State.CONCLUDED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.VOIDED: "已作废",
}

FINAL_STATES = frozenset({State.CONCLUDED, State.WITHDRAWN, State.VOIDED})


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
    restores the state the case had before it was sent."""

    to_state: State | None = None
    custody: Custody = Custody.KEEP


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Instances come only from `fold`.

    `held_by` lists every desk that ever held it, first holder first; `last` is the latest event of each move.
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

    @property
    def visible_to(self) -> frozenset[str]:
        """The desks that must know the case: all that held it, and the one it is addressed to."""
        return frozenset(self.held_by) | ({self.addressed_to} if self.addressed_to else set())

    def when(self, move: str) -> datetime | None:
        """Return when a move last happened by its author's clock."""
        event = self.last.get(move)
        return event.at if event else None

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
    return Case(
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
    )


def evolve(case: Case, event: CaseEvent, effect: Effect) -> Case:
    """Return the case after one more event. Judging whether the event may happen is not this function's
    business.
    """
    moved = _CUSTODY[effect.custody](case, event)
    return replace(
        moved,
        state=_next_state(case, effect),
        sent_as=case.state if effect.custody is Custody.ADDRESS else None,
        application=_supplied(case.application, event),
        case_number=str(event.facts.get("case_number", case.case_number)),
        last={**case.last, event.move: event},
        supplements=_asked(case.supplements, event),
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
    return effect.to_state or case.state


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
