"""`stationapp case …` and `stationapp print`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from stationapp.cli.application_files import require_parts
from stationapp.cli.json_arguments import read_file, read_object
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import case_id_of, make_folder, workplace_of
from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.people import (
    Application,
    Attachment,
    HandedIn,
    applicant_from_mapping,
    handed_in_from_mapping,
)
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import casework, intake, papers, worklists
from stationapp.services.acts import new_id
from stationapp.services.case_details import details
from stationapp.services.case_files import export_case
from stationapp.services.scans import attach_file
from stationapp.services.unrecognised import sentence_of
from stationapp.services.workplace import Workplace


def open_case(options: argparse.Namespace) -> Exit:
    """Receive an application, or tell once what is missing."""
    data = read_file(options.file)
    with workplace_of(options) as workplace:
        case_id = case_id_of(workplace, options.completes) if options.completes else ""
        item = _item(workplace, data, case_id)
        application = _application(workplace, item, data, options.file.parent)
        draft = intake.Draft(new_id(), application, case_id)
        step = intake.note_missing if options.note_missing else intake.receive
        case, _ = step(workplace, draft)
    say({**_brief(case), "enquiry_code": case.enquiry_code})
    return Exit.DONE


def list_cases(options: argparse.Namespace) -> Exit:
    """Print a worklist, newest first."""
    if options.key not in worklists.WORKLISTS:
        raise Refused(Reason("no-list", f"没有这个列表；可选：{'、'.join(worklists.WORKLISTS)}", "list"))
    with workplace_of(options) as workplace:
        ids = worklists.case_ids(workplace, options.key, options.text, limit=options.limit)
        rows = worklists.summaries(workplace, ids)
    say(
        [
            {
                "receipt_number": row.receipt_number,
                "case_number": row.case_number,
                "item": row.item_name,
                "applicant": row.applicant_name,
                "state": row.state,
                "holder": row.holder,
                "pending": row.pending,
                "refused": row.refused,
                "unrecognised": sentence_of(row),
            }
            for row in rows
        ]
    )
    return Exit.DONE


def show(options: argparse.Namespace) -> Exit:
    """Print a case with its history, the moves that are possible and its papers."""
    with workplace_of(options) as workplace:
        found = details(workplace, case_id_of(workplace, options.number))
        same = worklists.same_number(workplace, found.case)
    steps = [
        {
            "at": step.at.isoformat(),
            "desk": step.desk,
            "person": step.person,
            "move": step.title,
            "remark": step.remark,
            "status": step.status,
            "reasons": step.reasons,
        }
        for step in (*found.steps, *found.refused_steps)
    ]
    moves = [
        {
            "move": move.name,
            "title": move.title,
            "needs": [ask.name for ask in move.asks],
            "why_not": [reason.text for reason in reasons],
        }
        for move, reasons in found.moves
    ]
    offers = [{"paper": row.name, "title": row.title, "number": row.number} for row in found.papers]
    names = {"holder_name": found.holder, "addressed_to_name": found.addressed_to}
    standing = {
        "unrecognised": found.unrecognised.text if found.unrecognised else "",
        "same_number": [{"case_id": row.case_id, "unrecognised": sentence_of(row)} for row in same],
    }
    say({**_brief(found.case), **names, **standing, "history": steps, "moves": moves, "papers": offers})
    return Exit.DONE


def move(options: argparse.Namespace) -> Exit:
    """Make a move on a case."""
    facts = read_object(options.facts)
    with workplace_of(options) as workplace:
        case, _ = casework.act(workplace, case_id_of(workplace, options.number), options.move, facts)
    say(_brief(case))
    return Exit.DONE


def export(options: argparse.Namespace) -> Exit:
    """Write a case as a file with its scans beside it."""
    with workplace_of(options) as workplace:
        written = export_case(workplace, case_id_of(workplace, options.number), options.out)
    say({"file": str(written.file), "scans": [str(path) for path in written.scans]})
    return Exit.DONE


def print_paper(options: argparse.Namespace) -> Exit:
    """Save a paper as PDF and count it."""
    scale = 1.3 if options.large else 1.0
    with workplace_of(options) as workplace:
        if options.paper == "handover_list":
            paper = papers.render_handover_list(workplace, _batch_id(workplace, options.number), scale=scale)
        else:
            case_id = case_id_of(workplace, options.number)
            paper = papers.render_latest(workplace, case_id, options.paper, scale=scale)
        make_folder(options.out)
        path, _ = papers.save_paper(workplace, paper, options.out)
    say({"file": str(path), "number": paper.number, "copy": paper.copy})
    return Exit.DONE


def _batch_id(workplace: Workplace, number: str) -> str:
    with workplace.store.read() as unit:
        rows = [
            row for way in ("out", "in") for row in unit.batches.list(way, workplace.desk.desk_id, 10_000)
        ]
    found = next((row.batch_id for row in rows if row.batch_number == number), None)
    if found is None:
        raise Refused(Reason("no-batch", f"本站没有“{number}”这个批次。", "number"))
    return found


def _item(workplace: Workplace, data: dict[str, Any], case_id: str) -> ServiceItem:
    """A case that is completed goes on under its own version of the item; a new one takes the version of today."""
    code = str(data.get("item", ""))
    if case_id:
        item = details(workplace, case_id).item
        if item is not None and item.code != code:
            raise Refused(Reason("item-changed", f"该办件的事项是“{item.name}”（{item.code}）。", "item"))
    else:
        item = workplace.catalogue.in_force(code, workplace.now().date())
    if item is None:
        raise Refused(Reason("no-code", "该事项当日没有有效的事项编码，无编码不得办理。", "item"))
    return item


def _application(workplace: Workplace, item: ServiceItem, data: dict[str, Any], folder: Path) -> Application:
    require_parts(data)
    try:
        applicant = applicant_from_mapping(data["applicant"])
        materials = tuple(_handed_in(workplace, row, folder) for row in data.get("materials", ()))
        form = dict(data.get("form", {}))
        chosen = {name: str(data.get(name, "")) for name in ("division", "result_to", "attorney")}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = "申请文件内容不对：有的内容应是文字，有的应是从0起的整数或列表。请对照 docs/cli.md 里 case open 的样例。"
        raise Refused(Reason("bad-file", f"{text}（{error}）", "file")) from error
    return Application(item.code, item.version, item.name, applicant, form, materials, **chosen)


def _handed_in(workplace: Workplace, row: dict[str, Any], folder: Path) -> HandedIn:
    files: tuple[Attachment, ...] = tuple(
        attach_file(workplace, folder / name) for name in row.get("files", ())
    )
    plain = handed_in_from_mapping({name: value for name, value in row.items() if name != "files"})
    return replace(plain, attachments=files)


def _brief(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "receipt_number": case.receipt_number,
        "case_number": case.case_number,
        "item": case.application.item_name,
        "applicant": case.application.applicant.name,
        "state": str(case.state),
        "state_title": case.state.label,
        "holder": case.holder,
        "addressed_to": case.addressed_to,
    }
