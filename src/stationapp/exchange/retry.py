"""How long to wait before the next attempt: capped exponential delay with full jitter.

Full jitter spreads the stations of a county evenly over the delay, so that they do not come back all at once
after an outage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

BASE_SECONDS = 2.0
CAP_SECONDS = 300.0
# In the first hour of an outage somebody is probably still at the desk and waiting for the link.
FRESH_CAP_SECONDS = 60.0
FRESH_OUTAGE_SECONDS = 3600.0
SHORTEST_POLL_SECONDS = 5.0
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts in a row, and how long the outage has lasted, in seconds."""

    attempts: int = 0
    lasting: float = 0.0


def ceiling(failures: Failures) -> float:
    """Return the longest delay that may follow, in seconds."""
    cap = FRESH_CAP_SECONDS if failures.lasting < FRESH_OUTAGE_SECONDS else CAP_SECONDS
    return float(min(cap, BASE_SECONDS * 2 ** min(failures.attempts, _MOST_DOUBLINGS)))


def delay(failures: Failures, random: Callable[[], float], at_least: float = 0.0) -> float:
    """Return the seconds to wait after these failures; `random` yields numbers from 0 to 1.

    `at_least` is what the hub asked for (Retry-After); the jitter comes on top of it, so that stations told
    the same do not return together. Of itself it never exceeds `CAP_SECONDS`.
    """
    if failures.attempts <= 0:
        return 0.0
    return at_least + random() * ceiling(failures)


class Patience:
    """Counts failures in a row and says when to come back; `random` yields numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._attempts = 0
        self._failing_since = 0.0

    def forget(self) -> None:
        """Begin anew: something succeeded, or a person wants it now."""
        self._attempts = 0

    def after_failure(self, now: float, at_least: float = 0.0) -> float:
        """Return the seconds to wait after one more failure; `now` is monotonic."""
        if self._attempts == 0:
            self._failing_since = now
        self._attempts += 1
        return delay(Failures(self._attempts, now - self._failing_since), self._random, at_least)

    def after_success(self, wished: float, at_least: float = 0.0) -> float:
        """Return the seconds until the next look; the hub's wish, give or take a fifth, within bounds.

        `at_least` is what a hub asks for that has much to do: never less, up to a fifth more.
        """
        self.forget()
        if at_least > 0:
            return at_least * (1.0 + 0.2 * self._random())
        wish = min(CAP_SECONDS, max(SHORTEST_POLL_SECONDS, wished))
        return min(CAP_SECONDS, wish * (0.8 + 0.4 * self._random()))
