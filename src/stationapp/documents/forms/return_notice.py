"""退件通知书: an application and its materials go back to the applicant, why, and how to object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.notice import (
    LONG_TEXT,
    ListedMaterial,
    NoticeHead,
    addressed,
    case_grid,
    letter,
    long_head,
    material_sum,
    material_table,
    remedies,
    said,
    sample_head,
    sparse_head,
    two_part_notice,
    under,
)
from stationapp.documents.paper import Paper


@dataclass(frozen=True, slots=True)
class ReturnNotice:
    """Data of a notice that an application goes back.

    `returned` lists what goes back; `cure` says what the applicant can do to apply with success. He may object
    within `objection_within` (5个工作日, in words) at `objection_to`; both or neither. `review_organ` and
    `court` are shown if both are given. `basis` may be empty. Raises ValueError without a reason.
    """

    head: NoticeHead
    reason: str
    returned: tuple[ListedMaterial, ...] = ()
    cure: str = ""
    objection_within: str = ""
    objection_to: str = ""
    review_organ: str = ""
    court: str = ""
    basis: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("nothing goes back without a reason")
        if bool(self.objection_within) != bool(self.objection_to):
            raise ValueError("an objection needs both its time and its place")


def compose(data: ReturnNotice) -> Composition:
    """Lay the notice out; the applicant signs the stub for the materials."""
    return two_part_notice(
        "退件通知书",
        data.head,
        "通知联（交申请人）",
        stub=((Field("退件理由", data.reason),), (Field("退还材料", material_sum(data.returned)),)),
        body=(
            case_grid(data.head),
            *letter(f"{addressed(data.head)}{under(data.basis)}现予退件，本件不再继续办理。"),
            *said("退件理由", data.reason),
            material_table("退还申请人的材料", data.returned),
            *said("如何补救", data.cure),
            *said("异　　议", _objection(data)),
            *said("救济途径", remedies(data.review_organ, data.court, "通知书")),
            *said("备　　注", data.remarks),
        ),
    )


def _objection(data: ReturnNotice) -> str:
    if not data.objection_within:
        return ""
    return (
        f"对退件有异议的，可以自收到本通知书之日起{data.objection_within}内向{data.objection_to}提出，"
        "由其重新审查并答复。"
    )


def sample() -> ReturnNotice:
    """Return a usual notice."""
    return ReturnNotice(
        head=sample_head("游审退", 9, date(2026, 11, 25)),
        reason="同一采伐地点已由申请人的家庭成员于2026年11月19日提出申请并受理，属于重复申请。",
        returned=(
            ListedMaterial("林木采伐许可证申请表", 1, 0),
            ListedMaterial("林木权属证明", 0, 1),
        ),
        cure="先提出的申请办结或者撤回后，可以重新提出申请。",
        objection_within="5个工作日",
        objection_to=f"{people.APPROVAL_OFFICE}（投诉电话{people.COMPLAINT_PHONE}）",
        review_organ="绵阳市游仙区人民政府",
        court="绵阳市游仙区人民法院",
    )


def sample_long() -> ReturnNotice:
    """Return a notice with long texts and many materials."""
    returned = tuple(
        ListedMaterial(
            f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图、附表）", 1, 2
        )
        for number in range(1, 17)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        reason=LONG_TEXT * 2,
        returned=returned,
        cure=LONG_TEXT,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="材料由村便民服务站代为送交申请人。",
    )


def sample_sparse() -> ReturnNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        returned=(),
        cure="",
        objection_within="",
        objection_to="",
        review_organ="",
        court="",
    )


PAPER = Paper(
    name="return_notice",
    title="退件通知书",
    data_class=ReturnNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "通知联"),
    basis=("退回件通知书的通行做法（写明理由、退还材料、告知异议途径）", "行政复议法第二十条"),
)
