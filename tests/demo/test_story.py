"""The story ends well, and its reckoning finds what is planted. On PostgreSQL the full story is played."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest

from stationapp.demo import acts
from stationapp.demo.comparison import compare_levels
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.link import Link
from stationapp.demo.paperwork import Paperwork
from stationapp.demo.plan import Fate, PlannedCase, make_plan
from stationapp.demo.report import Report
from stationapp.demo.stations import (
    AGENT,
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    Station,
    cut_all,
    demonstration_passwords,
)
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.resources import resource
from stationapp.platform.unavailable import Unavailable

CASES = 5
HOMES = {VILLAGE: "village", TOWNSHIP: "township", COUNTY: "county"}


def play(out: Path, database: str) -> dict[str, Any]:
    """Play the story by its command; returns what it printed."""
    search = os.pathsep.join(path for path in sys.path if path)
    line = (sys.executable, "-m", "stationapp.cli", "demo", "--headless", "--out", str(out))
    options = ("--cases", str(CASES), "--seed", "3", "--database", database)
    done = subprocess.run(
        [*line, *options],
        env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, (done.stdout, done.stderr[-3000:])
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def ended_well(out: Path, report: dict[str, Any]) -> None:
    """Check a report against the files the story left."""
    assert json.loads((out / "report.json").read_text("utf-8")) == report
    assert set(report) == {field.name for field in fields(Report)}
    for name in ("pending", "refused", "lost", "duplicated", "numbers_unknown"):
        assert report[name] == 0, name
    assert report["differences"] == []
    assert (report["cases"], report["stations"]) == (CASES, 3)
    assert report["papers"] == len(list((out / "papers").glob("*.pdf")))
    assert report["events"] > CASES * 8
    assert report["numbers"] > CASES * 4
    pictures = list((out / "screens").glob("*.png"))
    assert len(pictures) >= 11
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


class RememberedHub(HubProcess):
    """A hub at rest: it is asked the same question once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._answers: dict[tuple[str, ...], list[Any]] = {}

    def ask(self, command: str, *arguments: str, answers: Sequence[int] = (0,)) -> list[Any]:
        question = (command, *arguments)
        if question not in self._answers:
            self._answers[question] = super().ask(command, *arguments, answers=answers)
        return self._answers[question]


@dataclass(slots=True)
class Played:
    """A story that was played: the hub's database, the stations' homes, and the plan by case."""

    out: Path
    hub: HubProcess
    stations: dict[str, Station]
    plan: dict[str, PlannedCase]
    report: dict[str, Any]

    def reckon(
        self, *, hub: HubProcess | None = None, plan: Mapping[str, PlannedCase] | None = None, paper: str = ""
    ) -> Report:
        """Compare the levels again, perhaps with something planted."""
        papers = Paperwork(self.out / "papers")
        papers.numbers |= {row["receipt_number"] for row in self.hub.ask("cases")} | (
            {paper} if paper else set()
        )
        report = Report(cases=CASES)
        compare_levels(self.stations, self.plan if plan is None else plan, hub or self.hub, papers, report)
        return report


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    out = tmp_path_factory.mktemp("story")
    report = play(out, "")
    hub = RememberedHub(out / "hub")
    with hub.at_hand():
        yield from _played(out, hub, report)


def _played(out: Path, hub: HubProcess, report: dict[str, Any]) -> Iterator[Played]:
    text = resource("catalogue", "demonstration.json").read_text("utf-8")
    planned = make_plan(CASES, 3, catalogue_from_mapping(json.loads(text)))
    rows = sorted(hub.ask("cases"), key=lambda row: str(row["receipt_number"]))
    plan = {str(row["case_id"]): case for row, case in zip(rows, planned, strict=True)}
    stations = _stations(out)
    yield Played(out, hub, stations, plan, report)
    cut_all(stations)


def _stations(out: Path) -> dict[str, Station]:
    return {
        code: Station(
            code, StationPaths.at(out / "homes" / name), Link(9), SystemClock(), demonstration_passwords()
        )
        for code, name in HOMES.items()
    }


class TamperedHub(HubProcess):
    """The same hub, which tells something else about its cases."""

    def __init__(self, played: Played, tell: Callable[[list[Any]], list[Any]]) -> None:
        super().__init__(played.out / "hub")
        self._true, self._tell = played.hub, tell

    def ask(self, command: str, *arguments: str, answers: Sequence[int] = (0,)) -> list[Any]:
        rows = self._true.ask(command, *arguments, answers=answers)
        return self._tell(rows) if command == "cases" else rows


def test_the_story_ends_well_on_sqlite(played: Played) -> None:
    ended_well(played.out, played.report)


def test_reckoning_again_finds_the_same(played: Played) -> None:
    report = played.reckon()
    assert report.went_well
    assert (report.events, report.numbers) == (played.report["events"], CASES)


def test_a_case_the_hub_lost_is_found(played: Played) -> None:
    report = played.reckon(hub=TamperedHub(played, lambda rows: rows[1:]))
    assert (report.lost, report.went_well) == (1, False)
    assert any("hub None" in line for line in report.differences)


def test_a_case_that_is_there_twice_is_found(played: Played) -> None:
    twice = TamperedHub(played, lambda rows: [*rows, {**rows[0], "case_id": "another"}])
    assert played.reckon(hub=twice).duplicated == 2
    unplanned = dict(list(played.plan.items())[1:])
    assert played.reckon(plan=unplanned).duplicated == 1


@pytest.mark.parametrize("change", [{"state": "served"}, {"revision": 1}])
def test_a_case_that_stands_differently_at_the_hub_is_found(played: Played, change: dict[str, Any]) -> None:
    report = played.reckon(hub=TamperedHub(played, lambda rows: [{**rows[0], **change}, *rows[1:]]))
    (name,) = change
    assert len([line for line in report.differences if f"has {name}" in line]) >= 2
    assert not report.went_well


def test_a_case_that_ended_otherwise_than_planned_is_found(played: Played) -> None:
    refused = next(case_id for case_id, row in played.plan.items() if row.fate is Fate.REFUSED)
    plan = {**played.plan, refused: replace(played.plan[refused], fate=Fate.COUNTY)}
    report = played.reckon(plan=plan)
    assert any("did not end as planned" in line and refused in line for line in report.differences)


def test_a_printed_number_nobody_knows_is_found(played: Played) -> None:
    report = played.reckon(paper="510704105209-20261120-0199990")
    assert (report.numbers_unknown, report.went_well) == (1, False)


@contextmanager
def _an_act_the_hub_never_heard_of(played: Played) -> Iterator[None]:
    """The village receives one more case and does not sync; afterwards its home is as before."""
    home = played.stations[VILLAGE].paths.database
    before = home.read_bytes()
    with played.stations[VILLAGE].signed_in(AGENT) as workplace:
        acts.take_in(workplace, next(row for row in played.plan.values() if row.fate is Fate.COUNTY))
    yield
    home.write_bytes(before)


def test_an_act_that_was_never_sent_is_found(played: Played) -> None:
    with _an_act_the_hub_never_heard_of(played):
        report = played.reckon()
    assert (report.pending, report.went_well) == (1, False)
    assert played.reckon().went_well


def test_a_spoiled_hub_is_found(played: Played) -> None:
    database = played.out / "hub" / "hub.db"
    before = database.read_bytes()
    with sqlite3.connect(database) as connection:
        connection.execute(
            "UPDATE envelope SET body = CAST(replace(CAST(body AS TEXT), '同意转报', '不同意转报') AS BLOB)"
        )
    connection.close()
    try:
        spoiled = HubProcess(played.out / "hub")
        with spoiled.at_hand():
            report = played.reckon(hub=spoiled)
    finally:
        database.write_bytes(before)
    assert any(line.startswith("hub:") for line in report.differences)


def test_a_hub_command_that_crashes_is_no_answer(played: Played, tmp_path: Path) -> None:
    """Its exit code is that of an answer that says no, but it has printed nothing."""
    shutil.copytree(played.out / "hub", tmp_path / "hub")
    with sqlite3.connect(tmp_path / "hub" / "hub.db") as connection:
        connection.execute("UPDATE envelope SET body = 'text, where bytes must be'")
    connection.close()
    with pytest.raises(Unavailable, match="verify"):
        HubProcess(tmp_path / "hub").faults()
