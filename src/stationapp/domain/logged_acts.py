"""The log of one case as the clocks and the supervision read it: acts in order, each with its place and its arrival.

The order of the log is the hub's where the hub has confirmed it, then the device's own. What an act claims about its
time decides days; when the hub received it decides only whether it came late or from a clock that runs wrong. So a
station without a network and the hub come to the same days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from stationapp.domain.case import Custody, Effect
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.events import CaseEvent

CHINA = timezone(timedelta(hours=8))
"""中国标准时间: days begin and end by it."""


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """An event with the moment the hub received it, None where it has not or nobody here knows."""

    event: CaseEvent
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlacedAct:
    """A logged act with the desk that held the case before it and after it."""

    act: LoggedAct
    held_before: str
    holder: str

    @property
    def event(self) -> CaseEvent:
        """The event itself."""
        return self.act.event

    @property
    def move(self) -> str:
        """The event's move."""
        return self.act.event.move

    @property
    def day(self) -> date:
        """The day of the act by its author's clock."""
        return self.act.event.at.date()


def not_yet_received(events: Iterable[CaseEvent]) -> tuple[LoggedAct, ...]:
    """Return a log of events about whose arrival nothing is known."""
    return tuple(LoggedAct(event) for event in events)


def placed(log: Sequence[LoggedAct]) -> tuple[PlacedAct, ...]:
    """Return the acts with who held the case; a move the table does not know leaves it where it is."""
    rows, holder = [], ""
    for act in log:
        before = holder or act.event.hand.desk_id
        holder = _holder_after(before, act.event)
        rows.append(PlacedAct(act, before, holder))
    return tuple(rows)


def china_day(moment: datetime) -> date:
    """Return the day of a moment in China; the moment needs its offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return moment.astimezone(CHINA).date()


def _holder_after(holder: str, event: CaseEvent) -> str:
    custody = EFFECTS.get(event.move, Effect()).custody
    if custody is Custody.TAKE:
        return event.hand.desk_id
    if custody is Custody.HAND_TO:
        return str(event.facts.get("to_desk") or holder)
    return holder
