"""受理通知书: the written voucher of acceptance, with the time limits that begin to run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import PROVISIONAL, PROVISIONAL_NOTE, due_date, long_date
from stationapp.documents.paper import Paper

BASIS = "《中华人民共和国行政许可法》第三十二条第一款第（五）项、第二款"


@dataclass(frozen=True, slots=True)
class AcceptedMaterial:
    """One material of the accepted application."""

    name: str
    originals: int
    copies: int


@dataclass(frozen=True, slots=True)
class AcceptanceNotice:
    """Data of an acceptance notice.

    A limit is worded (20个工作日) and has a due date; its `provisional` says that this day rests on a calendar
    not yet published. `excluded` lists what does not count to the limits.
    """

    organ: str
    document_number: str
    case_number: str
    receipt_number: str
    applicant: str
    applicant_id: str
    contact: str
    contact_phone: str
    item_name: str
    item_code: str
    applied_on: date
    accepted_on: date
    materials: tuple[AcceptedMaterial, ...]
    statutory_limit: str
    statutory_due: date | None
    statutory_provisional: bool
    promised_limit: str
    promised_due: date | None
    promised_provisional: bool
    excluded: tuple[str, ...]
    handler: str
    handler_phone: str
    enquiry_phone: str
    complaint_phone: str
    issued_on: date
    basis: str = BASIS
    remarks: str = ""


def compose(data: AcceptanceNotice) -> Composition:
    """Lay the notice out in two parts: a short stub signed by the applicant, and the sealed notice."""
    return Composition(
        title="受理通知书",
        number_label="文号",
        number=data.document_number,
        organ=data.organ,
        parts=(
            Part("存根联（受理机关留存）", _stub(data)),
            Part("回执联（交申请人）", _notice(data)),
        ),
    )


def _stub(data: AcceptanceNotice) -> tuple[Block, ...]:
    rows = (
        (Field("申请人", data.applicant), Field("证件号码", data.applicant_id)),
        (Field("申请事项", data.item_name),),
        (Field("办件编号", data.case_number), Field("收件号", data.receipt_number)),
        (Field("受理日期", long_date(data.accepted_on)), Field("申请材料", _material_sum(data.materials))),
        (Field("承诺办结", _promised(data)), Field("法定办结", _statutory(data))),
    )
    signatures = (Signature("申请人（签收）", share=1.2), Signature("联系电话"), Signature("日期"))
    return (
        FieldGrid(rows, size=9.5, row_height=17.0),
        Together((SignatureRow((Signature("经办人", data.handler), *signatures), size=9.5),)),
    )


def _notice(data: AcceptanceNotice) -> tuple[Block, ...]:
    return (
        Paragraph(_opening(data), Style(size=10.0, leading=1.5, justify=True)),
        Gap(3),
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        Table(_COLUMNS, _rows(data.materials), row_height=15.0),
        Statement("期限说明", _limit_note(data)),
        Together((Beside(_contact(data), (Gap(5), _seal(data)), right_width=190),)),
    )


def _opening(data: AcceptanceNotice) -> str:
    return (
        f"　　{data.applicant}：你（单位）于{long_date(data.applied_on)}提出的下列申请，材料齐全、"
        f"符合法定形式，根据{data.basis}的规定，决定自{long_date(data.accepted_on)}起受理。"
    )


def _fields(data: AcceptanceNotice) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请人", data.applicant), Field("证件号码", data.applicant_id)),
        (Field("联系人", data.contact), Field("联系电话", data.contact_phone)),
        (Field("申请事项", data.item_name),),
        (Field("事项编码", data.item_code),),
        (Field("办件编号", data.case_number, bold=True), Field("收件号", data.receipt_number)),
        (Field("申请日期", long_date(data.applied_on)), Field("受理日期", long_date(data.accepted_on))),
        (Field("法定期限", data.statutory_limit), Field("法定办结", _statutory(data))),
        (Field("承诺期限", data.promised_limit), Field("承诺办结", _promised(data), bold=True)),
    )


def _statutory(data: AcceptanceNotice) -> str:
    return due_date(data.statutory_due, provisional=data.statutory_provisional)


def _promised(data: AcceptanceNotice) -> str:
    return due_date(data.promised_due, provisional=data.promised_provisional)


_COLUMNS = (
    Column("序号", 32, "center"),
    Column("受理的申请材料", 330),
    Column("原件（份）", 60, "center"),
    Column("复印件（份）", 66, "center"),
)


def _rows(materials: tuple[AcceptedMaterial, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(number), material.name, str(material.originals), str(material.copies))
        for number, material in enumerate(materials, start=1)
    )


def _material_sum(materials: tuple[AcceptedMaterial, ...]) -> str:
    if not materials:
        return ""
    originals = sum(material.originals for material in materials)
    copies = sum(material.copies for material in materials)
    return f"{len(materials)}项（原件{originals}份，复印件{copies}份）"


def _limit_note(data: AcceptanceNotice) -> str:
    """Say what does not count (Administrative Licensing Law, art. 45) and what is provisional."""
    marked = PROVISIONAL in _statutory(data) + _promised(data)
    sentences = (
        "期限自受理之日的次日起计算。",
        f"下列时间不计入期限：{'、'.join(data.excluded)}。" if data.excluded else "",
        PROVISIONAL_NOTE if marked else "",
        f"备注：{data.remarks}" if data.remarks else "",
    )
    return "".join(sentences)


def _contact(data: AcceptanceNotice) -> tuple[Block, ...]:
    return (
        Gap(2),
        SignatureRow((Signature("经办人", data.handler), Signature("电话", data.handler_phone, share=1.2))),
        SignatureRow((Signature("查询电话", data.enquiry_phone),)),
        SignatureRow((Signature("投诉电话", data.complaint_phone),)),
        SignatureRow((Signature("送达人（签名）"), Signature("日期", share=0.8))),
    )


def _seal(data: AcceptanceNotice) -> SealPlace:
    return SealPlace(data.organ, long_date(data.issued_on), width=186, height=104)


def sample() -> AcceptanceNotice:
    """Return a usual notice."""
    return AcceptanceNotice(
        organ=people.APPROVAL_OFFICE,
        document_number=people.document_number("游审受", 381),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        applicant=people.WANG.name,
        applicant_id=people.WANG.masked_id,
        contact=people.LI.name,
        contact_phone=people.LI.phone,
        item_name="林木采伐许可证核发（农村居民自留山、承包林）",
        item_code="511A0148700000-510704000000-000-11510704MB1P00000T-1-00",
        applied_on=date(2026, 11, 21),
        accepted_on=date(2026, 11, 23),
        materials=(
            AcceptedMaterial("林木采伐许可证申请表", 1, 0),
            AcceptedMaterial("居民身份证", 0, 1),
            AcceptedMaterial("林木权属证明", 0, 1),
            AcceptedMaterial("伐区调查设计材料或者采伐承诺书", 1, 1),
        ),
        statutory_limit="20个工作日",
        statutory_due=date(2026, 12, 21),
        statutory_provisional=False,
        promised_limit="7个工作日",
        promised_due=date(2026, 12, 2),
        promised_provisional=False,
        excluded=("听证", "检验", "检测", "鉴定", "专家评审"),
        handler=people.OFFICER,
        handler_phone="0816-0000302",
        enquiry_phone=people.ENQUIRY_PHONE,
        complaint_phone=people.COMPLAINT_PHONE,
        issued_on=date(2026, 11, 23),
    )


def sample_long() -> AcceptanceNotice:
    """Return a notice with the longest name, many materials and provisional due dates in the next year."""
    materials = tuple(
        AcceptedMaterial(
            f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图、附表）", 1, 2
        )
        for number in range(1, 17)
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        applicant_id=people.LONGEST.masked_id,
        contact=f"{people.ZHONG.name}（书面委托的代理人）",
        item_name="农村村民宅基地及建房（规划许可）审批——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        materials=materials,
        statutory_limit="45个工作日（两个以上部门联合办理）",
        statutory_due=date(2027, 1, 29),
        statutory_provisional=True,
        promised_limit="30个工作日",
        promised_due=date(2027, 1, 8),
        promised_provisional=True,
        excluded=(
            "听证",
            "招标",
            "拍卖",
            "检验",
            "检测",
            "检疫",
            "鉴定",
            "专家评审",
            "公示（7日）",
            "申请人补正",
        ),
        remarks="本件由自然资源、农业农村、林业部门联合办理，牵头单位为行政审批局。",
    )


def sample_sparse() -> AcceptanceNotice:
    """Return a notice whose optional fields are empty."""
    return replace(
        sample(),
        applicant_id="",
        contact="",
        contact_phone="",
        item_code="",
        materials=(),
        statutory_limit="",
        statutory_due=None,
        promised_limit="即时办结",
        promised_due=None,
        excluded=(),
    )


PAPER = Paper(
    name="acceptance_notice",
    title="受理通知书",
    data_class=AcceptanceNotice,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("存根联", "回执联"),
    basis=("行政许可法第三十二条第一款第（五）项、第二款", "期限：行政许可法第四十二、四十五、八十二条"),
)
