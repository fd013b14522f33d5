"""超时默认通知单: a department let its limit pass, its consent is taken as given, and who has to make that good.

It belongs only to joint matters that the catalogue marks for it, and it is no decision to grant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import BLANK_DATE, long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    STUB,
    FieldRows,
    NoticeHead,
    case_grid,
    letter,
    long_head,
    said,
    sample_head,
    sealed_end,
    sparse_head,
    under,
)
from stationapp.documents.paper import Paper

_MARKED = "本事项已在事项清单中标明实行超时默认。"


@dataclass(frozen=True, slots=True)
class TimeoutDefaultNotice:
    """Data of a notice that a department's consent is taken as given.

    `department` let pass the `limit` (5个工作日, in words) it had for `matter`, asked on `asked_on`, up to `due`.
    `notice_proof` says by what paper or message it had been told, `noticed_on` when; `acknowledged_by` and
    `acknowledged_on` who acknowledged that and when (empty: to be signed by hand on the department's part).
    `defaulted_on` is the day of the default; the department issues its own approval within
    `approval_within`, up to `approval_due`. `basis` names the local rule and may be empty. Raises ValueError
    without department, matter or proof: nobody defaults in silence.
    """

    head: NoticeHead
    department: str
    matter: str
    limit: str
    due: date
    notice_proof: str
    defaulted_on: date
    asked_on: date | None = None
    noticed_on: date | None = None
    acknowledged_by: str = ""
    acknowledged_on: date | None = None
    approval_within: str = "1个工作日"
    approval_due: date | None = None
    basis: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.department and self.matter and self.notice_proof):
            raise ValueError("a default needs the department, the matter and the proof that it was told")
        if self.defaulted_on <= self.due:
            raise ValueError("nobody defaults before his limit has passed")


def compose(data: TimeoutDefaultNotice) -> Composition:
    """Lay the notice out in three parts: for the file, for the department, for the applicant's next step."""
    return Composition(
        title="超时默认通知单",
        number_label="文号",
        number=data.head.document_number,
        organ=data.head.organ,
        parts=(
            Part(f"{STUB}（发出窗口留存）", _stub(data)),
            Part("部门联（交超时部门）", (*_body(data, _to_department(data)), sealed_end(data.head))),
            Part("申请人联（办理后续环节使用）", (*_body(data, _to_applicant(data)), sealed_end(data.head))),
        ),
    )


def _stub(data: TimeoutDefaultNotice) -> tuple[Block, ...]:
    taken = (Signature("部门签收人", share=1.2), Signature("联系电话"), Signature("日期"))
    given = (Signature("申请人（签收）", share=1.2), Signature("联系电话"), Signature("日期"))
    return (
        case_grid(data.head, _default(data)),
        Together((SignatureRow(taken, size=9.5), SignatureRow(given, size=9.5))),
    )


def _body(data: TimeoutDefaultNotice, words: str) -> tuple[Block, ...]:
    return (
        case_grid(data.head, _default(data)),
        *letter(words),
        Statement("效　　力", _effect(data), size=9.5, bold=True),
        *said("备　　注", data.remarks),
    )


def _default(data: TimeoutDefaultNotice) -> FieldRows:
    return (
        (Field("超时部门", data.department, bold=True),),
        (Field("应办内容", data.matter),),
        (Field("要求日期", long_date(data.asked_on)), Field("办理时限", data.limit)),
        (
            Field("到期日", long_date(data.due), bold=True),
            Field("默认日期", long_date(data.defaulted_on), bold=True),
        ),
        (Field("告知凭据", data.notice_proof),),
        (
            Field("告知日期", long_date(data.noticed_on)),
            Field("部门签认人", data.acknowledged_by, blank=True),
        ),
        (
            Field("签认日期", long_date(data.acknowledged_on) or BLANK_DATE),
            Field("补办审批", _approval(data), bold=True),
        ),
    )


def _approval(data: TimeoutDefaultNotice) -> str:
    return f"{long_date(data.approval_due)}前" if data.approval_due else f"{data.approval_within}内"


def _to_department(data: TimeoutDefaultNotice) -> str:
    return (
        f"{data.department}：上述办件中应由你单位办理的“{data.matter}”，时限{data.limit}，"
        f"已于{long_date(data.due)}到期，你单位没有作出答复。{_rule(data)}视为你单位同意，"
        f"请自收到本通知单之日起{data.approval_within}内补办审批文件。"
    )


def _to_applicant(data: TimeoutDefaultNotice) -> str:
    return (
        f"{data.head.applicant}：你（单位）的上述申请中，应由{data.department}办理的“{data.matter}”，"
        f"已于{long_date(data.due)}到期，该部门没有作出答复。{_rule(data)}视为该部门同意，"
        "你（单位）可以持本通知单办理后续环节。"
    )


def _rule(data: TimeoutDefaultNotice) -> str:
    return under(data.basis) or _MARKED


def _effect(data: TimeoutDefaultNotice) -> str:
    return (
        "一、本通知单只表明超时部门的意见视为同意，不是准予决定书，不代替该部门依法应当出具的审批文件。\n"
        f"二、超时部门应当在{data.approval_within}内补办审批文件；由此产生的责任由该部门承担。\n"
        "三、后续环节的部门凭本通知单继续办理，不得以缺少超时部门的审批文件为由拒绝。\n"
        "四、超时默认只适用于事项清单标明的联合办理事项，不适用于其他事项。"
    )


def sample() -> TimeoutDefaultNotice:
    """Return a usual notice."""
    return TimeoutDefaultNotice(
        head=sample_head("游审默", 2, date(2026, 12, 2)),
        department="绵阳市游仙区水利局",
        matter="采伐地点是否在水源保护范围内的意见",
        limit="5个工作日",
        due=date(2026, 11, 30),
        notice_proof=f"联办联系单{people.document_number('游审联', 21)}，系统送达并由部门窗口签收",
        defaulted_on=date(2026, 12, 2),
        asked_on=date(2026, 11, 23),
        noticed_on=date(2026, 11, 23),
        acknowledged_by=people.CLERK,
        acknowledged_on=date(2026, 11, 23),
        approval_due=date(2026, 12, 3),
        basis="《绵阳市游仙区联合审批超时默认办法》第六条",
    )


def sample_long() -> TimeoutDefaultNotice:
    """Return a notice with long names and texts."""
    return replace(
        sample(),
        head=long_head(sample().head),
        department="绵阳市游仙区自然资源和规划局（国土空间用途管制与耕地保护监督股）",
        matter="拟建房屋四至范围、标高、退距是否符合村庄规划和道路、河道、高压线、地质灾害避让要求的书面意见",
        limit="10个工作日（含现场踏勘）",
        notice_proof=LONG_TEXT,
        acknowledged_by=f"{people.LONGEST.name}（窗口首席代表）",
        remarks=LONG_TEXT,
    )


def sample_sparse() -> TimeoutDefaultNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        asked_on=None,
        noticed_on=None,
        acknowledged_by="",
        acknowledged_on=None,
        approval_due=None,
        basis="",
    )


PAPER = Paper(
    name="timeout_default_notice",
    title="超时默认通知单",
    data_class=TimeoutDefaultNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "部门联", "申请人联"),
    basis=(
        "联合审批超时默认的通行做法（东莞：期满后第二个工作日发《超时默认通知单》）",
        "泰政办发〔2022〕58号：视为通过，超时部门1个工作日内补发批件",
    ),
)
