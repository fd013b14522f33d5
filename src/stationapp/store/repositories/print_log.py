"""Which paper was printed how often: a second copy says so."""

from __future__ import annotations

from sqlalchemy import bindparam, func, insert, select

from stationapp.store.moments import from_micros, to_micros
from stationapp.store.records.events import Moment
from stationapp.store.records.station import Print
from stationapp.store.repositories.base import Repository
from stationapp.store.tables import PrintRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(PrintRow)
_OF_PAPER = (_TABLE.c.paper == bindparam("of_paper"), _TABLE.c.number == bindparam("of_number"))
_COPIES = select(func.coalesce(func.max(_TABLE.c.copy_number), 0)).where(*_OF_PAPER)
_OF_CASE = select(_TABLE).where(_TABLE.c.case_id == bindparam("of_case")).order_by(_TABLE.c.at)
_INSERT = insert(_TABLE)


class PrintQueries(Repository):
    """Reads the print log."""

    def copies(self, paper: str, number: str) -> int:
        """Return how many copies of a paper were printed."""
        asked = {"of_paper": paper, "of_number": number}
        return int(self._connection.execute(_COPIES, asked).scalar_one())

    def of_case(self, case_id: str) -> list[Print]:
        """Return every copy printed for a case, in order of time."""
        rows = self._connection.execute(_OF_CASE, {"of_case": case_id})
        return [
            Print(row.paper, row.number, row.copy_number, row.case_id, from_micros(row.at), row.person_id)
            for row in rows
        ]


class PrintLog(PrintQueries):
    """Keeps the print log."""

    def record(self, paper: str, number: str, case_id: str, at: Moment, person_id: str) -> int:
        """Note one more copy and return its number, 1 for the first."""
        copy = self.copies(paper, number) + 1
        row = {
            "paper": paper,
            "number": number,
            "copy_number": copy,
            "case_id": case_id,
            "person_id": person_id,
        }
        self._connection.execute(_INSERT, {**row, "at": to_micros(at)})
        return copy
