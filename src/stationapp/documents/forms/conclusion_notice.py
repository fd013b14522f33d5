"""办结通知书: how the case ended, what it gave, when that was served, and how to rate the service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.forms.collection_notice import ReadyResult
from stationapp.documents.layout.blocks import Field
from stationapp.documents.layout.sheet import Composition
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
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
)
from stationapp.documents.paper import Paper

_GRADES = "非常满意、满意、基本满意、不满意、非常不满意"
_FREE = "评价完全自愿，只能由您本人作出；工作人员不得代为评价，也不得要求您给出某种评价。"


@dataclass(frozen=True, slots=True)
class ConclusionNotice:
    """Data of a notice that a case is concluded.

    `outcome` is the end in words (准予、不予、退件办结 …), `closed_on` the closing day, `results` the papers it
    gave with their numbers, `served_on` and `service_manner` when and how they were served, `time_used` and
    `time_limit` in words (6个工作日). `enquiry_code` is printed only on the applicant's part, because it opens
    the case; empty, the notice points to the receipt of materials. `rate_where` says where to rate. Remedies
    are shown if both organs are given. Raises ValueError without an outcome.
    """

    head: NoticeHead
    outcome: str
    closed_on: date
    results: tuple[ReadyResult, ...] = ()
    accepted_on: date | None = None
    served_on: date | None = None
    service_manner: str = ""
    time_used: str = ""
    time_limit: str = ""
    enquiry_code: str = ""
    rate_where: str = ""
    review_organ: str = ""
    court: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        if not self.outcome:
            raise ValueError("a concluded case has an outcome")


def compose(data: ConclusionNotice) -> Composition:
    """Lay the notice out; the stub shows neither the enquiry code nor how to rate."""
    return two_part_notice(
        "办结通知书",
        data.head,
        "通知联（交申请人）",
        stub=_facts(data),
        body=(
            case_grid(data.head, _facts(data)),
            *letter(f"{addressed(data.head)}已于{long_date(data.closed_on)}办结，结果为：{data.outcome}。"),
            _table(data.results),
            *said("救济途径", remedies(data.review_organ, data.court, "办理结果")),
            *said("服务评价", _rating(data)),
            *said("备　　注", data.remarks),
        ),
    )


def _facts(data: ConclusionNotice) -> FieldRows:
    return (
        (Field("办理结果", data.outcome, bold=True), Field("办结日期", long_date(data.closed_on), bold=True)),
        (Field("受理日期", long_date(data.accepted_on)), Field("送达日期", long_date(data.served_on))),
        (Field("办理用时", data.time_used), Field("承诺期限", data.time_limit)),
        (Field("送达方式", data.service_manner),),
    )


def _table(results: tuple[ReadyResult, ...]) -> Table:
    columns = (Column("序号", 32, "center"), Column("结果文书、证照", 276), Column("编　　号", 180))
    rows = tuple(
        (str(count), result.name, result.number or "／") for count, result in enumerate(results, start=1)
    )
    return Table(columns, rows, row_height=15.0)


def _rating(data: ConclusionNotice) -> str:
    code = f"查询码{data.enquiry_code}" if data.enquiry_code else "材料接收凭证上的查询码"
    where = data.rate_where or data.head.organ
    return f"请凭收件号和{code}，在{where}评价一次，可选：{_GRADES}，也可以写下意见。{_FREE}"


def sample() -> ConclusionNotice:
    """Return a usual notice."""
    return ConclusionNotice(
        head=sample_head("游审结", 340, date(2026, 12, 4)),
        outcome="准予",
        closed_on=date(2026, 12, 4),
        results=(
            ReadyResult("准予决定书", people.document_number("游审许决", 356)),
            ReadyResult("林木采伐许可证", "川林采字〔2026〕第0704356号"),
        ),
        accepted_on=date(2026, 11, 23),
        served_on=date(2026, 12, 4),
        service_manner="直接送达，由申请人本人签收",
        time_used="6个工作日",
        time_limit="7个工作日",
        enquiry_code=people.ENQUIRY_CODE,
        rate_where="村便民服务站、镇便民服务中心或者区政务服务大厅",
    )


def sample_long() -> ConclusionNotice:
    """Return a notice of a refusal with many papers and long texts."""
    results = tuple(
        ReadyResult(
            f"农村村民宅基地及建房（规划许可）审批不予决定书（附件{number}：四至范围、标高和退距）",
            people.document_number("游审许决", number),
        )
        for number in range(1, 13)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        outcome="不予（家庭成员已有一处宅基地，不符合一户一宅的规定）",
        results=results,
        service_manner="留置送达，见证人二人签名，文书留置于受送达人住所客厅，全程录像",
        time_used="31个工作日（不含专家评审20个工作日、公示7日）",
        time_limit="30个工作日",
        review_organ="绵阳市游仙区人民政府",
        court="绵阳市游仙区人民法院",
        remarks=LONG_TEXT,
    )


def sample_sparse() -> ConclusionNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        outcome="退件办结",
        results=(),
        accepted_on=None,
        served_on=None,
        service_manner="",
        time_used="",
        time_limit="",
        enquiry_code="",
        rate_where="",
    )


PAPER = Paper(
    name="conclusion_notice",
    title="办结通知书",
    data_class=ConclusionNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "通知联"),
    basis=("行政许可法第四十四条", "政务服务“好差评”制度：一事一评，自愿评价（GB/T 39046—2020 表A.8）"),
)
