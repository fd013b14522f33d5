"""The figures as sheets with Chinese headers: one of the totals, one for each way of filing, workload and ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stationapp.domain.bulletin import HANDLINGS, BulletinTally
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.code_book import DEFAULT_CODES
from stationapp.domain.organisation import Organisation
from stationapp.domain.ranking import FORMULA, Place, ranking
from stationapp.domain.responsibility import responsibility_sheet
from stationapp.domain.sheets import Cell, Sheet
from stationapp.domain.statistics import BY_KEY, DEFINITIONS, FigureKind
from stationapp.domain.tabulation import DIMENSIONS, Figure, FigureTable, GroupFigures
from stationapp.domain.workload import WORK, WorkloadRow

_TITLES = {
    "by_handling": "四件管理",
    "by_township": "按乡镇",
    "by_station": "按站点",
    "by_window": "按受理窗口",
    "by_department": "按决定单位",
    "by_item": "按事项",
    "by_month": "按月份",
    "by_agent": "按收件人员",
}
_FIGURE_HEADERS = (
    "指标",
    "数值",
    "单位",
    "分子",
    "分母",
    "样本（件）",
    "目标",
    "达标",
    "不计入",
    "说明",
    "公式",
    "来源",
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of groups are called."""

    organisation: Organisation
    catalogue: Catalogue

    def of(self, dimension: str, key: str) -> str:
        """Return the name of a key; a key nobody knows, and a total, are their own names, and no key is 无."""
        if not key:
            return "（无）"
        if dimension == "item":
            return next((row.name for row in self.catalogue.items if row.code == key), key)
        if dimension == "handling":
            return HANDLINGS.get(key, key)
        if dimension == "closing":
            return DEFAULT_CODES.lists["result_type"].names.get(key, key)
        if dimension == "agent":
            return self.person(key)
        return self.desk(key)

    def desk(self, desk_id: str) -> str:
        """Return a desk's name."""
        desk = self.organisation.desk(desk_id)
        return desk.name if desk else desk_id

    def person(self, person_id: str) -> str:
        """Return a person's name."""
        person = self.organisation.person(person_id)
        return person.name if person else person_id

    def post(self, post_id: str) -> str:
        """Return a post's title."""
        post = self.organisation.post(post_id)
        return post.title if post else post_id


def report_sheets(tally: BulletinTally, work: Sequence[WorkloadRow], names: Names) -> tuple[Sheet, ...]:
    """Return every sheet of a report."""
    tables = {key: tally.table(key) for key in tally.keys}
    places = {key: ranking(tables[key]) for key in ("by_window", "by_station", "by_agent")}
    return (
        Sheet(
            "figures",
            "指标",
            _FIGURE_HEADERS,
            tuple(_figure_row(one) for one in tables["total"].total.figures),
        ),
        *(table_sheet(key, _TITLES[key], tables[key], names) for key in _TITLES),
        workload_sheet(work, names),
        _ranking_sheet(places, names),
        responsibility_sheet(tally.records),
    )


def table_sheet(key: str, title: str, table: FigureTable, names: Names) -> Sheet:
    """Return a table as a sheet: one line a group, the whole last; beside a rate stand its two numbers."""
    dimensions = [part for one in table.by for part in (DIMENSIONS[one], f"{DIMENSIONS[one]}代码")]
    figures = [part for row in DEFINITIONS for part in _headers(row.key)]
    rows = (
        (*_named(table.by, group, names), *(cell for one in group.figures for cell in _cells(one)))
        for group in (*table.groups, table.total)
    )
    return Sheet(key, title, (*dimensions, *figures), tuple(rows))


def workload_sheet(work: Sequence[WorkloadRow], names: Names) -> Sheet:
    """Return the workload as a sheet."""
    headers = (
        "窗口",
        "岗位",
        "人员",
        *(title for title, _ in WORK.values()),
        "合计",
        "办件数",
        "出勤天数",
        "日均",
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            names.desk(row.desk_id),
            names.post(row.post_id),
            names.person(row.person_id),
            *(count for _, count in row.acts),
            row.total,
            row.cases,
            row.days,
            row.per_day,
        )
        for row in work
    )
    return Sheet("workload", "窗口工作量", headers, rows)


def _figure_row(figure: Figure) -> tuple[Cell, ...]:
    row = BY_KEY[figure.key]
    target = f"{row.target // 100}%" if row.target is not None else ""
    met = {True: "是", False: "否", None: ""}[figure.met]
    left_out = "；".join(f"{reason}{count}件" for reason, count in figure.left_out)
    numbers = (figure.numerator, figure.denominator, figure.sample)
    notes = "".join(figure.notes)
    return (
        row.title,
        figure.value,
        row.unit,
        *numbers,
        target,
        met,
        left_out,
        notes,
        row.formula,
        row.source,
    )


def _headers(key: str) -> tuple[str, ...]:
    row = BY_KEY[key]
    unit = f"（{row.unit}）" if row.unit else ""
    whole = (f"{row.title}{unit}",)
    return (*whole, f"{row.title}（分子/分母）") if row.kind is FigureKind.RATE else whole


def _cells(figure: Figure) -> Iterator[Cell]:
    row = BY_KEY[figure.key]
    yield figure.numerator if row.kind is FigureKind.COUNT else figure.value
    if row.kind is FigureKind.RATE:
        yield f"{figure.numerator}/{figure.denominator}"


def _named(by: Sequence[str], group: GroupFigures, names: Names) -> Iterator[Cell]:
    for dimension, key in zip(by, group.keys, strict=True):
        yield names.of(dimension, key)
        yield key


def _ranking_sheet(places: Mapping[str, Sequence[Place]], names: Names) -> Sheet:
    titles = {
        "by_window": ("优秀窗口", "window"),
        "by_station": ("优秀站点", "station"),
        "by_agent": ("服务标兵", "agent"),
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            title,
            row.place,
            names.of(dimension, row.key),
            row.score,
            row.closed,
            "、".join(row.counted),
            FORMULA,
        )
        for key, (title, dimension) in titles.items()
        for row in places[key]
    )
    return Sheet("ranking", "考评排名", ("考评", "名次", "对象", "得分", "办结数", "计入指标", "公式"), rows)
