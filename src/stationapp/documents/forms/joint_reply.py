"""联办回执函: one department's opinion on what the lead organ asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import due_date, long_date
from stationapp.documents.paper import Paper

AGREED, DISAGREED, AGREED_FORWARD = "同意", "不同意", "同意但需转报"
OUTCOMES = (AGREED, DISAGREED, AGREED_FORWARD)
_TEXT = Style(size=11.5, leading=1.7, justify=True)
_HEADING = Style(size=11.5, bold=True, leading=1.7)


@dataclass(frozen=True, slots=True)
class JointReply:
    """Data of a reply from a co-department to the lead organ.

    `department`, `lead_organ`: from and to. `document_number`: the reply's own; `contact_number`: that of
    the letter it answers. `case_number`, `receipt_number`, `item_name`, `applicant`: the case. `matter`: what
    was asked. `received_on`, `reply_due`, `replied_on`; `reply_provisional` marks the due day. `outcome`: one
    of OUTCOMES. `reasons`: one paragraph each, with their basis. `forward_to`: the organ to which the matter
    must be reported, if the outcome says so. `officer`, `officer_phone`.

    Raises ValueError for an outcome that is not one of the three, and for a disagreement without reasons.
    """

    department: str
    lead_organ: str
    document_number: str
    contact_number: str
    case_number: str
    receipt_number: str
    item_name: str
    applicant: str
    matter: str
    received_on: date | None
    reply_due: date | None
    replied_on: date
    outcome: str
    reasons: tuple[str, ...]
    officer: str
    officer_phone: str
    forward_to: str = ""
    reply_provisional: bool = False

    def __post_init__(self) -> None:
        # In places a bare 不同意 counts as consent; whatever the rule, a lead organ can do nothing with it.
        if self.outcome not in OUTCOMES:
            raise ValueError(f"{self.outcome} is no outcome of a joint opinion")
        if self.outcome == DISAGREED and not any(self.reasons):
            raise ValueError("a disagreement needs reasons")


def compose(data: JointReply) -> Composition:
    """Lay the reply out: the case, the matter, the ticked outcome, the reasons."""
    return Composition(
        title="联办事项回执函",
        number_label="文号",
        number=data.document_number,
        organ=data.department,
        parts=(Part("回执函（送牵头单位）", _body(data)),),
    )


def _body(data: JointReply) -> tuple[Block, ...]:
    reasons = data.reasons or ("无。",)
    return (
        FieldGrid(_fields(data), row_height=21.0),
        Gap(8),
        Paragraph(_opening(data), _TEXT),
        Paragraph(f"　　一、征求意见的事项：{data.matter}", _TEXT),
        Together((Paragraph("　　二、意见", _HEADING), Paragraph(f"　　{_ticked(data)}", _TEXT))),
        *(Paragraph(f"　　{sentence}", _TEXT) for sentence in _forwarding(data)),
        Together((Paragraph("　　三、理由和依据", _HEADING), Paragraph(f"　　{reasons[0]}", _TEXT))),
        *(Together((Paragraph(f"　　{reason}", _TEXT),)) for reason in reasons[1:]),
        Gap(12),
        Together((Beside(_contact(data), (_seal(data),), right_width=210),)),
    )


def _fields(data: JointReply) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("联系单号", data.contact_number), Field("申请人", data.applicant)),
        (Field("申请事项", data.item_name),),
        (Field("办件编号", data.case_number), Field("收件号", data.receipt_number)),
        (
            Field("收到日期", long_date(data.received_on)),
            Field("回执期限", due_date(data.reply_due, provisional=data.reply_provisional)),
        ),
    )


def _opening(data: JointReply) -> str:
    return f"{data.lead_organ}：\n　　你单位发来的联系单及材料收悉。经研究，现就征求意见的事项回复如下。"


def _ticked(data: JointReply) -> str:
    return "　　".join(f"{'■' if outcome == data.outcome else '□'}{outcome}" for outcome in OUTCOMES)


def _forwarding(data: JointReply) -> tuple[str, ...]:
    if data.outcome != AGREED_FORWARD:
        return ()
    organ = data.forward_to or "上级主管机关"
    return (f"本事项须由牵头单位转报{organ}审批，转报所需时间依照法律、法规的规定。",)


def _contact(data: JointReply) -> tuple[Block, ...]:
    return (
        SignatureRow((Signature("经办人", data.officer),)),
        SignatureRow((Signature("联系电话", data.officer_phone),)),
        SignatureRow((Signature("牵头单位签收"),)),
        SignatureRow((Signature("签收时间"),)),
    )


def _seal(data: JointReply) -> SealPlace:
    return SealPlace(data.department, long_date(data.replied_on), width=206, height=120)


def sample() -> JointReply:
    """Return a disagreement, the kind that must give reasons."""
    return JointReply(
        department=people.FOREST_OFFICE,
        lead_organ=people.APPROVAL_OFFICE,
        document_number=people.document_number("游林联", 17),
        contact_number=people.document_number("游审联", 41),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        item_name=people.BUILDING_ITEM,
        applicant=people.ZHONG.name,
        matter="拟建住宅用地是否占用林地；占用的，是否可以办理使用林地手续及应当办理的层级。",
        received_on=date(2026, 11, 24),
        reply_due=date(2026, 12, 1),
        replied_on=date(2026, 11, 30),
        outcome=DISAGREED,
        reasons=(
            "经核对林地一张图，拟建范围内有80平方米属于二级保护林地，森林类别为国家公益林。",
            "申请人调整四至、避开上述范围后，可以重新征求意见，不必另行提交其他材料。",
        ),
        officer=people.SECOND_OFFICER,
        officer_phone="0816-0000411",
    )


def sample_long() -> JointReply:
    """Return a consent that must be reported on, with long reasons."""
    reason = (
        "拟建范围与森林防火隔离带的距离、与古树名木保护范围的距离、林地保护等级、森林类别和权属界线"
        "均已由乡镇林业工作站会同村民委员会现场核对并在附图上标注，核对人员和时间见附表，核对结果与申请表所填一致。"
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        outcome=AGREED_FORWARD,
        forward_to="四川省林业和草原局",
        reasons=tuple(f"（{number}）{reason}" for number in range(1, 16)),
        reply_due=date(2027, 1, 8),
        reply_provisional=True,
    )


def sample_sparse() -> JointReply:
    """Return a consent without reasons, its optional fields empty."""
    return replace(
        sample(),
        contact_number="",
        case_number="",
        received_on=None,
        reply_due=None,
        outcome=AGREED,
        reasons=(),
        officer="",
        officer_phone="",
    )


PAPER = Paper(
    name="joint_reply",
    title="联办事项回执函",
    data_class=JointReply,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("回执函",),
    basis=(
        "行政许可法第二十六条第二款（联合办理、集中办理）",
        "联办单证的通行做法：联系单、接收单、回执函、汇总表",
    ),
)
