"""Starting the window: nothing heavy is imported before it is painted."""

from __future__ import annotations

from pathlib import Path

from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths, set_private_umask


def open_window(home: Path | None = None) -> int:
    """Open the window on a home (the user's own by default) and return the exit code when it is closed."""
    set_private_umask()
    from stationapp.ui.application import run

    return run(StationPaths.at(home), SystemClock(), [])
