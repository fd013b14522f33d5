"""The shape of a row in the table of moves: who may, from where, under which rules, asking for what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import CASE, Case, Effect, State
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.organisation import Desk, Organisation, Post, PostKind, Power
from stationapp.domain.refusal import Reason


class ActsBy(StrEnum):
    """In which relation to the case the acting desk must stand."""

    OPENER = "opener"  # there is no case yet
    HOLDER = "holder"
    ADDRESSEE = "addressee"
    PARTNER = "partner"  # a department that owes its part of a joint case
    MEMBER = "member"  # a department of a joint case, whether it has answered or not
    CONCERNED = "concerned"  # any desk that holds the case or once did: it can only ask
    ASKER = "asker"  # the desk that asked for a supplement, wherever the case lies since
    COORDINATOR = "coordinator"  # the county window, which watches over cases that lie with departments
    ABOVE = "above"  # the holder, or the desk one level above it
    WATCHER = "watcher"  # any desk that sees the case: it can only speak to it
    HUB = "hub"  # the hub's own act


class AskKind(StrEnum):
    """How a fact is asked for; a window builds its field from this and needs to know nothing else."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    DESK = "desk"
    PERSON = "person"  # a person id of this desk
    NUMBER = "number"  # a whole number from 1
    PARTS = "parts"  # rows {desk_id, matter}
    DESKS = "desks"  # desk ids
    ATTENDANCE = "attendance"  # rows {desk_id, person}
    MATERIALS = "materials"  # materials handed in, rows of `people.HandedIn`
    MISSING = "missing"  # rows {material_id, name, problem, standard}


@dataclass(frozen=True, slots=True)
class Ask:
    """One fact a move needs from the person who makes it."""

    name: str
    kind: AskKind
    title: str
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()  # value and title
    hint: str = ""
    concerns: Callable[[ServiceItem], bool] | None = None  # for which items it is asked at all


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a rule may look at besides the event itself. `calendar` is the one the event was done under;
    where it is not at hand, what was counted by it is not judged.
    """

    case: Case | None
    organisation: Organisation
    item: ServiceItem | None
    calendar: WorkCalendar | None = None

    def desk(self, hand: Hand) -> Desk | None:
        """The desk at which a hand acts."""
        return self.organisation.desk(hand.desk_id)

    def post(self, hand: Hand) -> Post | None:
        """The post in which a hand acts."""
        return self.organisation.post(hand.post_id)


Gate = Callable[[Situation, Hand], Reason | None]
Check = Callable[[Situation, CaseEvent], tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table.

    `gates` need no facts and grey a button out; `checks` look at the facts. `paper` names the paper the move
    produces. `power` is what the matrix of powers may give or take; `source` is the rule the row rests on; `kind`
    tells cases from the services around them, and an opening move makes one of its kind.
    """

    name: str
    title: str
    from_states: frozenset[State]
    effect: Effect
    posts: frozenset[PostKind]
    acts_by: ActsBy = ActsBy.HOLDER
    gates: tuple[Gate, ...] = ()
    checks: tuple[Check, ...] = ()
    asks: tuple[Ask, ...] = ()
    paper: str = ""
    clock: str = ""  # "starts", "stops", "pauses", "resumes", "extends" or empty
    batched: bool = False  # made for many cases at once, with a handover list
    power: Power | None = None
    source: str = ""
    kind: str = CASE

    @property
    def opens(self) -> bool:
        """Whether the move may be the first of a case."""
        return self.acts_by is ActsBy.OPENER


Table = Mapping[str, Move]
