"""Carrying other stations' sealed files on over the network: piece by piece, resumed where it was cut.

The carrier sees what stands on the outside of a file and nothing of what is in it; the answer is sealed too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from hubprotocol.courier.container import Readable, Scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import (
    CarriedAnswerMessage,
    CarryRequest,
    CarryResponse,
    Direction,
    FileReportMessage,
)
from hubprotocol.courier.stick import PART_BYTES, StickFile, StickWriter, folder_of, name_of, remove
from stationapp.exchange.transport import (
    CutShort,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
    ProtocolTooOld,
)
from stationapp.platform.unavailable import Unavailable

_MOST_ROUNDS = 4
_MOST_BREAKS = 3

T = TypeVar("T")
ROAD_AWAY = (HubUnreachable, NotTheHub, HubBusy, HubRefusesDevice, ProtocolTooOld, CutShort)
"""What stands in the way of every file, not of this one."""


class CourierRoad(Protocol):
    """A road to the hub for sealed files; it raises what `HubTransport` raises."""

    def courier_announce(self, request: CarryRequest) -> CarryResponse:
        """Say which file comes; the answer names the first missing piece, or what became of the file."""

    def courier_send(self, file_hash: str, place: int, data: bytes) -> None:
        """Hand over one piece, counted from 0."""

    def courier_fetch(self, file_hash: str, place: int) -> bytes:
        """Return one piece of an answer. Raises `Gone` behind its end."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the hub said to a carried file, and the sealed answer that lies on the stick now."""

    report: FileReportMessage
    answer: StickFile | None


class Carrier:
    """Carries files on, one after the other, as long as there is a road: a person waits beside the stick.

    Once the road proves to be away, no further file is tried on it.
    """

    def __init__(self, road: CourierRoad, part_bytes: int = PART_BYTES) -> None:
        self._road = road
        self._part_bytes = part_bytes
        self._away: Unavailable | None = None
        self.done: set[str] = set()
        """The hashes of what went to the hub and is not sent a second time; the answers lie where they belong."""

    def carry(self, file: StickFile, found: Scan, root: Path) -> Carried:
        """Carry a file as `carry` does. Raises what took the road away, again for every file behind it."""
        if self._away is not None:
            raise self._away
        try:
            carried = carry(self._road, file, found, root, self._part_bytes)
            self.done.add(found.hash)
            return carried
        except ROAD_AWAY as trouble:
            self._away = trouble
            raise


def carry(
    road: CourierRoad, file: StickFile, found: Scan, root: Path, part_bytes: int = PART_BYTES
) -> Carried:
    """Hand a scanned file over and bring its answer onto the stick (or whatever folder `root` is).

    Everything may be repeated. Raises CourierFault, OSError, or what the road raises.
    """
    response = _hand_over(road, file, found)
    if response.report is None:
        raise HubFault("a carried file without a report")
    answer = response.answer
    placed = _bring(road, answer, response.piece_size, root, part_bytes) if answer is not None else None
    return Carried(response.report, placed)


def _hand_over(road: CourierRoad, file: StickFile, found: Scan) -> CarryResponse:
    request = CarryRequest(hash=found.hash, size=found.size)
    response = _again(partial(road.courier_announce, request))
    for _ in range(_MOST_ROUNDS):
        if response.report is not None:
            return response
        for place, data in _pieces(file, response.piece_size, response.missing):
            _again(partial(road.courier_send, found.hash, place, data))
        response = _again(partial(road.courier_announce, request))
    raise HubFault("pieces of a carried file are missing again and again")


def _again(ask: Callable[[], T]) -> T:
    """Ask a few times where the line breaks: a person stands beside the stick and waits."""
    for _ in range(_MOST_BREAKS):
        try:
            return ask()
        except HubUnreachable:
            continue
    return ask()


def _pieces(file: StickFile, size: int, first: int) -> Iterator[tuple[int, bytes]]:
    if size < 1:
        raise HubFault("pieces without a size")
    with file.opened() as stream:
        place = 0
        while data := _exactly(stream, size):
            if place >= first:
                yield place, data
            place += 1


def _exactly(stream: Readable, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return bytes(data)


def _bring(
    road: CourierRoad, answer: CarriedAnswerMessage, piece_size: int, root: Path, part_bytes: int
) -> StickFile:
    """Write an answer beside the file it answers. One that lies there already is not written twice."""
    folder, number = folder_of(root, answer.device), answer.number
    while (there := _lies_there(folder, number)) is not None:
        if _hash_of(there) == answer.hash:
            return there
        number += 1
    writer = StickWriter(folder, name_of(Direction.DOWN, number), part_bytes)
    try:
        for place in range(-(-answer.size // piece_size)):
            writer.write(_again(partial(road.courier_fetch, answer.hash, place)))
        placed = writer.place(answer.manifest.encode())
    except BaseException:
        writer.discard()
        raise
    if placed.scanned().hash != answer.hash:
        remove(placed)
        raise HubFault("answer differs from its hash")
    return placed


def _hash_of(file: StickFile) -> str:
    """The hash of a file, empty for one that is damaged."""
    try:
        return file.scanned().hash
    except CourierFault:
        return ""


def _lies_there(folder: Path, number: int) -> StickFile | None:
    parts = sorted(folder.glob(f"{name_of(Direction.DOWN, number)}.[0-9][0-9][0-9]"))
    return StickFile(folder, name_of(Direction.DOWN, number), tuple(parts)) if parts else None
