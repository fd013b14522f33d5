"""Work that one thread does for all: who comes while it is done leaves his part to that one."""

from __future__ import annotations

import threading
from collections.abc import Callable


class OneForAll:
    """Lets one thread at a time do what is open, and again when more came meanwhile. Every thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_wanted = False
        self._is_at_work = False

    def do(self, work: Callable[[], int]) -> int:
        """Have everything done that is open now, by this thread or the one at work; return what this one did.

        `work` does all that is open and counts it. When it raises, what is left is done by the next who comes.
        """
        with self._lock:
            self._is_wanted = True
            if self._is_at_work:
                return 0
            self._is_at_work = True
        done = 0
        try:
            while self._has_more():
                done += work()
        except BaseException:
            with self._lock:
                self._is_at_work = False
            raise
        return done

    def _has_more(self) -> bool:
        with self._lock:
            self._is_at_work, self._is_wanted = self._is_wanted, False
            return self._is_at_work
