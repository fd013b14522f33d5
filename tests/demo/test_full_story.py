"""The full story shows everything there is, and all sides hold the same in the end; so they do on PostgreSQL.

There every third case is played. `stationapp demo --story full --database …` plays them all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from stationapp.demo.full import cases_crossing
from stationapp.demo.full.actors import PCS, actor_name, cast
from stationapp.demo.full.coverage import note_unseen
from stationapp.demo.full.crossing import ARRIVALS
from stationapp.demo.full.reckoning import FullReport, Seen
from stationapp.demo.full.scenario import HUB, Cross, Scenario, Step
from stationapp.demo.full.story import FIRST_PART, SECOND_PART
from stationapp.demo.hub_process import HubProcess
from stationapp.documents.registry import PAPERS
from stationapp.domain.case_flow import TABLE
from stationapp.domain.crossing_rows import ROWS
from stationapp.domain.organisation import organisation_from_mapping
from stationapp.domain.states import State
from stationapp.platform.resources import resource

ALL = (*FIRST_PART, *SECOND_PART)
EXCERPT = 3


def play(out: Path, *options: str) -> dict[str, Any]:
    """Play the full story by its command; returns what it wrote, a part of which it printed."""
    search = os.pathsep.join(path for path in sys.path if path)
    line = (sys.executable, "-m", "stationapp.cli", "demo", "--story", "full", "--headless")
    done = subprocess.run(
        [*line, "--out", str(out), *options],
        env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-3000:])
    report: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    told = json.loads(done.stdout)
    assert told == {name: value for name, value in report.items() if name in told}
    return report


def everything_was_shown(report: dict[str, Any]) -> None:
    """Check that nothing is unseen, and that what is exempt is what only a copied PC could show."""
    assert report["unseen"] == {name: [] for name in ("states", "moves", "kinds", "papers", "crossings")}
    assert report["exempt"] == {"crossings": cases_crossing.NOT_PLAYED}
    assert report["crossings"] == len(ROWS) - len(cases_crossing.NOT_PLAYED)
    assert report["settled"] >= report["crossings"] // 2
    assert report["denied"] > 30


def all_sides_are_equal(
    out: Path, report: dict[str, Any], database: str = "", played: Sequence[Scenario] = ALL
) -> None:
    """Check the table of the report against what the hub itself answers, and the papers against the files."""
    for name in ("pending", "refused", "lost", "duplicated", "numbers_unknown"):
        assert report[name] == 0, name
    assert report["differences"] == []
    assert set(report) == {field.name for field in fields(FullReport)}
    rows = report["table"]
    assert _in_vain(rows, played) == sorted(one.key for one in played if "after the grace" in one.shows)
    for row in rows:
        assert len(set(row["at"].values())) == 1, row
    at_hub = HubProcess(out / "hub", database).ask("cases")
    assert sorted(row["state"] for row in at_hub) == sorted(_end(row) for row in rows)
    travelled = [row for row in rows if {"kangxiang", "chenkang", "county"} <= row["at"].keys()]
    assert len(travelled) > len(played) / 6
    assert report["papers"] == len(list((out / "papers").glob("*.pdf")))
    table = (out / "table.md").read_text("utf-8").splitlines()
    assert len(table) == 2 + len(rows)
    assert all(row["shows"] in line for row, line in zip(rows, table[2:], strict=True))


def _end(row: dict[str, Any]) -> str:
    return str(next(iter(row["at"].values())))


def _in_vain(rows: list[dict[str, Any]], played: Sequence[Scenario]) -> list[str]:
    """The scenarios whose only act the hub did not take, so that there is no case of theirs."""
    return sorted({scenario.key for scenario in played} - {row["key"] for row in rows})


def test_the_full_story_shows_everything_and_ends_equal(tmp_path: Path) -> None:
    report = play(tmp_path)
    everything_was_shown(report)
    all_sides_are_equal(tmp_path, report)
    refused = [row["shows"] for row in report["table"] if row["refused"]]
    assert len(refused) > 20


def test_on_postgresql_all_sides_end_equal(tmp_path: Path, postgres_database: Callable[[], str]) -> None:
    database = postgres_database()
    report = play(tmp_path, "--database", database, "--every", str(EXCERPT))
    assert not (tmp_path / "hub" / "hub.db").exists()
    all_sides_are_equal(tmp_path, report, database, (*FIRST_PART[::EXCERPT], *SECOND_PART[::EXCERPT]))
    assert report["unseen"] == {}
    assert report["crossings"] == len(SECOND_PART[::EXCERPT])
    assert report["settled"] >= report["crossings"] // 3
    assert {row["refused"] > 0 for row in report["table"]} == {True, False}


def steps_of(scenario: Scenario) -> list[Step]:
    """Every step of a scenario, those that cross among them."""
    found: list[Step] = []
    for beat in scenario.beats:
        if isinstance(beat, Cross):
            found += [beat.first, beat.second]
        elif isinstance(beat, Step):
            found.append(beat)
    return found


def test_there_are_more_than_forty_different_cases() -> None:
    assert len({scenario.key for scenario in ALL}) == len(ALL)
    assert len({scenario.shows for scenario in FIRST_PART}) == len(FIRST_PART) >= 40
    ends = {scenario.ends for scenario in FIRST_PART}
    archived_afterwards = {State.SUPPLEMENT_LAPSED}
    assert {state for state in State if state.is_final} - ends == archived_afterwards


def test_every_step_is_a_move_or_names_what_it_is() -> None:
    others = {"look", "sweep", "publish_catalogue", "publish_organisation"}
    for scenario in ALL:
        for step in steps_of(scenario):
            assert step.move in TABLE or step.move in others, (scenario.key, step)
            assert not step.paper or step.paper in PAPERS


def test_everybody_who_plays_is_in_the_county() -> None:
    county = json.loads(resource("demo", "county.json").read_text("utf-8"))
    actors = cast(organisation_from_mapping(county))
    departments = [desk["desk_id"][13:] for desk in county["desks"] if desk["kind"] == "department"]
    for scenario in ALL:
        for step in steps_of(scenario):
            names = {actor_name(step.by, scenario.at, department) for department in departments}
            assert step.by == HUB or names & actors.keys(), (scenario.key, step.by)
    assert {actor.pc for actor in actors.values()} == set(PCS) == set(ARRIVALS)


def test_every_row_of_the_truth_table_is_played_or_says_why_not() -> None:
    played = {beat.row for scenario in SECOND_PART for beat in scenario.beats if isinstance(beat, Cross)}
    assert played | cases_crossing.NOT_PLAYED.keys() == {row.name for row in ROWS}
    assert not played & cases_crossing.NOT_PLAYED.keys()


def test_what_was_not_seen_is_named_and_spoils_the_report() -> None:
    report = FullReport()
    note_unseen(Seen(), (), (), report)
    assert report.unseen["moves"] == sorted(TABLE)
    assert set(report.unseen["papers"]) == set(PAPERS)
    assert len(report.unseen["states"]) == len(State)
    assert not report.went_well
    everything = Seen(set(State), set(TABLE), {*report.unseen["kinds"]})
    note_unseen(everything, PAPERS.keys(), {row.name for row in ROWS}, report)
    assert report.went_well
    report.pending = 1
    assert not report.went_well
