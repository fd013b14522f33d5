"""The list of cases as a sheet with Chinese headers: one line a case, with or without what names the citizen."""

from __future__ import annotations

from datetime import date

from stationapp.domain.bulletin import HANDLINGS
from stationapp.domain.case import Case
from stationapp.domain.case_course import LegKind
from stationapp.domain.case_figures import CaseFigures
from stationapp.domain.code_book import DEFAULT_CODES
from stationapp.domain.exchange_codes import case_status_code, closing_note, closing_title
from stationapp.domain.identity_documents import DocumentKind
from stationapp.domain.report_sheets import Names
from stationapp.domain.sheets import Cell
from stationapp.domain.tabulation import hundredths

CITIZEN_HEADERS = ("申请人", "证件类型", "证件号码", "联系电话", "地址")
HEADERS = (
    "收件号",
    "办件编号",
    "事项编码",
    "事项名称",
    "事项版本",
    "办件类别",
    "收件站点",
    "收件日期",
    "受理窗口",
    "受理日期",
    "决定单位",
    "决定日期",
    "办结日期",
    "当前状态",
    "办件状态代码",
    "办结结果",
    "办结结果代码",
    "保管单位",
    "法定工作日",
    "承诺工作日",
    "实际工作日",
    "按时",
    "跑动次数",
    "满意度",
    *(f"{kind.label}小时" for kind in LegKind),
)


def case_row(case: Case, figures: CaseFigures, names: Names, *, citizen: bool) -> tuple[Cell, ...]:
    """Return the line of a case; with `citizen` what names the applicant stands in front."""
    own = _citizen(case) if citizen else ()
    note = closing_note(case)
    result = closing_title(figures.closing) if figures.closing else ""
    return (
        *own,
        case.receipt_number,
        case.case_number,
        figures.item_code,
        figures.item_name,
        case.application.item_version,
        HANDLINGS.get(figures.handling, figures.handling),
        names.desk(figures.station),
        _day(figures.received_on),
        names.desk(figures.window),
        _day(figures.accepted_on),
        names.desk(figures.department),
        _day(figures.decided_on),
        _day(figures.closed_on),
        case.state.label,
        case_status_code(case),
        f"{result}（{note}）" if note else result,
        figures.closing,
        names.desk(case.holder),
        _number(figures.statutory_days),
        _number(figures.promised_days),
        _number(figures.used_days),
        {True: "是", False: "否", None: ""}[figures.on_time],
        figures.visits,
        DEFAULT_CODES.lists["satisfaction"].names.get(str(figures.satisfaction), ""),
        *(_hours(figures, kind) for kind in LegKind),
    )


def _citizen(case: Case) -> tuple[Cell, ...]:
    who = case.application.applicant
    kinds = {str(kind): kind.label for kind in DocumentKind}
    kind = kinds.get(who.document_kind, who.document_kind)
    return (who.name, kind, who.document_number, who.phone, who.address)


def _hours(figures: CaseFigures, kind: LegKind) -> str:
    """A clock that ran backwards makes every length doubtful, and none is shown."""
    return "时钟有疑" if figures.clock_doubtful else hundredths(figures.seconds(kind), 3600, 100)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(count: int | None) -> Cell:
    return "" if count is None else count
