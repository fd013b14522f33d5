"""上报函: the lower organ sends its preliminary opinion and all materials straight to the deciding organ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import PROVISIONAL_NOTE, due_date, long_date
from stationapp.documents.notice import (
    LONG_TEXT,
    FieldRows,
    NoticeHead,
    case_grid,
    grid,
    letter,
    long_head,
    said,
    sample_head,
    seal,
    sparse_head,
    under,
)
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第三十五条、第四十三条"
_SALUTATION = Style(size=10.5, bold=True, leading=1.5)


@dataclass(frozen=True, slots=True)
class ReportedMaterial:
    """One material sent up: originals, copies, and pages in all (0: not counted)."""

    name: str
    originals: int
    copies: int
    pages: int = 0


@dataclass(frozen=True, slots=True)
class ReportLetter:
    """Data of a letter to the deciding organ `to_organ`.

    `opinion` is the preliminary opinion, `materials` all that is sent. `statutory_due` and `promised_due` are
    the applicant's due days; the flags `…_provisional` say that a day rests on a calendar not yet published.
    `approved_by` lets the letter go out. `reply_to` says where the decision is wanted. The head's
    complaint telephone is not shown. Raises ValueError without receiver or opinion.
    """

    head: NoticeHead
    to_organ: str
    opinion: str
    materials: tuple[ReportedMaterial, ...] = ()
    applicant_phone: str = ""
    accepted_on: date | None = None
    statutory_due: date | None = None
    statutory_provisional: bool = False
    promised_due: date | None = None
    promised_provisional: bool = False
    approved_by: str = ""
    reply_to: str = ""
    basis: str = BASIS
    remarks: str = ""

    def __post_init__(self) -> None:
        if not (self.to_organ and self.opinion):
            raise ValueError("a report needs its receiver and a preliminary opinion")


def compose(data: ReportLetter) -> Composition:
    """Lay the letter out with a slip that the receiving organ signs and sends back."""
    return Composition(
        title="上报函",
        number_label="文号",
        number=data.head.document_number,
        organ=data.head.organ,
        parts=(
            Part("正本（报送上级机关）", _letter(data)),
            Part("签收回执（上级机关签收后退回）", _slip(data)),
        ),
    )


def _letter(data: ReportLetter) -> tuple[Block, ...]:
    return (
        Paragraph(f"{data.to_organ}：", _SALUTATION),
        *letter(_opening(data)),
        case_grid(data.head, _days(data)),
        Statement("初步审查\n意见", data.opinion, size=9.5),
        _table(data.materials),
        *said("报送说明", _note(data)),
        *said("备　　注", data.remarks),
        Together(
            (Beside(_contact(data), (Gap(5), seal(data.head.organ, data.head.issued_on)), right_width=190),)
        ),
    )


def _opening(data: ReportLetter) -> str:
    applied = f"于{long_date(data.head.applied_on)}" if data.head.applied_on else ""
    accepted = f"，已于{long_date(data.accepted_on)}受理" if data.accepted_on else ""
    return (
        f"{data.head.applicant}{applied}提出的“{data.head.item_name}”申请{accepted}，经初步审查，"
        f"依法应当由你机关决定。{under(data.basis)}现将初步审查意见和全部申请材料直接报送，请审查决定。"
    )


def _days(data: ReportLetter) -> FieldRows:
    return (
        (Field("受理日期", long_date(data.accepted_on)), Field("申请人电话", data.applicant_phone)),
        (
            Field("法定办结", due_date(data.statutory_due, provisional=data.statutory_provisional)),
            Field("承诺办结", due_date(data.promised_due, provisional=data.promised_provisional), bold=True),
        ),
    )


def _table(materials: tuple[ReportedMaterial, ...]) -> Table:
    columns = (
        Column("序号", 32, "center"),
        Column("报送的申请材料", 290),
        Column("原件（份）", 60, "center"),
        Column("复印件（份）", 66, "center"),
        Column("页数", 40, "center"),
    )
    rows = tuple(
        (str(count), row.name, str(row.originals), str(row.copies), str(row.pages or "／"))
        for count, row in enumerate(materials, start=1)
    )
    return Table(columns, rows, row_height=15.0, total=_total(materials))


def _total(materials: tuple[ReportedMaterial, ...]) -> str:
    if not materials:
        return ""
    originals = sum(row.originals for row in materials)
    copies = sum(row.copies for row in materials)
    pages = sum(row.pages for row in materials)
    return f"合计：材料{len(materials)}项，原件{originals}份，复印件{copies}份{f'，共{pages}页' if pages else ''}。"


def _note(data: ReportLetter) -> str:
    """Ask not to trouble the applicant again (Administrative Licensing Law, art. 35)."""
    marked = (data.statutory_due and data.statutory_provisional) or (
        data.promised_due and data.promised_provisional
    )
    reply = f"决定文书请送：{data.reply_to}。" if data.reply_to else ""
    sent = (
        "上列为本件的全部申请材料，请不再要求申请人重复提供。"
        if data.materials
        else "本件没有随函报送的材料。"
    )
    return f"{sent}材料不全或者需要核实的，请与本函经办人联系。{reply}{PROVISIONAL_NOTE if marked else ''}"


def _contact(data: ReportLetter) -> tuple[Block, ...]:
    return (
        Gap(2),
        SignatureRow((Signature("经办人", data.head.handler),)),
        SignatureRow((Signature("联系电话", data.head.handler_phone),)),
        SignatureRow((Signature("签发人", data.approved_by),)),
        SignatureRow((Signature("移交人（签名）"), Signature("日期", share=0.8))),
    )


def _slip(data: ReportLetter) -> tuple[Block, ...]:
    rows = (
        (Field("报送单位", data.head.organ), Field("接收机关", data.to_organ)),
        (Field("申请人", data.head.applicant), Field("办件编号", data.head.case_number)),
        (Field("申请事项", data.head.item_name),),
        (Field("报送材料", _total(data.materials).removeprefix("合计：")),),
        (Field("核对情况", "□与清单一致　　□有差异：", bold=True),),
    )
    contact = (
        Gap(2),
        SignatureRow((Signature("签收人（签名）"),)),
        SignatureRow((Signature("联系电话"),)),
        SignatureRow((Signature("签收日期"),)),
    )
    return (grid(rows), Together((Beside(contact, (Gap(5), seal(data.to_organ, None)), right_width=190),)))


def sample() -> ReportLetter:
    """Return a usual letter."""
    return ReportLetter(
        head=replace(sample_head("游审报", 4, date(2026, 11, 30)), complaint_phone=""),
        to_organ="绵阳市林业局",
        opinion="经初步审查，申请人主体资格符合，材料齐全；采伐地点、面积、株数与林权证和调查设计一致；建议准予。",
        materials=(
            ReportedMaterial("林木采伐许可证申请表", 1, 0, 2),
            ReportedMaterial("居民身份证", 0, 1, 1),
            ReportedMaterial("林木权属证明", 0, 1, 4),
            ReportedMaterial("伐区调查设计材料", 1, 1, 36),
        ),
        applicant_phone=people.WANG.phone,
        accepted_on=date(2026, 11, 23),
        statutory_due=date(2026, 12, 21),
        promised_due=date(2026, 12, 11),
        approved_by=people.SECOND_OFFICER,
        reply_to=f"{people.APPROVAL_OFFICE}（游仙区政务服务大厅收）",
    )


def sample_long() -> ReportLetter:
    """Return a letter with a long opinion, many materials and provisional days in the next year."""
    materials = tuple(
        ReportedMaterial(
            f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图、附表）", 1, 2, 48
        )
        for number in range(1, 25)
    )
    return replace(
        sample(),
        head=long_head(sample().head),
        to_organ="四川省绵阳市自然资源和规划局（绵阳市林业和草原局）",
        opinion=LONG_TEXT * 2,
        materials=materials,
        statutory_due=date(2027, 1, 29),
        statutory_provisional=True,
        promised_due=date(2027, 1, 8),
        promised_provisional=True,
        basis="《四川省农村住房建设管理办法》第十二条、《绵阳市农村宅基地审批管理实施细则》第九条第二款",
        remarks="第16册原件破损，已拍照留存并经申请人当面确认。",
    )


def sample_sparse() -> ReportLetter:
    """Return a letter whose optional fields are empty."""
    return replace(
        sample(),
        head=sparse_head(sample().head),
        materials=(),
        applicant_phone="",
        accepted_on=None,
        statutory_due=None,
        promised_due=None,
        approved_by="",
        reply_to="",
        basis="",
    )


PAPER = Paper(
    name="report_letter",
    title="上报函",
    data_class=ReportLetter,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("正本", "签收回执"),
    basis=("行政许可法第三十五条、第四十三条",),
)
