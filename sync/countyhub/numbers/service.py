"""The county's own case numbers: one serial a day, without gaps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from countyhub.numbers import repository
from stationapp.domain.numbers import CaseNumber


class DaySerials:
    """Gives case numbers within one transaction; the day's row is locked at the first, written by `save`."""

    def __init__(self, connection: Connection, county: str, day: date) -> None:
        self._connection, self._county, self._day = connection, county, day
        self._last: int | None = None

    def next(self) -> str:
        """Return the next case number of the day."""
        if self._last is None:
            self._last = repository.lock_day(self._connection, self._day.isoformat())
        self._last += 1
        return str(CaseNumber(self._county, self._day, self._last))

    def save(self) -> None:
        """Write how far the day has come."""
        if self._last is not None:
            repository.set_last(self._connection, self._day.isoformat(), self._last)
