"""送达回证: the proof that a paper reached its recipient, when, and by which manner of service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Statement, Together
from stationapp.documents.layout.endings import SealPlace
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import BLANK_DATE, long_date
from stationapp.documents.paper import Paper

DIRECT = "直接送达"
BY_FAMILY = "同住成年家属代收"
LEFT = "留置送达"
BY_POST = "邮寄送达"
ELECTRONIC = "电子送达（经同意）"
MANNERS = (DIRECT, BY_FAMILY, LEFT, BY_POST, ELECTRONIC)
"""Manners of service: Civil Procedure Law (2023), arts. 88-91, followed by administrative organs."""

_NOTES = (
    "一、受送达人签收的日期为送达日期；由同住成年家属代收的，代收人签收的日期为送达日期。\n"
    "二、受送达人或者其同住成年家属拒绝签收的，写明拒收事由和日期，由送达人、见证人签名，"
    "把文书留在受送达人的住所；也可以用拍照、录像等方式记录送达过程。\n"
    "三、邮寄送达的，以回执上注明的收件日期为送达日期；电子送达须经受送达人同意，"
    "以送达信息到达受送达人特定系统的日期为送达日期。"
)


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """One paper served: its name, number and how many copies."""

    name: str
    number: str
    copies: int = 1


@dataclass(frozen=True, slots=True)
class ServiceCertificate:
    """Data of a certificate of service.

    `manner` is one of MANNERS, or empty to be ticked by hand. `received_on`, `taken_by` and `witnesses` stay
    empty when they are to be written by hand; signatures always are. Raises ValueError for a manner unknown
    to the law.
    """

    organ: str
    certificate_number: str
    case_number: str
    item_name: str
    documents: tuple[ServedDocument, ...]
    recipient: str
    recipient_id: str
    place: str
    manner: str
    servers: tuple[str, ...]
    issued_on: date | None
    received_on: date | None = None
    taken_by: str = ""
    relation: str = ""
    witnesses: tuple[str, ...] = ()
    postal_number: str = ""
    electronic_address: str = ""
    refusal: str = ""
    remarks: str = ""

    def __post_init__(self) -> None:
        if self.manner and self.manner not in MANNERS:
            raise ValueError(f"unknown manner of service: {self.manner}")


def compose(data: ServiceCertificate) -> Composition:
    """Lay the certificate out on one page."""
    return Composition(
        title="送达回证",
        number_label="编号",
        number=data.certificate_number,
        organ=data.organ,
        parts=(Part("送达后交回存档", _body(data)),),
    )


def _body(data: ServiceCertificate) -> tuple[Block, ...]:
    return (
        FieldGrid(_head(data), row_height=27.0),
        FieldGrid(_handwritten(data), row_height=38.0),
        Statement("说　　明", _NOTES),
        Together(
            (Gap(10), SealPlace(data.organ, long_date(data.issued_on) or BLANK_DATE, width=200, height=112))
        ),
    )


def _head(data: ServiceCertificate) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("送达文书", "\n".join(_document(document) for document in data.documents)),),
        (Field("办件编号", data.case_number), Field("事　　项", data.item_name)),
        (Field("受送达人", data.recipient), Field("证件号码", data.recipient_id)),
        (Field("送达地点", data.place, blank=True),),
        (Field("送达方式", _manners(data.manner)),),
        *_particulars(data),
    )


def _document(document: ServedDocument) -> str:
    number = f"（{document.number}）" if document.number else ""
    return f"《{document.name}》{number}　{document.copies}份"


def _manners(chosen: str) -> str:
    return "　".join(f"{'■' if manner == chosen else '□'}{manner}" for manner in MANNERS)


def _particulars(data: ServiceCertificate) -> tuple[tuple[Field, ...], ...]:
    """Return the rows only the chosen manner needs."""
    wanted = (
        (data.manner == BY_POST, "邮件单号", data.postal_number),
        (data.manner == ELECTRONIC, "送达地址", data.electronic_address),
        (data.manner == LEFT, "拒收事由", data.refusal),
    )
    return tuple((Field(label, value, blank=True),) for needed, label, value in wanted if needed)


def _handwritten(data: ServiceCertificate) -> tuple[tuple[Field, ...], ...]:
    received = long_date(data.received_on) or BLANK_DATE
    family = f"{data.taken_by}（{data.relation}）" if data.taken_by and data.relation else data.taken_by
    servers = "、".join(data.servers)
    return (
        (Field("受送达人\n签名或盖章", "", blank=True), Field("签收日期", received)),
        (Field("代收人及\n家属关系", family, blank=True), Field("代收人签名\n及日期", "", blank=True)),
        (Field("见证人", "、".join(data.witnesses), blank=True), Field("见证人签名\n及日期", "", blank=True)),
        (Field("送达人", servers, blank=True), Field("送达人签名", "", blank=True)),
        (Field("备　　注", data.remarks),),
    )


def sample() -> ServiceCertificate:
    """Return a usual certificate, to be signed by the recipient himself."""
    return ServiceCertificate(
        organ=people.APPROVAL_OFFICE,
        certificate_number=people.document_number("游审送", 356),
        case_number=people.CASE_NUMBER,
        item_name="林木采伐许可证核发",
        documents=(ServedDocument("准予决定书", people.document_number("游审许决", 356)),),
        recipient=people.WANG.name,
        recipient_id=people.WANG.masked_id,
        place="绵阳市游仙区魏城镇红岩村三组",
        manner=DIRECT,
        servers=(people.AGENT, people.CLERK),
        issued_on=date(2026, 12, 2),
    )


def sample_long() -> ServiceCertificate:
    """Return a certificate of leaving several papers, with witnesses, a refusal and long names."""
    documents = tuple(
        ServedDocument(
            f"农村村民宅基地及建房（规划许可）审批不予决定书（附件{number}）",
            people.document_number("游审许决", number),
            2,
        )
        for number in range(1, 7)
    )
    return replace(
        sample(),
        item_name="农村村民宅基地及建房（规划许可）审批——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        documents=documents,
        recipient=people.LONGEST.name,
        recipient_id=people.LONGEST.masked_id,
        place="四川省绵阳市游仙区魏城镇红岩村三组47号（村便民服务站往东约二百米，红岩小学旧址对面二层楼房）",
        manner=LEFT,
        servers=(people.AGENT, people.CLERK, people.SECOND_OFFICER),
        received_on=date(2026, 12, 4),
        taken_by=people.LI.name,
        relation="女儿",
        witnesses=(people.ZHONG.name, people.WU.name),
        refusal="受送达人在场，表示对第一号决定不服，拒绝签收；已告知复议和诉讼的途径与期限，"
        "文书留置于受送达人住所客厅，全程录像。",
        remarks="录像编号20261204-003，存于魏城镇便民服务中心；照片四张附后。",
    )


def sample_sparse() -> ServiceCertificate:
    """Return a certificate whose manner, place and dates are to be written by hand."""
    return replace(sample(), recipient_id="", place="", manner="", servers=(), issued_on=None)


PAPER = Paper(
    name="service_certificate",
    title="送达回证",
    data_class=ServiceCertificate,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("送达后交回存档",),
    basis=("行政许可法第四十四条", "参照民事诉讼法第八十七条至第九十一条"),
)
