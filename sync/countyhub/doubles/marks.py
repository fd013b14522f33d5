"""The mark of an application: the same for the same document and item, and telling nobody whose it is.

It is a keyed hash of document kind, document number and item code. The key follows from the hub's first seed, so
that the table cannot be searched by trying out all numbers there are, and one person's marks for two items differ.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from sqlalchemy import Connection

from countyhub.acceptance.ruling import Confirmed
from countyhub.doubles import repository
from countyhub.identity.repository import Identity
from stationapp.domain.case import CASE
from stationapp.domain.identity_documents import DocumentKind, normalise_number
from stationapp.domain.people import Application

_PURPOSE = b"countyhub: mark of an application, 1"


def key_of(identity: Identity) -> bytes:
    """Return the key of the hub's marks, 32 bytes."""
    return hmac.digest(identity.lasting, _PURPOSE, hashlib.sha256)


def mark_of(key: bytes, application: Application) -> str:
    """Return the mark of an application, 64 hex digits."""
    applicant = application.applicant
    kinds = {str(kind): kind for kind in DocumentKind}
    kind = kinds.get(applicant.document_kind, DocumentKind.OTHER)
    number = normalise_number(kind, applicant.document_number)
    text = "\0".join((applicant.document_kind, number, application.item_code))
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def note_opened(connection: Connection, key: bytes, confirmed: Iterable[Confirmed]) -> None:
    """Write the marks of the cases that were opened."""
    repository.add_marks(connection, [_row(key, one) for one in confirmed if _is_marked(one)])


def _is_marked(one: Confirmed) -> bool:
    """Services around a case, such as an appointment, may be asked for as often as one likes."""
    return one.revision == 1 and one.case.kind == CASE


def _row(key: bytes, opened: Confirmed) -> dict[str, object]:
    application = opened.case.application
    return {
        "case_id": opened.case.case_id,
        "item_code": application.item_code,
        "mark": mark_of(key, application),
        "looked": False,
    }
