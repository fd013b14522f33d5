"""Queries on attachments and uploads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select, update
from sqlmodel import col

from countyhub.attachments.tables import AttachmentRow, AwaitedRow, CaseAttachmentRow, UploadRow
from countyhub.database import in_chunks
from countyhub.devices.repository import Device
from countyhub.mailboxes.tables import VisibleRow
from countyhub.many_rows import insert_if_absent


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload: `received` of `length` bytes are there, and `pieces` behind them.

    `completed_at` is empty until all its bytes came and fitted the digest.
    """

    upload_id: str
    device: str
    sha256: str
    length: int
    received: int
    generation: int
    created_at: str
    pieces: str = ""
    completed_at: str = ""


_UPLOAD: Any = tuple(getattr(UploadRow, name) for name in Upload.__dataclass_fields__)


def lock_wanted(connection: Connection, wanted: Mapping[str, int]) -> None:
    """Note that attachments (sha256 → size) are wanted, and lock them in order.

    The lock makes a push and a completing upload wait for each other: no held event is overlooked.
    """
    ordered = sorted(wanted)
    rows = [AttachmentRow(sha256=sha256, size=wanted[sha256]).model_dump() for sha256 in ordered]
    insert_if_absent(connection, AttachmentRow, rows)
    for chunk in in_chunks(ordered):
        mine = select(col(AttachmentRow.sha256)).where(col(AttachmentRow.sha256).in_(chunk))
        connection.execute(mine.order_by(col(AttachmentRow.sha256)).with_for_update()).all()


def mark_complete(connection: Connection, sha256: str, size: int, at: str) -> None:
    """Note that all bytes of an attachment are there. It is locked in any case, see `lock_wanted`."""
    lock_wanted(connection, {sha256: size})
    mine = (col(AttachmentRow.sha256) == sha256) & (col(AttachmentRow.complete_at) == "")
    connection.execute(update(AttachmentRow).where(mine).values(size=size, complete_at=at))


def possessed(connection: Connection, device: Device, wanted: Iterable[str]) -> dict[str, int]:
    """Return sha256 and size of those complete attachments of which a device is known to have the bytes.

    It uploaded all of them itself, or one of its desks sees a case with them. That others did is not enough, and
    not told: a digest would otherwise open to its finder what it is the digest of.
    """
    uploaded = exists().where(
        (col(UploadRow.device) == device.device_id)
        & (col(UploadRow.sha256) == col(AttachmentRow.sha256))
        & (col(UploadRow.completed_at) != "")
    )
    size, found = (col(AttachmentRow.sha256), col(AttachmentRow.size)), dict[str, int]()
    for chunk in in_chunks(sorted(set(wanted))):
        mine = col(AttachmentRow.sha256).in_(chunk) & (col(AttachmentRow.complete_at) != "")
        rows = connection.execute(select(*size).where(mine & (uploaded | _is_seen_by(device.desks))))
        found.update({row.sha256: row.size for row in rows})
    return found


def needed_from(connection: Connection, device: Device, offered: Sequence[str]) -> list[str]:
    """Return what a device is to upload: what it offers and is not known to have, and what its events wait for.

    What an event waits for is asked for even if the device's desk came to see it meanwhile: the event goes on when
    the device answers.
    """
    awaited = awaited_by(connection, device.device_id)
    known = possessed(connection, device, offered).keys() - {*awaited}
    return [sha256 for sha256 in dict.fromkeys([*offered, *awaited]) if sha256 not in known]


def size_if_visible(connection: Connection, sha256: str, desks: Sequence[str]) -> int | None:
    """Return the size of a complete attachment that belongs to a case one of the desks sees."""
    mine = (col(AttachmentRow.sha256) == sha256) & (col(AttachmentRow.complete_at) != "")
    return connection.execute(select(col(AttachmentRow.size)).where(mine & _is_seen_by(desks))).scalar()


def _is_seen_by(desks: Sequence[str]) -> Any:
    """Whether one of the desks sees a case with the attachment of the row."""
    refers = (col(CaseAttachmentRow.case_id) == col(VisibleRow.case_id)) & (
        col(CaseAttachmentRow.sha256) == col(AttachmentRow.sha256)
    )
    return exists().where(refers & col(VisibleRow.desk_id).in_(desks))


def refer(connection: Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Write that cases refer to attachments: (case_id, sha256)."""
    pairs = [{"case_id": case_id, "sha256": sha256} for case_id, sha256 in sorted(rows)]
    insert_if_absent(connection, CaseAttachmentRow, pairs)


def await_missing(connection: Connection, rows: Iterable[tuple[str, str, int, str]]) -> None:
    """Write which held envelopes wait for which attachments: (sha256, device, seq, case_id)."""
    names = ("sha256", "device", "seq", "case_id")
    waiting = [dict(zip(names, row, strict=True)) for row in sorted(rows)]
    insert_if_absent(connection, AwaitedRow, waiting)


_AWAITED = (
    select(col(AwaitedRow.sha256))
    .distinct()
    .where(col(AwaitedRow.device) == bindparam("of_device"))
    .order_by(col(AwaitedRow.sha256))
)


def awaited_by(connection: Connection, device: str) -> list[str]:
    """Return the attachments a device's held envelopes wait for."""
    return list(connection.execute(_AWAITED, {"of_device": device}).scalars())


def awaiting(connection: Connection, sha256: str) -> dict[str, set[str]]:
    """Return the devices with envelopes that wait for an attachment, each with the cases of these."""
    mine = select(col(AwaitedRow.device), col(AwaitedRow.case_id)).where(col(AwaitedRow.sha256) == sha256)
    found: dict[str, set[str]] = {}
    for row in connection.execute(mine):
        found.setdefault(row.device, set()).add(row.case_id)
    return found


def stop_awaiting(connection: Connection, sha256: str, devices: Iterable[str]) -> None:
    """Forget that devices waited for an attachment that they have brought."""
    mine = (col(AwaitedRow.sha256) == sha256) & col(AwaitedRow.device).in_(sorted(devices))
    connection.execute(delete(AwaitedRow).where(mine))


def arrived_but_awaited(connection: Connection) -> list[str]:
    """Return attachments that came while nobody could judge again what waited for them."""
    came = (col(AwaitedRow.sha256) == col(AttachmentRow.sha256)) & (col(AttachmentRow.complete_at) != "")
    query = select(col(AwaitedRow.sha256)).distinct().join(AttachmentRow, came)
    return list(connection.execute(query.order_by(col(AwaitedRow.sha256))).scalars())


def add_upload(connection: Connection, upload: Upload) -> None:
    """Write a fresh upload, unless the device has one of this attachment."""
    row = {name: getattr(upload, name) for name in Upload.__dataclass_fields__}
    insert_if_absent(connection, UploadRow, [row])


def upload_of(connection: Connection, device: str, sha256: str) -> Upload | None:
    """Return a device's upload of an attachment."""
    mine = (col(UploadRow.device) == device) & (col(UploadRow.sha256) == sha256)
    row = connection.execute(select(*_UPLOAD).where(mine)).first()
    return Upload(*row) if row else None


def uploads_of(connection: Connection, device: str, wanted: Iterable[str]) -> dict[str, Upload]:
    """Return a device's uploads under way of some attachments, by sha256."""
    found: dict[str, Upload] = {}
    open_one = (col(UploadRow.device) == device) & (col(UploadRow.completed_at) == "")
    for chunk in in_chunks(sorted(set(wanted))):
        mine = open_one & col(UploadRow.sha256).in_(chunk)
        found.update({row.sha256: Upload(*row) for row in connection.execute(select(*_UPLOAD).where(mine))})
    return found


def find_upload(connection: Connection, device: str, upload_id: str, *, lock: bool) -> Upload | None:
    """Return a device's own upload; `lock` keeps every other writer out until the transaction ends."""
    mine = (col(UploadRow.upload_id) == upload_id) & (col(UploadRow.device) == device)
    query = select(*_UPLOAD).where(mine)
    row = connection.execute(query.with_for_update() if lock else query).first()
    return Upload(*row) if row else None


def change_upload(connection: Connection, upload: Upload) -> None:
    """Write how far an upload is and who may write; the caller holds the lock."""
    now = {name: getattr(upload, name) for name in ("received", "generation", "pieces")}
    connection.execute(update(UploadRow).where(col(UploadRow.upload_id) == upload.upload_id).values(now))


def complete_upload(connection: Connection, upload_id: str, at: str) -> None:
    """Note that an upload is done; the row stays, as the proof that its device has the bytes."""
    done = {"received": col(UploadRow.length), "pieces": "", "completed_at": at}
    connection.execute(update(UploadRow).where(col(UploadRow.upload_id) == upload_id).values(done))


def whole_uploads(connection: Connection) -> list[Upload]:
    """Return the uploads that are all there and not finished."""
    whole = (col(UploadRow.received) == col(UploadRow.length)) & (col(UploadRow.completed_at) == "")
    query = select(*_UPLOAD).where(whole).order_by(col(UploadRow.upload_id))
    return [Upload(*row) for row in connection.execute(query)]


def count_open(connection: Connection, device: str = "") -> int:
    """Return how many uploads, of a device or of all, are under way."""
    mine = col(UploadRow.completed_at) == ""
    if device:
        mine &= col(UploadRow.device) == device
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


def unreferred_bytes(connection: Connection, device: str, since: str) -> int:
    """Return the bytes of a device's uploads, opened since a time, that no case refers to."""
    referred = exists().where(col(CaseAttachmentRow.sha256) == col(UploadRow.sha256))
    mine = (col(UploadRow.device) == device) & (col(UploadRow.created_at) >= since) & ~referred
    total = select(func.coalesce(func.sum(col(UploadRow.length)), 0)).where(mine)
    return int(connection.execute(total).scalar_one())


def known_uploads(connection: Connection, upload_ids: Iterable[str]) -> set[str]:
    """Return those of some uploads that are under way."""
    known: set[str] = set()
    for chunk in in_chunks(sorted(set(upload_ids))):
        mine = col(UploadRow.upload_id).in_(chunk) & (col(UploadRow.completed_at) == "")
        known |= set(connection.execute(select(col(UploadRow.upload_id)).where(mine)).scalars())
    return known


def uploads_before(connection: Connection, at: str) -> list[str]:
    """Return the uploads opened before a time and not done."""
    stale = (col(UploadRow.created_at) < at) & (col(UploadRow.completed_at) == "")
    old = select(col(UploadRow.upload_id)).where(stale)
    return list(connection.execute(old.order_by(col(UploadRow.upload_id))).scalars())


def drop_upload(connection: Connection, upload_id: str) -> None:
    """Forget an upload."""
    connection.execute(delete(UploadRow).where(col(UploadRow.upload_id) == upload_id))
