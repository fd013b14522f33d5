"""What the hub has and has not taken in yet (暂存), for which reasons; and the act that no request can carry to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.case_flow import TABLE
from stationapp.domain.refusal import Reason
from stationapp.exchange import outbox
from stationapp.store.station_store import StationStore

UNKNOWN_MOVE = "新版程序的步骤"
"""The title of an act of which this version of the program has not heard."""
HUB_FAULT = "hub-fault"
"""The hub's word for a fault of its own program: somebody has to tell the county."""
_PLAINER = {
    "unknown-kind": "县级平台的程序比本机旧，还不认识这种记录；县级平台升级后自动继续办理，本机不用做什么。",
}
_UNTOLD = "县级平台已经收到，还没有说明原因。"


@dataclass(frozen=True, slots=True)
class HeldBack:
    """One reason for which acts are held, as the hub words it, and how many acts it holds."""

    code: str
    text: str
    count: int

    @property
    def needs_somebody(self) -> bool:
        """Whether it will not pass by itself."""
        return self.code == HUB_FAULT


@dataclass(frozen=True, slots=True)
class Blocked:
    """The act that the hub cannot take, behind which nothing else of this PC can be sent: of which case, and when.

    `receipt_number` is empty for a case that is not shown here.
    """

    case_id: str
    receipt_number: str
    title: str
    at: datetime


def title_of(move: str) -> str:
    """Return the title of a move."""
    row = TABLE.get(move)
    return row.title if row else UNKNOWN_MOVE


def blocked(store: StationStore) -> Blocked | None:
    """Return the act that the hub could not take when it was last sent, while it still is the next to go."""
    with store.read() as unit:
        stuck = outbox.stuck(unit)
        if stuck is None:
            return None
        event_id, case_id = outbox.ids_of(stuck)
        record = unit.cases.get(case_id)
        found = unit.events.get(event_id)
    if found is None:
        return None
    event = found.event
    return Blocked(case_id, record.case.receipt_number if record else "", title_of(event.move), event.at)


def reason_text(reason: Reason) -> str:
    """Return why the hub holds or refused an act, in words that say whose turn it is."""
    return _PLAINER.get(reason.code, reason.text)


def held_back(store: StationStore) -> tuple[HeldBack, ...]:
    """Return the reasons of all held acts of this PC, those that need somebody first, then the most frequent."""
    with store.read() as unit:
        held = unit.events.held()
    counted = Counter(
        (one.reasons[0].code, reason_text(one.reasons[0])) if one.reasons else ("", _UNTOLD) for one in held
    )
    found = [HeldBack(code, text, count) for (code, text), count in counted.items()]
    return tuple(sorted(found, key=lambda one: (not one.needs_somebody, -one.count, one.text)))
