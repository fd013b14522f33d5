"""`countyhub upward …`: a hub above, a hub below, and what lies between them."""

from __future__ import annotations

import argparse
import logging
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from countyhub import initialise
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.opened import opened, say
from countyhub.upward import above, hosting, sending
from countyhub.upward.client import HttpRoad
from countyhub.upward.sending import Declined
from countyhub.upward.standing import standing
from stationapp.domain.refusal import Reason, Refused

AddCommand = Callable[[Any, str, object, str], argparse.ArgumentParser]

log = logging.getLogger(__name__)


def add(names: argparse._SubParsersAction[argparse.ArgumentParser], command: AddCommand) -> None:
    """Add the commands."""
    text = "tell the hub above what is confirmed here, and be told by the hubs below"
    group = names.add_parser("upward", help=text, description=text)
    acts = group.add_subparsers(required=True, metavar="ACT")
    new = command(acts, "init", init, "make a database the hub of a city or a province")
    new.add_argument("--code", required=True, metavar="CODE", help="6 digits of the division, such as 510700")
    code = command(acts, "code", make_code, "make a one-time code for a hub below")
    code.add_argument("--below", required=True, metavar="CODE", help="6 digits of its division")
    code.add_argument("--days", type=int, default=7, help="days until it expires (7)")
    join = command(acts, "enrol", enrol, "enrol at the hub above; again after restoring a backup of this hub")
    join.add_argument("--url", required=True, help="the hub above, https://…")
    join.add_argument("--code", required=True, help="the one-time code made there")
    join.add_argument(
        "--ca", type=Path, metavar="FILE", help="the certificates to believe; else the system's"
    )
    run = command(acts, "run", tell, "tell the hub above what it does not know, once or again and again")
    run.add_argument(
        "--every", type=float, metavar="SECONDS", help="go on, with this pause, until interrupted"
    )
    command(acts, "status", status, "how far the hub above is, and whether the counties below add up")


def init(options: argparse.Namespace) -> None:
    """Make the database a hub above others."""
    with opened(options, check=False) as hub:
        identity = initialise.initialise_above(hub, options.code)
        say(code=identity.county, epoch=identity.epoch, hub_public=identity.public.hex())


def make_code(options: argparse.Namespace) -> None:
    """Make a code for a hub below."""
    with opened(options) as hub:
        code, expires_at = hosting.make_code(hub, options.below, options.days)
        with hub.database.read() as connection:
            public = identities.load(connection).public.hex()
        say(code=code, below=options.below, expires_at=expires_at, hub_public=public)


def enrol(options: argparse.Namespace) -> None:
    """Enrol at the hub above."""
    authority = str(options.ca.resolve()) if options.ca else ""
    with opened(options) as hub, _road(hub, options.url, authority) as road:
        link = sending.enrol(hub, road, options.url, authority, options.code, platform.node())
        say(device=link.device, hub_public=link.hub_public)


def tell(options: argparse.Namespace) -> None:
    """Tell the hub above; with `--every` a failure is logged and tried again."""
    with opened(options) as hub:
        with hub.database.read() as connection:
            link = above.link(connection)
        if link is None:
            raise Refused(Reason("not-enrolled", "本平台尚未在上级平台登记。", "upward"))
        with _road(hub, link.url, link.authority) as road:
            _tell(hub, road, options.every)


def _tell(hub: Hub, road: HttpRoad, every: float | None) -> None:
    while True:
        try:
            say(**asdict(sending.tell(hub, road)))
        except Declined as declined:
            if every is None:
                raise Refused(Reason(declined.code, declined.title, "upward")) from declined
            log.warning("the hub above declines: %s", declined.code)
        except OSError as error:
            if every is None:
                raise
            log.warning("%s", error)
        if every is None:
            return
        time.sleep(every)


@contextmanager
def _road(hub: Hub, url: str, authority: str) -> Iterator[HttpRoad]:
    road = HttpRoad(url, authority, hub.stamp)
    try:
        yield road
    finally:
        road.close()


def status(options: argparse.Namespace) -> bool:
    """Say how things stand; False when something needs a person."""
    with opened(options) as hub:
        found = standing(hub)
    say(**found)
    here = found["above"]
    return not (here and here["trouble"]) and all(
        one["agrees"] and not one["faults"] for one in found["below"]
    )
