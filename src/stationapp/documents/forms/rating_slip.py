"""评价单: how to rate a case with its enquiry code, and a form for who would rather use a pen (好差评)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Paragraph, Statement
from stationapp.documents.layout.endings import WritingLine
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.qr import GridWithCode
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.paper import Paper

GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
FREE_CHOICE = "评价自愿，一事一评。任何人不得代您评价或者要求您给出某种评价。"
_TEXT = Style(size=11.0, leading=1.7)
_GRADES = Style(size=13.0, leading=1.8, align="center")


@dataclass(frozen=True, slots=True)
class RatingSlip:
    """Data of a rating slip: `station`, `item_name`, `receipt_number` (also the text of the QR code),
    `enquiry_code` (the applicant's secret, without which nobody can rate), `ways` to rate, one sentence each,
    `promise` (what becomes of a bad rating, in words), `phone`. It names no person.
    """

    station: str
    item_name: str
    receipt_number: str
    enquiry_code: str
    ways: tuple[str, ...] = ()
    promise: str = ""
    phone: str = ""


def compose(data: RatingSlip) -> Composition:
    """Lay out what the applicant keeps, and below the cut line a form without the secret."""
    return Composition(
        title="政务服务评价单",
        number_label="收件号",
        number=data.receipt_number,
        organ=data.station,
        parts=(
            Part("告知联（办事群众留存）", _told(data)),
            Part("评价联（自愿填写，投入意见箱）", _form(data)),
        ),
    )


def _told(data: RatingSlip) -> tuple[Block, ...]:
    rows = (
        (Field("办理事项", data.item_name),),
        (Field("收件号", data.receipt_number),),
        (Field("查询码", data.enquiry_code, bold=True), Field("本站电话", data.phone)),
    )
    return (
        GridWithCode(FieldGrid(rows), data.receipt_number, "收件号"),
        Gap(6),
        *(Paragraph(f"{number}．{way}", _TEXT) for number, way in enumerate(data.ways, start=1)),
        Gap(6),
        Statement("说　　明", FREE_CHOICE + data.promise, size=10.0),
    )


def _form(data: RatingSlip) -> tuple[Block, ...]:
    # The enquiry code is for the applicant to write in: who empties the box must not learn it from an empty form.
    rows = ((Field("办理事项", data.item_name),), (Field("查询码", "", blank=True),))
    return (
        FieldGrid(rows),
        Gap(6),
        Paragraph("请在您的选择前打钩：", _TEXT),
        Paragraph("　".join(f"□{grade}" for grade in GRADES), _GRADES),
        Paragraph("您想说的话：", _TEXT),
        WritingLine(),
        WritingLine(),
    )


def sample() -> RatingSlip:
    """Return a usual slip."""
    return RatingSlip(
        station=people.STATION,
        item_name="80周岁以上老年人高龄津贴发放",
        receipt_number=people.RECEIPT_NUMBER,
        enquiry_code=people.ENQUIRY_CODE,
        ways=(
            "在任一便民服务站的查询机上输入查询码评价。",
            "拨打评价电话，报收件号和查询码。",
        ),
        promise="不满意、非常不满意的，十五个工作日内整改并回访。",
        phone=people.STATION_PHONE,
    )


def sample_long() -> RatingSlip:
    """Return a slip with a long item, of a village with a rare name."""
    return replace(
        sample(),
        station="游仙区魏城镇𡋾䶮村、石板村联合便民服务站",
        item_name=f"{people.BUILDING_ITEM}——使用原有宅基地、村内空闲地和其他未利用地建设住宅的申请",
        ways=tuple(
            f"第{number}种方式：携带本单到任一便民服务站，由本人在查询机上评价。" for number in range(1, 7)
        ),
    )


def sample_sparse() -> RatingSlip:
    """Return a slip without ways, promise or telephone."""
    return replace(sample(), enquiry_code="", ways=(), promise="", phone="")


PAPER = Paper(
    name="rating_slip",
    title="政务服务评价单",
    data_class=RatingSlip,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("告知联", "评价联"),
    basis=("国办发〔2019〕51号（政务服务“好差评”制度）", "GB/T 39046—2020表9"),
)
