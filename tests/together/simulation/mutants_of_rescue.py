"""Planted bugs around disks that fail: what is rescued, what is said to be lost, and what comes after all."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any

from countyhub.acceptance import lost
from stationapp.store import damaged, salvage
from together.simulation import rescues
from together.simulation.mutant import Mutant

_WANTED = ("station disk damaged", "rescued stick at the hub", "link dark", "long story")


def _bridges_nothing(_: Any) -> Any:
    return lambda ranges, first, last: False


def _keeps_quiet_about_one(right: Any) -> Any:
    def lost_of(self: Any) -> dict[int, str]:
        return dict(list(right(self).items())[1:])

    return lost_of


def _finds_nothing(_: Any) -> Any:
    return lambda connection, device, first, last: {}


def _without_log(right: Any) -> Any:
    @contextmanager
    def opened(database: Path, data_key: bytes, workbench: Path) -> Any:
        damaged.log_of(database).unlink(missing_ok=True)
        with right(database, data_key, workbench) as reader:
            yield reader

    return opened


RESCUE: tuple[Mutant, ...] = (
    Mutant("what stands behind a gap is not taken", lost, "bridges", _bridges_nothing, _WANTED),
    Mutant("a rescue is silent about a lost act", salvage._Links, "lost", _keeps_quiet_about_one, _WANTED),
    Mutant("what fills a gap is taken for known", lost, "between", _finds_nothing, _WANTED),
    Mutant("a rescue forgets the log of a power cut", rescues, "opened", _without_log, _WANTED),
)
