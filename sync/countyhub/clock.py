"""The hub's time: China's, whatever zone the machine is set to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

CHINA_TIME = timezone(timedelta(hours=8))


def china_now() -> datetime:
    """The present time in China."""
    return datetime.now(CHINA_TIME)


def shifted_clock(file: Path) -> Callable[[], datetime]:
    """Return a clock that goes ahead of China's time by the seconds that stand in a file, read anew each time.

    A demonstration lets days pass with it. Asking it raises OSError or ValueError when the file is not there or
    holds no number.
    """
    return lambda: china_now() + timedelta(seconds=float(file.read_text(encoding="ascii")))
