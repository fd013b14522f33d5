"""What the command line prints and how it ends."""

from __future__ import annotations

import json
import sys
from enum import IntEnum
from typing import Any

from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable


class Exit(IntEnum):
    """Exit codes; docs/cli.md lists them."""

    DONE = 0
    REFUSED = 1  # a rule said no
    USAGE = 2  # argparse's own
    UNAVAILABLE = 3  # disk, network, hub or password stands in the way
    DIFFERENCES = 4  # verify or the demonstration found something that is not as it must be


def say(data: Any) -> None:
    """Print a result as one JSON document."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def say_refused(refused: Refused) -> Exit:
    """Print why a rule said no."""
    rows = [{"code": r.code, "text": r.text, "field": r.field} for r in refused.reasons]
    _complain({"refused": rows})
    return Exit.REFUSED


def say_unavailable(unavailable: Unavailable) -> Exit:
    """Print what stands in the way."""
    _complain({"unavailable": unavailable.text, "detail": unavailable.detail})
    return Exit.UNAVAILABLE


def say_notice(text: str) -> None:
    """Print what happened beside the command and has to be known; the command goes on."""
    _complain({"notice": text})


def _complain(data: Any) -> None:
    sys.stderr.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
