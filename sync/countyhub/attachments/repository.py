"""Queries on attachments and uploads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update
from sqlmodel import col

from countyhub.attachments.tables import AttachmentRow, AwaitedRow, CaseAttachmentRow, UploadRow
from countyhub.database import in_chunks, insert_if_absent
from countyhub.mailboxes.tables import VisibleRow


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way: `received` of `length` bytes are there."""

    upload_id: str
    device: str
    sha256: str
    length: int
    received: int
    generation: int


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


def awaited_by(connection: Connection, device: str) -> list[str]:
    """Return the attachments a device's held envelopes wait for."""
    mine = select(col(AwaitedRow.sha256)).distinct().where(col(AwaitedRow.device) == device)
    return list(connection.execute(mine.order_by(col(AwaitedRow.sha256))).scalars())


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


def add_upload(connection: Connection, upload: Upload, at: str) -> None:
    """Write a fresh upload, unless the device has one of this attachment."""
    row = {name: getattr(upload, name) for name in Upload.__dataclass_fields__}
    insert_if_absent(connection, UploadRow, [row | {"created_at": at}])


def upload_of(connection: Connection, device: str, sha256: str) -> Upload | None:
    """Return a device's upload of an attachment."""
    mine = (col(UploadRow.device) == device) & (col(UploadRow.sha256) == sha256)
    row = connection.execute(select(*_UPLOAD).where(mine)).first()
    return Upload(*row) if row else None


def uploads_of(connection: Connection, device: str, wanted: Iterable[str]) -> dict[str, Upload]:
    """Return a device's uploads of some attachments, by sha256."""
    found: dict[str, Upload] = {}
    for chunk in in_chunks(sorted(set(wanted))):
        mine = (col(UploadRow.device) == device) & col(UploadRow.sha256).in_(chunk)
        found.update({row.sha256: Upload(*row) for row in connection.execute(select(*_UPLOAD).where(mine))})
    return found


def lock_upload(connection: Connection, device: str, upload_id: str) -> Upload | None:
    """Return a device's own upload and keep every other writer out until the transaction ends."""
    mine = (col(UploadRow.upload_id) == upload_id) & (col(UploadRow.device) == device)
    row = connection.execute(select(*_UPLOAD).where(mine).with_for_update()).first()
    return Upload(*row) if row else None


def change_upload(connection: Connection, upload_id: str, received: int, generation: int) -> None:
    """Write how far an upload is and who may write; the caller holds the lock."""
    mine = col(UploadRow.upload_id) == upload_id
    connection.execute(update(UploadRow).where(mine).values(received=received, generation=generation))


def uploads_before(connection: Connection, at: str) -> list[str]:
    """Return the uploads opened before a time."""
    old = select(col(UploadRow.upload_id)).where(col(UploadRow.created_at) < at)
    return list(connection.execute(old.order_by(col(UploadRow.upload_id))).scalars())


def drop_upload(connection: Connection, upload_id: str) -> None:
    """Forget an upload."""
    connection.execute(delete(UploadRow).where(col(UploadRow.upload_id) == upload_id))
