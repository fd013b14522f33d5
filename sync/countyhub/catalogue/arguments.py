"""The arguments of `countyhub catalogue`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from countyhub.catalogue import commands

Add = Callable[[Any, str, object, str], argparse.ArgumentParser]
"""Adds one command that opens a hub: sub-parsers, name, function, help."""


def add_catalogue(names: Any, command: Add) -> None:
    """Add the commands to those of `countyhub`."""
    text = "draft, review, publish and look up changes of the catalogue"
    group = names.add_parser("catalogue", help=text, description=text)
    own = group.add_subparsers(required=True, metavar="ACT")
    _add_files(own, command)
    _add_acts(own, command)
    _add_questions(own, command)


def _add_files(own: Any, command: Add) -> None:
    export = command(own, "export", commands.export, "write the catalogue to a .json or .xlsx file")
    export.add_argument("file", type=Path)
    export.add_argument("--version", type=int, metavar="N", help="a published version; default that in force")
    check = command(own, "check", commands.check, "tell what an edited file would change")
    check.add_argument("file", type=Path)
    draft = command(own, "draft", commands.draft, "draft a change from an edited .json or .xlsx file")
    draft.add_argument("file", type=Path)
    _by(draft)
    draft.add_argument("--reason", default="", help="why; needed for a new change")
    draft.add_argument("--number", type=int, metavar="N", help="replace what this change of yours holds")
    draft.add_argument(
        "--effective", type=_day, metavar="DATE", help="effective day of edited items that still bear the old"
    )


def _add_acts(own: Any, command: Add) -> None:
    for act, text in (
        ("suspend", "draft a change that suspends items"),
        ("cancel", "draft a change that cancels items"),
        ("resume", "draft a change that puts items back in use"),
    ):
        parser = command(own, act, commands.set_status, text)
        parser.set_defaults(act=act)
        parser.add_argument("codes", nargs="+", metavar="CODE")
        _by(parser)
        parser.add_argument("--reason", required=True)
        parser.add_argument("--on", type=_day, metavar="DATE", help="from this day on; default today")
    for act, function, text in (
        ("review", commands.review, "find another person's draft ready"),
        ("reject", commands.reject, "send another person's draft back"),
        ("publish", commands.publish, "publish a reviewed change"),
        ("withdraw", commands.withdraw, "take a change back, also after it was published"),
    ):
        parser = command(own, act, function, text)
        parser.add_argument("number", type=int)
        _by(parser)
        parser.add_argument("--note", default="", required=act in ("reject", "withdraw"))
        if act == "withdraw":
            parser.add_argument("--on", type=_day, metavar="DATE", help="from this day on; default today")


def _add_questions(own: Any, command: Add) -> None:
    command(own, "changes", commands.changes, "list every change")
    history = command(own, "history", commands.show_history, "tell every version of an item")
    history.add_argument("code")
    at = command(own, "at", commands.show_at, "tell what held on a day")
    at.add_argument("code", nargs="?", default="")
    at.add_argument("--on", type=_day, required=True, metavar="DATE")
    compare = command(own, "compare", commands.compare, "tell what changed between two published versions")
    compare.add_argument("old", type=int)
    compare.add_argument("new", type=int)
    coverage = command(own, "coverage", commands.show_coverage, "tell which items are in service where")
    coverage.add_argument("--on", type=_day, metavar="DATE", help="default today")
    coverage.add_argument(
        "--required", type=Path, metavar="FILE", help="codes or names of a minimum set, one a line"
    )


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="LOGIN", help="who acts")


def _day(text: str) -> date:
    return date.fromisoformat(text)
