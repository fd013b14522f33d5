"""People served before, as their latest cases have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from stationapp.domain.case import CASE
from stationapp.store.moments import from_micros
from stationapp.store.records.cases import KnownApplicant
from stationapp.store.repositories.base import AnyRow, Repository
from stationapp.store.repositories.case_numbers import NUMBER_TABLES
from stationapp.store.repositories.case_search import words_met
from stationapp.store.search_text import LINE_END, PERSONAL, folded, words_of
from stationapp.store.tables import CaseRow
from stationapp.store.tables.base import table_of

_C = table_of(CaseRow).c
_LAST_CHARACTER = "\U0010ffff"
_MOST_CASES = 1000
_NAMES = ("document_kind", "document_number", "applicant_name", "sex", "birth_date", "phone", "address")
# Who complained or asked is not offered for other cases: only applicants are.
_CASES = select(*(_C[name] for name in _NAMES), _C.updated_at).where(
    _C.kind == CASE, _C.document_number != ""
)
_NEWEST_FIRST = _CASES.order_by(_C.updated_at.desc(), _C.key.desc()).limit(_MOST_CASES)
_OF_NUMBER = tuple(
    _CASES.add_columns(numbers.c.token)
    .join(numbers, numbers.c.case_key == _C.key)
    .where(numbers.c.kind == PERSONAL)
    .where(numbers.c.token >= bindparam("first"), numbers.c.token < bindparam("last"))
    .order_by(numbers.c.token, _C.updated_at.desc())
    .limit(_MOST_CASES)
    for numbers in NUMBER_TABLES
)


class ApplicantQueries(Repository):
    """Reads the people behind the cases; nothing about them is kept besides."""

    def find(self, text: str, limit: int) -> list[KnownApplicant]:
        """Return people whose document number (with a digit in the text) or name begins like that.

        By number they come in its order, by name the one served last comes first; no text finds everybody.
        """
        beginning = folded(text)
        if any(character.isdigit() for character in beginning):
            rows = self._of_number(beginning, beginning + _LAST_CHARACTER)
            return _people((row for row in rows if folded(row.document_number).startswith(beginning)), limit)
        return _people(self._connection.execute(self._named(text)), limit)

    def get(self, kind: str, number: str) -> KnownApplicant | None:
        """Return the person with that document, as his latest case has him."""
        whole = folded(number)
        rows = self._of_number(whole, whole + LINE_END)
        mine = (row for row in rows if (row.document_kind, row.document_number) == (kind, number))
        return next(iter(_people(mine, 1)), None)

    def _of_number(self, first: str, last: str) -> list[AnyRow]:
        """Return cases of personal numbers from the first to before the last, in their order, newest first."""
        span = {"first": first, "last": last}
        rows = [row for numbers in _OF_NUMBER for row in self._connection.execute(numbers, span)]
        return sorted(rows, key=lambda row: (row.token, -row.updated_at))[:_MOST_CASES]

    def _named(self, text: str) -> Select[Any]:
        words = words_of(text)
        if not words:
            return _NEWEST_FIRST
        # A name is the first line of what its case is found by.
        beginning = LINE_END + folded(text)
        met = words_met(self._connection, words)
        return _NEWEST_FIRST.where(*met, func.instr(_C.search_text, beginning) == 1)


def _people(rows: Iterable[AnyRow], limit: int) -> list[KnownApplicant]:
    """The first row of each person counts."""
    found: dict[tuple[str, str], KnownApplicant] = {}
    for row in rows:
        kind, number, name, sex, birth_date, phone, address, updated_at = row[:8]
        person = KnownApplicant(kind, number, name, sex, birth_date, phone, address, from_micros(updated_at))
        found.setdefault((kind, number), person)
        if len(found) == limit:
            break
    return list(found.values())
