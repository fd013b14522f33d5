"""Opening a hub for one command, and answering in lines of JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from countyhub import schema
from countyhub.attachments.places import open_files
from countyhub.clock import china_now, shifted_clock
from countyhub.database import Database
from countyhub.hub import Hub
from countyhub.identity.repository import NotInitialised
from stationapp.domain.refusal import Reason, Refused


@contextmanager
def opened(options: argparse.Namespace, *, check: bool = True) -> Iterator[Hub]:
    """Open the hub that `--database` and `--files` name, at the time `--time-shift` makes of it; raises
    NotInitialised when it has not our schema.
    """
    database = Database(options.database, options.county or "")
    try:
        if check and not schema.is_current(database):
            raise NotInitialised
        if check and not options.county and len(database.counties()) > 1:
            text = "这个数据库里有多个县级平台，请用 --county 指明是哪一个。"
            raise Refused(Reason("several-counties", text, "county"))
        yield Hub(database, open_files(options.files, options.parts, options.database), clock_of(options))
    finally:
        database.close()


def clock_of(options: argparse.Namespace) -> Callable[[], datetime]:
    """Return the machine's clock, or the one that `--time-shift` makes of it."""
    return shifted_clock(options.time_shift) if options.time_shift else china_now


def say(**answer: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
