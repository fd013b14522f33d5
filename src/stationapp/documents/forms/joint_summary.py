"""审核情况汇总表: what every department of a joint case said, when, and which of them let its time run out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import due_date, long_date, short_time
from stationapp.documents.paper import Paper

DEFAULT_MARK = "★"
DEFAULT_NOTE = (
    f"标{DEFAULT_MARK}的意见不是该部门书面作出，是因逾期或者缺席、按照已公布的默认规则认定的，"
    "以所列文书为凭；责任由该部门承担。"
)
ALL_WRITTEN = "各部门意见均以书面回执为准，没有按默认规则认定的意见。"


@dataclass(frozen=True, slots=True)
class JointOpinion:
    """One department's row.

    `department`, `matter` asked; `asked_at`, `replied_at`: in-time and out-time, None while not yet; `due`
    the last day; `limit` and `used` in words (5个工作日); `outcome` in words (同意, 不同意, 同意但需转报,
    超时默认, 缺席默认, 未回执); `opinion`; `officer`; `document_number` of the reply or of the default's
    paper; `defaulted`: whether the outcome was not given but follows from a rule on default.
    """

    department: str
    matter: str
    asked_at: datetime | None
    replied_at: datetime | None
    due: date | None
    limit: str
    used: str
    outcome: str
    opinion: str
    officer: str = ""
    document_number: str = ""
    defaulted: bool = False


@dataclass(frozen=True, slots=True)
class JointSummary:
    """Data of the summary of a joint case.

    `lead_organ`; `case_number`, `receipt_number`, `item_name`, `item_code`, `applicant`: the case; `rows`: a
    JointOpinion for every department; `statutory_due` and `promised_due`, each with its `…_provisional`;
    `visited_on`: day of the joint site visit, if any; `conclusion`: what the lead organ makes of it;
    `compiled_by`, `compiled_on`.
    """

    lead_organ: str
    case_number: str
    receipt_number: str
    item_name: str
    item_code: str
    applicant: str
    rows: tuple[JointOpinion, ...]
    statutory_due: date | None
    promised_due: date | None
    compiled_by: str
    compiled_on: date
    statutory_provisional: bool = False
    promised_provisional: bool = False
    visited_on: date | None = None
    conclusion: str = ""


def compose(data: JointSummary) -> Composition:
    """Lay the summary out across the sheet, one row for each department."""
    return Composition(
        title="联办事项审核情况汇总表",
        number_label="办件编号" if data.case_number else "收件号",
        number=data.case_number or data.receipt_number,
        organ=data.lead_organ,
        landscape=True,
        parts=(Part("汇总表（随件归档）", _body(data)),),
    )


def _body(data: JointSummary) -> tuple[Block, ...]:
    return (
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        Gap(5),
        Table(_COLUMNS, _rows(data), total=_total(data)),
        Together((Gap(4), *_end(data))),
    )


def _fields(data: JointSummary) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请事项", data.item_name), Field("申请人", data.applicant)),
        (Field("事项编码", data.item_code), Field("收件号", data.receipt_number)),
        (
            Field("法定办结", due_date(data.statutory_due, provisional=data.statutory_provisional)),
            Field("承诺办结", due_date(data.promised_due, provisional=data.promised_provisional)),
            Field("联合踏勘", long_date(data.visited_on)),
        ),
    )


_COLUMNS = (
    Column("序号", 36, "center"),
    Column("部门、经办人", 106),
    Column("征求意见的事项", 112),
    Column("送达时间", 80, "center"),
    Column("回执时间", 80, "center"),
    Column("时限和期限", 80, "center"),
    Column("用时", 66, "center"),
    Column("结论", 76, "center"),
    Column("意见", 128),
    Column("文书编号", 82, "center"),
)


def _rows(data: JointSummary) -> tuple[tuple[str, ...], ...]:
    return tuple(_row(number, row) for number, row in enumerate(data.rows, start=1))


def _row(number: int, row: JointOpinion) -> tuple[str, ...]:
    due = f"\n{row.due}" if row.due else ""
    return (
        str(number),
        f"{row.department}\n{row.officer}".rstrip(),
        row.matter or "／",
        short_time(row.asked_at) if row.asked_at else "／",
        short_time(row.replied_at) if row.replied_at else "／",
        (row.limit or "／") + due,
        row.used or "／",
        f"{DEFAULT_MARK}{row.outcome}" if row.defaulted else row.outcome,
        row.opinion or "／",
        row.document_number or "／",
    )


def _total(data: JointSummary) -> str:
    counts: dict[str, int] = {}
    for row in data.rows:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    outcomes = "，".join(f"{outcome}{count}个" for outcome, count in counts.items())
    return f"共{len(data.rows)}个部门" + (f"：{outcomes}。" if outcomes else "。")


def _end(data: JointSummary) -> tuple[Block, ...]:
    defaulted = any(row.defaulted for row in data.rows)
    signatures = (
        Signature("汇总人", data.compiled_by),
        Signature("汇总日期", long_date(data.compiled_on)),
        Signature("首席代表（签名）"),
    )
    return (
        Statement("默认说明", DEFAULT_NOTE if defaulted else ALL_WRITTEN, bold=defaulted),
        Statement("牵头单位\n汇总意见", data.conclusion or "\n\n", size=9.5),
        SignatureRow(signatures),
    )


def _sample_default() -> JointOpinion:
    return JointOpinion(
        people.FARM_OFFICE,
        "是否符合宅基地申请条件",
        people.at(11, 24, 9, 40),
        None,
        date(2026, 12, 1),
        "5个工作日",
        "逾期1个工作日",
        "超时默认",
        "",
        "",
        people.document_number("游审默", 2),
        defaulted=True,
    )


def _sample_rows() -> tuple[JointOpinion, ...]:
    return (
        JointOpinion(
            people.LAND_OFFICE,
            "是否符合村庄规划和用途管制要求",
            people.at(11, 24, 9, 10),
            people.at(11, 27, 15, 30),
            date(2026, 12, 1),
            "5个工作日",
            "3个工作日",
            "同意",
            "符合村庄规划，可以核发乡村建设规划许可证。",
            people.CLERK,
            people.document_number("游资联", 9),
        ),
        JointOpinion(
            people.FOREST_OFFICE,
            "是否占用林地",
            people.at(11, 24, 9, 25),
            people.at(11, 30, 10, 5),
            date(2026, 12, 1),
            "5个工作日",
            "4个工作日",
            "同意但需转报",
            "调整四至后占用林地20平方米，须转报使用林地审批。",
            people.SECOND_OFFICER,
            people.document_number("游林联", 17),
        ),
        _sample_default(),
    )


def sample() -> JointSummary:
    """Return a summary of three departments, one of which let its time run out."""
    return JointSummary(
        lead_organ=people.APPROVAL_OFFICE,
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        item_name=people.BUILDING_ITEM,
        item_code=people.BUILDING_ITEM_CODE,
        applicant=people.ZHONG.name,
        rows=_sample_rows(),
        statutory_due=date(2027, 1, 29),
        statutory_provisional=True,
        promised_due=date(2026, 12, 18),
        visited_on=date(2026, 11, 26),
        conclusion="各部门意见已齐，无不同意意见，转入决定环节；林地手续由窗口转报。",
        compiled_by=people.OFFICER,
        compiled_on=date(2026, 12, 3),
    )


def sample_long() -> JointSummary:
    """Return a summary of eighteen departments with long opinions."""
    usual = sample().rows
    rows = tuple(
        replace(
            usual[number % 3],
            department=f"绵阳市游仙区第{number}联合审查组（水利、交通运输、生态环境、文物保护专项）",
            opinion="经现场核对界址、标高、退距和排水去向，与所附图纸一致，符合本专项的控制要求。" * 2,
        )
        for number in range(1, 19)
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        rows=rows,
        promised_due=date(2027, 1, 8),
        promised_provisional=True,
        conclusion="六个部门的意见按默认规则认定，超时默认通知单已送达并抄送监察岗；其余意见一致。" * 3,
    )


def sample_sparse() -> JointSummary:
    """Return a summary of a case just sent out: one department, no reply yet."""
    row = replace(
        sample().rows[0],
        matter="",
        replied_at=None,
        due=None,
        limit="",
        used="",
        outcome="未回执",
        opinion="",
    )
    return replace(
        sample(),
        case_number="",
        item_code="",
        rows=(replace(row, asked_at=None, officer="", document_number=""),),
        statutory_due=None,
        promised_due=None,
        visited_on=None,
        conclusion="",
        compiled_by="",
    )


PAPER = Paper(
    name="joint_summary",
    title="联办事项审核情况汇总表",
    data_class=JointSummary,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("汇总表",),
    basis=(
        "行政许可法第二十六条第二款（联合办理、集中办理）",
        "联办单证的通行做法：联系单、接收单、回执函、汇总表",
    ),
)
