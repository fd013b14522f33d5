"""决定书: grant or refusal, with reasons, validity and remedies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Beside, Field, FieldGrid, Gap, Paragraph, Together
from stationapp.documents.layout.endings import SealPlace, Signature, SignatureRow
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.words import long_date
from stationapp.documents.notice import remedies
from stationapp.documents.paper import Paper

GRANT, REFUSAL = "准予决定书", "不予决定书"
"""The two titles, which certificates of service and lists of results repeat."""
_TEXT = Style(size=11.5, leading=1.7, justify=True)
_HEADING = Style(size=11.5, bold=True, leading=1.7)


@dataclass(frozen=True, slots=True)
class Decision:
    """Data of a decision. `subject` completes its ruling (决定准予行政许可); `reasons` are paragraphs.

    `validity` and `conditions` belong to a grant. `review_organ` and `court` are named where the law gives
    remedies, always in a refusal (Administrative Licensing Law, art. 38). Raises
    ValueError for a refusal without reasons or remedies.
    """

    organ: str
    document_number: str
    granted: bool
    subject: str
    applicant: str
    applicant_id: str
    case_number: str
    item_name: str
    applied_on: date
    accepted_on: date
    facts: str
    reasons: tuple[str, ...]
    basis: str
    review_organ: str
    court: str
    handler: str
    handler_phone: str
    issued_on: date
    validity: str = ""
    conditions: str = ""

    def __post_init__(self) -> None:
        # Such a refusal would be unlawful; it must not reach the printer, whatever the screen let through.
        if not self.granted and not self.reasons:
            raise ValueError("a refusal needs reasons")
        if not self.granted and not (self.review_organ and self.court):
            raise ValueError("a refusal needs both remedies")


def compose(data: Decision) -> Composition:
    """Lay the decision out as running text under a head of fields."""
    return Composition(
        title=GRANT if data.granted else REFUSAL,
        number_label="文号",
        number=data.document_number,
        organ=data.organ,
        parts=(Part("正本", _body(data)),),
    )


def _verb(data: Decision) -> str:
    return "准予" if data.granted else "不予"


def _body(data: Decision) -> tuple[Block, ...]:
    sections = (
        ("查明的事实", (data.facts,)),
        ("理由和依据", (*data.reasons, f"法律依据：{data.basis}。")),
        ("决定", _ruling(data)),
        ("救济途径", (remedies(data.review_organ, data.court, "决定"),)),
    )
    said = [section for section in sections if any(section[1])]
    shown = ((f"{number}、{title}", texts) for number, (title, texts) in zip("一二三四", said, strict=False))
    return (
        FieldGrid(_fields(data), row_height=21.0),
        Gap(8),
        Paragraph(_opening(data), _TEXT),
        *(block for title, paragraphs in shown for block in _section(title, paragraphs)),
        Gap(12),
        Together((Beside(_contact(data), (_seal(data),), right_width=210),)),
    )


def _fields(data: Decision) -> tuple[tuple[Field, ...], ...]:
    return (
        (Field("申请人", data.applicant), Field("证件号码", data.applicant_id)),
        (Field("申请事项", data.item_name),),
        (Field("办件编号", data.case_number), Field("受理日期", long_date(data.accepted_on))),
    )


def _opening(data: Decision) -> str:
    return (
        f"　　{data.applicant}：你（单位）于{long_date(data.applied_on)}提出的“{data.item_name}”申请，"
        f"本机关已于{long_date(data.accepted_on)}受理。经依法审查，现决定如下。"
    )


def _section(title: str, paragraphs: tuple[str, ...]) -> tuple[Block, ...]:
    texts = tuple(Paragraph(f"　　{paragraph}", _TEXT) for paragraph in paragraphs if paragraph)
    return (Together((Paragraph(f"　　{title}", _HEADING), texts[0])), *texts[1:])


def _ruling(data: Decision) -> tuple[str, ...]:
    ruling = f"对你（单位）的上述申请，决定{_verb(data)}{data.subject}。"
    validity = f"有效期限：{data.validity}。" if data.validity else ""
    conditions = f"附带要求：{data.conditions}" if data.conditions else ""
    return (ruling, validity, conditions) if data.granted else (ruling,)


def _contact(data: Decision) -> tuple[Block, ...]:
    return (
        SignatureRow((Signature("经办人", data.handler),)),
        SignatureRow((Signature("联系电话", data.handler_phone),)),
    )


def _seal(data: Decision) -> SealPlace:
    return SealPlace(data.organ, long_date(data.issued_on), width=206, height=120)


def sample() -> Decision:
    """Return a refusal, the kind that must give reasons and remedies."""
    return Decision(
        organ=people.APPROVAL_OFFICE,
        document_number=people.document_number("游审许决", 356),
        granted=False,
        subject="行政许可",
        applicant=people.ZHONG.name,
        applicant_id=people.ZHONG.id_number,
        case_number=people.CASE_NUMBER,
        item_name="林木采伐许可证核发（农村居民自留山、承包林）",
        applied_on=date(2026, 11, 21),
        accepted_on=date(2026, 11, 23),
        facts="经现场核查，申请采伐的林木位于红岩村三组，其中0.4公顷在饮用水水源一级保护区内，林种登记为水源涵养林。",
        reasons=(
            "申请采伐的林木属于公益林，申请的采伐方式为皆伐，不符合公益林只能进行抚育、更新和低质低效林改造性质采伐的规定。",
            "其余0.7公顷人工商品林符合采伐条件，可以另行提出申请。",
        ),
        basis="《中华人民共和国行政许可法》第三十八条第二款、《中华人民共和国森林法》第五十五条",
        review_organ="绵阳市游仙区人民政府",
        court="绵阳市游仙区人民法院",
        handler=people.OFFICER,
        handler_phone="0816-0000302",
        issued_on=date(2026, 12, 2),
    )


def sample_long() -> Decision:
    """Return a refusal over more than one page."""
    reason = (
        "申请人虽提交了村民代表会议讨论通过的记录，但记录所载参会人数不足应到人数的三分之二，公示期间又有相邻权利人就四至范围"
        "提出书面异议，镇人民政府两次组织调解未能达成一致，权属争议尚未解决，依法不能作出准予的决定。"
    )
    return replace(
        sample(),
        applicant=people.LONGEST.name,
        applicant_id=people.LONGEST.id_number,
        item_name="农村村民宅基地及建房（规划许可）审批——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        facts=sample().facts * 6,
        reasons=tuple(f"（{number}）{reason * 2}" for number in range(1, 7)),
    )


def sample_sparse() -> Decision:
    """Return a grant without validity, conditions or remedies."""
    return replace(
        sample(),
        granted=True,
        subject="给付",
        applicant=people.WU.name,
        applicant_id="",
        item_name="临时救助",
        facts="",
        reasons=(),
        basis="《社会救助暂行办法》第四十七条、第四十八条",
        review_organ="",
        court="",
        handler_phone="",
    )


PAPER = Paper(
    name="decision",
    title="决定书",
    data_class=Decision,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("正本",),
    basis=("行政许可法第三十八条、第三十九条", "行政复议法第二十条", "行政诉讼法第四十六条"),
)
