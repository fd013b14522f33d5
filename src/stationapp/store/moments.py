"""Moments on disk: whole microseconds since 1970 UTC, so that they sort and compare as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stationapp.platform.clock import CHINA
from stationapp.store.records.events import Moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: Moment) -> int:
    """Return the microseconds of a moment. Raises ValueError for text that is none, or a moment without offset."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset")
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the moment at +08:00."""
    return (_EPOCH + timedelta(microseconds=micros)).astimezone(CHINA)


def from_optional(micros: int | None) -> datetime | None:
    """Return the moment at +08:00, or None."""
    return None if micros is None else from_micros(micros)
