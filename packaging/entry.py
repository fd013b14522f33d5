"""Where the bundled program starts."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import MutableMapping

from stationapp.cli import main

LIBRARIES = "LD_LIBRARY_PATH"


def give_children_their_own_libraries(environment: MutableMapping[str, str]) -> None:
    """Let programs started from here, such as `lp`, load the system's libraries.

    The bundle's starter put our libraries in front, and kept under another name what was there before.
    This process is not affected: its loader read the variable when it started.
    """
    environment.pop(LIBRARIES, None)
    if f"{LIBRARIES}_ORIG" in environment:
        environment[LIBRARIES] = environment.pop(f"{LIBRARIES}_ORIG")


if __name__ == "__main__":
    # A bundle has no separate Python: a child process starts this same program and must stop here.
    multiprocessing.freeze_support()
    give_children_their_own_libraries(os.environ)
    sys.exit(main())
