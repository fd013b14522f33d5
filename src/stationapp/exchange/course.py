"""What one run of the engine remembers besides what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from hubprotocol.envelope import Envelope
from stationapp.exchange.orders import Standing
from stationapp.exchange.transport import HubFault
from stationapp.platform.unavailable import Unavailable

# A hub that brings nothing new so many times in a row, and is not done, is at fault.
_MOST_IDLE = 3
_MOST_REWINDS = 3


@dataclass(slots=True)
class Course:
    """One run: mailboxes given up until the next run, requests that moved nothing, what broke an exchange that
    was made while an attachment was under way, the act that is the next to send when the hub cannot take it, and the
    scans the hub last said to need.
    """

    given_up: set[str] = field(default_factory=set)
    agreed: bool = False
    order: Standing = field(default_factory=Standing)
    problem: Unavailable | None = None
    stuck: Envelope | None = None
    needed: tuple[str, ...] = ()
    _idle: int = 0
    _rewinds: int = 0

    def note_progress(self, moved: bool) -> None:
        """Count an answer after which more is to be said. Raises HubFault when none brings progress."""
        self._idle = 0 if moved else self._idle + 1
        if self._idle >= _MOST_IDLE:
            raise HubFault(f"{self._idle} answers without progress")

    def note_rewind(self, seq: int) -> None:
        """Count that the hub lost what it had confirmed. Raises HubFault when it does so again and again."""
        self._rewinds += 1
        if self._rewinds > _MOST_REWINDS:
            raise HubFault(f"gap at {seq} once more")
