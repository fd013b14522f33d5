"""The demonstration's story as a sample: every move there is, as today's clients write it, in few cases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stationapp.demo.full import story
from stationapp.demo.full.scenario import Cross, Scenario, Step
from stationapp.demo.stations import AGENT, demonstration_passwords
from stationapp.domain.crossing_rows import ROWS
from stationapp.platform.paths import StationPaths
from stationapp.platform.vault import Vault
from stationapp.services.roster import read_roster
from upgrades.samples import HUB_FILE, STATION_FILE, lay_bare, pack, shrink

VILLAGE_PC = "kangxiang"
_ROWS = {row.name: row for row in ROWS}


def write_story(folder: Path, target: Path) -> None:
    """Play the story in an empty folder; write what its hub and a village's PC hold into the sample `target`."""
    seen: set[str] = set()
    story.FIRST_PART, story.SECOND_PART = (
        tuple(_telling(part, seen)) for part in (story.FIRST_PART, story.SECOND_PART)
    )
    report = story.play_full(out=folder)
    if report.differences or report.unseen.get("moves"):
        raise AssertionError(f"not a whole story: {report.differences}, {report.unseen}")
    hub, paths = folder / "hub" / "hub.db", StationPaths.at(folder / "homes" / VILLAGE_PC)
    shrink(hub)
    lay_bare(paths.database, _data_key(paths))
    pack(hub.read_bytes(), target / HUB_FILE)
    pack(paths.database.read_bytes(), target / STATION_FILE)


def _telling(scenarios: Iterable[Scenario], seen: set[str]) -> Iterable[Scenario]:
    """Those that tell something none before them has told."""
    for scenario in scenarios:
        told = set(_told(scenario))
        if not told <= seen:
            seen |= told
            yield scenario


def _told(scenario: Scenario) -> Iterable[str]:
    """The moves of a scenario, and for which reasons the hub refuses one of two that cross."""
    for beat in scenario.beats:
        if isinstance(beat, Cross):
            row = _ROWS[beat.row]
            yield from (f"refused: {one.refused}" for one in (row.in_order, row.reversed_))
            if row.first == row.second == "receive":
                yield beat.row  # Of openings that cross the hub may note a double.
        steps = (beat.first, beat.second) if isinstance(beat, Cross) else (beat,)
        yield from (step.move for step in steps if isinstance(step, Step) and not step.denied)


def _data_key(paths: StationPaths) -> bytes:
    roster = read_roster(paths.home)
    person = roster.find(AGENT) if roster else None
    assert person is not None
    return Vault.open(paths.home).unlock(person.person_id, demonstration_passwords()[AGENT]).data_key
