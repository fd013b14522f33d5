"""The course of a case: each event with the case before and after it, and the legs of time between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from stationapp.domain.case import Case, Effect, State, evolve, open_case
from stationapp.domain.case_flow import EFFECTS, TABLE
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import ActsBy

_NO_EFFECT = Effect()


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a case; `before` is None for the first."""

    event: CaseEvent
    before: Case | None
    after: Case


def course_of(events: Iterable[CaseEvent]) -> tuple[Step, ...]:
    """Return the steps of a case in order, empty for a log that does not begin by opening one.

    A move this program does not know changes nothing: a newer desk's act must not hide the rest of the case.
    """
    steps: list[Step] = []
    case: Case | None = None
    for event in events:
        effect = EFFECTS.get(event.move, _NO_EFFECT)
        if case is None:
            row = TABLE.get(event.move)
            if row is None or not row.opens:
                return ()
            after = open_case(event, effect)
        else:
            after = evolve(case, event, effect)
        steps.append(Step(event, case, after))
        case = after
    return tuple(steps)


def is_hub_act(event: CaseEvent) -> bool:
    """Tell whether the hub itself acted: its hand is no desk's, and what it does is nobody's work."""
    row = TABLE.get(event.move)
    return row is not None and row.acts_by is ActsBy.HUB


def acting_desk(steps: Sequence[Step], event: CaseEvent) -> str:
    """Return at which desk an event of the course happened: for the hub's own acts, the desk that held the case."""
    if not is_hub_act(event):
        return event.hand.desk_id
    return next((step.after.holder for step in steps if step.event is event), event.hand.desk_id)


def closing_event(steps: Sequence[Step]) -> CaseEvent | None:
    """Return the event that ended the case, None while it is open; archiving and rating come after and end nothing."""
    if not steps or steps[-1].after.closed_as is None:
        return None
    ended = (step.event for step in reversed(steps) if step.before is None or step.before.closed_as is None)
    return next(ended, None)


class LegKind(StrEnum):
    """With whom the time of a leg was spent."""

    WORK = "work"
    TRANSFER = "transfer"
    APPLICANT = "applicant"
    SPECIAL = "special"
    SUPERIOR = "superior"
    COLLECTION = "collection"

    @property
    def label(self) -> str:
        """The kind's name in a report."""
        return _LABELS[self]


_LABELS = {
    LegKind.WORK: "办理",
    LegKind.TRANSFER: "转递",
    LegKind.APPLICANT: "申请人补正",
    LegKind.SPECIAL: "特别程序",
    LegKind.SUPERIOR: "上级机关",
    LegKind.COLLECTION: "待领取",
}

_KINDS = {
    State.IN_TRANSIT: LegKind.TRANSFER,
    State.RESULT_IN_TRANSIT: LegKind.TRANSFER,
    State.INCOMPLETE: LegKind.APPLICANT,
    State.SUPPLEMENT: LegKind.APPLICANT,
    State.SPECIAL_PROCEDURE: LegKind.SPECIAL,
    State.REPORTED_UP: LegKind.SUPERIOR,
    State.RESULT_READY: LegKind.COLLECTION,
}


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of time in one state at one desk. A wrong clock makes it end before it began: `seconds` is then
    negative, and nothing is silently put right.
    """

    kind: LegKind
    state: State
    desk_id: str
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long it took."""
        return int((self.end - self.start).total_seconds())


def legs_of(steps: Sequence[Step]) -> tuple[Leg, ...]:
    """Return the legs of a course up to its last event; neighbouring legs of one state and desk are one."""
    legs: list[Leg] = []
    for step, following in pairwise(steps):
        if step.after.state.is_final:
            continue
        leg = _leg(step, following.event.at)
        if legs and (legs[-1].state, legs[-1].desk_id) == (leg.state, leg.desk_id):
            leg = Leg(leg.kind, leg.state, leg.desk_id, legs.pop().start, leg.end)
        legs.append(leg)
    return tuple(legs)


def _leg(step: Step, end: datetime) -> Leg:
    state = step.after.state
    return Leg(_KINDS.get(state, LegKind.WORK), state, step.after.holder, step.event.at, end)
