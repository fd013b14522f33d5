"""延长期限告知书: the limit is extended once, by whom, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
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

BASIS = "《中华人民共和国行政许可法》第四十二条"


@dataclass(frozen=True, slots=True)
class ExtensionNotice:
    """Data of a notice of extension.

    `extension` is the added time in words (10个工作日), `approved_by` who approved it (name and office) and
    `approved_on` when; the flags `…_provisional` say that a due day rests on a calendar not yet published.
    Raises ValueError without reason, added time or approver, which art. 42 wants.
    """

    head: NoticeHead
    extension: str
    reason: str
    approved_by: str
    approved_on: date | None = None
    accepted_on: date | None = None
    old_due: date | None = None
    old_due_provisional: bool = False
    new_due: date | None = None
    new_due_provisional: bool = False
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.extension and self.reason and self.approved_by):
            raise ValueError("an extension needs its length, its reason and who approved it")


def compose(data: ExtensionNotice) -> Composition:
    """Lay the notice out with the due day before and after."""
    told = (
        f"{addressed(data.head)}不能在规定的期限内办结。{under(data.basis)}经{data.approved_by}批准，"
        f"办理期限延长{data.extension}，现将延长期限的理由告知如下。"
    )
    return two_part_notice(
        "延长期限告知书",
        data.head,
        "告知联（交申请人）",
        stub=_days(data),
        body=(
            case_grid(data.head, _days(data)),
            *letter(told),
            *said("延长理由", data.reason),
            *said("期限说明", _limit_note(data)),
            *said("备　　注", data.remarks),
        ),
    )


def _days(data: ExtensionNotice) -> FieldRows:
    return (
        (Field("延长时间", data.extension, bold=True), Field("受理日期", long_date(data.accepted_on))),
        (Field("批准人", data.approved_by), Field("批准日期", long_date(data.approved_on))),
        (
            Field("原办结期限", due_date(data.old_due, provisional=data.old_due_provisional)),
            Field("新办结期限", due_date(data.new_due, provisional=data.new_due_provisional), bold=True),
        ),
    )


def _limit_note(data: ExtensionNotice) -> str:
    marked = (data.old_due and data.old_due_provisional) or (data.new_due and data.new_due_provisional)
    return f"办理期限只延长这一次。{PROVISIONAL_NOTE if marked else ''}"


def sample() -> ExtensionNotice:
    """Return a usual notice."""
    return ExtensionNotice(
        head=sample_head("游审延告", 8, date(2026, 12, 1)),
        extension="10个工作日",
        reason="申请采伐的林木涉及两个小班，连续降雨，现场核查无法按期完成。",
        approved_by=f"{people.SECOND_OFFICER}（绵阳市游仙区行政审批局局长）",
        approved_on=date(2026, 12, 1),
        accepted_on=date(2026, 11, 23),
        old_due=date(2026, 12, 2),
        new_due=date(2026, 12, 16),
    )


def sample_long() -> ExtensionNotice:
    """Return a notice with long texts and provisional days in the next year."""
    return replace(
        sample(),
        head=long_head(sample().head),
        extension="15个工作日（两个以上部门联合办理）",
        reason=LONG_TEXT * 3,
        approved_by=f"{people.LONGEST.name}（绵阳市游仙区人民政府分管副区长，受区长委托）",
        old_due=date(2027, 1, 8),
        old_due_provisional=True,
        new_due=date(2027, 1, 29),
        new_due_provisional=True,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="已同时电话告知申请人委托的代理人。",
    )


def sample_sparse() -> ExtensionNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        approved_on=None,
        accepted_on=None,
        old_due=None,
        new_due=None,
        basis="",
    )


PAPER = Paper(
    name="extension_notice",
    title="延长期限告知书",
    data_class=ExtensionNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "告知联"),
    basis=("行政许可法第四十二条", "期限：行政许可法第八十二条"),
)
