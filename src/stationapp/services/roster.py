"""Who may sign in at this PC: one small file, so that the sign-in window is painted before anything heavy
loads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stationapp.platform.atomic_files import Damaged, read_checked, write_twice
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable

_FILE = "roster.json"


@dataclass(frozen=True, slots=True)
class PostChoice:
    """One post a person may take when signing in."""

    post_id: str
    title: str
    desk: str


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """Somebody who may sign in here, as the sign-in window lists him. Nothing in it is secret."""

    person_id: str
    login: str
    name: str
    posts: str
    choices: tuple[PostChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """The station's name and its people."""

    station: str
    people: tuple[RosterEntry, ...]

    def find(self, login: str) -> RosterEntry | None:
        """Return who signs in under that login, name or id."""
        return next((row for row in self.people if login in (row.login, row.name, row.person_id)), None)


def read_roster(home: Path) -> Roster | None:
    """Return the roster of a home, None on a PC that is not enrolled; raises Unavailable when neither the file nor
    its second copy can be read.
    """
    try:
        return read_checked(home / _FILE, _parse).value
    except FileNotFoundError:
        return None
    except Damaged as damage:
        text = "本机人员名单已损坏，无法登录。办件数据没有受影响，请保留数据文件夹不动，并联系维护人员恢复。"
        raise Unavailable(text, str(damage)) from damage


def roster_is_lost(home: Path) -> bool:
    """Whether neither the roster nor its second copy can be used; so it is, too, before a PC is enrolled."""
    try:
        read_checked(home / _FILE, _parse)
    except (FileNotFoundError, Damaged):
        return True
    return False


def roster_of(paths: StationPaths) -> Roster | None:
    """Return the roster of a home, made anew when it is lost and the system's keyring opens the database.

    None on a PC that is not enrolled; raises as `read_roster` does.
    """
    if paths.database.exists() and roster_is_lost(paths.home):
        from stationapp.services.second_road import mend  # Loads the store, which only this rare case needs.

        mend(paths)
    return read_roster(paths.home)


def _parse(data: bytes) -> Roster:
    try:
        found = json.loads(data)
        return Roster(str(found["station"]), tuple(_entry(row) for row in found["people"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(type(error).__name__) from error


def _entry(row: dict[str, Any]) -> RosterEntry:
    choices = tuple(PostChoice(**choice) for choice in row.get("choices", ()))
    return RosterEntry(**{**row, "choices": choices})


def write_roster(home: Path, station: str, people: Iterable[RosterEntry]) -> None:
    """Renew the roster and its second copy, each whole or not at all."""
    data = {"station": station, "people": [asdict(row) for row in people]}
    write_twice(home / _FILE, json.dumps(data, ensure_ascii=False).encode())
