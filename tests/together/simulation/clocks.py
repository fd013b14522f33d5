"""Time that passes only when told, and clocks that may show another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stationapp.platform.clock import in_china

TICK = timedelta(milliseconds=250)


@dataclass(slots=True)
class Time:
    """The true time; asking a clock takes a moment."""

    now: datetime
    elapsed: timedelta = timedelta(0)

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        self.elapsed += span


@dataclass(slots=True)
class MachineClock:
    """A machine's clock: `off` by so much, its monotonic time true."""

    time: Time
    off: timedelta = field(default=timedelta(0))

    def now(self) -> datetime:
        """What the machine takes for the present, in whole seconds."""
        self.time.pass_by(TICK)
        return in_china(self.time.now + self.off)

    def monotonic(self) -> float:
        """Seconds that have passed."""
        return self.time.elapsed.total_seconds()
