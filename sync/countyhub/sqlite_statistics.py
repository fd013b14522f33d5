"""What SQLite is told about the tables, so that it takes the index that narrows most.

All rows of a county's database begin with the same county. Without statistics SQLite believes that ten rows match
the first column of any index, and would rather read "those ten", that is everything, than look for a number.
Measured statistics would say so too, but only once there are rows; these hold from the first day on.
"""

from __future__ import annotations

from sqlalchemy import Connection

from countyhub.county_rows import COUNTY
from countyhub.tables import METADATA

_ROWS = 1_000_000
_MATCHING = (100, 10, 3)  # rows that match the second, third and every further column as well


def tell(connection: Connection) -> None:
    """Write the statistics of every index that begins with the county; nothing on another database than SQLite."""
    if connection.dialect.name != "sqlite":
        return
    connection.exec_driver_sql("ANALYZE")  # It makes the table, and rows for what is not empty.
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    rows = [row for table in METADATA.tables for row in _of_table(connection, table)]
    if rows:
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # It reads them.


def _of_table(connection: Connection, table: str) -> list[tuple[str, str, str]]:
    found = []
    for _, index, is_unique, *_ in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
        columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index})").all()]
        if columns[0] == COUNTY and len(columns) > 1:
            found.append((table, index, _told(len(columns), is_unique=bool(is_unique))))
    return found


def _told(columns: int, *, is_unique: bool) -> str:
    """The numbers of rows, of rows that match the first column, the first two, and so on."""
    matching = [_MATCHING[min(place, len(_MATCHING) - 1)] for place in range(columns - 1)]
    if is_unique:
        matching[-1:] = [1]
    return " ".join(map(str, (_ROWS, _ROWS, *matching)))
