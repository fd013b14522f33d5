"""Scans and photos: checked, encrypted into the station's files, known by their content."""

from __future__ import annotations

import re
from pathlib import Path

from stationapp.domain.people import Attachment
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.atomic_files import write_atomically
from stationapp.platform.unavailable import Unavailable
from stationapp.services.workplace import Workplace
from stationapp.store.attachment_files import DamagedFile

MAX_BYTES = 20 * 1024 * 1024
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)

# What no file name may hold on Windows or Linux; another station chose the name.
_NO_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_LONGEST_NAME = 60


def attach_file(workplace: Workplace, path: Path) -> Attachment:
    """Take a JPEG, PNG or PDF file into the station and return its description.

    Raises Refused for another kind, an empty or too large file, Unavailable when it cannot be read or stored.
    """
    try:
        _require_size(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            f"读不出文件“{path.name}”，请检查U盘或扫描仪后再试。", type(error).__name__
        ) from error
    return attach_bytes(workplace, path.name, data)


def attach_bytes(workplace: Workplace, name: str, data: bytes) -> Attachment:
    """Take the content of a scan or photo; the file is on disk before any record names it."""
    _require_size(name, len(data))
    media_type = next((kind for head, kind in _SIGNATURES if data.startswith(head)), "")
    if not media_type:
        raise Refused(Reason("file-kind", f"“{name}”不是 JPG、PNG 或 PDF 文件，不能作为附件。", "attachment"))
    sha256 = workplace.files.put(data)
    with workplace.store.write() as unit:
        unit.attachments.add_local(sha256, len(data), name, media_type)
    return Attachment(sha256, len(data), name, media_type)


def _require_size(name: str, size: int) -> None:
    if not size:
        raise Refused(Reason("file-empty", f"“{name}”是空文件，请重新扫描。", "attachment"))
    if size > MAX_BYTES:
        raise Refused(Reason("file-size", f"“{name}”超过 20 MB，请降低扫描分辨率。", "attachment"))


def read_attachment(workplace: Workplace, attachment: Attachment) -> bytes:
    """Return the content; raises Unavailable while it has not arrived from the hub.

    What the disk damaged is fetched again by the next exchange, if the hub has it.
    """
    if not workplace.files.has(attachment.sha256):
        raise Unavailable(f"附件“{attachment.name}”尚未下载到本机，联网后会自动下载。", "attachment not here")
    try:
        return workplace.files.get(attachment.sha256)
    except DamagedFile:
        with workplace.store.write() as unit:
            unit.attachments.want_again(attachment.sha256)
        raise


def scans_of(workplace: Workplace, case_id: str) -> list[Attachment]:
    """Return the scans of a case in the order of its materials; raises Refused when this station lacks the case."""
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
    if record is None:
        raise Refused(Reason("no-case", "本站没有这个办件。", "number"))
    return list(record.case.application.attachments)


def save_scan(workplace: Workplace, attachment: Attachment, folder: Path, place: int) -> Path:
    """Write a scan into a folder, readable by its owner only and named after its place in the case (from 1).

    Raises Unavailable while it has not arrived from the hub, or when the disk refuses.
    """
    data = read_attachment(workplace, attachment)
    name = _NO_NAME.sub("_", attachment.name)[-_LONGEST_NAME:].rstrip(" .")
    path = folder / f"{place:02d}-{name}"
    write_atomically(path, data)
    return path
