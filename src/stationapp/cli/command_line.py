"""Entry point of the `stationapp` command: reads the arguments and hands them to a command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stationapp.cli import arguments
from stationapp.cli.output import Exit, say_refused, say_unavailable
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _read(argv)
    try:
        return int(options.command(options))
    except Refused as refused:
        return say_refused(refused)
    except Unavailable as unavailable:
        return say_unavailable(unavailable)


def _read(argv: Sequence[str] | None) -> argparse.Namespace:
    """Without a command the window is wanted, and need not wait for the parsers of the commands."""
    options, rest = _common_options().parse_known_args(argv)
    return build_parser().parse_args(argv) if rest else options


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="stationapp", description="便民服务站办件系统", parents=[_common_options()]
    )
    commands = parser.add_subparsers(title="命令", metavar="COMMAND")
    for add in arguments.GROUPS:
        add(commands)
    return parser


def _common_options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stationapp", add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--home", type=Path, default=None, metavar="DIR", help="数据文件夹（默认为本机用户数据目录）"
    )
    parser.add_argument("--as", dest="login", default="", metavar="LOGIN", help="以谁的身份办理")
    parser.add_argument("--post", default="", metavar="POST", help="多个岗位时选择其一")
    parser.set_defaults(command=_open_window)
    return parser


def _open_window(options: argparse.Namespace) -> Exit:
    from stationapp.app import open_window

    return Exit(open_window(options.home))
