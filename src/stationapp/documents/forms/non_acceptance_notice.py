"""不予受理通知书: why an application is not accepted, which organ is competent, and the remedies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.notice import (
    LONG_TEXT,
    NoticeHead,
    addressed,
    case_grid,
    letter,
    long_head,
    remedies,
    said,
    sample_head,
    sparse_head,
    two_part_notice,
    under,
)
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第三十二条第一款第（二）项、第二款"


@dataclass(frozen=True, slots=True)
class NonAcceptanceNotice:
    """Data of a notice of non-acceptance.

    `facts` says what was found (may be empty), `reason` why the application is not accepted, `competent_organ`
    where it can be made instead and `competent_contact` that organ's address or telephone (both empty if no
    organ is competent). `review_organ` and `court` are always named. Raises ValueError without reason or
    remedies.
    """

    head: NoticeHead
    reason: str
    review_organ: str
    court: str
    facts: str = ""
    competent_organ: str = ""
    competent_contact: str = ""
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        # Such a notice would leave the applicant without a way on; it must not reach the printer.
        if not self.reason:
            raise ValueError("a notice of non-acceptance needs a reason")
        if not (self.review_organ and self.court):
            raise ValueError("a notice of non-acceptance needs both remedies")


def compose(data: NonAcceptanceNotice) -> Composition:
    """Lay the notice out with facts, reason, the competent organ and remedies in boxes of their own."""
    return two_part_notice(
        "不予受理通知书",
        data.head,
        "通知联（交申请人）",
        stub=((Field("不受理理由", data.reason),), (Field("告知去向", data.competent_organ),)),
        body=(
            case_grid(data.head),
            *letter(f"{addressed(data.head)}本机关{under(data.basis)}决定不予受理，现通知如下。"),
            *said("事　　实", data.facts),
            *said("理　　由", data.reason),
            *said("向何处申请", _where(data)),
            *said("救济途径", remedies(data.review_organ, data.court, "通知书")),
            *said("备　　注", data.remarks),
        ),
    )


def _where(data: NonAcceptanceNotice) -> str:
    if not data.competent_organ:
        return ""
    contact = f"（{data.competent_contact}）" if data.competent_contact else ""
    return f"请向{data.competent_organ}{contact}提出申请。"


def sample() -> NonAcceptanceNotice:
    """Return a usual notice: another organ is competent."""
    return NonAcceptanceNotice(
        head=sample_head("游审不受", 12, date(2026, 11, 23)),
        facts="申请采伐的林木位于涪城区新桥镇境内，林权登记的权利人为申请人本人。",
        reason="申请采伐的林木不在绵阳市游仙区行政区域内，该申请事项依法不属于本机关职权范围。",
        competent_organ="绵阳市涪城区行政审批局",
        competent_contact="电话0816-0000511",
        review_organ="绵阳市游仙区人民政府",
        court="绵阳市游仙区人民法院",
    )


def sample_long() -> NonAcceptanceNotice:
    """Return a notice with long facts and reasons."""
    return replace(
        sample(),
        head=long_head(sample().head),
        facts=LONG_TEXT * 2,
        reason=LONG_TEXT * 2,
        competent_organ="四川省绵阳市涪城区人民政府、四川省绵阳市自然资源和规划局涪城分局（分别受理）",
        competent_contact="涪城区政务服务中心二楼16至18号窗口，电话0816-0000511",
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="申请人所交材料原件已当面全部退还；同一申请已由代办员协助改向有权机关提出。",
    )


def sample_sparse() -> NonAcceptanceNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        facts="",
        competent_organ="",
        competent_contact="",
        basis="",
    )


PAPER = Paper(
    name="non_acceptance_notice",
    title="不予受理通知书",
    data_class=NonAcceptanceNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "通知联"),
    basis=(
        "行政许可法第三十二条第一款第（二）项、第二款",
        "行政复议法第二十条",
        "行政诉讼法第四十六条",
    ),
)
