"""不需要办理告知书: the matter needs no application at all, and what the applicant may do instead."""

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

BASIS = "《中华人民共和国行政许可法》第三十二条第一款第（一）项、第二款"


@dataclass(frozen=True, slots=True)
class NotNeededNotice:
    """Data of the notice that nothing has to be applied for.

    `reason` names the rule or fact that makes the application needless; `advice` says what the applicant may
    or has to do instead; `review_organ` and `court` are shown if both are given. Raises ValueError without a
    reason.
    """

    head: NoticeHead
    reason: str
    advice: str = ""
    review_organ: str = ""
    court: str = ""
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        if not self.reason:
            raise ValueError("the notice needs a reason")


def compose(data: NotNeededNotice) -> Composition:
    """Lay the notice out; it says plainly that it is no refusal."""
    told = (
        f"{addressed(data.head)}经审查，依法不需要办理。{under(data.basis)}即时告知不受理。"
        "本告知书不是不予决定，不影响你（单位）依法从事上述活动。"
    )
    return two_part_notice(
        "不需要办理告知书",
        data.head,
        "告知联（交申请人）",
        stub=((Field("告知理由", data.reason),),),
        body=(
            case_grid(data.head),
            *letter(told),
            *said("理　　由", data.reason),
            *said("办理提示", data.advice),
            *said("救济途径", remedies(data.review_organ, data.court, "告知书")),
            *said("备　　注", data.remarks),
        ),
    )


def sample() -> NotNeededNotice:
    """Return a usual notice."""
    return NotNeededNotice(
        head=sample_head("游审免告", 5, date(2026, 11, 23)),
        reason="农村居民采伐自留地和房前屋后个人所有的零星林木，依照《中华人民共和国森林法》第五十六条的规定，不需要申请采伐许可证。",
        advice="采伐前请确认林木确在房前屋后或者自留地内；超出该范围的，应当申请林木采伐许可证。",
        review_organ="绵阳市游仙区人民政府",
        court="绵阳市游仙区人民法院",
    )


def sample_long() -> NotNeededNotice:
    """Return a notice with long reasons."""
    return replace(
        sample(),
        head=long_head(sample().head),
        reason=LONG_TEXT * 3,
        advice=LONG_TEXT,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="所交材料已当面全部退还。",
    )


def sample_sparse() -> NotNeededNotice:
    """Return a notice whose optional fields are empty."""
    return replace(sample(), head=sparse_head(sample().head), advice="", review_organ="", court="", basis="")


PAPER = Paper(
    name="not_needed_notice",
    title="不需要办理告知书",
    data_class=NotNeededNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "告知联"),
    basis=("行政许可法第三十二条第一款第（一）项、第二款",),
)
