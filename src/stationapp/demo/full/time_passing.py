"""The time of the story: it runs like the machine's, and jumps to another morning when the story says so."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.clock import CHINA, SystemClock

FIRST_DAY = date(2026, 3, 2)
"""A Monday after the spring festival, well within the published calendar."""
_MORNING = time(9, 0, tzinfo=CHINA)


class StoryClock:
    """One clock for all stations and, through a file, for the hub: seconds ahead of the machine's."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._machine = SystemClock()
        self._ahead = timedelta(0)
        self.go_to(FIRST_DAY)

    def now(self) -> datetime:
        """The present of the story."""
        return self._machine.now() + self._ahead

    def monotonic(self) -> float:
        """Real seconds, for waiting and measuring."""
        return self._machine.monotonic()

    def today(self) -> date:
        """The day of the story."""
        return self.now().date()

    def go_to(self, day: date) -> None:
        """Let it be nine o'clock in the morning of a day."""
        self._ahead = datetime.combine(day, _MORNING) - self._machine.now()
        write_atomically(self.file, str(self._ahead.total_seconds()).encode("ascii"))
