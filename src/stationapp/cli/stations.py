"""`stationapp enrol`, `sync`, `status`, `verify` and `self-test`."""

from __future__ import annotations

import argparse
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.platform.clock import SystemClock
from stationapp.platform.machine import app_version
from stationapp.platform.paths import StationPaths
from stationapp.services import reenrolment
from stationapp.services.enrolment import enrol_station
from stationapp.services.roster import read_roster
from stationapp.services.synchronise import Outcome, SyncPicture, picture, sync_once
from stationapp.services.verification import verify_station


def enrol(options: argparse.Namespace) -> Exit:
    """Enrol this PC with a one-time code."""
    paths = StationPaths.at(options.home)
    enrol_station(paths, SystemClock(), options.hub, options.code, options.ca)
    roster = read_roster(paths.home)
    people = (
        [{"login": row.login, "name": row.name, "posts": row.posts} for row in roster.people]
        if roster
        else []
    )
    say({"home": str(paths.home), "station": roster.station if roster else "", "people": people})
    return Exit.DONE


def enrol_again(options: argparse.Namespace) -> Exit:
    """Enrol this PC again; its acts that the hub lacks are sealed anew and go out with the next `sync`."""
    with workplace_of(options) as workplace:
        sealed_anew = reenrolment.enrol_again(workplace, options.code)
        with workplace.store.read() as unit:
            identity = unit.identity.get()
    say({"slot": identity.slot if identity else 0, "sealed_anew": sealed_anew})
    return Exit.DONE


def sync(options: argparse.Namespace) -> Exit:
    """Exchange with the hub once; UNAVAILABLE when it did not come to an end."""
    with workplace_of(options) as workplace:
        done = sync_once(workplace, audit=options.audit)
        standing = _standing(picture(workplace, None))
    say(
        {
            "outcome": str(done.outcome),
            "pushed": done.pushed,
            "received": done.received,
            "requests": done.requests,
            "audited": done.audited,
            "mended": done.mended,
            "problem": done.problem.text if done.problem else "",
            **standing,
        }
    )
    return Exit.DONE if done.outcome is not Outcome.FAILED else Exit.UNAVAILABLE


def status(options: argparse.Namespace) -> Exit:
    """Print what is only here."""
    with workplace_of(options) as workplace:
        say(_standing(picture(workplace, None)))
    return Exit.DONE


def verify(options: argparse.Namespace) -> Exit:
    """Check chain, signatures and projections; DIFFERENCES when anything is not as it must be."""
    with workplace_of(options) as workplace:
        report = verify_station(workplace)
    say(report)
    return Exit.DIFFERENCES if report["differences"] else Exit.DONE


def self_test(options: argparse.Namespace) -> Exit:
    """Show the sign-in window, sign in and verify: what an installer runs after installing."""
    from stationapp.ui.first_paint import paint_sign_in

    shown: list[bool] = []
    paint_sign_in(StationPaths.at(options.home), SystemClock(), lambda: shown.append(True))
    with workplace_of(options) as workplace:
        report = verify_station(workplace)
        who = workplace.person.name
    say({"version": app_version(), "window_shown": bool(shown), "signed_in": who, **report})
    return Exit.DIFFERENCES if report["differences"] or not shown else Exit.DONE


def _standing(standing: SyncPicture) -> dict[str, Any]:
    return {
        "only_here_events": standing.only_here_events,
        "only_here_cases": standing.only_here_cases,
        "oldest": standing.oldest.isoformat() if standing.oldest else None,
        "held": standing.held,
        "refused": standing.refused,
        "blocked_by": standing.blocked.receipt_number if standing.blocked else "",
        "attachments_waiting": standing.attachments_waiting,
        "agreed": standing.agreed,
    }
