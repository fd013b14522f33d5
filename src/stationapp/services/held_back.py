"""What the hub has and has not taken in yet (暂存): for which reasons, and at how many acts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from stationapp.domain.refusal import Reason
from stationapp.store.station_store import StationStore

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
