"""Opening a hub for one command, and answering in lines of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from countyhub import schema
from countyhub.attachments.places import open_files
from countyhub.clock import china_now, shifted_clock
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised


@contextmanager
def opened(options: argparse.Namespace, *, check: bool = True) -> Iterator[Hub]:
    """Open the hub that `--database` and `--files` name, at the time `--time-shift` makes of it; raises
    NotInitialised when it has not our schema.
    """
    database = Database(options.database)
    try:
        if check and not schema.is_current(database):
            raise NotInitialised
        clock = shifted_clock(options.time_shift) if options.time_shift else china_now
        yield Hub(database, open_files(options.files, options.parts, options.database), clock)
    finally:
        database.close()


def say(**answer: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
