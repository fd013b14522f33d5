"""`stationapp queue …`."""

from __future__ import annotations

import argparse
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import make_folder, workplace_of
from stationapp.services import papers
from stationapp.services import queue as queues
from stationapp.services.queue import Place


def take(options: argparse.Namespace) -> Exit:
    """Take the next number, and save its ticket where that is wanted."""
    with workplace_of(options) as workplace:
        place, _ = queues.take(workplace, options.business, priority=options.priority)
        told = _told(place)
        if options.out is not None:
            make_folder(options.out)
            path, _ = papers.save_paper(workplace, queues.render_ticket(workplace, place), options.out)
            told["file"] = str(path)
    say(told)
    return Exit.DONE


def call(options: argparse.Namespace) -> Exit:
    """Call whose turn it is; an empty object when nobody waits."""
    with workplace_of(options) as workplace:
        place, _ = queues.call_next(workplace, options.window)
    say(_told(place) if place is not None else {})
    return Exit.DONE


def recall(options: argparse.Namespace) -> Exit:
    """Call a number again."""
    with workplace_of(options) as workplace:
        place, _ = queues.call_again(workplace, options.count)
    say(_told(place))
    return Exit.DONE


def skip(options: argparse.Namespace) -> Exit:
    """Pass a called number over."""
    with workplace_of(options) as workplace:
        place, _ = queues.skip(workplace, options.count)
    say(_told(place))
    return Exit.DONE


def done(options: argparse.Namespace) -> Exit:
    """Note that a called number was served."""
    with workplace_of(options) as workplace:
        place, _ = queues.finish(workplace, options.count)
    say(_told(place))
    return Exit.DONE


def list_today(options: argparse.Namespace) -> Exit:
    """Print today's numbers."""
    with workplace_of(options) as workplace:
        places = queues.queue_of_today(workplace)
    say([_told(place) for place in places])
    return Exit.DONE


def _told(place: Place) -> dict[str, Any]:
    return {
        "number": place.number,
        "count": place.ticket.count,
        "state": str(place.ticket.state),
        "ahead": place.ahead,
        "business": place.ticket.business,
        "window": place.ticket.window,
    }
