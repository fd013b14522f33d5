"""`stationapp scan …`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import case_id_of, make_folder, workplace_of
from stationapp.domain.people import Attachment
from stationapp.services import scans
from stationapp.services.workplace import Workplace


def add(options: argparse.Namespace) -> Exit:
    """Take a file into the station and print its description, as facts name it."""
    with workplace_of(options) as workplace:
        attachment = scans.attach_file(workplace, options.file)
    say(asdict(attachment))
    return Exit.DONE


def get(options: argparse.Namespace) -> Exit:
    """Write the scans of a case; UNAVAILABLE when one has not arrived yet."""
    with workplace_of(options) as workplace:
        found = scans.scans_of(workplace, case_id_of(workplace, options.number))
        make_folder(options.out)
        rows = [_saved(workplace, scan, options.out, place) for place, scan in enumerate(found, 1)]
    say(rows)
    return Exit.DONE if all(row["file"] for row in rows) else Exit.UNAVAILABLE


def _saved(workplace: Workplace, scan: Attachment, folder: Path, place: int) -> dict[str, Any]:
    here = workplace.files.has(scan.sha256)
    file = str(scans.save_scan(workplace, scan, folder, place)) if here else None
    return {"file": file, **asdict(scan)}
