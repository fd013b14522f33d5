"""`stationapp statistics`, `stationapp document-register` and `stationapp export-cases`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook, code_book
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.tabulation import Figure
from stationapp.platform.atomic_files import disk_trouble
from stationapp.services.document_register import (
    UNEXPLAINED,
    Series,
    document_register,
    explain_gap,
    write_register,
)
from stationapp.services.exports import ExportOrder, export_cases
from stationapp.services.statistics import count_period, write_figures


def statistics(options: argparse.Namespace) -> Exit:
    """Print the figures of a period, and write them as CSV files and a workbook where a folder is named."""
    with workplace_of(options) as workplace:
        figures = count_period(workplace, options.period)
        files = write_figures(figures, options.out) if options.out is not None else []
    say(
        {
            "period": options.period,
            "cases": figures.tally.cases,
            "figures": {one.key: _figure(one) for one in figures.table("total").total.figures},
            "files": files,
        }
    )
    return Exit.DONE


def export(options: argparse.Namespace) -> Exit:
    """Write every case known here to the national exchange tables."""
    order = ExportOrder(options.batch, options.source, _known(options.previous), _codes(options.codes))
    with workplace_of(options) as workplace:
        report = export_cases(workplace, order, options.out)
    answer = {"batch": report.batch, "counts": dict(report.counts), "files": list(report.files)}
    say({**answer, "notice": "导出的文件含有个人信息，且没有加密，请妥善保管，用完删除。"})
    return Exit.DONE


def register(options: argparse.Namespace) -> Exit:
    """Print the register of document numbers of this PC; explain a gap first where one is named."""
    with workplace_of(options) as workplace:
        if options.explain:
            explain_gap(workplace, options.explain, options.words)
        found = document_register(workplace, options.year)
        files = write_register(found, options.out) if options.out is not None else []
    rows = [_series(one) for one in found]
    gaps = [row.number for one in found for row in one.gaps if row.explanation == UNEXPLAINED]
    say({"series": rows, "unexplained": gaps, "files": files})
    return Exit.DIFFERENCES if gaps else Exit.DONE


def _series(series: Series) -> dict[str, Any]:
    rows = [
        {
            "number": row.number,
            "status": str(row.status),
            "explanation": row.explanation,
            "paper": row.paper,
            "receipt_number": row.receipt_number,
            "issued_at": row.issued_at.isoformat() if row.issued_at else None,
            "issued_by": row.issued_by,
            "copies": row.copies,
            "reprints": row.reprints,
        }
        for row in series.entries
    ]
    return {"organ": series.organ, "nature": series.nature, "year": series.year, "numbers": rows}


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "value": one.value,
        "sample": one.sample,
        "met": one.met,
        "left_out": dict(one.left_out),
        "notes": list(one.notes),
    }


def _known(file: Path | None) -> frozenset[str]:
    return frozenset(_read(file).split()) if file else frozenset()


def _codes(file: Path | None) -> CodeBook:
    if file is None:
        return DEFAULT_CODES
    try:
        overrides = json.loads(_read(file))
    except ValueError as error:
        raise Refused(Reason("malformed-file", f"“{file.name}”不是 JSON 文件。", "codes")) from error
    if not isinstance(overrides, dict):
        raise Refused(Reason("malformed-file", f"“{file.name}”应是代码表的对照。", "codes"))
    return code_book(overrides)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise disk_trouble(error) from error
