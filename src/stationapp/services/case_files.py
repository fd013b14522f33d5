"""One case as a folder that other programs read, and that `stationapp case open` takes in again (SEED 003, 000).

It stands beside the export of all cases to the national tables: for the general software of the province, for a
department's own network, and for a citizen who wants what was written down about him.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stationapp.domain.case import CASE, Case
from stationapp.domain.events import CaseEvent
from stationapp.domain.people import Application, Attachment, HandedIn
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.atomic_files import disk_trouble, write_atomically
from stationapp.platform.unavailable import Unavailable
from stationapp.services.case_details import CaseDetails, details
from stationapp.services.scans import save_scan
from stationapp.services.workplace import Workplace
from stationapp.store.records import EventStatus

FILE = "application.json"
_EXTERNAL = "note_external"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What was written: the JSON file, and the scans beside it in the order of the materials."""

    file: Path
    scans: tuple[Path, ...]


def export_case(workplace: Workplace, case_id: str, out: Path) -> CaseFile:
    """Write a case with its scans into a folder named after its receipt number, readable by its owner only.

    Raises Refused for what is no case or not to be seen by this person, Unavailable when a scan has not arrived yet
    or the disk refuses; nothing is written then but scans.
    """
    found = details(workplace, case_id)
    if found.case.kind != CASE:
        raise Refused(Reason("no-case", "只有办件可以导出；这是围绕办件的服务。", "number"))
    _require_scans(workplace, found.case.application)
    folder = out / found.case.receipt_number
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise disk_trouble(error) from error
    scans = {
        scan.sha256: save_scan(workplace, scan, folder, place)
        for place, scan in enumerate(found.case.application.attachments, 1)
    }
    data = _shape(found, _external(workplace, case_id), {digest: path.name for digest, path in scans.items()})
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    write_atomically(folder / FILE, text.encode())
    return CaseFile(folder / FILE, tuple(scans.values()))


def _require_scans(workplace: Workplace, application: Application) -> None:
    lacking = [scan.name for scan in application.attachments if not workplace.files.has(scan.sha256)]
    if lacking:
        names = "、".join(lacking)
        raise Unavailable(f"附件“{names}”尚未下载到本机，联网同步以后再导出。", "attachment not here")


def _external(workplace: Workplace, case_id: str) -> list[CaseEvent]:
    with workplace.store.read() as unit:
        stored = unit.events.of_case(case_id)
    taken = (row.event for row in stored if row.status is not EventStatus.REFUSED)
    return [event for event in taken if event.move == _EXTERNAL]


def _shape(found: CaseDetails, external: list[CaseEvent], files: dict[str, str]) -> dict[str, Any]:
    application = found.case.application
    return {
        **_head(found.case),
        "item": application.item_code,
        "item_version": application.item_version,
        "item_name": application.item_name,
        "applicant": asdict(application.applicant),
        "form": dict(application.form),
        "materials": [_material(row, files) for row in application.materials],
        "division": application.division,
        "result_to": application.result_to,
        "attorney": application.attorney,
        "external": [{**_texts(event), "at": event.at.isoformat()} for event in external],
        "history": [
            {"at": step.at.isoformat(), "desk": step.desk, "person": step.person, "move": step.title}
            for step in found.steps
        ],
    }


def _head(case: Case) -> dict[str, Any]:
    return {
        "receipt_number": case.receipt_number,
        "case_number": case.case_number,
        "state": str(case.state),
        "state_title": case.state.label,
    }


def _material(row: HandedIn, files: dict[str, str]) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(row).items() if name != "attachments"}
    scans: tuple[Attachment, ...] = row.attachments
    return {**plain, "files": [files[scan.sha256] for scan in scans]}


def _texts(event: CaseEvent) -> dict[str, str]:
    return {name: str(event.facts[name]) for name in ("system", "external_number")}
