"""Administrative divisions, effective-dated: an old case keeps the code that was right on its day.

A code alone does not name a place. In the merger of 2019-20 villages moved to other townships and took their
last three digits with them; some codes changed their village: 510704104204 was 六合村, now it is 白鹤村.
Codes are the statistical 12 digits (6 county + 3 township + 3 village).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from stationapp.domain.organisation import Division, Level

_COMMITTEES = (("村民委员会", "村"), ("居民委员会", ""), ("居委会", ""))


def short_name(name: str) -> str:
    """Return the place a committee is named after: 抗香村村民委员会 and 抗香村民委员会 are both 抗香村."""
    for ending, kept in _COMMITTEES:
        if name.endswith(ending) and name != ending:
            place = name.removesuffix(ending)
            return place if place.endswith(kept) else place + kept
    return name


class Divisions:
    """All rows of all editions, asked by code and day."""

    def __init__(self, rows: Iterable[Division]) -> None:
        """Index the rows by code, oldest first; raises ValueError when two rows of a code overlap."""
        self._rows = tuple(rows)
        self._by_code: dict[str, list[Division]] = {}
        for row in sorted(self._rows, key=lambda row: (row.code, row.valid_from)):
            self._by_code.setdefault(row.code, []).append(row)
        for code, versions in self._by_code.items():
            for earlier, later in pairwise(versions):
                if not earlier.valid_to or earlier.valid_to > later.valid_from:
                    raise ValueError(f"rows of division {code} overlap")

    @property
    def rows(self) -> tuple[Division, ...]:
        """Every row as it was given."""
        return self._rows

    def at(self, day: date) -> tuple[Division, ...]:
        """Return the rows that are valid on a day, in order of code."""
        found = (_on(versions, day) for versions in self._by_code.values())
        return tuple(row for row in found if row is not None)

    def division(self, code: str, day: date | None = None) -> Division | None:
        """Return the row of a code on a day; without a day its newest row, even one that has ended."""
        versions = self._by_code.get(code)
        if versions is None:
            return None
        return versions[-1] if day is None else _on(versions, day)

    def children(self, code: str, day: date) -> tuple[Division, ...]:
        """Return the rows one level down that are valid on a day."""
        return tuple(row for row in self.at(day) if row.parent == code)

    def path_name(self, code: str, day: date | None = None) -> str:
        """Return the place in words from the county down, as 游仙区沉抗镇抗香村; empty if unknown."""
        names: list[str] = []
        row = self.division(code, day)
        while row is not None:
            names.insert(0, short_name(row.name))
            row = self.division(row.parent, day)
        return "".join(names)

    def successors_of(self, code: str, day: date | None = None) -> tuple[Division, ...]:
        """Return the rows that a code's place belongs to now.

        `day` says which place is meant when a code changed hands; without it the oldest is meant. A row that
        still stands is its own answer. Empty when no successor is established: then a person has to say.
        """
        versions = self._by_code.get(code, [])
        row = _on(versions, day) if day is not None else next(iter(versions), None)
        return () if row is None else tuple(dict.fromkeys(self._followed(row)))

    def _followed(self, row: Division) -> list[Division]:
        if not row.valid_to:
            return [row]
        day = date.fromisoformat(row.valid_to)
        heirs = (_on(self._by_code.get(code, []), day) for code in row.successors)
        return [last for heir in heirs if heir is not None for last in self._followed(heir)]


def _on(versions: Iterable[Division], day: date) -> Division | None:
    text = day.isoformat()
    return next((r for r in versions if r.valid_from <= text and (not r.valid_to or text < r.valid_to)), None)


def divisions_to_mapping(divisions: Divisions) -> dict[str, Any]:
    """Return the JSON shape of the rows."""
    return {"rows": [_plain(row) for row in divisions.rows]}


def divisions_from_mapping(data: Mapping[str, Any]) -> Divisions:
    """Read what `divisions_to_mapping` wrote; further keys beside `rows` are notes for people.

    Raises KeyError, TypeError or ValueError on a malformed document.
    """
    return Divisions(
        Division(**{**row, "level": Level(row["level"]), "successors": tuple(row["successors"])})
        for row in data["rows"]
    )


def _plain(row: Division) -> dict[str, Any]:
    return {
        "code": row.code,
        "level": str(row.level),
        "name": row.name,
        "parent": row.parent,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "successors": list(row.successors),
    }
