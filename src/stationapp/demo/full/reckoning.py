"""The reckoning of the full story: every PC and the hub hold the same, and everything there is was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubprotocol.digests import case_hash
from stationapp.demo.full.actors import PCS, Actor
from stationapp.demo.full.runs import Run
from stationapp.demo.full.stage import Stage
from stationapp.demo.report import Report
from stationapp.domain.case import Case, evolve, open_case
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.states import State
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent


@dataclass(slots=True)
class Seen:
    """What was seen in the logs of all cases; `visible_to` are the desks that have to know each, `desks` those of each
    PC.
    """

    states: set[State] = field(default_factory=set)
    moves: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    visible_to: dict[str, frozenset[str]] = field(default_factory=dict)
    desks: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class FullReport(Report):
    """The report of the full story. `table` has a row for each case: what it shows, how it ended at each PC, how many
    papers; `unseen` names every state, move, kind, paper and crossing that should have been seen and was not.
    """

    table: list[dict[str, Any]] = field(default_factory=list)
    unseen: dict[str, list[str]] = field(default_factory=dict)
    exempt: dict[str, dict[str, str]] = field(default_factory=dict)
    denied: int = 0
    settled: int = 0
    crossings: int = 0
    sittings: int = 0

    @property
    def went_well(self) -> bool:
        """Whether nothing is wrong, and nothing that should be seen is unseen."""
        return Report.went_well.__get__(self) and not any(self.unseen.values())


def reckon(
    stage: Stage, lookers: Mapping[str, Actor], runs: Sequence[Run], papers: Counter[str], report: FullReport
) -> Seen:
    """Compare the hub and every PC case by case; write what was found into the report and return what was seen."""
    at_hub = {row["case_id"]: row for row in stage.hub.ask("cases")}
    lost = {run.case_id for run in runs if run.is_lost}
    planned = {run.case_id: run for run in runs if run.case_id not in lost}
    report.events = sum(int(row["revision"]) for row in at_hub.values())
    report.lost = len(planned.keys() - at_hub.keys())
    numbers = Counter(row["receipt_number"] for row in at_hub.values())
    report.duplicated = sum(count - 1 for count in numbers.values()) + len(at_hub.keys() - planned.keys())
    rows = {case_id: _row(run, papers[case_id]) for case_id, run in planned.items()}
    seen = Seen()
    for pc in PCS:
        with stage.seat(lookers[pc]) as workplace:
            stage.hear(lookers[pc], workplace)
            _compare(pc, workplace, planned, at_hub, rows, report)
            _look(workplace, planned, seen)
            seen.desks[pc] = frozenset(workplace.identity.desks)
    report.differences += _not_everywhere(rows, seen)
    report.table = list(rows.values())
    return seen


def _not_everywhere(rows: Mapping[str, dict[str, Any]], seen: Seen) -> Iterable[str]:
    """A PC of a desk that has to know a case has it."""
    for case_id, row in rows.items():
        for pc, desks in seen.desks.items():
            if desks & seen.visible_to.get(case_id, frozenset()) and pc not in row["at"]:
                yield f"{pc}: {row['key']} is not there"


def _row(run: Run, papers: int) -> dict[str, Any]:
    scenario = run.scenario
    return {
        "key": scenario.key,
        "shows": scenario.shows,
        "item": scenario.item,
        "at": {},
        "papers": papers,
        "refused": run.refused,
    }


def _compare(
    pc: str,
    workplace: Workplace,
    planned: Mapping[str, Run],
    at_hub: Mapping[str, Mapping[str, object]],
    rows: Mapping[str, dict[str, Any]],
    report: FullReport,
) -> None:
    report.differences += [f"{pc}: {text}" for text in verify_station(workplace)["differences"]]
    with workplace.store.read() as unit:
        pending = unit.events.pending_summary()
        report.pending += pending.events
        report.refused += pending.refused
        for case_id, run in planned.items():
            record = unit.cases.get(case_id)
            if record is None:
                continue
            envelopes = (one.envelope.hash for one in unit.events.of_case(case_id) if one.revision)
            held = {
                "state": str(record.case.state),
                "revision": record.confirmed_revision,
                "case_hash": case_hash(envelopes),
            }
            rows[case_id]["at"][pc] = held["state"]
            report.differences += _faults(f"{pc}: {run.scenario.key}", held, at_hub.get(case_id, {}), run)
            report.differences += _missing(pc, workplace, record.case, run)


def _faults(where: str, held: Mapping[str, object], wanted: Mapping[str, object], run: Run) -> Iterable[str]:
    for name, value in held.items():
        if wanted.get(name) != value:
            yield f"{where} has {name} {value}, hub {wanted.get(name)}"
    if held["state"] != run.ends:
        yield f"{where} ended {held['state']}, not {run.ends}"


def _missing(pc: str, workplace: Workplace, case: Case, run: Run) -> Iterable[str]:
    """A PC that has a case must be one that may."""
    desks = set(workplace.identity.desks)
    if not desks & (case.visible_to | set(case.held_by)):
        yield f"{pc}: {run.scenario.key} is none of its business"


def _look(workplace: Workplace, planned: Mapping[str, Run], seen: Seen) -> None:
    with workplace.store.read() as unit:
        for case_id in planned:
            record = unit.cases.get(case_id)
            if record is None:
                continue
            _walk([one for one in unit.events.of_case(case_id) if one.revision], seen)
            seen.visible_to[case_id] = record.case.visible_to
            item = workplace.item_of(record.case)
            seen.kinds |= {record.case.kind, *([str(item.handling)] if item is not None else ())}


def _walk(history: Sequence[StoredEvent], seen: Seen) -> None:
    case: Case | None = None
    for stored in history:
        event = stored.event
        effect = EFFECTS[event.move]
        case = open_case(event, effect) if case is None else evolve(case, event, effect)
        seen.states.add(case.state)
        seen.moves.add(event.move)
