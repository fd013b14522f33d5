"""联办联系单: the lead organ asks one department for its opinion; the department signs the slip below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import PROVISIONAL_NOTE, due_date, long_date
from stationapp.documents.paper import Paper

DEFAULT_RULE = (
    "本事项已列为超时默认事项。逾期未回执又未书面说明正当理由的，由牵头窗口出具超时默认通知单，视为同意；"
    "由此产生的责任由逾期部门承担。"
)
NO_DEFAULT = "本事项不适用超时默认。逾期未回执的，牵头单位将催办并通报监察岗，不以沉默代替意见。"


@dataclass(frozen=True, slots=True)
class ContactMaterial:
    """One material sent along: how many originals and copies."""

    name: str
    originals: int
    copies: int


@dataclass(frozen=True, slots=True)
class JointContactLetter:
    """Data of a contact letter from the lead organ to one co-department.

    `lead_organ` and `department`: from and to. `document_number`: the letter's own. `case_number`,
    `receipt_number`, `item_name`, `item_code`, `applicant`, `site` (where the matter lies): the case.
    `matter`: what the department is asked. `materials`: what is sent along. `sent_on`; `limit` in words
    (5个工作日); `reply_due`, the last day, and `reply_provisional`, whether it rests on a calendar not yet
    published. `default_on_timeout`: whether the item is flagged, so that silence may count as consent.
    `handler`, `handler_phone`: whom to call at the lead organ. `remarks`.
    """

    lead_organ: str
    department: str
    document_number: str
    case_number: str
    receipt_number: str
    item_name: str
    item_code: str
    applicant: str
    matter: str
    materials: tuple[ContactMaterial, ...]
    sent_on: date
    limit: str
    reply_due: date | None
    handler: str
    handler_phone: str
    site: str = ""
    reply_provisional: bool = False
    default_on_timeout: bool = False
    remarks: str = ""


def compose(data: JointContactLetter) -> Composition:
    """Lay out the letter and, below the cut line, the slip that goes back signed."""
    return Composition(
        title="联办事项联系单",
        number_label="编号",
        number=data.document_number,
        organ=data.lead_organ,
        parts=(
            Part("联系单（送联办部门）", _letter(data)),
            Part("接收单（联办部门签收后交回牵头单位）", _slip(data)),
        ),
    )


def _letter(data: JointContactLetter) -> tuple[Block, ...]:
    return (
        Paragraph(_opening(data), Style(size=10.0, leading=1.5, justify=True)),
        Gap(3),
        FieldGrid(_fields(data), size=9.5, row_height=17.0),
        Statement("征求意见\n的事项", data.matter, size=9.5),
        Table(_COLUMNS, _rows(data.materials), row_height=15.0),
        Statement("回执要求", _demand(data)),
        Statement("逾期后果", DEFAULT_RULE if data.default_on_timeout else NO_DEFAULT),
        Together((Beside(_contact(data), (Gap(4), _seal(data)), right_width=190),)),
    )


def _opening(data: JointContactLetter) -> str:
    return (
        f"{data.department}：\n　　下列申请由我单位牵头、与你单位共同办理，现随附材料，请就所列事项提出意见。"
    )


def _fields(data: JointContactLetter) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请人", data.applicant), Field("地　　点", data.site)),
        (Field("申请事项", data.item_name),),
        (Field("事项编码", data.item_code),),
        (Field("办件编号", data.case_number), Field("收件号", data.receipt_number)),
        (Field("发出日期", long_date(data.sent_on)), Field("意见时限", data.limit)),
        (Field("回执期限", _due(data), bold=True),),
    )


def _due(data: JointContactLetter) -> str:
    return due_date(data.reply_due, provisional=data.reply_provisional)


_COLUMNS = (
    Column("序号", 32, "center"),
    Column("随附材料", 330),
    Column("原件（份）", 60, "center"),
    Column("复印件（份）", 66, "center"),
)


def _rows(materials: tuple[ContactMaterial, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(number), material.name, str(material.originals), str(material.copies))
        for number, material in enumerate(materials, start=1)
    )


def _demand(data: JointContactLetter) -> str:
    until = f"请于{_due(data)}前" if data.reply_due else "请尽快"
    return "".join(
        (
            f"{until}填送联办回执函，意见限“同意”“不同意”“同意但需转报”之一；不同意的，应当写明理由和依据。",
            "收到后请当场签署接收单。",
            PROVISIONAL_NOTE if data.reply_provisional else "",
            f"\n备注：{data.remarks}" if data.remarks else "",
        )
    )


def _contact(data: JointContactLetter) -> tuple[Block, ...]:
    return (
        Gap(2),
        SignatureRow((Signature("牵头单位联系人", data.handler),)),
        SignatureRow((Signature("联系电话", data.handler_phone),)),
        SignatureRow((Signature("送件人（签名）"),)),
        SignatureRow((Signature("送出时间"),)),
    )


def _seal(data: JointContactLetter) -> SealPlace:
    return SealPlace(data.lead_organ, long_date(data.sent_on), width=186, height=92)


def _slip(data: JointContactLetter) -> tuple[Block, ...]:
    rows = (
        (Field("牵头单位", data.lead_organ), Field("联办部门", data.department)),
        (Field("申请事项", data.item_name),),
        (Field("申请人", data.applicant), Field("办件编号", data.case_number or data.receipt_number)),
        (Field("随附材料", _material_sum(data.materials)), Field("回执期限", _due(data))),
    )
    signatures = (Signature("接收人（签名）"), Signature("联系电话"), Signature("接收时间"))
    return (
        FieldGrid(rows, size=9.5, row_height=17.0),
        Together((Gap(2), SignatureRow(signatures, size=9.5))),
    )


def _material_sum(materials: tuple[ContactMaterial, ...]) -> str:
    if not materials:
        return ""
    originals = sum(material.originals for material in materials)
    copies = sum(material.copies for material in materials)
    return f"{len(materials)}项（原件{originals}份，复印件{copies}份）"


def sample() -> JointContactLetter:
    """Return a letter about a house on forest land, of an item flagged for default."""
    return JointContactLetter(
        lead_organ=people.APPROVAL_OFFICE,
        department=people.FOREST_OFFICE,
        document_number=people.document_number("游审联", 41),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        item_name=people.BUILDING_ITEM,
        item_code=people.BUILDING_ITEM_CODE,
        applicant=people.ZHONG.name,
        site="魏城镇红岩村三组",
        matter="拟建住宅用地是否占用林地；占用的，是否可以办理使用林地手续及应当办理的层级。",
        materials=(
            ContactMaterial("农村宅基地和建房（规划许可）申请表", 0, 1),
            ContactMaterial("宅基地位置图和四至说明", 0, 1),
            ContactMaterial("村民会议讨论通过的记录", 0, 1),
        ),
        sent_on=date(2026, 11, 24),
        limit="5个工作日",
        reply_due=date(2026, 12, 1),
        handler=people.OFFICER,
        handler_phone="0816-0000302",
        default_on_timeout=True,
    )


def sample_long() -> JointContactLetter:
    """Return a letter with a long matter and many materials, due in a year without a published calendar."""
    materials = tuple(
        ContactMaterial(f"建设项目使用林地可行性报告、现状调查表及相关证明文件（第{number}册，含附图）", 1, 2)
        for number in range(1, 17)
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        matter=(
            "一、拟建住宅用地是否占用林地，林地保护等级和森林类别；二、是否涉及古树名木、公益林、自然保护地；"
            "三、占用林地的，应当办理的手续、权限层级和所需时间；四、对施工期间森林防火的要求；"
            "五、是否同意参加十二月二日上午的联合踏勘，参加人员姓名和电话。"
        ),
        materials=materials,
        reply_due=date(2027, 1, 8),
        reply_provisional=True,
        remarks="本件同时征求农业农村、自然资源部门意见，各部门意见分别回执，不必会签。",
    )


def sample_sparse() -> JointContactLetter:
    """Return a letter of an item without default, its optional fields empty."""
    return replace(
        sample(),
        case_number="",
        item_code="",
        site="",
        materials=(),
        limit="",
        reply_due=None,
        default_on_timeout=False,
    )


PAPER = Paper(
    name="joint_contact_letter",
    title="联办事项联系单",
    data_class=JointContactLetter,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("联系单", "接收单"),
    basis=(
        "行政许可法第二十六条第二款（联合办理、集中办理）",
        "联办单证的通行做法：联系单、接收单、回执函、汇总表",
    ),
)
