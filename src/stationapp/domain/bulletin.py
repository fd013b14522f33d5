"""The quarterly bulletin (季度通报, SEED 001): a frozen snapshot that anybody can make again, byte for byte.

It is canonical JSON: sorted keys, no spaces, UTF-8, whole numbers and texts only. Its inputs name the log it was
made of (how many events of how many cases up to which moment, with a digest over all of them in order) and the
versions of the documents it was seen under. The same log, period, moment and definitions give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stationapp.domain import statistics, workload
from stationapp.domain.case_figures import CaseFigures
from stationapp.domain.events import CaseEvent
from stationapp.domain.organisation import Organisation
from stationapp.domain.ranking import FORMULA, Place, ranking
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.responsibility import ResponsibilityRecord, in_period, record_to_mapping
from stationapp.domain.statistics import DEFINITIONS, DatePeriod
from stationapp.domain.tabulation import FigureTable, Tally, counted, months_of, table_to_mapping

FORMAT = 1
HANDLINGS = {"immediate": "即办件", "committed": "承诺件", "joint": "联办件", "forwarded": "上报件"}
"""四件管理 (SEED 001)."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a bulletin was made of. `digest` is the hex SHA-256 of `log_line` of every event, by case and place."""

    as_of: str
    events: int
    cases: int
    digest: str
    organisation: int
    catalogue: int
    calendar: str


class LogDigest:
    """The digest of a log under way."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.events = 0

    def add(self, case_id: str, place: int, envelope_hash: str) -> None:
        """Take in the next event: cases in the order of their ids, events in the order of their places."""
        self._hash.update(f"{case_id}:{place}:{envelope_hash}\n".encode())
        self.events += 1

    @property
    def hex(self) -> str:
        """The digest so far."""
        return self._hash.hexdigest()


def quarter(text: str) -> DatePeriod:
    """Return the period of "2026Q4", "2026-11" or "2026"; raises Refused for anything else."""
    year, _, rest = text.replace("Q", "-Q").partition("-")
    try:
        if not rest:
            first_month, months = 1, 12
        elif rest.startswith("Q"):
            first_month, months = {"1": 1, "2": 4, "3": 7, "4": 10}[rest[1:]], 3
        else:
            first_month, months = int(rest), 1
        return _months(int(year), first_month, months)
    except (KeyError, ValueError) as error:
        text = f"“{text}”不是期间，应写成 2026Q4、2026-11 或 2026。"
        raise Refused(Reason("bad-period", text, "period")) from error


def _months(year: int, first: int, count: int) -> DatePeriod:
    after = date(year + (first + count - 1) // 12, (first + count - 1) % 12 + 1, 1)
    return DatePeriod(date(year, first, 1), date.fromordinal(after.toordinal() - 1))


class BulletinTally:
    """Everything a bulletin counts, in one run over the cases."""

    def __init__(self, period: DatePeriod) -> None:
        self.period = period
        kinds = [(key,) for key in HANDLINGS]
        self._tallies = {
            "total": Tally((), period),
            "by_handling": Tally(("handling",), period, always=kinds),
            "by_township": Tally(("township",), period),
            "by_station": Tally(("station",), period),
            "by_window": Tally(("window",), period),
            "by_department": Tally(("department",), period),
            "by_item": Tally(("item",), period),
            "by_month": Tally(("month",), period, always=[(month,) for month in months_of(period)]),
            "by_agent": Tally(("agent",), period),
        }
        self._work = workload.Workload(period)
        self.records: list[ResponsibilityRecord] = []
        self.cases = 0

    def add(
        self,
        figures: CaseFigures | None,
        events: Iterable[CaseEvent],
        records: Iterable[ResponsibilityRecord] = (),
    ) -> None:
        """Count a case and keep its breaches of the period; the acts of a service around cases are work, too, and
        nothing else.
        """
        self._work.add(events)
        self.records.extend(record for record in records if in_period(record, self.period))
        if figures is None:
            return
        self.cases += 1
        rows = counted(figures, self.period)
        for tally in self._tallies.values():
            tally.file(figures, rows)

    def table(self, key: str) -> FigureTable:
        """Return one of the tables by its key."""
        return self._tallies[key].table()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the tables."""
        return tuple(self._tallies)

    @property
    def work(self) -> workload.Workload:
        """The workload counted."""
        return self._work


def bulletin(
    tally: BulletinTally,
    inputs: Inputs,
    organisation: Organisation,
    work: tuple[workload.WorkloadRow, ...],
) -> dict[str, Any]:
    """Return a bulletin as plain data. No citizen is named in it, nor what anybody wrote in an appeal."""
    period = tally.period
    tables = {key: tally.table(key) for key in tally.keys}
    return {
        "format": FORMAT,
        "title": f"{organisation.county_name}政务服务运行情况通报",
        "period": {"first": period.first.isoformat(), "last": period.last.isoformat()},
        "inputs": {name: getattr(inputs, name) for name in Inputs.__dataclass_fields__},
        "definitions_version": statistics.VERSION,
        "definitions": [_definition(row) for row in DEFINITIONS],
        "tables": {key: table_to_mapping(table) for key, table in tables.items()},
        "names": _names(tables, organisation),
        "ranking": {
            "formula": FORMULA,
            "windows": [_place(row) for row in ranking(tables["by_window"])],
            "stations": [_place(row) for row in ranking(tables["by_station"])],
            "people": [_place(row) for row in ranking(tables["by_agent"])],
        },
        "workload": [_work(row) for row in work],
        "breaches": sorted((_breach(row) for row in tally.records), key=canonical),
    }


def canonical(data: Any) -> bytes:
    """Return the one spelling of plain data; raises ValueError for a number that is not whole."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(frozen: bytes) -> str:
    """Return the hex SHA-256 under which a frozen bulletin is published."""
    return hashlib.sha256(frozen).hexdigest()


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise ValueError("a bulletin holds whole numbers and texts only")
    inner = data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ()
    for one in inner:
        _refuse_floats(one)


def _definition(row: statistics.Definition) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "kind": str(row.kind),
        "formula": row.formula,
        "source": row.source,
        "exclusions": [str(one) for one in row.exclusions],
        "target": row.target,
        "unit": row.unit,
    }


def _breach(record: ResponsibilityRecord) -> dict[str, Any]:
    plain = record_to_mapping(record)
    outcomes = [hearing["outcome"] for hearing in plain.pop("hearings")]
    return {**plain, "appeals": outcomes}


def _place(row: Place) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in Place.__dataclass_fields__}
    return {**plain, "counted": list(row.counted)}


def _work(row: workload.WorkloadRow) -> dict[str, Any]:
    return {
        "desk": row.desk_id,
        "post": row.post_id,
        "person": row.person_id,
        "acts": dict(row.acts),
        "total": row.total,
        "cases": row.cases,
        "days": row.days,
        "per_day": row.per_day,
    }


def _names(tables: Mapping[str, FigureTable], organisation: Organisation) -> dict[str, str]:
    """Return the names of all desks and people the tables speak of, so that the snapshot can be read alone."""
    keys = {key for table in tables.values() for row in table.groups for key in row.keys}
    named = {desk.desk_id: desk.name for desk in organisation.desks if desk.desk_id in keys}
    people = {one.person_id: one.name for one in organisation.persons if one.person_id in keys}
    return {**named, **people, **HANDLINGS}
