"""Sticks for the tests of the courier: folders that stations write, that are carried about, and that break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from countyhub.courier.sticks import questions, read_stick, write_answer
from hub_world import StationWorld, World
from hubprotocol.courier.messages import FileReportMessage
from hubprotocol.courier.stick import StickFile, find
from stationapp.exchange.courier.reading import Finding, Reader, StickRead
from stationapp.exchange.courier.writing import Order, Written, write

PART_BYTES = 40_000
SCAN = bytes(range(256)) * 600
"""A scan that takes several of these parts."""


def stash_of(station: StationWorld) -> Path:
    """Where a station keeps others' files."""
    return station.folder / "courier"


def written(station: StationWorld, stick: Path, **more: Any) -> Written:
    """Let a station write a file onto a stick, in tiny parts."""
    stick.mkdir(exist_ok=True)
    order = Order(
        stick,
        "抗香村便民服务室",
        "沉抗镇便民服务中心",
        **{"part_bytes": PART_BYTES, "stash": stash_of(station), **more},
    )
    return write(station.store, station.files, station.clock, order)


def at_the_hub(world: World, stick: Path, *, answer: bool = True) -> list[FileReportMessage]:
    """Let the hub take a stick, and write its answers onto it."""
    read = read_stick(world.hub.hub, stick)
    if answer:
        for question in questions(read):
            write_answer(world.hub.hub, question, stick, PART_BYTES)
    return [one.taken.report for one in read]


def read(station: StationWorld, stick: Path, *, online: bool = False) -> StickRead:
    """Let a station read a stick, with or without its network."""
    road = station.client if online else None
    reader = Reader(
        station.store, station.files, station.clock, road, part_bytes=PART_BYTES, stash=stash_of(station)
    )
    return reader.read(stick)


def answers(done: StickRead) -> list[Finding]:
    """What was found for the reader itself."""
    return [one for one in done.findings if one.kind == "answer"]


def codes(done: StickRead) -> list[str]:
    """The faults that were found."""
    return [one.code for one in done.findings]


def only_here(station: StationWorld) -> int:
    """How many acts lie only at a station."""
    with station.store.read() as unit:
        return unit.events.pending_summary().events


def copied(stick: Path, name: str) -> Path:
    """A copy of a whole stick."""
    return Path(shutil.copytree(stick, stick.with_name(name)))


def the_file(stick: Path, letter: str = "U") -> StickFile:
    """The only file of a direction on a stick."""
    (file,) = [one for one in find(stick) if one.name.startswith(letter)]
    return file


def change_byte(path: Path, place: Callable[[int], int]) -> None:
    """Flip one bit of a file at a place that depends on its size."""
    data = bytearray(path.read_bytes())
    data[place(len(data))] ^= 1
    path.write_bytes(bytes(data))
