"""What is known of scans and photos: which lie here, which the hub has. The bytes lie in `AttachmentFiles`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.records.exchange import AttachmentRecord, Upload
from stationapp.store.repositories.base import Repository
from stationapp.store.tables import AttachmentRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(AttachmentRow)
_NAMES = ("sha256", "size", "name", "media_type", "here", "at_hub")
_ALL = select(*(_TABLE.c[name] for name in _NAMES))
_THIS = _TABLE.c.sha256 == bindparam("wanted")
_GET = _ALL.where(_THIS)
# The conditions are spelled as in the partial indexes, or these would not be used.
_NOT_HERE, _NOT_AT_HUB = text("here = 0"), text("here = 1 AND at_hub = 0")
_MISSING_HERE = _ALL.where(_NOT_HERE).order_by(_TABLE.c.noted).limit(bindparam("most"))
_UNSENT = _ALL.where(_NOT_AT_HUB).order_by(_TABLE.c.noted).limit(bindparam("most"))
_UNSENT_COUNT = select(func.count()).select_from(_TABLE).where(_NOT_AT_HUB)
_UNSENT_BYTES = select(
    func.coalesce(func.sum(_TABLE.c.size), 0), func.coalesce(func.sum(_TABLE.c.upload_offset), 0)
).where(_NOT_AT_HUB)
_HERE = select(_TABLE.c.sha256).where(text("here = 1"))
_UPLOAD = select(_TABLE.c.upload_url, _TABLE.c.upload_offset).where(_THIS)
_INSERT = insert(_TABLE)
_ADD_LOCAL = _INSERT.on_conflict_do_update(["sha256"], set_={"here": True})
_WANT = _INSERT.on_conflict_do_nothing(["sha256"])
_FORGET = delete(_TABLE).where(_THIS, _NOT_HERE)
_AT_HUB = update(_TABLE).where(_THIS).values(at_hub=True, upload_url="", upload_offset=0)
_NOT_AT_HUB_ANY_MORE = update(_TABLE).where(_THIS).values(at_hub=False)
_IS_HERE = update(_TABLE).where(_THIS).values(here=True)
_WANT_AGAIN = update(_TABLE).where(_THIS, text("at_hub = 1")).values(here=False)
_SET_UPLOAD = (
    update(_TABLE).where(_THIS).values(upload_url=bindparam("url"), upload_offset=bindparam("offset"))
)
_FORGET_UPLOADS = update(_TABLE).values(upload_url="", upload_offset=0)


class AttachmentQueries(Repository):
    """Reads what is known of attachments."""

    def get(self, sha256: str) -> AttachmentRecord | None:
        """Return what is known of one attachment."""
        row = self._connection.execute(_GET, {"wanted": sha256}).one_or_none()
        return AttachmentRecord(*row) if row is not None else None

    def missing_here(self, limit: int) -> list[AttachmentRecord]:
        """Return attachments of visible cases that do not lie here yet, the longest known first."""
        return _records(self._connection.execute(_MISSING_HERE, {"most": limit}).all())

    def not_at_hub(self, limit: int) -> list[AttachmentRecord]:
        """Return attachments that lie here and that the hub has not got in full, the longest known first."""
        return _records(self._connection.execute(_UNSENT, {"most": limit}).all())

    def count_not_at_hub(self) -> int:
        """Return how many attachments lie only here."""
        return int(self._connection.execute(_UNSENT_COUNT).scalar_one())

    def bytes_not_at_hub(self) -> tuple[int, int]:
        """Return the bytes of all attachments that lie only here, and how many of them the hub said it has."""
        size, sent = self._connection.execute(_UNSENT_BYTES).one()
        return int(size), int(sent)

    def all_here(self) -> frozenset[str]:
        """Return the hashes of all attachments that lie here."""
        return frozenset(self._connection.execute(_HERE).scalars())

    def upload_state(self, sha256: str) -> Upload | None:
        """Return the upload that has begun, or None."""
        row = self._connection.execute(_UPLOAD, {"wanted": sha256}).one_or_none()
        return Upload(row.upload_url, row.upload_offset) if row is not None and row.upload_url else None


class Attachments(AttachmentQueries):
    """Keeps what is known of attachments. Everything may be said twice."""

    def add_local(self, sha256: str, size: int, name: str, media_type: str) -> None:
        """Note an attachment whose bytes are already safe on this disk."""
        self._add(_ADD_LOCAL, sha256, size, name, media_type, here=True, at_hub=False)

    def want(self, sha256: str, size: int, name: str, media_type: str) -> None:
        """Note an attachment that the hub has and this station should; nothing changes for one known here."""
        self._add(_WANT, sha256, size, name, media_type, here=False, at_hub=True)

    def want_again(self, sha256: str) -> None:
        """Note that what lies here is of no use, if the hub has it: the next exchange fetches it."""
        self._connection.execute(_WANT_AGAIN, {"wanted": sha256})

    def unwant(self, sha256: str) -> None:
        """Forget an attachment that does not lie here and that the hub no longer shows us."""
        self._connection.execute(_FORGET, {"wanted": sha256})

    def mark_at_hub(self, sha256: str) -> None:
        """Note that the hub has it in full."""
        self._connection.execute(_AT_HUB, {"wanted": sha256})

    def mark_not_at_hub(self, sha256: str) -> None:
        """Note that the hub has lost it: it was restored from an older backup."""
        self._connection.execute(_NOT_AT_HUB_ANY_MORE, {"wanted": sha256})

    def mark_here(self, sha256: str) -> None:
        """Note that its bytes are safe on this disk."""
        self._connection.execute(_IS_HERE, {"wanted": sha256})

    def set_upload(self, sha256: str, upload_url: str, offset: int) -> None:
        """Note the upload that has begun and how many bytes the hub has."""
        self._connection.execute(_SET_UPLOAD, {"wanted": sha256, "url": upload_url, "offset": offset})

    def forget_uploads(self) -> None:
        """Forget where uploads stand: they were those of a device that this PC is no longer."""
        self._connection.execute(_FORGET_UPLOADS)

    def _add(self, statement: Any, *values: Any, here: bool, at_hub: bool) -> None:
        row = dict(zip(_NAMES, (*values, here, at_hub), strict=True))
        self._connection.execute(statement, row | {"upload_url": "", "upload_offset": 0})


def _records(rows: Any) -> list[AttachmentRecord]:
    return [AttachmentRecord(*row) for row in rows]
