"""The reckoning: what the plan wanted, what each level holds, what the hub knows. Differences are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hubprotocol.digests import case_hash
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.paperwork import Paperwork
from stationapp.demo.plan import Fate, PlannedCase
from stationapp.demo.report import Report
from stationapp.demo.stations import AGENT, CLERK, COUNTY, TOWNSHIP, VILLAGE, WINDOW, Station
from stationapp.domain.case import Case, State
from stationapp.services.verification import verify_station
from stationapp.services.workplace import Workplace

_LOOKERS = ((VILLAGE, AGENT), (TOWNSHIP, CLERK), (COUNTY, WINDOW))


def compare_levels(
    stations: Mapping[str, Station],
    plan: Mapping[str, PlannedCase],
    hub: HubProcess,
    papers: Paperwork,
    report: Report,
) -> None:
    """Compare hub and stations case by case and write what was found into the report."""
    at_hub = {row["case_id"]: row for row in hub.ask("cases")}
    report.events = sum(int(row["revision"]) for row in at_hub.values())
    report.lost = sum(case_id not in at_hub for case_id in plan)
    numbers = Counter(row["receipt_number"] for row in at_hub.values())
    report.duplicated = sum(count - 1 for count in numbers.values())
    report.duplicated += sum(row["case_id"] not in plan for row in at_hub.values())
    for code, login in _LOOKERS:
        with stations[code].signed_in(login) as workplace:
            _compare_station(workplace, plan, at_hub, report)
    known = hub.known_numbers(sorted(papers.numbers))
    report.numbers = len(papers.numbers)
    report.numbers_unknown = len(papers.numbers - known)
    report.differences += [f"hub: {fault}" for fault in hub.faults()]


def _compare_station(
    workplace: Workplace,
    plan: Mapping[str, PlannedCase],
    at_hub: Mapping[str, Mapping[str, object]],
    report: Report,
) -> None:
    level = workplace.desk.level.name.lower()
    report.differences += [f"{level}: {text}" for text in verify_station(workplace)["differences"]]
    with workplace.store.read() as unit:
        pending = unit.events.pending_summary()
        report.pending += pending.events
        report.refused += pending.refused
        for case_id, planned in plan.items():
            record = unit.cases.get(case_id)
            if record is None:
                if planned.fate is not Fate.TOWNSHIP or level != "county":
                    report.differences.append(f"{level}: {case_id} is not there")
                continue
            wanted = at_hub.get(case_id, {})
            held = {
                "state": str(record.case.state),
                "revision": record.confirmed_revision,
                "case_hash": case_hash(
                    stored.envelope.hash for stored in unit.events.of_case(case_id) if stored.revision
                ),
            }
            for name, value in held.items():
                if wanted.get(name) != value:
                    report.differences.append(
                        f"{level}: {case_id} has {name} {value}, hub {wanted.get(name)}"
                    )
            if not _ended_as_planned(record.case, planned):
                report.differences.append(f"{level}: {case_id} did not end as planned ({planned.fate})")


def _ended_as_planned(case: Case, planned: PlannedCase) -> bool:
    decided = "refuse" if planned.fate is Fate.REFUSED else "grant"
    supplemented = (planned.fate is Fate.SUPPLEMENT) == (case.when("request_supplement") is not None)
    told = (planned.fate is Fate.INCOMPLETE) == (case.when("note_missing") is not None)
    return case.state is State.CONCLUDED and case.when(decided) is not None and supplemented and told
