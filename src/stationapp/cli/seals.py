"""`stationapp seal …`: papers that wait for the organ's seal."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import workplace_of
from stationapp.services.seals import note_sealed, waiting_for_seal, why_not_sealing


def list_waiting(options: argparse.Namespace) -> Exit:
    """Print the papers of this desk that wait for the seal, the oldest first."""
    with workplace_of(options) as workplace:
        rows, why_not = waiting_for_seal(workplace), why_not_sealing(workplace)
    waiting = [
        {
            "number": row.number,
            "paper": row.paper,
            "receipt_number": row.receipt_number,
            "issued_by": row.issued_by,
            "copies": row.copies,
        }
        for row in rows
    ]
    say({"waiting": waiting, "why_not": why_not})
    return Exit.DONE


def note(options: argparse.Namespace) -> Exit:
    """Note that a paper was sealed."""
    with workplace_of(options) as workplace:
        done, _ = note_sealed(workplace, options.number)
    say(asdict(done))
    return Exit.DONE
