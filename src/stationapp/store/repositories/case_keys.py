"""The integer keys of cases: given once, never changed, never given again."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.repositories.base import Repository
from stationapp.store.tables import CaseKeyRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(CaseKeyRow)
_FIND = select(_TABLE.c.key).where(_TABLE.c.case_id == bindparam("wanted"))
_ADD = insert(_TABLE).returning(_TABLE.c.key)
_MARK = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("of_key"), _TABLE.c.taken_back != bindparam("mark"))
    .values(taken_back=bindparam("mark"))
)


class CaseKeys(Repository):
    """Finds and gives keys, and marks cases the hub has taken back."""

    def find(self, case_id: str) -> int | None:
        """Return a case's key, or None for a case that has no log here."""
        return self._connection.execute(_FIND, {"wanted": case_id}).scalar()

    def give(self, case_id: str) -> tuple[int, bool]:
        """Return a case's key and whether it is new."""
        key = self.find(case_id)
        if key is not None:
            return key, False
        row = {"case_id": case_id, "taken_back": False}
        return int(self._connection.execute(_ADD, row).scalar_one()), True

    def mark_taken_back(self, key: int, taken_back: bool) -> bool:
        """Mark whether the hub has taken the case back; tell whether that is news."""
        return self._connection.execute(_MARK, {"of_key": key, "mark": taken_back}).rowcount > 0
