"""`stationapp demo` and `stationapp tryout`."""

from __future__ import annotations

import argparse

from stationapp.cli.output import Exit, say


def demo(options: argparse.Namespace) -> Exit:
    """Play the whole story and write the report; DIFFERENCES when anything did not end as planned."""
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
    from stationapp.demo.tryout import try_out

    return Exit(try_out(options.dir))
