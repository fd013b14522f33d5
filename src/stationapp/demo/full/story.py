"""The full story from an empty folder to its report."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from stationapp.demo.full import affairs, cases_at_county, cases_at_home, cases_crossing, cases_otherwise
from stationapp.demo.full.actors import PCS, Actor, cast
from stationapp.demo.full.coverage import note_unseen
from stationapp.demo.full.crossing import Crossings
from stationapp.demo.full.director import Director
from stationapp.demo.full.performing import Performer
from stationapp.demo.full.publishing import acts_of_the_hub, own_catalogue
from stationapp.demo.full.queueing import play_queue
from stationapp.demo.full.reckoning import FullReport, reckon
from stationapp.demo.full.runs import Run, begin
from stationapp.demo.full.scenario import Scenario
from stationapp.demo.full.stage import Stage
from stationapp.demo.full.table import write_table
from stationapp.demo.full.time_passing import StoryClock
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.paperwork import Paperwork
from stationapp.domain.organisation import organisation_from_mapping
from stationapp.platform.resources import resource

FIRST_PART: tuple[Scenario, ...] = (
    *cases_at_home.HANDLED_IN_THE_VILLAGE,
    *cases_at_home.DECIDED_BY_THE_TOWNSHIP,
    *cases_at_home.WITHIN_THE_WHOLE_COUNTY,
    *cases_at_county.COMMITTED,
    *cases_at_county.SUPERVISED,
    *cases_at_county.IMMEDIATE,
    *cases_at_county.FORWARDED,
    *cases_at_county.JOINT,
    *cases_otherwise.SENT_BACK,
    *cases_otherwise.TURNED_AWAY,
    *cases_otherwise.WITHDRAWN,
    *cases_otherwise.MISTAKES,
    *affairs.AROUND_A_CASE,
)
SECOND_PART: tuple[Scenario, ...] = cases_crossing.CROSSINGS


def play_full(*, out: Path, database: str = "", every: int = 1) -> FullReport:
    """Play the full story in a fresh folder `out` and return its report, which is written there as well, with
    its table of cases for readers. Of an excerpt with every n-th case only, no report says what was not seen.
    """
    began = time.monotonic()
    for name in ("papers", "homes", "hub"):
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).mkdir(parents=True, exist_ok=True)
    clock = StoryClock(out / "hub" / "ahead")
    report = FullReport()
    papers = Paperwork(out / "papers")
    with HubProcess(out / "hub", database, time_shift=clock.file) as hub, hub.at_hand():
        hub.initialise(catalogue=own_catalogue(out / "hub"))
        hub.serve()
        stage = Stage(hub, out / "homes", clock)
        try:
            stage.enrol()
            _play(stage, papers, out, report, every)
        finally:
            stage.close()
    report.elapsed_s = round(time.monotonic() - began, 1)
    report.write(out)
    write_table(report.table, out)
    return report


def _play(stage: Stage, papers: Paperwork, out: Path, report: FullReport, every: int) -> None:
    actors = cast(organisation_from_mapping(json.loads(resource("demo", "county.json").read_text("utf-8"))))
    performer = Performer(papers)
    by_itself = acts_of_the_hub(stage, out / "hub")
    crossings = Crossings(stage, actors, performer, by_itself)
    director = Director(stage, actors, performer, crossings, by_itself)
    departments = _departments(out / "hub" / "catalogue.json")
    first = begin(FIRST_PART[::every], departments, 1)
    director.play(first)
    second = begin(SECOND_PART[::every], departments, 1 + len(first))
    director.play(second)
    runs = [*first, *second, *crossings.twins]
    lookers = {pc: _looker(pc, actors) for pc in PCS}
    _print_the_rest(stage, lookers, first, papers)
    seen = reckon(stage, lookers, runs, papers.by_case, report)
    report.crossings = len(crossings.rows)
    if every == 1:
        note_unseen(seen, papers.names, crossings.rows, report)
    _count(stage, papers, runs, report)
    report.denied, report.settled, report.sittings = performer.denied, crossings.settled, director.sittings


def _departments(catalogue: Path) -> dict[str, str]:
    items = json.loads(catalogue.read_text("utf-8"))["items"]
    return {item["name"]: item["department"] for item in items}


def _looker(pc: str, actors: dict[str, Actor]) -> Actor:
    return next(actor for actor in actors.values() if actor.pc == pc)


def _print_the_rest(stage: Stage, lookers: dict[str, Actor], runs: list[Run], papers: Paperwork) -> None:
    """Every case has its slip, printed where it was opened; and one item has its guide and its poster."""
    for pc, looker in lookers.items():
        here = [run for run in runs if run.scenario.at == pc and run.department]
        if not here:
            continue
        with stage.seat(looker) as workplace:
            stage.hear(looker, workplace)
            for run in here:
                papers.of_case_id(workplace, run.case_id, "routing_slip")
    with stage.seat(lookers["kangxiang"]) as workplace:
        papers.of_item(workplace, "残疾人证换领")
        play_queue(workplace, papers)


def _count(stage: Stage, papers: Paperwork, runs: list[Run], report: FullReport) -> None:
    report.cases = len({run.case_id for run in runs if not run.is_lost})
    report.stations = len(stage.stations)
    report.papers = papers.count
    known = stage.hub.known_numbers(sorted(papers.numbers))
    report.numbers = len(papers.numbers)
    report.numbers_unknown = len(papers.numbers - known)
    report.differences += [f"hub: {fault}" for fault in stage.hub.faults()]
