"""`stationapp demo` and `stationapp tryout`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stationapp.cli.output import Exit, say, say_notice
from stationapp.platform.unavailable import Unavailable

if TYPE_CHECKING:
    from stationapp.demo.report import Report

_DEMONSTRATION = "stationapp.demo"
_IN_FILES = frozenset({"table", "exempt"})
"""What the full story tells at length in its files and not on the screen."""


def demo(options: argparse.Namespace) -> Exit:
    """Play a story and write its report; DIFFERENCES when anything did not end as planned."""
    full = options.story == "full"
    if full:
        say_notice("完整演示开始：九台电脑、上百件办件，约需两分钟，请稍候。")
    report = _play_full(options) if full else _play_main(options)
    told = report.to_mapping()
    say({name: value for name, value in told.items() if name not in _IN_FILES} if full else told)
    if full:
        out = options.out.resolve()
        say_notice(
            f"每件办件的结局见 {out / 'table.md'}，全部数字见 {out / 'report.json'}，文书在 {out / 'papers'}。"
        )
    return Exit.DONE if report.went_well else Exit.DIFFERENCES


def _play_full(options: argparse.Namespace) -> Report:
    with _demonstration_at_hand():
        from stationapp.demo.full.story import play_full

    return play_full(out=options.out.resolve(), database=options.database, every=options.every)


def _play_main(options: argparse.Namespace) -> Report:
    with _demonstration_at_hand():
        from stationapp.demo.story import play

    return play(
        out=options.out.resolve(),
        database=options.database,
        cases=options.cases,
        seed=options.seed,
        headless=options.headless,
    )


def tryout(options: argparse.Namespace) -> Exit:
    """Start the demonstration county and open the window; without a display, play the story offscreen."""
    with _demonstration_at_hand():
        from stationapp.demo.tryout import try_out

    return Exit(try_out(options.dir))


@contextmanager
def _demonstration_at_hand() -> Iterator[None]:
    """An installed station carries no demonstration; what the demonstration itself may lack stays a fault."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != _DEMONSTRATION:
            raise
        text = "安装版不带演示和试用。要试用，请在源代码文件夹中运行 make run。"
        raise Unavailable(text, f"no module {_DEMONSTRATION}") from error
