"""Admission: so many exchanges are in work at once; whoever comes beyond that is told when to come back.

After an outage every station of a county comes in the same minute. Each exchange costs about the same, so a queue
that never ends helps nobody: those who wait longest give up, and what was done for them was done for nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from countyhub.load.spreading import share_of
from countyhub.problems import Problem

MOST_IN_WORK = 400
"""More wait for a thread than work, but each holds only its request of some kilobytes."""
SMALL_PAGE = 50
"""When half as many are in work, answers bring only so many entries: first everybody's work is taken in."""
SHORTEST_S, LONGEST_S = 2, 120
_USUAL_RATE = 50.0
_MEASURED_S = 1.0


class Admission:
    """Counts the exchanges in work. Used by every thread; `clock` is monotonic, in seconds."""

    def __init__(self, most: int = MOST_IN_WORK, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._in_work = 0
        self._strained_since: float | None = None
        self._turned_away = 0  # Since then, as the next.
        self._finished = 0

    @contextmanager
    def work(self, device: str) -> Iterator[None]:
        """Hold one of the places. Raises Problem `busy` with a Retry-After of the device's own."""
        with self._lock:
            if self.is_full:
                self._turned_away += 1
                seconds = self._patience(device)
                raise Problem("busy").with_headers({"Retry-After": str(seconds)})
            self._in_work += 1
            if self.is_strained and self._strained_since is None:
                self._strained_since = self._clock()
        try:
            yield
        finally:
            self._finish()

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self._in_work >= self._most

    @property
    def is_strained(self) -> bool:
        """Whether half of the places are taken."""
        return self._in_work * 2 >= self._most

    def retry_after(self, device: str) -> int:
        """Return after how many seconds a device that has nothing to send may come back; 0 while there is room."""
        with self._lock:
            return self._patience(device) if self.is_strained else 0

    def _finish(self) -> None:
        with self._lock:
            self._in_work -= 1
            self._finished += 1
            if not self.is_strained:
                self._strained_since, self._turned_away, self._finished = None, 0, 0

    def _patience(self, device: str) -> int:
        """As long as those in work and those turned away will take, each device at its own place in it."""
        ahead = (self._in_work + self._turned_away) / self._rate()
        span = min(LONGEST_S, max(SHORTEST_S, ahead))
        return 1 + int(span * share_of(device))

    def _rate(self) -> float:
        """How many exchanges a second are finished, as seen since there is much to do."""
        if self._strained_since is None:
            return _USUAL_RATE
        lasting = self._clock() - self._strained_since
        return max(1.0, self._finished / lasting) if lasting >= _MEASURED_S else _USUAL_RATE
