"""What a round of exchange came to, and what a person wants to know of the sync at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from stationapp.platform.unavailable import Unavailable
from stationapp.store.records import PendingSummary


class Outcome(StrEnum):
    """How a round ended."""

    AGREED = "agreed"  # station and hub hold the same, and said so to each other
    CAUGHT_UP = "caught_up"  # nothing is left to send or fetch now, but something is still unequal or stuck
    INTERRUPTED = "interrupted"  # it was told to stop
    ORDERED = "ordered"  # everything is at the hub, and the PC is to be locked or wiped now
    FAILED = "failed"  # the problem says why


@dataclass(slots=True)
class Tally:
    """What a round counts while it runs."""

    requests: int = 0
    pushed: int = 0
    received: int = 0
    touched: set[str] = field(default_factory=set)
    renewed: set[str] = field(default_factory=set)
    contact: datetime | None = None
    drift: timedelta | None = None
    next_poll: float = 0.0
    retry_after: float = 0.0
    audited: int = 0
    mended: int = 0
    troubles: list[Unavailable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the engine.

    `audited` counts mailboxes compared case by case, `mended` cases that differed there and were fetched again;
    `touched` are ids of cases that may look different now, `renewed` names of reference documents that are
    new; `contact` is the station's time of the hub's last answer, `drift` hub time minus station time; `wait`
    is how many seconds to let pass before the next run, unless `lingers` says that the next run may begin at
    once and wait at the hub; `troubles` concern single feeds, documents or attachments.
    """

    outcome: Outcome
    requests: int = 0
    pushed: int = 0
    received: int = 0
    audited: int = 0
    mended: int = 0
    touched: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    contact: datetime | None = None
    drift: timedelta | None = None
    wait: float = 0.0
    lingers: bool = False
    problem: Unavailable | None = None
    troubles: tuple[Unavailable, ...] = ()


def close_round(tally: Tally, outcome: Outcome, wait: float, problem: Unavailable | None = None) -> Round:
    """Return the round a tally has counted."""
    return Round(
        outcome=outcome,
        requests=tally.requests,
        pushed=tally.pushed,
        received=tally.received,
        audited=tally.audited,
        mended=tally.mended,
        touched=frozenset(tally.touched),
        renewed=frozenset(tally.renewed),
        contact=tally.contact,
        drift=tally.drift,
        wait=wait,
        problem=problem,
        troubles=tuple(tally.troubles),
    )


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the sync stands.

    `agreed` is said only when the hub holds the same as this station. `problem` has the sentence to show,
    `troubles` those of single feeds or attachments. `ordered` says that an
    order to lock or wipe this PC was obeyed. Times are the station's; `drift` is hub minus station.
    """

    running: bool = False
    ordered: bool = False
    agreed: bool = False
    pending: PendingSummary = field(default_factory=lambda: PendingSummary(0, 0, None, 0, 0, 0))
    last_contact: datetime | None = None
    last_agreed: datetime | None = None
    next_attempt: datetime | None = None
    drift: timedelta | None = None
    problem: Unavailable | None = None
    troubles: tuple[Unavailable, ...] = ()
    renewed: frozenset[str] = frozenset()
