"""What happens to a case besides its steps: parts of others, special procedures, extensions, publicity, marks.

Each kind is a table of the routing slip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from stationapp.documents import sample_people as people
from stationapp.documents.layout.table import Column
from stationapp.documents.layout.words import long_date, short_time

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class JointStep:
    """One department's part of a joint case.

    `asked_at`, `signed_at` and `replied_at` are None while not yet; `due` is the reply's last day; `outcome`
    in words, a default by its own name (超时默认, 缺席默认).
    """

    department: str
    matter: str
    asked_at: datetime | None
    signed_at: datetime | None
    due: date | None
    replied_at: datetime | None
    outcome: str
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class SpecialStep:
    """One special procedure: `kind` (听证), `reason`, its days, its `result`, and what did not count, worded."""

    kind: str
    reason: str
    started_on: date
    expected: str
    ended_on: date | None
    result: str
    excluded: str


@dataclass(frozen=True, slots=True)
class ExtensionStep:
    """One extension: `days` worded (10个工作日), `reason`, who approved, when, and the new due date."""

    granted_on: date
    days: str
    reason: str
    approved_by: str
    due: date | None


@dataclass(frozen=True, slots=True)
class PublicityStep:
    """One publicity (公示): its first and last day, the `place`, and what came of it (`outcome`)."""

    begun_on: date
    ended_on: date
    place: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionStep:
    """One mark of supervision: `at`, `card` (预警, 黄牌, 红牌, 督办), what it is about, `desk`, `result`."""

    at: datetime
    card: str
    content: str
    desk: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All that happened to one case besides its steps, each kind in the order in which it happened."""

    joint: tuple[JointStep, ...] = ()
    specials: tuple[SpecialStep, ...] = ()
    extensions: tuple[ExtensionStep, ...] = ()
    publicities: tuple[PublicityStep, ...] = ()
    supervision: tuple[SupervisionStep, ...] = ()


NO_OCCURRENCES = Occurrences()
Rows = tuple[tuple[str, ...], ...]


def occurrence_tables(data: Occurrences) -> tuple[tuple[str, tuple[Column, ...], Rows], ...]:
    """Return title, columns and rows of each kind of which there is anything."""
    tables = (
        ("联办情况", _JOINT_COLUMNS, numbered(data.joint, _joint)),
        ("特别程序", _SPECIAL_COLUMNS, numbered(data.specials, _special)),
        ("延长期限", _EXTENSION_COLUMNS, numbered(data.extensions, _extension)),
        ("公示情况", _PUBLICITY_COLUMNS, numbered(data.publicities, _publicity)),
        ("电子监察", _SUPERVISION_COLUMNS, numbered(data.supervision, _supervision)),
    )
    return tuple(table for table in tables if table[2])


def numbered(steps: tuple[Row, ...], row: Callable[[int, Row], tuple[str, ...]]) -> Rows:
    """Return the rows of a table, counted from one."""
    return tuple(row(number, step) for number, step in enumerate(steps, start=1))


_JOINT_COLUMNS = (
    Column("序号", 32, "center"),
    Column("部门", 84),
    Column("征求意见的事项", 92),
    Column("送达／接收", 76, "center"),
    Column("期限／回执", 76, "center"),
    Column("结论", 64, "center"),
    Column("意见", 78),
)
_SPECIAL_COLUMNS = (
    Column("序号", 32, "center"),
    Column("种类", 52, "center"),
    Column("理由", 126),
    Column("开始日期", 78, "center"),
    Column("结束日期", 78, "center"),
    Column("结果", 72),
    Column("不计入期限", 66, "center"),
)
_EXTENSION_COLUMNS = (
    Column("序号", 32, "center"),
    Column("批准日期", 78, "center"),
    Column("延长", 68, "center"),
    Column("理由", 164),
    Column("批准人", 74, "center"),
    Column("延长后期限", 82, "center"),
)
_PUBLICITY_COLUMNS = (
    Column("序号", 32, "center"),
    Column("起", 82, "center"),
    Column("止", 82, "center"),
    Column("地点", 150),
    Column("结果", 152),
)
_SUPERVISION_COLUMNS = (
    Column("序号", 32, "center"),
    Column("时间", 76, "center"),
    Column("标识", 46, "center"),
    Column("内容", 164),
    Column("责任单位", 98),
    Column("处理结果", 82),
)


def _joint(number: int, step: JointStep) -> tuple[str, ...]:
    return (
        str(number),
        step.department,
        step.matter or "／",
        f"{_moment(step.asked_at)}\n{_moment(step.signed_at)}",
        f"{step.due or '／'}\n{_moment(step.replied_at)}",
        step.outcome,
        step.opinion or "／",
    )


def _special(number: int, step: SpecialStep) -> tuple[str, ...]:
    expected = f"\n预计{step.expected}" if step.expected else ""
    return (
        str(number),
        step.kind,
        step.reason,
        long_date(step.started_on) + expected,
        long_date(step.ended_on) or "未结束",
        step.result or "／",
        step.excluded or "／",
    )


def _extension(number: int, step: ExtensionStep) -> tuple[str, ...]:
    return (
        str(number),
        long_date(step.granted_on),
        step.days,
        step.reason,
        step.approved_by or "／",
        long_date(step.due) or "／",
    )


def _publicity(number: int, step: PublicityStep) -> tuple[str, ...]:
    days = (long_date(step.begun_on), long_date(step.ended_on))
    return (str(number), *days, step.place or "／", step.outcome or "／")


def _supervision(number: int, step: SupervisionStep) -> tuple[str, ...]:
    return (str(number), short_time(step.at), step.card, step.content, step.desk, step.result or "／")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}\n{at:%H:%M}" if at else "／"


def _sample_joint() -> tuple[JointStep, ...]:
    return (
        JointStep(
            people.FOREST_OFFICE,
            "是否占用林地",
            people.at(11, 10, 9, 10),
            people.at(11, 10, 11, 0),
            date(2026, 11, 17),
            people.at(11, 16, 15, 20),
            "同意",
            "不占用林地。",
        ),
        JointStep(
            people.FARM_OFFICE,
            "是否符合申请条件",
            people.at(11, 10, 9, 12),
            people.at(11, 10, 14, 30),
            date(2026, 11, 17),
            None,
            "超时默认",
        ),
        JointStep(people.LAND_OFFICE, "", None, None, None, None, "未回执"),
    )


def _sample_specials() -> tuple[SpecialStep, ...]:
    return (
        SpecialStep(
            "鉴定",
            "残疾等级需要重新评定。",
            date(2026, 11, 12),
            "10个工作日",
            date(2026, 11, 20),
            "二级",
            "6个工作日",
        ),
        SpecialStep("听证", "利害关系人申请听证。", date(2026, 11, 21), "", None, "", ""),
    )


def sample() -> Occurrences:
    """Return one or more of every kind."""
    return Occurrences(
        joint=_sample_joint(),
        specials=_sample_specials(),
        extensions=(
            ExtensionStep(
                date(2026, 11, 24),
                "10个工作日",
                "联合踏勘因道路中断推迟。",
                people.OFFICER,
                date(2026, 12, 21),
            ),
        ),
        publicities=(
            PublicityStep(date(2026, 11, 5), date(2026, 11, 11), "红岩村村务公开栏", "无异议"),
            PublicityStep(date(2026, 11, 13), date(2026, 11, 19), "魏城镇政务公开栏"),
        ),
        supervision=(
            SupervisionStep(
                people.at(11, 18, 8, 0),
                "黄牌",
                "联办意见超过期限1个工作日。",
                people.FARM_OFFICE,
                "申诉不成立",
            ),
            SupervisionStep(people.at(11, 19, 8, 0), "督办", "请于三日内说明情况。", people.FARM_OFFICE),
        ),
    )
