"""The county's figures (SEED 003), as data: what is counted, what is left out and why, and how the sum is made.

A figure is a sum of fractions: every case adds to numerator and denominator, or is left out for a named reason, so
that a rate never hides whom it does not count. Nothing here is a float.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stationapp.domain.case_course import LegKind
from stationapp.domain.case_figures import CaseFigures

VERSION = 1
"""Goes up whenever a definition changes its meaning; a bulletin names it."""

_HOUR = 3600
_CONTENT = 3  # 基本满意 and better (GB/T 39046-2020 table A.8)
_NEVER_WORKED_ON = frozenset({"2", "3"})  # 作废, 删除


@dataclass(frozen=True, slots=True)
class DatePeriod:
    """First and last day, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    def holds(self, day: date | None) -> bool:
        """Tell whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


class FigureKind(StrEnum):
    """How numerator and denominator are shown."""

    COUNT = "count"  # the numerator
    RATE = "rate"  # per cent
    MEAN = "mean"  # numerator / denominator


@dataclass(frozen=True, slots=True)
class Share:
    """What one case adds; by default it is one of one."""

    numerator: int = 1
    denominator: int = 1


class LeftOut(StrEnum):
    """Why a case of the period is not in a figure; the value is what a person reads."""

    NOT_DECIDED = "未作决定（撤回、退件、不予受理、补正不来等）"
    NOT_ACCEPTED = "未受理"
    INVALID = "作废或删除"
    NO_STATUTORY_LIMIT = "没有法定时限"
    NO_DUE_DATE = "没有应办结日期"
    NOT_IMMEDIATE = "不是即办件"
    UNCERTAIN_CALENDAR = "跨未公布放假安排的年份"
    BY_LAW_NOT_SAME_DAY = "有公示、特别程序或延长期限"
    DOUBTFUL_CLOCK = "事件时间前后颠倒，时钟有疑"
    NOT_RATED = "没有评价"


Measured = Share | LeftOut
DayOf = Callable[[CaseFigures, DatePeriod], date | None]


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure. `day` says on which day a case counts (None: not at all), `measure` what it adds.

    `target` is in hundredths of a per cent, None where nobody set one; `counted` says in words what a case needs.
    """

    key: str
    title: str
    kind: FigureKind
    formula: str
    source: str
    day: DayOf
    measure: Callable[[CaseFigures], Measured]
    exclusions: tuple[LeftOut, ...] = ()
    target: int | None = None
    unit: str = ""


def _received(case: CaseFigures, _period: DatePeriod) -> date | None:
    return case.received_on


def _accepted(case: CaseFigures, _period: DatePeriod) -> date | None:
    return case.accepted_on


def _closed(case: CaseFigures, _period: DatePeriod) -> date | None:
    return case.closed_on


def _decided(case: CaseFigures, _period: DatePeriod) -> date | None:
    """A decided case counts on the day of its decision, one that ended without a decision on the day it ended."""
    return case.decided_on or case.closed_on


def _rated(case: CaseFigures, _period: DatePeriod) -> date | None:
    return case.rated_on


def _still_open(case: CaseFigures, period: DatePeriod) -> date | None:
    is_open = case.received_on <= period.last and (case.closed_on is None or case.closed_on > period.last)
    return period.last if is_open else None


def _one(_case: CaseFigures) -> Measured:
    return Share()


def _undecided(case: CaseFigures) -> LeftOut | None:
    if case.closing in _NEVER_WORKED_ON:
        return LeftOut.INVALID
    if case.accepted_on is None:
        return LeftOut.NOT_ACCEPTED
    return LeftOut.NOT_DECIDED if case.decided_on is None else None


def _same_day(case: CaseFigures) -> Measured:
    reason = _undecided(case)
    if reason is None and case.paused:
        reason = LeftOut.BY_LAW_NOT_SAME_DAY
    return reason or Share(int(case.accepted_on == case.decided_on))


def _same_day_immediate(case: CaseFigures) -> Measured:
    return _same_day(case) if case.handling == "immediate" else LeftOut.NOT_IMMEDIATE


def _speed_up(case: CaseFigures) -> Measured:
    reason = _undecided(case)
    if reason is not None:
        return reason
    if not case.days_certain:
        return LeftOut.UNCERTAIN_CALENDAR
    if not case.statutory_days or case.used_days is None:
        return LeftOut.NO_STATUTORY_LIMIT
    return Share(case.statutory_days - case.used_days, case.statutory_days)


def _promise(case: CaseFigures) -> Measured:
    if not case.statutory_days or case.promised_days is None:
        return LeftOut.NO_STATUTORY_LIMIT
    return Share(case.statutory_days - case.promised_days, case.statutory_days)


def _on_time(case: CaseFigures) -> Measured:
    reason = _undecided(case)
    if reason is not None:
        return reason
    return LeftOut.NO_DUE_DATE if case.on_time is None else Share(int(case.on_time))


def _used(case: CaseFigures) -> Measured:
    reason = _undecided(case)
    return reason or Share(case.used_days or 0)


def _content(case: CaseFigures) -> Measured:
    return Share(int(case.satisfaction <= _CONTENT)) if case.satisfaction else LeftOut.NOT_RATED


def _valid(case: CaseFigures, hit: bool) -> Measured:
    return LeftOut.INVALID if case.closing in _NEVER_WORKED_ON else Share(int(hit))


def _hours(kind: LegKind) -> Callable[[CaseFigures], Measured]:
    def measure(case: CaseFigures) -> Measured:
        return LeftOut.DOUBTFUL_CLOCK if case.clock_doubtful else Share(case.seconds(kind), _HOUR)

    return measure


def _leg(kind: LegKind) -> Definition:
    return Definition(
        f"hours_{kind}",
        f"每件{kind.label}用时",
        FigureKind.MEAN,
        f"Σ处于“{kind.label}”的时间 ÷ 办结件数",
        "SEED 002 同城通办、一网流转：各段分别计时",
        _closed,
        _hours(kind),
        (LeftOut.DOUBTFUL_CLOCK,),
        unit="小时",
    )


_UNDECIDED = (LeftOut.INVALID, LeftOut.NOT_ACCEPTED, LeftOut.NOT_DECIDED)
_INDICATORS = "SEED 003 办理指标"

DEFINITIONS = (
    Definition(
        "received",
        "收件数",
        FigureKind.COUNT,
        "期内收件的件数",
        "四件管理 SEED 001",
        _received,
        _one,
        unit="件",
    ),
    Definition(
        "accepted",
        "受理数",
        FigureKind.COUNT,
        "期内受理（含视为受理）的件数",
        "四件管理 SEED 001",
        _accepted,
        _one,
        unit="件",
    ),
    Definition(
        "closed",
        "办结数",
        FigureKind.COUNT,
        "期内办结的件数（含撤回、退件、作废）",
        "四件管理 SEED 001",
        _closed,
        _one,
        unit="件",
    ),
    Definition(
        "open",
        "期末在办数",
        FigureKind.COUNT,
        "期末已收件、未办结的件数",
        "四件管理 SEED 001",
        _still_open,
        _one,
        unit="件",
    ),
    Definition(
        "same_day",
        "当日办结率",
        FigureKind.RATE,
        "受理当日作出决定的件数 ÷ 期内作出决定的件数",
        _INDICATORS,
        _decided,
        _same_day,
        (*_UNDECIDED, LeftOut.BY_LAW_NOT_SAME_DAY),
        9500,
    ),
    Definition(
        "same_day_immediate",
        "即办件当日办结率",
        FigureKind.RATE,
        "受理当日作出决定的即办件数 ÷ 期内作出决定的即办件数",
        "SEED 001 即办件",
        _decided,
        _same_day_immediate,
        (LeftOut.NOT_IMMEDIATE, *_UNDECIDED, LeftOut.BY_LAW_NOT_SAME_DAY),
        10000,
    ),
    Definition(
        "speed_up",
        "办理提速率",
        FigureKind.RATE,
        "1 − Σ实际办理工作日 ÷ Σ法定工作日（受理次日起算，扣除公示、特别程序）",
        _INDICATORS,
        _decided,
        _speed_up,
        (*_UNDECIDED, LeftOut.NO_STATUTORY_LIMIT, LeftOut.UNCERTAIN_CALENDAR),
        7000,
    ),
    Definition(
        "promise_up",
        "承诺提速率",
        FigureKind.RATE,
        "1 − Σ承诺工作日 ÷ Σ法定工作日",
        _INDICATORS,
        _accepted,
        _promise,
        (LeftOut.NO_STATUTORY_LIMIT,),
    ),
    Definition(
        "on_time",
        "按时办结率",
        FigureKind.RATE,
        "不晚于应办结日期（承诺时限，没有承诺的按法定时限）作出决定的件数 ÷ 期内作出决定的件数",
        _INDICATORS,
        _decided,
        _on_time,
        (*_UNDECIDED, LeftOut.NO_DUE_DATE),
        10000,
    ),
    Definition(
        "satisfaction",
        "满意率",
        FigureKind.RATE,
        "评价为非常满意、满意、基本满意的件数 ÷ 期内评价的件数",
        "SEED 003；GB/T 39046—2020 表A.8",
        _rated,
        _content,
    ),
    Definition(
        "rated",
        "参评率",
        FigureKind.RATE,
        "已评价的件数 ÷ 期内办结的件数",
        "好差评：样本量须与满意率同时公布",
        _closed,
        lambda case: _valid(case, bool(case.satisfaction)),
        (LeftOut.INVALID,),
    ),
    Definition(
        "one_visit",
        "只跑一次率",
        FigureKind.RATE,
        "申请人到窗口不超过一次的件数 ÷ 期内办结的件数（同日同一窗口算一次，邮寄、电子、留置送达不算）",
        "SEED 002 只跑一次清单",
        _closed,
        lambda case: _valid(case, case.visits <= 1),
        (LeftOut.INVALID,),
    ),
    Definition(
        "no_errand",
        "零跑腿率",
        FigureKind.RATE,
        "申请人没有到过乡镇、县级窗口的件数 ÷ 期内办结的件数",
        "SEED 002 零跑腿清单；SEED 003 三级代理",
        _closed,
        lambda case: _valid(case, case.visits_away == 0),
        (LeftOut.INVALID,),
    ),
    Definition(
        "visits",
        "每件跑动次数",
        FigureKind.MEAN,
        "Σ申请人到窗口次数 ÷ 期内办结的件数",
        "SEED 002 只跑一次清单",
        _closed,
        lambda case: Share(case.visits),
        unit="次",
    ),
    Definition(
        "supplemented",
        "补正率",
        FigureKind.RATE,
        "要求过补正的件数 ÷ 期内办结的件数",
        "行政许可法第三十二条 一次告知",
        _closed,
        lambda case: _valid(case, case.supplements > 0),
        (LeftOut.INVALID,),
    ),
    Definition(
        "sent_back",
        "退回率",
        FigureKind.RATE,
        "被上级退回更正或拒收过的件数 ÷ 期内办结的件数",
        "三级代理 SEED 003",
        _closed,
        lambda case: _valid(case, case.sent_back > 0),
        (LeftOut.INVALID,),
    ),
    Definition(
        "by_default",
        "超时默认、视为受理数",
        FigureKind.COUNT,
        "期内办结的件中，视为受理或超时默认的件数",
        "行政许可法第三十二条；SEED 003 超时默认制",
        _closed,
        lambda case: Share(int(case.by_default)),
        unit="件",
    ),
    Definition(
        "used_days",
        "平均办理工作日",
        FigureKind.MEAN,
        "Σ实际办理工作日 ÷ 期内作出决定的件数",
        _INDICATORS,
        _decided,
        _used,
        _UNDECIDED,
        unit="工作日",
    ),
    *(_leg(kind) for kind in LegKind),
)
"""All figures in the order of a report."""

BY_KEY = {row.key: row for row in DEFINITIONS}
