"""Other stations' sealed files that wait here: for a network, for the next stick to the county, or for their owners.

A folder laid out as a stick. What lies in it is sealed, and its owner has everything still: losing it loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hubprotocol.courier.container import Scan, peek
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import Direction, HeaderMessage
from hubprotocol.courier.stick import StickFile, copy, find, folder_of, name_of, remove

MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits, with its header and the header's hash, by which it is known: its key is like no other's."""

    file: StickFile
    header: HeaderMessage
    header_hash: str


def keep(stash: Path, file: StickFile, found: Scan) -> None:
    """Keep a copy of a whole file, once, unless it was answered. Raises OSError or NotReadBack."""
    stash.mkdir(parents=True, exist_ok=True)
    answers = [found.header, *(one.header for one in kept(stash, Direction.DOWN))]
    if not any(_answers(one, found.header) for one in answers):
        put(stash, Kept(file, found.header, found.header_hash))
    for one in kept(stash, Direction.UP):
        if any(_answers(answer, one.header) for answer in answers):
            remove(one.file)
    for one in sorted(kept(stash), key=lambda old: old.header.made_at)[:-MOST_FILES]:
        remove(one.file)


def put(root: Path, kept_file: Kept) -> StickFile | None:
    """Copy a file onto a stick, or into the stash; None when it is there, or is not whole.

    Its name may differ from the one it had, what is in it never.
    """
    header = kept_file.header
    if any(one.header_hash == kept_file.header_hash for one in kept(root)):
        return None
    try:
        kept_file.file.scanned()
    except CourierFault:
        return None
    folder, number = folder_of(root, header.device), header.number
    while any(folder.glob(f"{name_of(header.direction, number)}.[0-9]*")):
        number += 1
    return copy(kept_file.file, folder, name_of(header.direction, number))


def kept(root: Path, direction: Direction | None = None) -> list[Kept]:
    """Return the files of one direction, or all, whose headers can be read."""
    found = []
    for file in find(root) if root.is_dir() else ():
        try:
            with file.opened() as stream:
                found.append(Kept(file, *peek(stream)))
        except CourierFault:
            continue  # Whoever reads it as a stick is told of it; its owner has everything.
    return [one for one in found if direction in (None, one.header.direction)]


def drop_damaged(stash: Path) -> None:
    """Remove what is not whole any more: its owner has everything, and a whole copy may come again."""
    for file in find(stash) if stash.is_dir() else ():
        try:
            file.scanned()
        except CourierFault:
            remove(file)


def _answers(down: HeaderMessage, up: HeaderMessage) -> bool:
    """Tell whether the hub had a file, or all that is in it, when it wrote an answer."""
    ways = (down.direction, up.direction) == (Direction.DOWN, Direction.UP)
    return ways and down.device == up.device and up.number <= down.answers
