"""One attachment on its way: measures the road while it moves, and knows when to pause and when to give up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stationapp.exchange.link import Link
from stationapp.exchange.transport import HubUnreachable, Moved
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable

_MOST_STUMBLES = 3


@dataclass(slots=True)
class Journey:
    """The way of one attachment up or down; `attend` does between two blocks what cannot wait, False says stop."""

    link: Link
    clock: Clock
    attend: Callable[[], bool]
    turned: bool = False  # The request was cut short because the other way of carrying fits the road better.
    _stumbles: int = 0
    _reached: int = 0
    _moved: Moved = field(default_factory=lambda: Moved(0))
    _since: float = 0.0
    _spent: float = 0.0

    def begin(self) -> None:
        """A request begins."""
        self.turned = False
        self._moved, self._spent = Moved(0), 0.0
        self._since = self.clock.monotonic()

    def going_on(self, moved: Moved) -> bool:
        """Measure how far a request came, and say whether it may go on."""
        mode = self.link.mode
        self._spent += self.clock.monotonic() - self._since
        if moved.broken > self._moved.broken:
            self.link.note_trouble(moved.broken - self._moved.broken)
        if moved.size > self._moved.size:
            self.link.note_moved(moved.size - self._moved.size, self._spent)
            self._spent = 0.0
        self._moved = moved
        may_go_on = self.attend()
        self._since = self.clock.monotonic()  # What was done in between is no stall of the attachment.
        self.turned = may_go_on and self.link.mode is not mode
        return may_go_on and not self.turned

    def stumble(self, trouble: Unavailable, reached: int) -> None:
        """Bear a failure after `reached` bytes; raises it when there were several without progress between."""
        if isinstance(trouble, HubUnreachable):
            self.link.note_trouble()
        self._stumbles = 1 if reached > self._reached else self._stumbles + 1
        self._reached = max(self._reached, reached)
        if self._stumbles > _MOST_STUMBLES:
            raise trouble
