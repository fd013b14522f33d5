"""The hub's time: China's, whatever zone the machine is set to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

CHINA_TIME = timezone(timedelta(hours=8))


def china_now() -> datetime:
    """The present time in China."""
    return datetime.now(CHINA_TIME)
