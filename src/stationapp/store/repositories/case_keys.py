"""The integer keys of cases: given once, never changed, never given again."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.repositories.base import Prepared, Repository
from stationapp.store.tables import CaseKeyRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(CaseKeyRow)
_FIND = Prepared(select(_TABLE.c.key).where(_TABLE.c.case_id == bindparam("wanted")))
_ADD = Prepared(insert(_TABLE).values(case_id=bindparam("new_id"), taken_back=False))
_MARK = Prepared(
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("of_key"), _TABLE.c.taken_back != bindparam("mark"))
    .values(taken_back=bindparam("mark"))
)


class CaseKeys(Repository):
    """Finds and gives keys, and marks cases the hub has taken back."""

    def find(self, case_id: str) -> int | None:
        """Return a case's key, or None for a case that has no log here."""
        row = _FIND.one(self._connection, {"wanted": case_id})
        return int(row[0]) if row else None

    def give(self, case_id: str) -> tuple[int, bool]:
        """Return a case's key and whether it is new."""
        key = self.find(case_id)
        if key is not None:
            return key, False
        return int(_ADD.run(self._connection, {"new_id": case_id}).lastrowid), True

    def mark_taken_back(self, key: int, taken_back: bool) -> bool:
        """Mark whether the hub has taken the case back; tell whether that is news."""
        return bool(_MARK.run(self._connection, {"of_key": key, "mark": taken_back}).rowcount > 0)
