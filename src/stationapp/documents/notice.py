"""What the notices to an applicant share: head, stub, sealed ending, lists of materials, remedies.

Every such notice has two parts: a stub (存根联) the applicant signs, and the sealed part he takes home.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Statement, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import BLANK_DATE, long_date

STUB = "存根联"
_STUB_LABEL = f"{STUB}（发出机关留存）"
_SIZE, _ROW = 9.5, 17.0
_LETTER = Style(size=10.0, leading=1.5, justify=True)
FieldRows = tuple[tuple[Field, ...], ...]


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """Who tells whom about which case.

    `organ` issues the paper and seals it; `applied_on` is the day the application reached a desk; numbers are
    text and `applicant_id` is shown as given, so mask it before. `issued_on` None leaves the date to be
    written at the seal. Everything but organ, document number, applicant and item may be empty.
    """

    organ: str
    document_number: str
    case_number: str
    receipt_number: str
    applicant: str
    applicant_id: str
    item_name: str
    item_code: str
    applied_on: date | None
    handler: str
    handler_phone: str
    complaint_phone: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class ListedMaterial:
    """One material with its numbers of originals and copies."""

    name: str
    originals: int
    copies: int


def two_part_notice(
    title: str, head: NoticeHead, label: str, *, stub: FieldRows, body: tuple[Block, ...]
) -> Composition:
    """Lay a notice out: `stub` rows and a place to sign on the stub, `body` on the part called `label`."""
    return Composition(
        title=title,
        number_label="文号",
        number=head.document_number,
        organ=head.organ,
        parts=(
            Part(_STUB_LABEL, (case_grid(head, stub), *_stub_end(head))),
            Part(label, (*body, sealed_end(head))),
        ),
    )


def case_grid(head: NoticeHead, more: FieldRows = ()) -> FieldGrid:
    """Return the rows that say which case it is, and `more` below them."""
    rows = (
        (Field("申请人", head.applicant), Field("证件号码", head.applicant_id)),
        (Field("申请事项", head.item_name),),
        (Field("事项编码", head.item_code),),
        (Field("办件编号", head.case_number), Field("收件号", head.receipt_number)),
    )
    return grid((*rows, *more))


def grid(rows: FieldRows) -> FieldGrid:
    """Return a grid in the size of notices."""
    return FieldGrid(rows, size=_SIZE, row_height=_ROW)


def letter(text: str) -> tuple[Block, ...]:
    """Return running text, its paragraphs indented, with air above and below."""
    indented = "\n".join(f"　　{paragraph}" for paragraph in text.split("\n"))
    return (Gap(3), Paragraph(indented, _LETTER), Gap(4))


def addressed(head: NoticeHead) -> str:
    """Return the words a letter to the applicant begins with."""
    applied = f"于{long_date(head.applied_on)}" if head.applied_on else ""
    return f"{head.applicant}：你（单位）{applied}提出的上述申请，"


def under(basis: str) -> str:
    """Return 根据…的规定， or nothing where a paper names no rule."""
    return f"根据{basis}的规定，" if basis else ""


def said(title: str, text: str) -> tuple[Block, ...]:
    """Return a titled box, or nothing where there is nothing to say."""
    return (Statement(title, text, size=_SIZE),) if text else ()


def remedies(review_organ: str, court: str, paper: str) -> str:
    """Word review within sixty days and suit within six months against `paper`, or nothing without both.

    Administrative Review Law (2023), art. 20; Administrative Litigation Law (2017), art. 46.
    """
    if not (review_organ and court):
        return ""
    return (
        f"如不服本{paper}，可以自收到之日起六十日内向{review_organ}申请行政复议，"
        f"也可以自收到之日起六个月内依法向{court}提起行政诉讼。"
    )


def material_table(title: str, materials: tuple[ListedMaterial, ...]) -> Table:
    """Return a table of materials, the heads of its columns beginning with `title`."""
    columns = (
        Column("序号", 32, "center"),
        Column(title, 330),
        Column("原件（份）", 60, "center"),
        Column("复印件（份）", 66, "center"),
    )
    rows = tuple(
        (str(number), material.name, str(material.originals), str(material.copies))
        for number, material in enumerate(materials, start=1)
    )
    return Table(columns, rows, row_height=15.0)


def material_sum(materials: tuple[ListedMaterial, ...]) -> str:
    """Return how many materials, originals and copies, or nothing for none."""
    originals = sum(material.originals for material in materials)
    copies = sum(material.copies for material in materials)
    return f"{len(materials)}项（原件{originals}份，复印件{copies}份）" if materials else ""


def sealed_end(head: NoticeHead) -> Together:
    """Return telephone numbers and the deliverer's line beside the empty place of the seal."""
    contact = (
        Gap(2),
        SignatureRow((Signature("经办人", head.handler),)),
        SignatureRow((Signature("联系电话", head.handler_phone),)),
        SignatureRow((Signature("投诉电话", head.complaint_phone),)),
        SignatureRow((Signature("送达人（签名）"), Signature("日期", share=0.8))),
    )
    return Together((Beside(contact, (Gap(5), seal(head.organ, head.issued_on)), right_width=190),))


def seal(organ: str, day: date | None) -> SealPlace:
    """Return the empty place of the seal over organ and day."""
    return SealPlace(organ, long_date(day) or BLANK_DATE, width=186, height=98)


def _stub_end(head: NoticeHead) -> tuple[Block, ...]:
    signatures = (Signature("申请人（签收）", share=1.2), Signature("联系电话"), Signature("日期"))
    return (Together((SignatureRow((Signature("经办人", head.handler), *signatures), size=_SIZE),)),)


LONG_ITEM = "农村村民宅基地及建房（规划许可）审批——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请"


def sample_head(series: str, count: int, issued_on: date) -> NoticeHead:
    """Return the head of a usual notice."""
    return NoticeHead(
        organ=people.APPROVAL_OFFICE,
        document_number=people.document_number(series, count),
        case_number=people.CASE_NUMBER,
        receipt_number=people.RECEIPT_NUMBER,
        applicant=people.WANG.name,
        applicant_id=people.WANG.masked_id,
        item_name="林木采伐许可证核发（农村居民自留山、承包林）",
        item_code="511A0148700000-510704000000-000-11510704MB1P00000T-1-00",
        applied_on=people.TODAY,
        handler=people.OFFICER,
        handler_phone="0816-0000302",
        complaint_phone=people.COMPLAINT_PHONE,
        issued_on=issued_on,
    )


def long_head(head: NoticeHead) -> NoticeHead:
    """Return the head with the longest name and item."""
    return replace(
        head,
        applicant=people.LONGEST.name,
        applicant_id=people.LONGEST.masked_id,
        item_name=LONG_ITEM,
    )


def sparse_head(head: NoticeHead) -> NoticeHead:
    """Return the head with every optional field empty."""
    return replace(
        head,
        case_number="",
        receipt_number="",
        applicant_id="",
        item_code="",
        applied_on=None,
        handler="",
        handler_phone="",
        complaint_phone="",
        issued_on=None,
    )


LONG_TEXT = (
    "经核对，申请人虽提交了村民代表会议讨论通过的记录，但记录所载参会人数不足应到人数的三分之二，"
    "公示期间又有相邻权利人就四至范围提出书面异议，镇人民政府两次组织调解未能达成一致。"
)
