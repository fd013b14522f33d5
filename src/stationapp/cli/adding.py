"""Adding a command to the parser. The function that answers is named as text and imported when it is wanted, so that
the window does not wait for what only scripts need.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

Commands = Any  # argparse names the type of its sub-parsers only privately.
Add = Callable[[Commands], None]


def command(commands: Commands, name: str, text: str, place: str) -> Any:
    """Add a command that is answered by `module.function` of this package; returns its parser."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=partial(_run, place))
    return parser


def group(commands: Commands, name: str, text: str) -> Commands:
    """Add a group of commands."""
    parser = commands.add_parser(name, help=text, description=text)
    return parser.add_subparsers(title="命令", metavar="COMMAND", required=True)


def _run(place: str, options: argparse.Namespace) -> int:
    module, function = place.split(".")
    return int(getattr(import_module(f"stationapp.cli.{module}"), function)(options))
