"""Other stations' sealed files that wait here: for a network, for the next stick to the county, or for their owners.

A folder laid out as a stick. What lies in it is sealed, and its owner has everything still: losing it loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from hubprotocol.courier.container import Scan, peek
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import Direction, HeaderMessage
from hubprotocol.courier.stick import StickFile, copy, find, folder_of, name_of, remove

MOST_FILES = 200


class Keeping(Enum):
    """Whether a file waits here now."""

    KEPT = auto()
    ANSWERED = auto()  # the hub has it, as an answer says that is here: there is nothing to wait for
    NOT = auto()  # no place for it, or its writer did not sign these bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits, with its header and the header's hash.

    A key is like no other's, so that a header names one file, but not its bytes: a copy damaged behind it has the same.
    """

    file: StickFile
    header: HeaderMessage
    header_hash: str


def keep(stash: Path, file: StickFile, found: Scan) -> Keeping:
    """Keep a copy of a whole file, once, unless it was answered. Raises OSError or NotReadBack.

    Two copies with other bytes are both kept: only the hub can tell which of them its station signed. A copy here that
    is not whole makes room for this one.
    """
    stash.mkdir(parents=True, exist_ok=True)
    if not _may_be_genuine(found):
        return Keeping.NOT
    answers = [found.header, *(one.header for one in kept(stash, Direction.DOWN))]
    is_answered = any(_answers(one, found.header) for one in answers)
    if not is_answered and not has(stash, found):
        _make_room(stash, found)
        put(stash, Kept(file, found.header, found.header_hash))
    for one in kept(stash, Direction.UP):
        if any(_answers(answer, one.header) for answer in answers):
            remove(one.file)
    for one in sorted(kept(stash), key=lambda old: old.header.made_at)[:-MOST_FILES]:
        remove(one.file)
    if is_answered:
        return Keeping.ANSWERED
    return Keeping.KEPT if any(_same(one, found) for one in kept(stash)) else Keeping.NOT


def put(root: Path, kept_file: Kept) -> StickFile | None:
    """Copy a file onto a stick, or into the stash; None when these very bytes are there, or it is not whole.

    Its name may differ from the one it had, what is in it never.
    """
    found = _scanned(kept_file.file)
    if found is None or has(root, found):
        return None
    header = found.header
    folder, number = folder_of(root, header.device), header.number
    while any(folder.glob(f"{name_of(header.direction, number)}.[0-9]*")):
        number += 1
    return copy(kept_file.file, folder, name_of(header.direction, number))


def has(root: Path, wanted: Scan) -> bool:
    """Tell whether the very bytes of a file lie there, whatever they are called."""
    same = (one.file for one in kept(root) if _same(one, wanted))
    return any(found.hash == wanted.hash for found in map(_scanned, same) if found is not None)


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


def drop_damaged(stash: Path) -> list[StickFile]:
    """Remove what is not whole any more, and return it: its owner has everything, and a whole copy may come again."""
    damaged = [file for file in find(stash) if _scanned(file) is None] if stash.is_dir() else []
    for file in damaged:
        remove(file)
    return damaged


def _make_room(stash: Path, wanted: Scan) -> None:
    """Remove copies of a file that are not whole."""
    for one in kept(stash):
        if _same(one, wanted) and _scanned(one.file) is None:
            remove(one.file)


def _same(one: Kept, wanted: Scan) -> bool:
    return one.header_hash == wanted.header_hash


def _scanned(file: StickFile) -> Scan | None:
    """Read a file to its end; None when it is not whole."""
    try:
        found = file.scanned()
    except CourierFault:
        return None
    return found if _may_be_genuine(found) else None


def _may_be_genuine(found: Scan) -> bool:
    """An answer names the key that signed it. Whose file goes up is known to the hub alone."""
    return found.header.direction is Direction.UP or found.is_signed_by(bytes.fromhex(found.header.hub))


def _answers(down: HeaderMessage, up: HeaderMessage) -> bool:
    """Tell whether the hub had a file, or all that is in it, when it wrote an answer."""
    ways = (down.direction, up.direction) == (Direction.DOWN, Direction.UP)
    return ways and down.device == up.device and up.number <= down.answers
