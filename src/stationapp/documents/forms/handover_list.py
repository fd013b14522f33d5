"""批次交接清单: what one desk hands to another, row by row, in two copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stationapp.documents import sample_people as people
from stationapp.documents.layout.blocks import Field, FieldGrid, Gap, Statement, Together
from stationapp.documents.layout.endings import Signature, SignatureRow
from stationapp.documents.layout.flow import Block
from stationapp.documents.layout.qr import GridWithCode
from stationapp.documents.layout.sheet import Composition, Part
from stationapp.documents.layout.table import Column, Table
from stationapp.documents.layout.words import long_time
from stationapp.documents.paper import Paper
from stationapp.domain.numbers import ReceiptNumber

_CHECKING = (
    "接收方应当面逐件核对收件号、份数和页数，不一致的写入“差异”栏并由双方签名；有差异的件不视为已交接。"
    "本清单一式两份，移交方、接收方各执一份。"
)


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One case handed over; `attachments_digest` is the short hash of its electronic attachments."""

    receipt_number: str
    applicant: str
    item_name: str
    originals: int
    copies: int
    pages: int
    attachments_digest: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class HandoverList:
    """Data of a handover list; `digest` is the text of the QR code that stands for the whole batch."""

    batch_number: str
    sender: str
    receiver: str
    period_from: datetime
    period_to: datetime
    rows: tuple[HandoverRow, ...]
    digest: str
    handed_over_by: str
    carrier: str = ""
    remarks: str = ""


def compose(data: HandoverList) -> Composition:
    """Lay the list out in two like copies, landscape, with a subtotal on every page."""
    return Composition(
        title="批次交接清单",
        number_label="批次号",
        number=data.batch_number,
        landscape=True,
        parts=(Part("移交方留存", _body(data)), Part("接收方留存", _body(data))),
    )


def _body(data: HandoverList) -> tuple[Block, ...]:
    return (
        GridWithCode(FieldGrid(_fields(data)), data.digest, "批次校验码"),
        Gap(5),
        Table(
            _COLUMNS,
            tuple(_row(number, row) for number, row in enumerate(data.rows, start=1)),
            page_foot=lambda first, last: f"本页小计：{_sum(data.rows[first:last])}。",
            total=f"本批合计：{_sum(data.rows)}。",
        ),
        Together((Gap(4), Statement("核对说明", _CHECKING), Gap(4), *_SIGNATURES)),
    )


def _fields(data: HandoverList) -> tuple[tuple[Field, ...], ...]:
    period = f"{long_time(data.period_from)} 至 {long_time(data.period_to)}"
    return (
        (Field("移交单位", data.sender), Field("接收单位", data.receiver)),
        (Field("收件起止", period), Field("件　　数", f"{len(data.rows)}件", bold=True)),
        (Field("移交人", data.handed_over_by), Field("运送人", data.carrier)),
        (Field("备　　注", data.remarks),),
    )


_COLUMNS = (
    Column("序号", 30, "center"),
    Column("收件号", 154),
    Column("申请人", 76),
    Column("事项", 168),
    Column("原件", 32, "center"),
    Column("复印件", 38, "center"),
    Column("页数", 32, "center"),
    Column("附件校验码", 68, "center"),
    Column("差异（手写）", 102),
)


def _row(number: int, row: HandoverRow) -> tuple[str, ...]:
    return (
        str(number),
        row.receipt_number,
        row.applicant,
        row.item_name,
        str(row.originals),
        str(row.copies),
        str(row.pages or "／"),
        row.attachments_digest or "无",
        row.difference,
    )


def _sum(rows: Sequence[HandoverRow]) -> str:
    originals = sum(row.originals for row in rows)
    copies = sum(row.copies for row in rows)
    pages = sum(row.pages for row in rows)
    return f"{len(rows)}件，原件{originals}份，复印件{copies}份{f'，共{pages}页' if pages else ''}"


_SIGNATURES = (
    SignatureRow((Signature("移交人（签名）"), Signature("运送人（签名）"), Signature("接收人（签名）"))),
    SignatureRow((Signature("移交时间"), Signature("取走时间"), Signature("接收时间"))),
    SignatureRow((Signature("差异件数"), Signature("差异处理意见", share=2))),
)


def _sample_rows(count: int) -> tuple[HandoverRow, ...]:
    applicants = (people.WU, people.LI, people.ZHONG, people.WANG)
    items = ("80周岁以上老年人高龄津贴发放", "困难残疾人生活补贴", "临时救助", "城乡居民基本养老保险参保登记")
    return tuple(
        HandoverRow(
            receipt_number=str(ReceiptNumber(people.STATION_CODE, people.TODAY, 1, number)),
            applicant=applicants[number % 4].name,
            item_name=items[number % 4],
            originals=number % 3 + 1,
            copies=number % 4 + 1,
            pages=number % 7 + 4,
            attachments_digest=f"{number * 2654435761 % 2**32:08X}",
        )
        for number in range(1, count + 1)
    )


def sample() -> HandoverList:
    """Return a usual list: one day of a village station."""
    return HandoverList(
        batch_number=people.BATCH_NUMBER,
        sender=people.STATION,
        receiver=people.TOWNSHIP,
        period_from=people.at(11, 20, 14, 30),
        period_to=people.at(11, 21, 16, 45),
        rows=_sample_rows(7),
        digest=f"{people.BATCH_NUMBER} 7 9f2b61c04d7e58a3b1c6",
        handed_over_by=people.AGENT,
        carrier=people.CLERK,
    )


def sample_long() -> HandoverList:
    """Return a list of 200 cases, one with the longest name and a long item."""
    rows = _sample_rows(200)
    longest = replace(
        rows[17],
        applicant=people.LONGEST.name,
        item_name="符合资助条件的救助对象参加城乡居民基本医疗保险个人缴费补贴（含特困人员、低保对象、返贫致贫人口）",
        difference="缺户口簿复印件第3页，双方已当面确认。",
    )
    return replace(
        sample(),
        rows=(*rows[:17], longest, *rows[18:]),
        remarks="因连日暴雨道路中断，本批含三日收件；纸质材料分装两箱，箱号1/2、2/2，封条完好。",
    )


def sample_sparse() -> HandoverList:
    """Return a list of one case without attachments, its other optional fields empty."""
    row = replace(_sample_rows(3)[2], attachments_digest="")
    return replace(sample(), rows=(row,), carrier="", handed_over_by="")


PAPER = Paper(
    name="handover_list",
    title="批次交接清单",
    data_class=HandoverList,
    compose=compose,
    sample=sample,
    sample_long=sample_long,
    sample_sparse=sample_sparse,
    parts=("移交方留存", "接收方留存"),
    basis=("材料批次交接的通行做法：逐件核对，双方签名，一式两份",),
)
