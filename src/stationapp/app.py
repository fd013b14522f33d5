"""Starting the window: nothing heavy is imported before it is painted."""

from __future__ import annotations

import gc
from importlib import import_module
from pathlib import Path

from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths, set_private_umask

# Nearly all that is made while starting stays: to look for garbage after every 700 objects, as Python does unless
# told otherwise, costs a tenth of the start and finds nothing.
_COLLECT_AFTER = 10_000
# What the first window needs beside Qt: PySide reads the source of every module that is imported after it.
_BEFORE_QT = (
    "concurrent.futures.thread",
    "platformdirs",
    "stationapp.domain.refusal",
    "stationapp.platform.crash_reports",
    "stationapp.platform.fonts",
    "stationapp.platform.logs",
    "stationapp.platform.single_instance",
    "stationapp.services.roster",
)


def open_window(home: Path | None = None) -> int:
    """Open the window on a home (the user's own by default) and return the exit code when it is closed."""
    set_private_umask()
    gc.set_threshold(_COLLECT_AFTER)
    for name in _BEFORE_QT:
        import_module(name)
    from stationapp.ui.application import run

    return run(StationPaths.at(home), SystemClock(), [])
