"""Exporting the cases known here to the five national exchange tables without loss, and to a workbook.

What is written holds personal data in clear; the files can be read by their owner only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stationapp.domain.case_sheet import CITIZEN_HEADERS, HEADERS, case_row
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook
from stationapp.domain.national_columns import TABLES
from stationapp.domain.national_tables import CaseRows, Delivery, tables_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.report_sheets import Names
from stationapp.services.export_files import ExportFiles, export_files
from stationapp.services.whole_log import KnownCase, known_cases
from stationapp.services.workplace import Workplace

LIST, LIST_TITLE = "cases.xlsx", "办件清单"
TABLES_WORKBOOK = "tables.xlsx"
ROW_IDS = "rows.txt"
_LONGEST_BATCH, _LONGEST_SOURCE = 32, 3


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """How to export: number of the delivery (empty: made of the time), data source (empty: the county's first three
    digits), ids of rows that earlier exports delivered (their `rows.txt`), the receiver's codes.
    """

    batch: str = ""
    source: str = ""
    known: Container[str] = ()
    codes: CodeBook = DEFAULT_CODES


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: rows of each table, cases, those not accepted yet (`skipped`), cells with gaps."""

    batch: str
    files: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass(slots=True)
class _Exporting:
    files: ExportFiles
    names: Names
    delivery: Delivery
    counts: Counter[str] = field(default_factory=Counter)


def export_cases(workplace: Workplace, order: ExportOrder, folder: Path) -> ExportReport:
    """Write every case known here; raises Refused for a batch or source too long, Unavailable for disk trouble."""
    now = workplace.now()
    batch = order.batch or now.strftime("%Y%m%d%H%M%S")
    source = order.source or workplace.organisation.county[:_LONGEST_SOURCE]
    if len(batch) > _LONGEST_BATCH or len(source) > _LONGEST_SOURCE:
        text = f"批次号最长{_LONGEST_BATCH}个字符，数据来源最长{_LONGEST_SOURCE}个字符。"
        raise Refused(Reason("too-long", text, "batch"))
    names = Names(workplace.organisation, workplace.catalogue)
    with workplace.store.read() as unit, export_files(folder) as files:
        exporting = _Exporting(files, names, Delivery(batch, now, source, order.known, order.codes))
        _begin(files)
        for known in known_cases(workplace, unit):
            _export(exporting, known)
        return ExportReport(batch, tuple(files.names), dict(exporting.counts))


def _begin(files: ExportFiles) -> None:
    for headers in ((*CITIZEN_HEADERS, *HEADERS),):
        files.row(LIST, LIST_TITLE, headers)
        files.csv("cases.csv", headers)
    files.csv("gaps.csv", ("表", "字段", "办件编号", "记录唯一标识", "说明"))
    files.text(ROW_IDS, "")
    for table in TABLES.values():
        files.csv(f"{table.name}.csv", table.headers)
        files.row(TABLES_WORKBOOK, table.title, table.headers)
        files.text(f"{table.name}.jsonl", "")


def _export(exporting: _Exporting, known: KnownCase) -> None:
    if known.figures is None:
        return
    told = tables_of(known.events, known.item, exporting.names.organisation, exporting.delivery)
    _write_rows(exporting, told)
    line = case_row(known.case, known.figures, exporting.names, citizen=True)
    exporting.files.csv("cases.csv", line)
    exporting.files.row(LIST, LIST_TITLE, line)
    exporting.counts["cases"] += 1
    exporting.counts["gaps"] += len(told.gaps)
    exporting.counts["skipped"] += bool(told.skipped)


def _write_rows(exporting: _Exporting, told: CaseRows) -> None:
    files = exporting.files
    for name, rows in told.rows.items():
        exporting.counts[name] += len(rows)
        for row in rows:
            files.line(f"{name}.jsonl", row)
            files.csv(f"{name}.csv", row.values())
            files.row(TABLES_WORKBOOK, TABLES[name].title, row.values())
            files.text(ROW_IDS, f"{row['row_guid']}\n")
    for gap in told.gaps:
        files.csv("gaps.csv", (gap.table, gap.column, gap.project_no, gap.row_guid, gap.why))
