"""Waiting at the hub for news: when it is worth it, and how somebody who wants something else ends it.

The order of every pair of steps here matters, since another thread disturbs: the waiting thread says that it
waits before it asks whether anybody wants something, the other one says that he does before he asks whether
somebody waits. So one of them always sees the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stationapp.exchange.link import Link
from stationapp.platform.clock import Clock

# A hub that answers at once all the same is an older one, or has too many who wait.
DECLINED_SECONDS = 600.0
_HELD = 0.5


class Vigil:
    """Whether an exchange is due, and whether a request waits that should give way to it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wanted = False
        self._waiting = False
        self._not_before = 0.0

    @property
    def wanted(self) -> bool:
        """Whether somebody wants an exchange since the last one began."""
        return self._wanted

    def begin_exchange(self) -> None:
        """An exchange begins; whatever is wanted from now on needs another one."""
        self._wanted = False

    def disturb(self) -> bool:
        """Note that somebody wants an exchange now; return whether a request waits that has to be cut short."""
        self._wanted = True
        return self._waiting

    def may_begin(self, link: Link) -> bool:
        """Tell whether to wait at the hub next: the road is good, and the hub does not decline."""
        return link.is_good and self._clock.monotonic() >= self._not_before

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A request may wait at the hub."""
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    def note_answer(self, wait: float, took: float) -> None:
        """A request that might have waited so long was answered, without news, after another time (seconds)."""
        if took < wait * _HELD:
            self._not_before = self._clock.monotonic() + DECLINED_SECONDS
