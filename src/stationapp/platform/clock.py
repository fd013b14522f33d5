"""Where the present comes from; below the services nobody else may ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Protocol

# China keeps one offset and no summer time; a fixed offset needs no time zone data on Windows.
CHINA = timezone(timedelta(hours=8), "+08:00")


class Clock(Protocol):
    """Tells the time of this machine, right or wrong: a wrong clock is shown, never silently corrected."""

    def now(self) -> datetime:
        """The present at +08:00, in whole seconds, so that what is stored and read back is equal."""

    def monotonic(self) -> float:
        """Seconds since some moment, never running backwards; for waiting and measuring only."""


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        return datetime.now(CHINA).replace(microsecond=0)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still at `moment` (aware)."""

    moment: datetime

    def now(self) -> datetime:
        return in_china(self.moment)

    def monotonic(self) -> float:
        return 0.0


@dataclass(slots=True)
class SteppingClock:
    """A clock that goes on by `step` each time it is asked for the present, and when it is told to."""

    moment: datetime
    step: timedelta = timedelta(seconds=1)
    _elapsed: timedelta = field(default=timedelta(0), init=False)

    def now(self) -> datetime:
        present = in_china(self.moment)
        self.advance(self.step)
        return present

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    def advance(self, by: timedelta) -> None:
        """Let time pass. Raises ValueError for a negative span; `set_to` turns a clock back."""
        if by < timedelta(0):
            raise ValueError("time does not pass backwards")
        self.moment += by
        self._elapsed += by

    def set_to(self, moment: datetime) -> None:
        """Turn the hands, forwards or back; the monotonic time does not notice."""
        self.moment = moment


def in_china(moment: datetime) -> datetime:
    """The same moment at +08:00 in whole seconds (cut, not rounded). Raises ValueError without an offset."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its offset")
    return moment.astimezone(CHINA).replace(microsecond=0)


def to_text(moment: datetime) -> str:
    """`2026-11-21T22:32:00+08:00`. Raises ValueError without an offset."""
    return in_china(moment).isoformat(timespec="seconds")


def from_text(text: str) -> datetime:
    """Read ISO 8601 with any offset into +08:00. Raises ValueError for anything else."""
    return in_china(datetime.fromisoformat(text))
