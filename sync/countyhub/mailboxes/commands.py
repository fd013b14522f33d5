"""`countyhub compact`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from countyhub.mailboxes import compaction
from countyhub.opened import opened, say
from stationapp.domain.refusal import Reason, Refused


def add(names: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `countyhub`."""
    parser = command(names, "compact", compact, "remove old entries of mailboxes that everybody has read")
    text = f"keep at least the entries of so many days ({compaction.KEPT_DAYS})"
    parser.add_argument("--days", type=int, default=compaction.KEPT_DAYS, help=text)


def compact(options: argparse.Namespace) -> None:
    """Shorten the mailboxes, once."""
    if options.days < 0:
        raise Refused(Reason("negative-days", "天数不能是负数。", "days"))
    with opened(options) as hub:
        say(**asdict(compaction.compact(hub, options.days)))
