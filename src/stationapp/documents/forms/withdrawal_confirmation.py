"""撤回确认书: the applicant took his application back; what he gets back, and that he may apply again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.layout.words import long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
    ListedMaterial,
    NoticeHead,
    addressed,
    case_grid,
    letter,
    long_head,
    material_sum,
    material_table,
    said,
    sample_head,
    sparse_head,
    two_part_notice,
    under,
)
from stationapp.documents.paper import Paper


@dataclass(frozen=True, slots=True)
class WithdrawalConfirmation:
    """Data of a confirmation that an application was withdrawn.

    `reason` is the applicant's (may be empty: he owes none), `requested_on` the day he asked, `requested_by`
    who asked for him if not he himself, `withdrawn_on` the day the case ended. `returned` is what he gets
    back; `kept` says what stays in the file and why. `basis` may be empty.
    """

    head: NoticeHead
    withdrawn_on: date
    reason: str = ""
    requested_on: date | None = None
    requested_by: str = ""
    returned: tuple[ListedMaterial, ...] = ()
    kept: str = ""
    basis: str = ""
    remarks: str = ""


def compose(data: WithdrawalConfirmation) -> Composition:
    """Lay the confirmation out; the applicant signs the stub for what he gets back."""
    return two_part_notice(
        "撤回确认书",
        data.head,
        "确认联（交申请人）",
        stub=(*_days(data), (Field("退还材料", material_sum(data.returned)),)),
        body=(
            case_grid(data.head, _days(data)),
            *letter(
                f"{addressed(data.head)}已按你（单位）的要求撤回。{under(data.basis)}"
                f"现确认本件自{long_date(data.withdrawn_on)}起终止办理，不再作出决定。"
            ),
            *said("撤回理由", data.reason),
            material_table("退还申请人的材料", data.returned),
            *said("留存材料", data.kept),
            *said("重新申请", "撤回不影响以后的申请；符合条件的，可以随时就同一事项重新提出申请。"),
            *said("备　　注", data.remarks),
        ),
    )


def _days(data: WithdrawalConfirmation) -> FieldRows:
    return (
        (
            Field("要求撤回", long_date(data.requested_on)),
            Field("撤回日期", long_date(data.withdrawn_on), bold=True),
        ),
        (Field("提出人", data.requested_by or data.head.applicant),),
    )


def sample() -> WithdrawalConfirmation:
    """Return a usual confirmation."""
    return WithdrawalConfirmation(
        head=sample_head("游审撤", 3, date(2026, 11, 26)),
        withdrawn_on=date(2026, 11, 26),
        reason="申请人决定今年不采伐。",
        requested_on=date(2026, 11, 25),
        returned=(
            ListedMaterial("林木采伐许可证申请表", 1, 0),
            ListedMaterial("林木权属证明", 0, 1),
            ListedMaterial("伐区调查设计材料或者采伐承诺书", 1, 1),
        ),
        kept="撤回申请书1份、本确认书存根联随件归档。",
    )


def sample_long() -> WithdrawalConfirmation:
    """Return a confirmation with long texts and many materials."""
    returned = tuple(
        ListedMaterial(
            f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图、附表）", 1, 2
        )
        for number in range(1, 17)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        reason=LONG_TEXT,
        requested_by=f"{people.ZHONG.name}（申请人书面委托的代理人，魏城镇红岩村三组村民）",
        returned=returned,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="第16册原件破损，收件时已拍照并经申请人确认。",
    )


def sample_sparse() -> WithdrawalConfirmation:
    """Return a confirmation whose optional fields are empty."""
    return replace(
        sample(), head=sparse_head(sample().head), reason="", requested_on=None, returned=(), kept=""
    )


PAPER = Paper(
    name="withdrawal_confirmation",
    title="撤回确认书",
    data_class=WithdrawalConfirmation,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "确认联"),
    basis=("申请人撤回申请、终止办理的通行做法（书面确认，退还材料）",),
)
