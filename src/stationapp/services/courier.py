"""Working without any network: write what is unsent onto a USB stick, read what came back on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from hubprotocol.courier.messages import CarryRequest, CarryResponse, Taking
from hubprotocol.courier.stick import PART_BYTES
from stationapp.exchange.courier.ledger import read_ledger
from stationapp.exchange.courier.reading import Finding, Kind, Reader, Result, StickRead
from stationapp.exchange.courier.writing import Order, Written, gather
from stationapp.exchange.courier.writing import write as write_stick
from stationapp.exchange.hub_client import HubClient
from stationapp.platform.clock import from_text
from stationapp.services.lost_pc import lock_when_all_is_sent
from stationapp.services.people_here import renew_people
from stationapp.services.synchronise import hub_client
from stationapp.services.workplace import Workplace

__all__ = [
    "Finding",
    "Kind",
    "Preview",
    "Result",
    "StickRead",
    "Waiting",
    "Written",
    "last_refusal",
    "preview",
    "read",
    "write",
]

Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was written and of which no receipt was read yet; `text` is what a receipt said of it, if any."""

    number: int
    at: datetime
    cases: int
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go onto a stick now, in counts; `size` in bytes. `hand_to` is where to take it, `left` counts the
    records that need another file.
    """

    cases: int
    records: int
    scans: int
    size: int
    receipt_numbers: tuple[str, ...]
    hand_to: str
    waiting: tuple[Waiting, ...]
    left: int = 0


def preview(workplace: Workplace, *, only_new: bool = False, beyond: Sequence[int] = ()) -> Preview:
    """Return what would be written now."""
    order = _order(workplace, Path(), only_new=only_new, beyond=beyond)
    parcel = gather(workplace.store, workplace.clock, order)
    return Preview(
        parcel.cases,
        len(parcel.envelopes),
        len(parcel.attachments),
        parcel.size,
        parcel.receipt_numbers,
        parcel.hand_to,
        waiting(workplace),
        parcel.left,
    )


def waiting(workplace: Workplace) -> tuple[Waiting, ...]:
    """Return the files on their way, the oldest first."""
    with workplace.store.read() as unit:
        ledger = read_ledger(unit, workplace.identity.device)
        files = ledger.waiting(unit.chain.acknowledged().seq)
    return tuple(Waiting(one.number, from_text(one.at), one.cases, one.text) for one in files)


def last_refusal(workplace: Workplace) -> str:
    """Return what a receipt said of the newest file when the hub refused it, for instance that this PC is revoked."""
    with workplace.store.read() as unit:
        files = read_ledger(unit, workplace.identity.device).files
    return files[-1].text if files and files[-1].result == Taking.REFUSED else ""


def write(
    workplace: Workplace,
    folder: Path,
    *,
    only_new: bool = False,
    beyond: Sequence[int] = (),
    part_bytes: int = PART_BYTES,
    progress: Progress = lambda *_: None,
) -> Written:
    """Write a sealed file and read it back. Raises Unavailable when the stick is in the way; nothing is lost.

    Where the parcel says that records are left, they go into the next: written `beyond` the numbers of those before.
    """
    order = _order(workplace, folder, only_new=only_new, beyond=beyond, part_bytes=part_bytes)
    return write_stick(workplace.store, workplace.files, workplace.clock, order, progress)


def read(
    workplace: Workplace,
    folder: Path,
    *,
    online: bool = True,
    part_bytes: int = PART_BYTES,
    progress: Progress = lambda *_: None,
) -> StickRead:
    """Read a stick: take in what is for us, carry others' files on where there is a network.

    An order to lock this PC is obeyed once the hub has everything; until then what is unsent can go by stick.
    """
    with _road(workplace, online) as road:
        done = Reader(
            workplace.store,
            workplace.files,
            workplace.clock,
            road,
            lambda station: _name_of(workplace, station),
            part_bytes,
            _stash(workplace),
        ).read(folder, progress)
    if "organisation" in done.renewed:
        renew_people(workplace.paths, workplace.data_key, workplace.store)
    locked = any(one.answer is not None and one.answer.locked for one in done.findings)
    ordered = locked and lock_when_all_is_sent(workplace.paths, workplace.store, workplace.files)
    return replace(done, ordered=ordered)


def _order(
    workplace: Workplace,
    folder: Path,
    *,
    only_new: bool,
    beyond: Sequence[int] = (),
    part_bytes: int = PART_BYTES,
) -> Order:
    station = workplace.identity.station
    desk = workplace.organisation.desk(station)
    parent = workplace.organisation.desk(desk.parent) if desk and desk.parent else None
    hand_to = f"{parent.name}，或县级平台管理员" if parent else "县级平台管理员"
    name = _name_of(workplace, station)
    return Order(folder, name, hand_to, only_new, tuple(beyond), part_bytes, _stash(workplace))


def _stash(workplace: Workplace) -> Path:
    """Where other stations' sealed files wait; apart from this station's own data."""
    return workplace.paths.courier


def _name_of(workplace: Workplace, station: str) -> str:
    desk = workplace.organisation.desk(station)
    return desk.name if desk else station


class _LateRoad:
    """A road to the hub that is taken only when a file has to go on."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._client: HubClient | None = None

    def courier_announce(self, request: CarryRequest) -> CarryResponse:
        return self._ask(lambda client: client.courier_announce(request))

    def courier_send(self, file_hash: str, place: int, data: bytes) -> None:
        self._ask(lambda client: client.courier_send(file_hash, place, data))

    def courier_fetch(self, file_hash: str, place: int) -> bytes:
        return self._ask(lambda client: client.courier_fetch(file_hash, place))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _ask(self, ask: Callable[[HubClient], T]) -> T:
        if self._client is None:
            self._client = hub_client(self._workplace)
        return ask(self._client)


@contextmanager
def _road(workplace: Workplace, online: bool) -> Iterator[_LateRoad | None]:
    road = _LateRoad(workplace) if online else None
    try:
        yield road
    finally:
        if road is not None:
            road.close()
