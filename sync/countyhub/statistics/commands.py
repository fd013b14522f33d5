"""`countyhub statistics`, `bulletin`, `export`, `decisions` and `draw`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.opened import opened, say
from countyhub.statistics import service
from countyhub.statistics.decisions import decisions, decisions_sheet
from countyhub.statistics.files import ExportFiles
from stationapp.domain.code_book import DEFAULT_CODES, CodeBook, code_book
from stationapp.domain.random_draw import PER_CASE, draw_sheet, draw_to_mapping
from stationapp.domain.refusal import Reason, Refused

Add = Callable[..., argparse.ArgumentParser]
_LONGEST_BATCH, _LONGEST_SOURCE = 32, 3


def add(names: Any, command: Add) -> None:
    """Add the commands; `command` adds one with the options that open a hub."""
    figures = command(names, "statistics", statistics, "count a period: CSV files and a workbook")
    _add_period(figures)
    _add_out(figures)
    frozen = command(names, "bulletin", bulletin, "freeze the bulletin of a period, or check a frozen one")
    _add_period(frozen, required=False)
    _add_out(frozen)
    frozen.add_argument("--check", type=Path, metavar="FILE", help="make this bulletin again and compare")
    export = command(names, "export", export_cases, "export all cases to the national exchange tables")
    _add_moment(export)
    _add_out(export)
    export.add_argument("--batch", default="", help="number of the delivery, at most 32 characters")
    export.add_argument(
        "--source", default="", help="data source, at most 3 characters (county's first 3 digits)"
    )
    export.add_argument("--previous", type=Path, metavar="FILE", help="rows.txt of the export before")
    export.add_argument("--codes", type=Path, metavar="FILE", help="the receiver's own code lists (JSON)")
    decided = command(names, "decisions", list_decisions, "list what was decided, for those who supervise it")
    _add_moment(decided)
    decided.add_argument(
        "--since", default="", metavar="TIME", help="only what came to the hub after this time"
    )
    decided.add_argument("--desk", default="", metavar="DESK", help="only decisions of this desk")
    decided.add_argument("--out", type=Path, metavar="DIR", help="also write them as CSV file and workbook")
    lot = command(names, "draw", draw, "draw cases and inspectors by lot with a published seed")
    _add_period(lot)
    lot.add_argument("--out", type=Path, metavar="DIR", help="also write the draw and sheets for its results")
    lot.add_argument("--seed", required=True, metavar="TEXT", help="published after the lists were closed")
    lot.add_argument("--cases", type=int, default=10, metavar="N", help="cases to draw (10)")
    lot.add_argument("--inspectors", type=int, default=PER_CASE, metavar="N", help="inspectors of a case (2)")


def _add_period(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--period", required=required, default="", help="2026Q4, 2026-11 or 2026")
    _add_moment(parser)


def _add_moment(parser: argparse.ArgumentParser) -> None:
    text = "what the hub knew then (now); a time with its offset"
    parser.add_argument("--as-of", default="", metavar="TIME", help=text)


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="write the files here")


def statistics(options: argparse.Namespace) -> None:
    """Count a period."""
    with opened(options) as hub:
        say(**service.write_statistics(hub, options.period, _moment(options, hub), options.out))


def bulletin(options: argparse.Namespace) -> bool:
    """Freeze a bulletin, or make a frozen one again; False when it is not the same or not ours."""
    with opened(options) as hub:
        if options.check is not None:
            found = service.check_frozen(hub, options.check)
            say(**found)
            return bool(found["same"] and found["signed"])
        if not options.period:
            raise Refused(
                Reason("no-period", "请用 --period 写明期间，或用 --check 指明要核对的通报。", "period")
            )
        say(**service.freeze(hub, options.period, _moment(options, hub), options.out))
        return True


def export_cases(options: argparse.Namespace) -> None:
    """Export all cases."""
    with opened(options) as hub:
        as_of = _moment(options, hub)
        with hub.database.read() as connection:
            county = identities.load(connection).county
        batch = options.batch or as_of.strftime("%Y%m%d%H%M%S")
        source = options.source or county[:_LONGEST_SOURCE]
        if len(batch) > _LONGEST_BATCH or len(source) > _LONGEST_SOURCE:
            text = f"批次号最长{_LONGEST_BATCH}个字符，数据来源最长{_LONGEST_SOURCE}个字符。"
            raise Refused(Reason("too-long", text, "batch"))
        export = service.Export(as_of, batch, source, _known(options.previous), _codes(options.codes))
        say(**service.export_cases(hub, export, options.out))


def list_decisions(options: argparse.Namespace) -> None:
    """Print a line for each decision, and last the moment from which the next list goes on."""
    with opened(options) as hub:
        as_of = _moment(options, hub)
        since = _time(options.since, "since") if options.since else None
        rows = decisions(hub, since, as_of, options.desk)
    if options.out is not None:
        with ExportFiles(options.out) as files:
            files.sheets("decisions.xlsx", [decisions_sheet(rows)])
    for row in rows:
        say(**{**asdict(row), "came_at": row.came_at.isoformat()})
    say(count=len(rows), next_since=as_of.isoformat())


def draw(options: argparse.Namespace) -> None:
    """Draw by lot and print the draw."""
    with opened(options) as hub:
        as_of = _moment(options, hub)
        made = service.draw_cases(hub, options.period, as_of, options.seed, options.cases, options.inspectors)
        answer = {"period": options.period, "as_of": as_of.isoformat(), **draw_to_mapping(made)}
        if options.out is not None:
            with ExportFiles(options.out) as files:
                files.text("draw.json", json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
                files.sheets("draw.xlsx", [draw_sheet(made)])
        say(**answer)


def _moment(options: argparse.Namespace, hub: Hub) -> datetime:
    if not options.as_of:
        return hub.now()
    return _time(options.as_of, "as-of")


def _time(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason("bad-time", f"“{text}”不是时间。", option)) from error
    if moment.tzinfo is None:
        raise Refused(Reason("bad-time", "时间要带时区，如 2027-01-05T00:00:00+08:00。", option))
    return moment


def _known(file: Path | None) -> frozenset[str]:
    return frozenset(file.read_text(encoding="utf-8").split()) if file else frozenset()


def _codes(file: Path | None) -> CodeBook:
    if file is None:
        return DEFAULT_CODES
    try:
        overrides = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(Reason("malformed-file", f"“{file.name}”不是 JSON 文件。", "codes")) from error
    if not isinstance(overrides, dict):
        raise Refused(Reason("malformed-file", f"“{file.name}”应是代码表的对照。", "codes"))
    return code_book(overrides)
