"""Where the bundled program starts."""

from __future__ import annotations

import multiprocessing
import sys

from stationapp.cli import main

if __name__ == "__main__":
    # A bundle has no separate Python: a child process starts this same program and must stop here.
    multiprocessing.freeze_support()
    sys.exit(main())
