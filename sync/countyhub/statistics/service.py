"""Counting, freezing, exporting and drawing over everything the hub has confirmed up to a moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.references import service as references
from countyhub.references.service import CALENDAR, CATALOGUE, ORGANISATION
from countyhub.statistics import repository
from countyhub.statistics.files import ExportFiles
from countyhub.statistics.repository import LoggedCase
from hubprotocol.references import is_reference_signed, sign_reference
from stationapp.domain.bulletin import (
    BulletinTally,
    Inputs,
    LogDigest,
    bulletin,
    canonical,
    fingerprint,
    quarter,
)
from stationapp.domain.case import CASE
from stationapp.domain.case_course import course_of
from stationapp.domain.case_figures import CaseFigures, Sight, figures_of
from stationapp.domain.case_sheet import CITIZEN_HEADERS, HEADERS, case_row
from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook
from stationapp.domain.logged_acts import LoggedAct
from stationapp.domain.national_columns import TABLES
from stationapp.domain.national_tables import Delivery, tables_of
from stationapp.domain.organisation import PostKind
from stationapp.domain.random_draw import Candidate, Draw, Inspector, draw
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.report_sheets import Names, report_sheets
from stationapp.domain.responsibility import ResponsibilityRecord, records_of
from stationapp.domain.statistics import DatePeriod
from stationapp.domain.supervision import findings
from stationapp.domain.supervision_policy import policy_of

BULLETIN = "bulletin"
_WORKBOOK = "statistics.xlsx"


@dataclass(frozen=True, slots=True)
class View:
    """The hub at a moment: the documents in force then, by which everything is looked at."""

    as_of: datetime
    sight: Sight
    catalogue: Catalogue

    @property
    def names(self) -> Names:
        """What desks, people and items are called."""
        return Names(self.sight.organisation, self.catalogue)

    def item_of(self, case: LoggedCase) -> ServiceItem | None:
        """Return the version of the item a case runs under."""
        steps = course_of(case.events[:1])
        if not steps:
            return None
        application = steps[0].after.application
        return self.catalogue.version_of(application.item_code, application.item_version)

    def figures(self, case: LoggedCase) -> CaseFigures | None:
        """Return the figures of a case."""
        return figures_of(case.events, self.item_of(case), self.sight)

    def records(self, case: LoggedCase) -> tuple[ResponsibilityRecord, ...]:
        """Return who answers for the breaches the supervision finds in a case."""
        item = self.item_of(case)
        if item is None or course_of(case.events[:1])[0].after.kind != CASE:
            return ()
        log = [LoggedAct(one.event, one.received_at) for one in case.logged]
        organisation = self.sight.organisation
        found = findings(log, item, organisation, self.sight.calendar, self.as_of, policy_of(organisation))
        return records_of(found, case.events, self.sight.organisation)


def view_at(connection: Connection, hub: Hub, as_of: datetime) -> View:
    """Return the hub as of a moment."""
    law = references.Law(connection, hub)
    versions = {
        name: repository.version_at(connection, name, as_of) for name in (ORGANISATION, CATALOGUE, CALENDAR)
    }
    sight = Sight(law.organisation(int(versions[ORGANISATION])), law.calendar(versions[CALENDAR]))
    return View(as_of, sight, law.catalogue(int(versions[CATALOGUE])) or law.current_catalogue)


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything counted for a period, and what it was counted from."""

    view: View
    tally: BulletinTally
    inputs: Inputs


def count(connection: Connection, hub: Hub, period: DatePeriod, as_of: datetime) -> Counted:
    """Count a period in one run over the log."""
    view = view_at(connection, hub, as_of)
    tally, digest, seen = BulletinTally(period), LogDigest(), 0
    for case in repository.cases(connection, as_of):
        seen += 1
        for one in case.logged:
            digest.add(case.case_id, one.place, one.envelope_hash)
        tally.add(view.figures(case), case.events, view.records(case))
    inputs = Inputs(
        as_of=as_of.isoformat(),
        events=digest.events,
        cases=seen,
        digest=digest.hex,
        organisation=view.sight.organisation.version,
        catalogue=view.catalogue.version,
        calendar=view.sight.calendar.version,
    )
    return Counted(view, tally, inputs)


def write_statistics(hub: Hub, period: str, as_of: datetime, folder: Path) -> dict[str, Any]:
    """Write the figures of a period as CSV files and a workbook; return what was counted and the files' names."""
    with hub.database.read() as connection, ExportFiles(folder) as files:
        counted = count(connection, hub, quarter(period), as_of)
        _write_sheets(files, counted)
        return {"period": period, "cases": counted.inputs.cases, "files": files.names}


def freeze(hub: Hub, period: str, as_of: datetime, folder: Path) -> dict[str, Any]:
    """Write the frozen bulletin of a period, its signed fingerprint and its sheets; return the fingerprint.

    The signature is the hub's, over name "bulletin", the period and the text (`hubprotocol.references`).
    """
    with hub.database.read() as connection, ExportFiles(folder) as files:
        counted = count(connection, hub, quarter(period), as_of)
        frozen = _frozen(counted)
        seed = identities.load(connection).seed
        seal = {
            "period": period,
            "as_of": as_of.isoformat(),
            "sha256": fingerprint(frozen),
            "signature": sign_reference(seed, BULLETIN, period, frozen.decode()),
        }
        files.bytes(f"bulletin-{period}.json", frozen)
        files.text(
            f"bulletin-{period}.seal.json", json.dumps(seal, ensure_ascii=False, sort_keys=True) + "\n"
        )
        _write_sheets(files, counted)
        return {**seal, "files": files.names}


def check_frozen(hub: Hub, file: Path) -> dict[str, Any]:
    """Make a frozen bulletin again from the log and compare: {same, signed, sha256, now}.

    Raises Refused where the file, or the seal beside it, is no bulletin of ours.
    """
    frozen = file.read_bytes()
    seal_file = file.with_name(file.name.removesuffix(".json") + ".seal.json")
    try:
        seal = json.loads(seal_file.read_text(encoding="utf-8"))
        period, as_of = str(seal["period"]), datetime.fromisoformat(str(seal["as_of"]))
        signature = str(seal["signature"])
        text = frozen.decode()
    except (FileNotFoundError, KeyError, TypeError, ValueError) as error:
        sentence = f"“{file.name}”不是通报，或旁边没有它的封签文件。"
        raise Refused(Reason("no-bulletin", sentence, "check")) from error
    with hub.database.read() as connection:
        public = identities.load(connection).public
        again = _frozen(count(connection, hub, quarter(period), as_of))
    return {
        "same": again == frozen,
        "signed": is_reference_signed(public, BULLETIN, period, text, signature),
        "sha256": fingerprint(frozen),
        "now": fingerprint(again),
    }


def _frozen(counted: Counted) -> bytes:
    sight = counted.view.sight
    work = counted.tally.work.rows(sight.calendar)
    return canonical(bulletin(counted.tally, counted.inputs, sight.organisation, work))


def _write_sheets(files: ExportFiles, counted: Counted) -> None:
    work = counted.tally.work.rows(counted.view.sight.calendar)
    files.sheets(_WORKBOOK, report_sheets(counted.tally, work, counted.view.names))


@dataclass(frozen=True, slots=True)
class Export:
    """How an export is delivered; `known` are the ids of rows that earlier exports delivered."""

    as_of: datetime
    batch: str
    source: str
    known: Container[str] = frozenset()
    codes: CodeBook = DEFAULT_CODES


def export_cases(hub: Hub, export: Export, folder: Path) -> dict[str, Any]:
    """Write all cases as the five national tables and `ext` (JSON lines, CSV, workbook), a list of cases and of gaps.

    Everything in it holds personal data. Returns counts of rows by table, of cases and gaps, and the files' names.
    """
    delivery = Delivery(export.batch, export.as_of, export.source, export.known, export.codes)
    counts: Counter[str] = Counter()
    with hub.database.read() as connection, ExportFiles(folder) as files:
        view = view_at(connection, hub, export.as_of)
        _begin(files)
        for case in repository.cases(connection, export.as_of):
            _export_case(files, view, case, delivery, counts)
        return {"batch": export.batch, "counts": dict(sorted(counts.items())), "files": files.names}


def _begin(files: ExportFiles) -> None:
    files.row("cases.xlsx", "办件清单", (*CITIZEN_HEADERS, *HEADERS))
    files.csv("cases.csv", (*CITIZEN_HEADERS, *HEADERS))
    files.csv("gaps.csv", ("表", "字段", "办件编号", "记录唯一标识", "说明"))
    files.text("rows.txt", "")
    for table in TABLES.values():
        files.csv(f"{table.name}.csv", table.headers)
        files.row("tables.xlsx", table.title, table.headers)
        files.text(f"{table.name}.jsonl", "")


def _export_case(
    files: ExportFiles, view: View, case: LoggedCase, delivery: Delivery, counts: Counter[str]
) -> None:
    figures, item = view.figures(case), view.item_of(case)
    if figures is None:
        return
    told = tables_of(case.events, item, view.sight.organisation, delivery)
    for name, rows in told.rows.items():
        counts[name] += len(rows)
        for row in rows:
            files.line(f"{name}.jsonl", row)
            files.csv(f"{name}.csv", row.values())
            files.row("tables.xlsx", TABLES[name].title, row.values())
            files.text("rows.txt", f"{row['row_guid']}\n")
    for gap in told.gaps:
        files.csv("gaps.csv", (gap.table, gap.column, gap.project_no, gap.row_guid, gap.why))
    counts["cases"] += 1
    counts["gaps"] += len(told.gaps)
    counts["skipped"] += bool(told.skipped)
    line = case_row(course_of(case.events)[-1].after, figures, view.names, citizen=True)
    files.csv("cases.csv", line)
    files.row("cases.xlsx", "办件清单", line)


def draw_cases(hub: Hub, period: str, as_of: datetime, seed: str, wanted: int, per_case: int) -> Draw:
    """Draw cases decided in a period, and inspectors from the county's supervisors and approvers, by lot."""
    wanted_period = quarter(period)
    candidates: list[Candidate] = []
    with hub.database.read() as connection:
        view = view_at(connection, hub, as_of)
        for case in repository.cases(connection, as_of):
            figures = view.figures(case)
            if figures is not None and wanted_period.holds(figures.decided_on):
                candidates.append(_candidate(case))
    return draw(candidates, inspectors_of(view), seed, wanted, per_case)


_INSPECTING = frozenset({PostKind.SUPERVISOR, PostKind.APPROVER})


def inspectors_of(view: View) -> tuple[Inspector, ...]:
    """Return who can be drawn: active holders of supervising and approving posts."""
    organisation = view.sight.organisation
    found: dict[str, Inspector] = {}
    for post in organisation.posts:
        for person_id in (post.holder_a, post.holder_b):
            person = organisation.person(person_id)
            if post.kind in _INSPECTING and person is not None and person.active:
                found.setdefault(person_id, Inspector(person_id, person.name, post.desk_id))
    return tuple(found.values())


def _candidate(case: LoggedCase) -> Candidate:
    last = course_of(case.events)[-1].after
    touched = frozenset(event.hand.person_id for event in case.events)
    return Candidate(case.case_id, last.case_number or last.receipt_number, touched)
