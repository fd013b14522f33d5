"""People served before, as their latest cases have them."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from stationapp.store.moments import from_micros
from stationapp.store.records.cases import KnownApplicant
from stationapp.store.repositories.base import AnyRow, Repository
from stationapp.store.tables import CaseRow
from stationapp.store.tables.base import table_of

_C = table_of(CaseRow).c
_LAST_CHARACTER = "\U0010ffff"
_GROUP = (_C.document_number, _C.document_kind)
# With a single max() SQLite takes the other columns from the row that has the greatest value.
_PEOPLE = select(
    _C.document_kind,
    _C.document_number,
    _C.applicant_name,
    _C.sex,
    _C.birth_date,
    _C.phone,
    _C.address,
    func.max(_C.updated_at),
    func.count(),
).where(_C.document_number != "")
_BY_NUMBER = (
    _PEOPLE.where(_C.document_number >= bindparam("first"), _C.document_number < bindparam("last"))
    .group_by(*_GROUP)
    .order_by(*_GROUP)
    .limit(bindparam("most"))
)
_BY_NAME = (
    _PEOPLE.where(_C.applicant_name >= bindparam("first"), _C.applicant_name < bindparam("last"))
    .group_by(_C.applicant_name, *_GROUP)
    .order_by(_C.applicant_name, *_GROUP)
    .limit(bindparam("most"))
)
_ONE = _PEOPLE.where(
    _C.document_kind == bindparam("of_kind"), _C.document_number == bindparam("of_number")
).group_by(*_GROUP)


class ApplicantQueries(Repository):
    """Reads the people behind the cases; nothing about them is kept besides."""

    def find(self, text: str, limit: int) -> list[KnownApplicant]:
        """Return people whose document number or name begins like that; everybody for no text."""
        text = text.strip()
        by_number = text[:1].isascii() and any(character.isdigit() for character in text)
        beginning = text.upper() if by_number else text
        asked = {"first": beginning, "last": beginning + _LAST_CHARACTER, "most": limit}
        rows = self._connection.execute(_BY_NUMBER if by_number else _BY_NAME, asked)
        return [_applicant(row) for row in rows]

    def get(self, kind: str, number: str) -> KnownApplicant | None:
        """Return the person with that document."""
        row = self._connection.execute(_ONE, {"of_kind": kind, "of_number": number}).one_or_none()
        return _applicant(row) if row is not None else None


def _applicant(row: AnyRow) -> KnownApplicant:
    kind, number, name, sex, birth_date, phone, address, last_at, cases = row
    return KnownApplicant(kind, number, name, sex, birth_date, phone, address, from_micros(last_at), cases)
