"""特别程序告知书: a hearing, test or appraisal begins, whose time does not count to the limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.layout.words import PROVISIONAL_NOTE, due_date, long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
    NoticeHead,
    addressed,
    case_grid,
    letter,
    long_head,
    said,
    sample_head,
    sparse_head,
    two_part_notice,
    under,
)
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第四十五条"


@dataclass(frozen=True, slots=True)
class SpecialProcedureNotice:
    """Data of a notice of a special procedure.

    `procedure` is its kind in words (听证、检测 …), `expected_time` the time needed in words (15个工作日),
    `started_on` the first day that does not count. `old_due` is the due day so far; `new_due` the one expected
    if the procedure takes as long as said; the flags `…_provisional` say that a day rests on a calendar not
    yet published. `conducted_by` and `to_do` (what the applicant has to do) may be empty. Raises ValueError
    without kind, reason or time, which art. 45 wants told in writing.
    """

    head: NoticeHead
    procedure: str
    reason: str
    expected_time: str
    started_on: date
    accepted_on: date | None = None
    old_due: date | None = None
    old_due_provisional: bool = False
    new_due: date | None = None
    new_due_provisional: bool = False
    conducted_by: str = ""
    to_do: str = ""
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.procedure and self.reason and self.expected_time):
            raise ValueError("a special procedure needs its kind, its reason and the time it takes")


def compose(data: SpecialProcedureNotice) -> Composition:
    """Lay the notice out with both due days and what the new one depends on."""
    told = (
        f"{addressed(data.head)}在办理中需要进行{data.procedure}。{under(data.basis)}"
        f"自{long_date(data.started_on)}起进行{data.procedure}，所需时间预计为{data.expected_time}，"
        "不计入办理期限，特此告知。"
    )
    return two_part_notice(
        "特别程序告知书",
        data.head,
        "告知联（交申请人）",
        stub=_days(data),
        body=(
            case_grid(data.head, _days(data)),
            *letter(told),
            *said("理　　由", data.reason),
            *said("请您配合", data.to_do),
            *said("期限说明", _limit_note(data)),
            *said("备　　注", data.remarks),
        ),
    )


def _days(data: SpecialProcedureNotice) -> FieldRows:
    return (
        (Field("特别程序", data.procedure, bold=True), Field("承办单位", data.conducted_by)),
        (Field("开始日期", long_date(data.started_on)), Field("所需时间", data.expected_time)),
        (
            Field("原办结期限", due_date(data.old_due, provisional=data.old_due_provisional)),
            Field("预计新期限", _new_due(data), bold=True),
        ),
    )


def _new_due(data: SpecialProcedureNotice) -> str:
    return due_date(data.new_due, provisional=data.new_due_provisional)


def _limit_note(data: SpecialProcedureNotice) -> str:
    accepted = f"本件于{long_date(data.accepted_on)}受理。" if data.accepted_on else ""
    marked = (data.old_due and data.old_due_provisional) or (data.new_due and data.new_due_provisional)
    return (
        f"{accepted}办理期限自特别程序开始之日起暂停计算，结束之日的次日起继续计算。预计新期限按所需时间推算；"
        f"特别程序提前或者推后结束的，办结期限随之变动，另行告知。{PROVISIONAL_NOTE if marked else ''}"
    )


def sample() -> SpecialProcedureNotice:
    """Return a usual notice."""
    return SpecialProcedureNotice(
        head=sample_head("游审特告", 31, date(2026, 11, 26)),
        procedure="鉴定",
        reason="申请采伐的林木林龄与林权登记不一致，需要由有资质的机构对树种和林龄进行鉴定。",
        expected_time="10个工作日",
        started_on=date(2026, 11, 27),
        accepted_on=date(2026, 11, 23),
        old_due=date(2026, 12, 2),
        new_due=date(2026, 12, 16),
        conducted_by="绵阳市林业科学研究所",
        to_do="请于2026年11月30日上午9时在采伐地点等候，为鉴定人员指认四至范围；鉴定不收取费用。",
    )


def sample_long() -> SpecialProcedureNotice:
    """Return a notice with long texts and provisional days in the next year."""
    return replace(
        sample(),
        head=long_head(sample().head),
        procedure="专家评审",
        reason=LONG_TEXT * 2,
        expected_time="45个工作日（含补充资料和复核的时间）",
        old_due=date(2027, 1, 8),
        old_due_provisional=True,
        new_due=date(2027, 3, 19),
        new_due_provisional=True,
        conducted_by="绵阳市游仙区自然资源和规划局专家评审委员会办公室",
        to_do=LONG_TEXT,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="评审费用由组织评审的机关承担。",
    )


def sample_sparse() -> SpecialProcedureNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        accepted_on=None,
        old_due=None,
        new_due=None,
        conducted_by="",
        to_do="",
        basis="",
    )


PAPER = Paper(
    name="special_procedure_notice",
    title="特别程序告知书",
    data_class=SpecialProcedureNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "告知联"),
    basis=("行政许可法第四十五条", "期限：行政许可法第八十二条"),
)
