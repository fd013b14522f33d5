"""`stationapp consult|complaint|absence|project|affair …`; what follows on one is done with `case move`."""

from __future__ import annotations

import argparse
from typing import Any

from stationapp.cli.affair_files import read_opening
from stationapp.cli.json_arguments import read_object
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import case_id_of, workplace_of
from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import absences, affairs, complaints, consultations, projects
from stationapp.store.records import CaseSummary


def open_any(options: argparse.Namespace) -> Exit:
    """Open an affair of any kind."""
    opening = read_opening(options.file)
    with workplace_of(options) as workplace:
        case, _ = affairs.open_affair(
            workplace,
            _kind(options.kind),
            opening.subject,
            opening.applicant,
            opening.facts,
            item_code=opening.item,
        )
    say(brief(case))
    return Exit.DONE


def list_any(options: argparse.Namespace) -> Exit:
    """Print the affairs of a kind that this person may see."""
    kind = _kind(options.kind)
    with workplace_of(options) as workplace:
        ids = affairs.affair_ids(
            workplace, kind, options.text, open_only=options.open_only, limit=options.limit
        )
        rows = affairs.summaries(workplace, ids)
    say([_line(row) for row in rows])
    return Exit.DONE


def ask(options: argparse.Namespace) -> Exit:
    """Register a question, and answer it at once where the file holds the answer."""
    opening = read_opening(options.file)
    told = {name: str(opening.rest.get(name, "")) for name in ("answer", "basis", "subject")}
    with workplace_of(options) as workplace:
        case, _ = consultations.ask(workplace, opening.applicant, opening.facts, **told)
    say(brief(case))
    return Exit.DONE


def register(options: argparse.Namespace) -> Exit:
    """Print the register of consultations."""
    with workplace_of(options) as workplace:
        lines = consultations.register(workplace, options.text, options.limit)
    say(
        [
            {**brief(line.case), "question": line.question, "answer": line.answer, "basis": line.basis}
            for line in lines
        ]
    )
    return Exit.DONE


def faq(options: argparse.Namespace) -> Exit:
    """Print usual questions with their answers."""
    with workplace_of(options) as workplace:
        entries = consultations.faq(workplace, options.text)
    say([{"question": one.question, "answer": one.answer, "basis": one.basis} for one in entries])
    return Exit.DONE


def file_complaint(options: argparse.Namespace) -> Exit:
    """Take down a complaint."""
    opening = read_opening(options.file)
    with workplace_of(options) as workplace:
        case, _ = complaints.file_complaint(workplace, opening.applicant, opening.facts, opening.subject)
    say(brief(case))
    return Exit.DONE


def list_complaints(options: argparse.Namespace) -> Exit:
    """Print the complaints this person may see, with what is due."""
    with workplace_of(options) as workplace:
        lines = complaints.complaints(workplace, options.text)
    say(
        [
            {
                **brief(line.case),
                "due": line.due.day.isoformat() if line.due is not None else "",
                "overdue": line.overdue,
            }
            for line in lines
        ]
    )
    return Exit.DONE


def leave(options: argparse.Namespace) -> Exit:
    """Tell that somebody leaves a post."""
    facts = read_object(options.facts)
    with workplace_of(options) as workplace:
        case, _ = absences.leave(workplace, facts)
    say(brief(case))
    return Exit.DONE


def come_back(options: argparse.Namespace) -> Exit:
    """Tell that somebody is back."""
    with workplace_of(options) as workplace:
        case, _ = absences.come_back(workplace, case_id_of(workplace, options.number))
    say(brief(case))
    return Exit.DONE


def list_absences(options: argparse.Namespace) -> Exit:
    """Print who is away, until when, and who stands in."""
    with workplace_of(options) as workplace:
        found = absences.absences(workplace)
    say(
        [
            {
                "post": one.post,
                "person": one.person,
                "until": one.until,
                "stand_in": one.stand_in_name,
                "sign": one.sign,
            }
            for one in found
        ]
    )
    return Exit.DONE


def open_project(options: argparse.Namespace) -> Exit:
    """Open a project."""
    opening = read_opening(options.file)
    with workplace_of(options) as workplace:
        case, _ = projects.open_project(workplace, opening.subject, opening.applicant, opening.facts)
    say(brief(case))
    return Exit.DONE


def add_member(options: argparse.Namespace) -> Exit:
    """Let a case join a project."""
    with workplace_of(options) as workplace:
        case, _ = projects.add_case(workplace, case_id_of(workplace, options.number), options.member)
    say({**brief(case), "cases": list(case.bundle)})
    return Exit.DONE


def remove_member(options: argparse.Namespace) -> Exit:
    """Take a case out of a project."""
    with workplace_of(options) as workplace:
        project_id = case_id_of(workplace, options.number)
        case, _ = projects.remove_case(workplace, project_id, options.member, options.reason)
    say({**brief(case), "cases": list(case.bundle)})
    return Exit.DONE


def show_project(options: argparse.Namespace) -> Exit:
    """Print a project and how its cases stand."""
    with workplace_of(options) as workplace:
        found = projects.project(workplace, case_id_of(workplace, options.number))
    members = [
        {
            "receipt_number": one.receipt_number,
            "item": one.line.item_name if one.line is not None else "",
            "state": one.line.state.label if one.line is not None else "",
        }
        for one in found.members
    ]
    say({**brief(found.case), "agent": found.agent, "finished": found.finished, "cases": members})
    return Exit.DONE


def _kind(text: str) -> AffairKind:
    try:
        return AffairKind(text)
    except ValueError as error:
        known = "、".join(f"{kind}（{kind.label}）" for kind in AffairKind)
        raise Refused(Reason("no-kind", f"没有“{text}”这类事务；可选：{known}。", "kind")) from error


def brief(case: Case) -> dict[str, Any]:
    """An affair in a few words; its enquiry code is the citizen's."""
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "number": case.receipt_number,
        "enquiry_code": case.enquiry_code,
        "subject": case.application.item_name,
        "applicant": case.application.applicant.name,
        "state": str(case.state),
        "state_title": case.state.label,
        "holder": case.holder,
    }


def _line(row: CaseSummary) -> dict[str, Any]:
    return {
        "number": row.receipt_number,
        "subject": row.item_name,
        "applicant": row.applicant_name,
        "state": str(row.state),
        "holder": row.holder,
        "due": row.due_day.isoformat() if row.due_day is not None else "",
        "pending": row.pending,
    }
