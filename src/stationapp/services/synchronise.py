"""Keeping in touch with the hub, and saying honestly how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import SystemRandom

from stationapp.exchange.background import SyncWorker, read_state
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.orders import standing
from stationapp.exchange.state import Outcome, Round, SyncState
from stationapp.exchange.transport import (
    ActNotTaken,
    ChainForked,
    Credentials,
    HubBusy,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
    ProtocolTooOld,
)
from stationapp.platform.machine import Health, clock_drift
from stationapp.platform.unavailable import DiskDamaged, DiskTrouble, Unavailable
from stationapp.services.changed import Changed, Kind
from stationapp.services.held_back import Blocked, HeldBack, blocked, held_back
from stationapp.services.hub_address import county_ca, hub_address
from stationapp.services.lost_pc import carry_out
from stationapp.services.people_here import renew_people
from stationapp.services.workplace import Workplace

_CHANCE = SystemRandom()

__all__ = ["Outcome", "Standstill", "SyncPicture", "SyncWorker", "picture", "start", "sync_once"]


class Standstill(StrEnum):
    """What keeps the exchange from going on, by what a person can do about it."""

    NONE = ""
    OUT_OF_REACH = "out_of_reach"  # the line: it goes on by itself
    STRANGER = "stranger"  # a login page, a proxy, a certificate or clock that is wrong
    BUSY = "busy"  # the hub asks for patience
    NOT_KNOWN = "not_known"  # revoked, or never enrolled
    FORKED = "forked"  # this PC was copied, or restored from an old copy
    TOO_OLD = "too_old"  # one of the programs needs an upgrade
    DISK = "disk"  # the disk of this PC is full, read-only or gone
    DAMAGED = "damaged"  # the disk or the database of this PC fails
    OTHER = "other"  # a fault of the hub, a bug


_STANDSTILLS: tuple[tuple[type[Unavailable], Standstill], ...] = (
    (HubUnreachable, Standstill.OUT_OF_REACH),
    (NotTheHub, Standstill.STRANGER),
    (HubBusy, Standstill.BUSY),
    (HubRefusesDevice, Standstill.NOT_KNOWN),
    (ChainForked, Standstill.FORKED),
    (ProtocolTooOld, Standstill.TOO_OLD),
    (DiskDamaged, Standstill.DAMAGED),
    (DiskTrouble, Standstill.DISK),
)


@dataclass(frozen=True, slots=True)
class SyncPicture:
    """What a person must know before he switches the PC off or carries it away.

    `only_here_events` counts what the hub has not confirmed, `held` those of them it has and holds back, which
    `unsent_cases` and `oldest_unsent` leave out.
    `agreed` is true only when both sides said that they hold the same. `needs_enrolment`: the hub no longer
    recognises this PC, and nothing goes out until it is enrolled again. `restricted`: the hub locked this PC, or
    is about to have it wiped. `attachment_bytes` are those of the attachments that wait, `attachment_bytes_sent`
    of them the hub has. `troubles` are sentences about single things that hold up nothing else; `blocked` is the act
    behind which nothing can be sent.
    """

    only_here_events: int
    only_here_cases: int
    oldest: datetime | None
    held: int
    refused: int
    attachments_waiting: int
    agreed: bool
    agreed_at: datetime | None
    last_contact: datetime | None
    next_attempt: datetime | None
    running: bool
    problem: str
    drift_text: str
    ordered: bool = False
    """Whether the hub's order to lock or wipe this PC has been obeyed, and the session is over."""
    needs_enrolment: bool = False
    standstill: Standstill = Standstill.NONE
    restricted: bool = False
    held_back: tuple[HeldBack, ...] = ()
    attachment_bytes: int = 0
    attachment_bytes_sent: int = 0
    clock_health: Health = Health.OK
    troubles: tuple[str, ...] = ()
    unsent_cases: int = 0
    oldest_unsent: datetime | None = None
    blocked: Blocked | None = None

    @property
    def unsent(self) -> int:
        """How many acts the hub has not got at all."""
        return max(0, self.only_here_events - self.held)


def sync_once(workplace: Workplace, audit: bool = False) -> Round:
    """Exchange with the hub now, in this thread, until both sides have nothing left to say.

    With `audit` all that is stored is compared with what the hub shows, and what differs is fetched.
    """
    with _hub(workplace) as client:
        engine = ExchangeEngine(workplace.store, workplace.files, client, workplace.clock, _CHANCE.random)
        if audit:
            engine.want_audit()
        done = engine.run_once()
    if done.outcome is Outcome.ORDERED:
        carry_out(workplace.paths, workplace.store, workplace.clock)
    if "organisation" in done.renewed:
        renew_people(workplace.paths, workplace.data_key, workplace.store)
    return done


def start(workplace: Workplace, on_change: Callable[[SyncPicture, Changed], None]) -> SyncWorker:
    """Start syncing in the background; `on_change` is called from the worker's thread."""
    client = hub_client(workplace)

    def tell(state: SyncState, touched: frozenset[str]) -> None:
        if "organisation" in state.renewed:
            renew_people(workplace.paths, workplace.data_key, workplace.store)
        if state.ordered:
            carry_out(workplace.paths, workplace.store, workplace.clock)
        recounted = "calendar" in state.renewed  # Any due date may rest on it.
        kinds = [Kind.SYNC, Kind.OUTBOX]
        kinds += [Kind.CASES, Kind.BATCHES] if touched or recounted else []
        kinds += [Kind.REFERENCES] if state.renewed else []
        try:
            beside = _read_beside(workplace, state)
        except Unavailable:
            # The store itself is in trouble, as the state says: the thread that tells of it must outlive that.
            beside = _Beside()
        on_change(
            _picture(workplace, state, beside),
            Changed.of(*kinds, case_ids=() if recounted else sorted(touched)),
        )

    worker = SyncWorker(
        workplace.store,
        lambda interrupted: ExchangeEngine(
            workplace.store, workplace.files, client, workplace.clock, _CHANCE.random, interrupted
        ),
        workplace.clock,
        tell,
        client.abort,
    )
    worker.start()
    return worker


def picture(workplace: Workplace, worker: SyncWorker | None) -> SyncPicture:
    """Return how things stand now, with or without a running worker."""
    state = worker.state() if worker else read_state(workplace.store, SyncState())
    return _picture(workplace, state, _read_beside(workplace, state))


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the store says beside the state; as it stands here when the store cannot be asked."""

    attachment_bytes: int = 0
    attachment_bytes_sent: int = 0
    restricted: bool = False
    held_back: tuple[HeldBack, ...] = ()
    blocked: Blocked | None = None


def _read_beside(workplace: Workplace, state: SyncState) -> _Beside:
    pending = state.pending
    with workplace.store.read() as unit:
        size, sent = unit.attachments.bytes_not_at_hub() if pending.attachments else (0, 0)
        restricted = standing(unit).restricts
    return _Beside(
        size,
        sent,
        restricted,
        held_back(workplace.store) if pending.held else (),
        blocked(workplace.store) if pending.events else None,
    )


def _picture(workplace: Workplace, state: SyncState, beside: _Beside) -> SyncPicture:
    pending = state.pending
    now = workplace.now()
    drift = clock_drift(now + state.drift, now) if state.drift is not None else None
    return SyncPicture(
        only_here_events=pending.events,
        only_here_cases=pending.cases,
        oldest=pending.oldest,
        held=pending.held,
        refused=pending.refused,
        attachments_waiting=pending.attachments,
        agreed=state.agreed,
        agreed_at=state.last_agreed,
        last_contact=state.last_contact,
        next_attempt=state.next_attempt,
        running=state.running,
        problem=state.problem.text if state.problem else "",
        drift_text=drift.text if drift else "",
        ordered=state.ordered,
        needs_enrolment=isinstance(state.problem, (ChainForked, HubRefusesDevice)),
        standstill=_standstill(state.problem),
        restricted=beside.restricted,
        held_back=beside.held_back,
        attachment_bytes=beside.attachment_bytes,
        attachment_bytes_sent=beside.attachment_bytes_sent,
        clock_health=drift.health if drift else Health.OK,
        unsent_cases=pending.unsent_cases,
        oldest_unsent=pending.oldest_unsent,
        troubles=_troubles(state, named=beside.blocked is not None),
        blocked=beside.blocked,
    )


def _troubles(state: SyncState, *, named: bool) -> tuple[str, ...]:
    """Return the sentences; the one about an act that is not taken only while that act is not `named` elsewhere."""
    told = (one.text for one in state.troubles if not (named and isinstance(one, ActNotTaken)))
    return tuple(dict.fromkeys(told))


def _standstill(problem: Unavailable | None) -> Standstill:
    if problem is None:
        return Standstill.NONE
    return next((found for kind, found in _STANDSTILLS if isinstance(problem, kind)), Standstill.OTHER)


@contextmanager
def _hub(workplace: Workplace) -> Iterator[HubClient]:
    client = hub_client(workplace)
    try:
        yield client
    finally:
        client.close()


def hub_client(workplace: Workplace) -> HubClient:
    """Return a client of this station's hub; whoever asked closes it."""
    identity = workplace.identity
    address = hub_address(workplace.paths, identity.hub_url)
    credentials = Credentials(identity.device, identity.device_seed)
    return HubClient(address, workplace.clock, credentials, county_ca(workplace.paths))
