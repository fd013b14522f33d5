"""`stationapp demo` and `stationapp tryout`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from stationapp.cli.output import Exit, say
from stationapp.platform.unavailable import Unavailable

_DEMONSTRATION = "stationapp.demo"


def demo(options: argparse.Namespace) -> Exit:
    """Play the whole story and write the report; DIFFERENCES when anything did not end as planned."""
    with _demonstration_at_hand():
        from stationapp.demo.story import play

    report = play(
        out=options.out.resolve(),
        database=options.database,
        cases=options.cases,
        seed=options.seed,
        headless=options.headless,
    )
    say(report.to_mapping())
    return Exit.DONE if report.went_well else Exit.DIFFERENCES


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
