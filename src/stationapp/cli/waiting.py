"""`stationapp trouble …` and `stationapp draft list`: what waits for a person at this station."""

from __future__ import annotations

import argparse
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.services import intake, troubles
from stationapp.services.workplace import Workplace
from stationapp.store.records import DraftSummary


def list_troubles(options: argparse.Namespace) -> Exit:
    """Print the acts the hub refused and nobody has dealt with, oldest first."""
    with workplace_of(options) as workplace:
        rows = troubles.troubles(workplace)
    say(
        [
            {
                "event_id": row.event_id,
                "receipt_number": row.receipt_number,
                "move": row.title,
                "at": row.at.isoformat(),
                "reasons": [reason.text for reason in row.reasons],
            }
            for row in rows
        ]
    )
    return Exit.DONE


def settle_trouble(options: argparse.Namespace) -> Exit:
    """Note how a refused act was dealt with."""
    with workplace_of(options) as workplace:
        troubles.settle(workplace, options.event_id, options.note)
        left = len(troubles.troubles(workplace))
    say({"event_id": options.event_id, "left": left})
    return Exit.DONE


def list_drafts(options: argparse.Namespace) -> Exit:
    """Print the unfinished intakes, newest first."""
    with workplace_of(options) as workplace:
        rows = [_draft(workplace, row) for row in intake.drafts(workplace)]
    say(rows)
    return Exit.DONE


def _draft(workplace: Workplace, row: DraftSummary) -> dict[str, Any]:
    draft = intake.resume_draft(workplace, row.draft_id)
    completes = ""
    if draft.case_id:
        with workplace.store.read() as unit:
            record = unit.cases.get(draft.case_id)
        completes = record.case.receipt_number if record else ""
    application = draft.application
    return {
        "draft_id": row.draft_id,
        "at": row.at.isoformat(),
        "item": application.item_name,
        "applicant": application.applicant.name,
        "completes": completes,
    }
