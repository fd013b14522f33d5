"""Figures by station, item, kind, period and so on, summed in one run over the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stationapp.domain.case_figures import CaseFigures
from stationapp.domain.statistics import (
    DEFINITIONS,
    DatePeriod,
    Definition,
    FigureKind,
    LeftOut,
    Measured,
    Share,
)

ALL = "全部"
FEW = 30
"""Below so many cases a rate says little."""

Dimension = Callable[[CaseFigures, date], str]
"""What a case, counted on a day, is filed under."""

_DIMENSIONS: dict[str, tuple[str, Dimension]] = {
    "station": ("收件站点", lambda case, _: case.station),
    "township": ("乡镇", lambda case, _: case.township),
    "window": ("受理窗口", lambda case, _: case.window),
    "department": ("决定单位", lambda case, _: case.department),
    "item": ("事项", lambda case, _: case.item_code),
    "type": ("事项类型", lambda case, _: case.item_type),
    "handling": ("办件类别", lambda case, _: case.handling),
    "agent": ("收件人员", lambda case, _: case.agent),
    "closing": ("办结结果", lambda case, _: case.closing),
    "month": ("月份", lambda _, day: f"{day:%Y-%m}"),
    "quarter": ("季度", lambda _, day: f"{day.year}年第{(day.month + 2) // 3}季度"),
    "year": ("年度", lambda _, day: f"{day.year}年"),
}
DIMENSIONS = {key: title for key, (title, _) in _DIMENSIONS.items()}
"""The ways to file cases, by key, with their Chinese titles."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a group: the sum of the shares, how many cases made it, and whom it leaves out.

    `value` is decimal text with its unit, empty without a case; `notes` are Chinese sentences to be read with it.
    """

    key: str
    numerator: int
    denominator: int
    sample: int
    value: str
    met: bool | None
    left_out: tuple[tuple[str, int], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group; `keys` are its values in the order of the table's dimensions."""

    keys: tuple[str, ...]
    figures: tuple[Figure, ...]

    def figure(self, key: str) -> Figure:
        """Return a figure by its key; raises KeyError for one that is not here."""
        for figure in self.figures:
            if figure.key == key:
                return figure
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of all groups, in the order of their keys, and of everything together."""

    by: tuple[str, ...]
    groups: tuple[GroupFigures, ...]
    total: GroupFigures

    def group(self, *keys: str) -> GroupFigures | None:
        """Return the group with those keys, if there is one."""
        return next((row for row in self.groups if row.keys == keys), None)


@dataclass(slots=True)
class _Sum:
    numerator: int = 0
    denominator: int = 0
    sample: int = 0
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def add(self, measured: Measured) -> None:
        if isinstance(measured, Share):
            self.numerator += measured.numerator
            self.denominator += measured.denominator
            self.sample += 1
        else:
            self.left_out[measured] += 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What a case adds to one figure, and on which day."""

    key: str
    day: date
    measured: Measured


def counted(
    case: CaseFigures, period: DatePeriod, definitions: Sequence[Definition] = DEFINITIONS
) -> tuple[Counted, ...]:
    """Return what a case adds to each figure of a period."""
    days = ((row, row.day(case, period)) for row in definitions)
    return tuple(Counted(row.key, day, row.measure(case)) for row, day in days if day and period.holds(day))


class Tally:
    """Sums under way of one table; memory grows with the groups, not with the cases."""

    def __init__(
        self,
        by: Sequence[str],
        period: DatePeriod,
        definitions: Sequence[Definition] = DEFINITIONS,
        always: Iterable[tuple[str, ...]] = (),
    ) -> None:
        """`by` are keys of `DIMENSIONS` (KeyError else); the groups `always` are shown even when empty."""
        self._by = tuple(by)
        self._filed = [_DIMENSIONS[key][1] for key in by]
        self._period = period
        self._definitions = definitions
        self._sums: dict[tuple[str, ...], dict[str, _Sum]] = {keys: {} for keys in always}
        self._total: dict[str, _Sum] = {}

    def add(self, case: CaseFigures) -> None:
        """Count a case wherever it belongs."""
        self.file(case, counted(case, self._period, self._definitions))

    def file(self, case: CaseFigures, rows: Sequence[Counted]) -> None:
        """Count a case whose shares have been measured already: several tables need them measured only once."""
        for row in rows:
            keys = tuple(filed(case, row.day) for filed in self._filed)
            for sums in (self._sums.setdefault(keys, {}), self._total):
                sums.setdefault(row.key, _Sum()).add(row.measured)

    def table(self) -> FigureTable:
        """Return the figures of what was counted so far."""
        groups = tuple(
            GroupFigures(keys, self._figures(sums)) for keys, sums in sorted(self._sums.items(), key=_by_keys)
        )
        return FigureTable(self._by, groups, GroupFigures((ALL,) * len(self._by), self._figures(self._total)))

    def _figures(self, sums: dict[str, _Sum]) -> tuple[Figure, ...]:
        rated = _rate(sums.get("rated", _Sum()))
        return tuple(_figure(row, sums.get(row.key, _Sum()), rated) for row in self._definitions)


def tabulate(
    cases: Iterable[CaseFigures],
    by: Sequence[str],
    period: DatePeriod,
    definitions: Sequence[Definition] = DEFINITIONS,
) -> FigureTable:
    """Return the figures of cases filed by some dimensions."""
    tally = Tally(by, period, definitions)
    for case in cases:
        tally.add(case)
    return tally.table()


def months_of(period: DatePeriod) -> Iterator[str]:
    """Yield every month a period touches, as the dimension `month` names them."""
    year, month = period.first.year, period.first.month
    while (year, month) <= (period.last.year, period.last.month):
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _by_keys(group: tuple[tuple[str, ...], object]) -> tuple[str, ...]:
    return group[0]


def _figure(row: Definition, sums: _Sum, rated: str) -> Figure:
    left_out = tuple((str(reason), sums.left_out[reason]) for reason in LeftOut if sums.left_out[reason])
    value = _value(row, sums)
    met = None
    if row.target is not None and sums.denominator:
        met = sums.numerator * 10_000 >= row.target * sums.denominator
    notes = tuple(_notes(row, sums, rated))
    return Figure(row.key, sums.numerator, sums.denominator, sums.sample, value, met, left_out, notes)


def _value(row: Definition, sums: _Sum) -> str:
    if row.kind is FigureKind.COUNT:
        return f"{sums.numerator}"
    if not sums.denominator:
        return ""
    return _rate(sums) if row.kind is FigureKind.RATE else hundredths(sums.numerator, sums.denominator, 100)


def _rate(sums: _Sum) -> str:
    return f"{hundredths(sums.numerator, sums.denominator, 10_000)}%" if sums.denominator else ""


def hundredths(numerator: int, denominator: int, scale: int) -> str:
    """Return numerator/denominator with two decimals (`scale` 100, or 10 000 for per cent).

    What is not whole is cut towards zero: 99.996 % must not be shown as 100.00 %.
    """
    whole = abs(numerator) * scale // denominator
    sign = "-" if numerator < 0 and whole else ""
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def _notes(row: Definition, sums: _Sum, rated: str) -> Iterator[str]:
    if row.kind is not FigureKind.RATE or not sums.sample:
        return
    if row.key == "satisfaction":
        share = f"，参评率{rated}" if rated else ""
        yield f"样本{sums.sample}件{share}。"
        if sums.numerator == sums.denominator:
            yield "满意率为100%，请核查有无刷评、诱导评价或代为评价。"
    if sums.sample < FEW:
        yield f"样本不足{FEW}件，仅供参考。"


def table_to_mapping(table: FigureTable) -> dict[str, Any]:
    """Return the JSON shape of a table: numbers as integers, values as text."""
    return {
        "by": list(table.by),
        "groups": [_group_to_mapping(row) for row in table.groups],
        "total": _group_to_mapping(table.total),
    }


def _group_to_mapping(group: GroupFigures) -> dict[str, Any]:
    return {
        "keys": list(group.keys),
        "figures": {
            one.key: {
                "value": one.value,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "sample": one.sample,
                "met": one.met,
                "left_out": dict(one.left_out),
                "notes": list(one.notes),
            }
            for one in group.figures
        },
    }
