"""`stationapp batch …`."""

from __future__ import annotations

import argparse

from stationapp.cli.json_arguments import read_object
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import case_id_of, workplace_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import batches


def send(options: argparse.Namespace) -> Exit:
    """Hand cases over to the next desk; DIFFERENCES when one stays because the hub did not recognise it."""
    with workplace_of(options) as workplace:
        ids = [case_id_of(workplace, number) for number in options.numbers]
        sent, _ = batches.send_batch(workplace, ids)
    say(
        {
            "batch_number": sent.batch_number,
            "to_desk": sent.to_desk,
            "cases": len(sent.case_ids),
            "digest": sent.digest,
            "left_out": [reason.text for reason in sent.left_out],
        }
    )
    return Exit.DIFFERENCES if sent.left_out else Exit.DONE


def list_batches(options: argparse.Namespace) -> Exit:
    """Print the batches that came in or went out."""
    with workplace_of(options) as workplace:
        rows = batches.batches(workplace, options.direction)
    say(
        [
            {
                "batch_number": row.batch_number,
                "from_desk": row.from_desk,
                "to_desk": row.to_desk,
                "sent_at": row.sent_at.isoformat(),
                "declared": row.declared,
                "present": row.present,
                "signed": row.signed,
                "declined": row.declined,
            }
            for row in rows
        ]
    )
    return Exit.DONE


def sign(options: argparse.Namespace) -> Exit:
    """Sign for cases, one by one, with their differences."""
    noted = read_object(options.differences)
    with workplace_of(options) as workplace:
        ids = [case_id_of(workplace, number) for number in options.numbers]
        by_case = {case_id_of(workplace, number): text for number, text in noted.items()}
        if not by_case.keys() <= set(ids):
            raise Refused(Reason("not-signed", "差异说明中有未列入本次签收的办件。", "differences"))
        signed, _ = batches.sign_for(workplace, ids, by_case)
    say([{"receipt_number": case.receipt_number, "state": str(case.state)} for case in signed])
    return Exit.DONE
