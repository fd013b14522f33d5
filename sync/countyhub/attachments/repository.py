"""Queries on attachments and uploads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update
from sqlmodel import col

from countyhub.attachments.tables import AttachmentRow, AwaitedRow, CaseAttachmentRow, UploadRow
from countyhub.database import in_chunks, insert_if_absent
from countyhub.mailboxes.tables import VisibleRow


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload: `received` of `length` bytes are there, and `pieces` behind them.

    `completed_at` is empty until the hub has the attachment, from this upload or from another.
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


def lock_wanted(connection: Connection, wanted: Mapping[str, int]) -> frozenset[str]:
    """Note that attachments (sha256 → size) are wanted, lock them in order, return those that are complete.

    The lock makes a push and a completing upload wait for each other: no held event is overlooked.
    """
    ordered = sorted(wanted)
    rows = [AttachmentRow(sha256=sha256, size=wanted[sha256]).model_dump() for sha256 in ordered]
    insert_if_absent(connection, AttachmentRow, rows)
    complete: set[str] = set()
    for chunk in in_chunks(ordered):
        mine = select(col(AttachmentRow.sha256), col(AttachmentRow.complete_at)).where(
            col(AttachmentRow.sha256).in_(chunk)
        )
        locked = connection.execute(mine.order_by(col(AttachmentRow.sha256)).with_for_update())
        complete |= {row.sha256 for row in locked if row.complete_at}
    return frozenset(complete)


def mark_complete(connection: Connection, sha256: str, size: int, at: str) -> None:
    """Note that all bytes of an attachment are there."""
    insert_if_absent(connection, AttachmentRow, [AttachmentRow(sha256=sha256, size=size).model_dump()])
    mine = col(AttachmentRow.sha256) == sha256
    connection.execute(update(AttachmentRow).where(mine).values(size=size, complete_at=at))


def size_if_complete(connection: Connection, sha256: str) -> int | None:
    """Return the size in bytes of a complete attachment."""
    mine = (col(AttachmentRow.sha256) == sha256) & (col(AttachmentRow.complete_at) != "")
    return connection.execute(select(col(AttachmentRow.size)).where(mine)).scalar()


def complete_among(connection: Connection, wanted: Iterable[str]) -> set[str]:
    """Return those attachments that are complete."""
    found: set[str] = set()
    for chunk in in_chunks(sorted(set(wanted))):
        mine = col(AttachmentRow.sha256).in_(chunk) & (col(AttachmentRow.complete_at) != "")
        found |= set(connection.execute(select(col(AttachmentRow.sha256)).where(mine)).scalars())
    return found


def size_if_visible(connection: Connection, sha256: str, desks: Sequence[str]) -> int | None:
    """Return the size of a complete attachment that belongs to a case one of the desks sees."""
    refers = (col(CaseAttachmentRow.case_id) == col(VisibleRow.case_id)) & (
        col(CaseAttachmentRow.sha256) == sha256
    )
    seen = exists().where(refers & col(VisibleRow.desk_id).in_(desks))
    mine = (col(AttachmentRow.sha256) == sha256) & (col(AttachmentRow.complete_at) != "")
    return connection.execute(select(col(AttachmentRow.size)).where(mine & seen)).scalar()


def refer(connection: Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Write that cases refer to attachments: (case_id, sha256)."""
    pairs = [{"case_id": case_id, "sha256": sha256} for case_id, sha256 in sorted(rows)]
    insert_if_absent(connection, CaseAttachmentRow, pairs)


def await_missing(connection: Connection, rows: Iterable[tuple[str, str, int, str]]) -> None:
    """Write which held envelopes wait for which attachments: (sha256, device, seq, case_id)."""
    names = ("sha256", "device", "seq", "case_id")
    waiting = [dict(zip(names, row, strict=True)) for row in sorted(rows)]
    if waiting:
        connection.execute(insert(AwaitedRow), waiting)


_AWAITED = (
    select(col(AwaitedRow.sha256))
    .distinct()
    .where(col(AwaitedRow.device) == bindparam("of_device"))
    .order_by(col(AwaitedRow.sha256))
)


def awaited_by(connection: Connection, device: str) -> list[str]:
    """Return the attachments a device's held envelopes wait for."""
    return list(connection.execute(_AWAITED, {"of_device": device}).scalars())


def cases_awaiting(connection: Connection, sha256: str) -> list[str]:
    """Return the cases with envelopes that wait for an attachment."""
    mine = select(col(AwaitedRow.case_id)).distinct().where(col(AwaitedRow.sha256) == sha256)
    return list(connection.execute(mine.order_by(col(AwaitedRow.case_id))).scalars())


def stop_awaiting(connection: Connection, sha256: str) -> None:
    """Forget who waited for an attachment that came."""
    connection.execute(delete(AwaitedRow).where(col(AwaitedRow.sha256) == sha256))


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
    """Note that the hub has the attachment of an upload; the row stays for whoever missed the answer."""
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


def unreferred_bytes(connection: Connection, device: str) -> int:
    """Return the bytes of a device's uploads, under way or done, that no case refers to."""
    referred = exists().where(col(CaseAttachmentRow.sha256) == col(UploadRow.sha256))
    mine = (col(UploadRow.device) == device) & ~referred
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
    """Return the uploads opened before a time."""
    old = select(col(UploadRow.upload_id)).where(col(UploadRow.created_at) < at)
    return list(connection.execute(old.order_by(col(UploadRow.upload_id))).scalars())


def drop_upload(connection: Connection, upload_id: str) -> None:
    """Forget an upload."""
    connection.execute(delete(UploadRow).where(col(UploadRow.upload_id) == upload_id))
