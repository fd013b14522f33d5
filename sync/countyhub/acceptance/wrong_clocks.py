"""Clocks of stations that are wrong beyond what can be worked with.

An act is dated by its station's clock, which may be years behind: that is told by the supervision and hurts nobody.
A clock that is ahead dates acts before they can have happened, and one that is set back for an act makes a late one
look as if it had been in time; neither is taken. What is refused waits with its sentence until the clock is right and
is then made again. An application that was received is taken whatever its clock said: its receipt is in the
applicant's hands, and nothing is decided by when it was opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from stationapp.domain.case import Case, State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason

LAST_YEAR = 2099
"""Beyond it lies no clock that is merely wrong, and hardly a day that can be counted from."""

TOLERANCE = timedelta(days=1)
"""How far a clock may be ahead of the hub, and an act that must be old behind an earlier act of its device."""

LAPSED = frozenset({State.DEEMED_ACCEPTED, State.SUPPLEMENT_LAPSED})
"""Where an act is only taken, or taken in another way, because it was done before the time had lapsed."""


def why_ahead(event: CaseEvent, received_at: datetime) -> Reason | None:
    """Return why an act is dated too far in the future, or None."""
    move = TABLE.get(event.move)
    opens = move is not None and move.opens and event.at.year <= LAST_YEAR
    if opens or event.at <= received_at + TOLERANCE:
        return None
    text = (
        f"本机时钟（{event.at:%Y-%m-%d %H:%M}）比县级平台（{received_at:%Y-%m-%d %H:%M}）快一天以上，"
        "不能承认，请校准本机日期和时间后重新办理。"
    )
    return Reason("clock-ahead", text)


def why_set_back(
    case: Case | None, event: CaseEvent, device_acts: Callable[[], Iterable[CaseEvent]]
) -> Reason | None:
    """Return why an act that overrules a lapse cannot be as old as it says, or None.

    `device_acts` tells the acts its device made before it, as far as they may be dated later.
    """
    if case is None or case.state not in LAPSED:
        return None
    return why_behind(event, device_acts())


def why_behind(event: CaseEvent, device_acts: Iterable[CaseEvent]) -> Reason | None:
    """Return why an act cannot be as old as it says beside acts its device made before it, or None."""
    latest = max((act.at for act in device_acts), default=event.at)
    if latest <= event.at + TOLERANCE:
        return None
    text = (
        f"这一步写的办理时间是 {event.at:%Y-%m-%d %H:%M}，而本机在它之前已办到 {latest:%Y-%m-%d %H:%M}，"
        "不能作为期限内办理的凭据，请校准本机日期和时间后重新办理。"
    )
    return Reason("clock-set-back", text)
