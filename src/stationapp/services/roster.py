"""Who may sign in at this PC: one small file, so that the sign-in window is painted before anything heavy
loads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stationapp.platform.atomic_files import write_atomically
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
    """Return the roster of a home, None on a PC that is not enrolled; raises Unavailable when it cannot be
    read.
    """
    try:
        data = json.loads((home / _FILE).read_text("utf-8"))
        return Roster(data["station"], tuple(_entry(row) for row in data["people"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unavailable("读不出本机人员名单，请联系技术人员重新登记本机。", type(error).__name__) from error


def _entry(row: dict[str, Any]) -> RosterEntry:
    choices = tuple(PostChoice(**choice) for choice in row.get("choices", ()))
    return RosterEntry(**{**row, "choices": choices})


def write_roster(home: Path, station: str, people: Iterable[RosterEntry]) -> None:
    """Renew the roster, whole or not at all."""
    data = {"station": station, "people": [asdict(row) for row in people]}
    write_atomically(home / _FILE, json.dumps(data, ensure_ascii=False).encode())
