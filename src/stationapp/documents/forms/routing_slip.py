"""流转单: every step of a case from first to last, as the event log has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from stationapp.documents import sample_people as people
from stationapp.documents.forms import routing_occurrences
from stationapp.documents.forms.routing_occurrences import (
    NO_OCCURRENCES,
    Occurrences,
    numbered,
    occurrence_tables,
)
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import due_date, long_date, long_time, short_time
from stationapp.documents.paper import Paper

_NUMERALS = "一二三四五六七"


@dataclass(frozen=True, slots=True)
class RoutingStep:
    """One step. `post` is A岗 or B岗; `limit` and `used` are worded, as 3个工作日 and 1个工作日."""

    at: datetime
    desk: str
    person: str
    post: str
    move: str
    opinion: str
    limit: str
    used: str


@dataclass(frozen=True, slots=True)
class SupplementStep:
    """One request for supplement: when told, what about, when completed, how long the clock stood still."""

    told_on: date
    content: str
    completed_on: date | None
    excluded: str


@dataclass(frozen=True, slots=True)
class RoutingSlip:
    """Data of a routing slip; `steps` are in the order in which the hub has them.

    A due date's `was` is the provisional day stated at acceptance, where the day has moved since.
    `occurrences` holds joint parts, special procedures, extensions, publicity and cards of supervision: a table
    each, left out while empty. `supervision_marks` are marks in plain sentences.
    """

    case_number: str
    receipt_number: str
    item_name: str
    item_code: str
    applicant: str
    representative: str
    handling_kind: str
    received_at: datetime
    accepted_on: date | None
    statutory_due: date | None
    statutory_provisional: bool
    promised_due: date | None
    promised_provisional: bool
    state: str
    steps: tuple[RoutingStep, ...]
    statutory_was: date | None = None
    promised_was: date | None = None
    supplements: tuple[SupplementStep, ...] = ()
    supervision_marks: tuple[str, ...] = ()
    remarks: str = ""
    occurrences: Occurrences = NO_OCCURRENCES


def compose(data: RoutingSlip) -> Composition:
    """Lay the slip out: head, steps, supplements, supervision marks."""
    return Composition(
        title="办件流转单",
        # Before the hub has numbered the case, the receipt number is the one it goes by.
        number_label="办件编号" if data.case_number else "收件号",
        number=data.case_number or data.receipt_number,
        parts=(Part("随件流转", _body(data)),),
    )


def _body(data: RoutingSlip) -> tuple[Block, ...]:
    return (
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        *(block for table in _tables(data) for block in (Gap(5), table)),
        Gap(5),
        Together((Statement("监察记录", "\n".join(data.supervision_marks) or "无"), *_end(data))),
    )


def _tables(data: RoutingSlip) -> tuple[Table, ...]:
    """Return the tables in order; steps and supplements are always there, if only to say 无."""
    tables = (
        ("办理环节", _STEP_COLUMNS, numbered(data.steps, _step)),
        ("补正情况", _SUPPLEMENT_COLUMNS, numbered(data.supplements, _supplement)),
        *occurrence_tables(data.occurrences),
    )
    return tuple(
        Table(columns, rows, heading=f"{numeral}、{title}")
        for numeral, (title, columns, rows) in zip(_NUMERALS, tables, strict=False)
    )


def _fields(data: RoutingSlip) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请事项", data.item_name),),
        (Field("事项编码", data.item_code),),
        (Field("申请人", data.applicant), Field("代办人", data.representative)),
        (Field("收件号", data.receipt_number), Field("收件时间", long_time(data.received_at))),
        (Field("办理类型", data.handling_kind), Field("受理日期", long_date(data.accepted_on))),
        (
            Field("法定办结", _due(data.statutory_due, data.statutory_provisional, data.statutory_was)),
            Field("承诺办结", _due(data.promised_due, data.promised_provisional, data.promised_was)),
        ),
        (Field("目前状态", data.state, bold=True), Field("备　　注", data.remarks)),
    )


def _due(day: date | None, provisional: bool, was: date | None) -> str:
    """A date that a later calendar has moved stands beside the one the applicant was told."""
    told = f"\n原暂定{long_date(was)}" if was else ""
    return due_date(day, provisional=provisional) + told


_STEP_COLUMNS = (
    Column("序号", 32, "center"),
    Column("时间", 76, "center"),
    Column("单位、经办人", 94),
    Column("环节", 46, "center"),
    Column("意见", 132),
    Column("时限／用时", 66, "center"),
    Column("签名", 56),
)
_SUPPLEMENT_COLUMNS = (
    Column("序号", 32, "center"),
    Column("告知日期", 94, "center"),
    Column("补正内容", 200),
    Column("补齐日期", 94, "center"),
    Column("不计入期限", 78, "center"),
)


def _step(number: int, step: RoutingStep) -> tuple[str, ...]:
    person = f"{step.person}（{step.post}）" if step.post else step.person
    return (
        str(number),
        short_time(step.at),
        f"{step.desk}\n{person}",
        step.move,
        step.opinion or "／",
        f"{step.limit or '／'}\n{step.used or '／'}" if step.limit or step.used else "／",
        "",
    )


def _supplement(number: int, step: SupplementStep) -> tuple[str, ...]:
    return (
        str(number),
        long_date(step.told_on),
        step.content,
        long_date(step.completed_on) or "未补齐",
        step.excluded or "／",
    )


def _end(data: RoutingSlip) -> tuple[Block, ...]:
    count = f"以上共{len(data.steps)}个环节，补正{len(data.supplements)}次。"
    return (
        Gap(3),
        Paragraph(count, Style(size=9.5)),
        SignatureRow((Signature("核对人（签名）"), Signature("归档人（签名）"), Signature("归档日期"))),
    )


def sample() -> RoutingSlip:
    """Return the slip of a case that went through supplement to service."""
    desks = (people.STATION, people.TOWNSHIP, people.COUNTY_OFFICE)
    persons = (people.AGENT, people.CLERK, people.OFFICER)
    rows = (
        ((11, 3, 9, 5), 0, "收件", "材料5项当面核对无误。", "", ""),
        ((11, 4, 8, 40), 0, "转报", f"随批次{people.BATCH_NUMBER}报送。", "3个工作日", "1个工作日"),
        ((11, 4, 15, 20), 1, "签收", "纸质材料与清单一致。", "", ""),
        ((11, 5, 10, 12), 1, "补正", "申请表第2页缺签名，已一次性告知。", "5个工作日", "1个工作日"),
        ((11, 9, 9, 30), 1, "受理", "材料齐全，符合法定形式。", "5个工作日", "0个工作日"),
        ((11, 11, 16, 0), 1, "初审上报", "经入户核实，情况属实，建议给予。", "5个工作日", "2个工作日"),
        ((11, 13, 11, 25), 2, "审核", "同意乡镇初审意见。", "3个工作日", "2个工作日"),
        ((11, 17, 9, 0), 2, "决定", "准予，自2026年12月起发放。", "2个工作日", "2个工作日"),
        ((11, 20, 10, 30), 0, "送达", "决定书由申请人本人签收。", "10个工作日", "3个工作日"),
        ((11, 20, 10, 45), 0, "办结", "", "", ""),
    )
    steps = tuple(
        RoutingStep(people.at(*when), desks[desk], persons[desk], "A岗", move, opinion, limit, used)
        for when, desk, move, opinion, limit, used in rows
    )
    return RoutingSlip(
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        item_name="困难残疾人生活补贴",
        item_code="512B0004100020-510704000000-000-11510704008400000X-1-00",
        applicant=people.LI.name,
        representative=people.WU.name,
        handling_kind="承诺件（上报）",
        received_at=people.at(11, 3, 9, 5),
        accepted_on=date(2026, 11, 9),
        statutory_due=date(2026, 12, 7),
        statutory_provisional=False,
        promised_due=date(2026, 11, 23),
        promised_provisional=False,
        state="已办结（准予）",
        steps=steps,
        supplements=(
            SupplementStep(date(2026, 11, 5), "申请表第2页缺申请人签名。", date(2026, 11, 9), "2个工作日"),
        ),
    )


def sample_long() -> RoutingSlip:
    """Return a slip of 60 steps, one opinion as long as the data standard allows (1000 characters)."""
    usual = sample().steps
    steps = tuple(
        replace(
            usual[number % 10], at=people.at(3 + number // 8, 1 + number % 28, 9, number % 60), post="B岗"
        )
        for number in range(60)
    )
    sentence = (
        "经窗口与主管部门会商，申请人名下另有一处宅基地，须先完成退出登记，方可继续审查本件申请，"
        "请镇、村两级协助核实。"
    )
    opinion = (sentence * 20)[:1000]
    marks = (
        "2026年4月9日　黄牌：审核环节超过承诺期限1个工作日；申诉不成立。",
        "2026年6月2日　预警：距法定期限届满不足20%；已在期限内办结。",
    )
    supplements = tuple(
        SupplementStep(date(2026, 3, day), "户口簿登记用字与身份证不一致，须附公安机关证明。", None, "")
        for day in (4, 18)
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        representative=people.ZHONG.name,
        steps=(*steps[:21], replace(steps[21], opinion=opinion), *steps[22:]),
        supplements=supplements,
        supervision_marks=marks,
        statutory_due=date(2027, 1, 8),
        statutory_provisional=True,
        promised_was=date(2026, 11, 20),
        occurrences=routing_occurrences.sample(),
        remarks="办理期间经办人休假，由B岗接替。",
    )


def sample_sparse() -> RoutingSlip:
    """Return a slip of a case just received, not yet numbered by the county."""
    return replace(
        sample(),
        case_number="",
        item_code="",
        representative="",
        accepted_on=None,
        statutory_due=None,
        promised_due=None,
        state="已收件",
        steps=(replace(sample().steps[0], post="", opinion=""),),
        supplements=(),
    )


PAPER = Paper(
    name="routing_slip",
    title="办件流转单",
    data_class=RoutingSlip,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("随件流转",),
    basis=("项目审批流转单制度：每一个行政审批事项随附流转单",),
)
