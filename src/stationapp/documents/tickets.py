"""Tickets on thermal rolls of 80 and 58 mm: what can be printed, and the one function that prints any of them.

They go through the same fonts as papers, so that a rare character shows, and come out as black and white dots
for `bitmap.escpos` or for a system's print dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from stationapp.documents.bitmap import Bitmap, from_page
from stationapp.documents.fonts import ONE_AT_A_TIME, installed_chain
from stationapp.documents.forms import queue_ticket, rating_slip, receipt_ticket
from stationapp.documents.forms.queue_ticket import PASSED_OVER, QueueTicket
from stationapp.documents.forms.rating_slip import FREE_CHOICE, RatingSlip
from stationapp.documents.forms.receipt_ticket import KEEP_THE_RECEIPT, ONLY_A_COPY, ReceiptTicket
from stationapp.documents.layout.blocks import Gap, Paragraph
from stationapp.documents.layout.fitting import OneLine
from stationapp.documents.layout.flow import Block, Style
from stationapp.documents.layout.roll import CentredCode, Entry, Rule, roll_pdf
from stationapp.documents.layout.sheet import Printing
from stationapp.documents.layout.words import long_time
from stationapp.documents.preview import render_pages

DOTS_80_MM, DOTS_58_MM = 576, 384
"""Dots across the printable width of the two usual rolls at 8 dots to the millimetre."""

_STATION = Style(10.5, align="center", leading=1.3)
_TITLE = Style(14.0, bold=True, align="center", leading=1.3)
_HUGE = Style(38.0, bold=True, align="center", leading=1.15)
_NUMBER = Style(13.0, bold=True, align="center", leading=1.3)
_STRESSED = Style(11.0, bold=True, align="center", leading=1.35)
_NOTE = Style(9.0, align="center", leading=1.35)
_WAY = Style(9.5, leading=1.35)
_FOOT = Style(7.5, align="center", leading=1.3)

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class Ticket(Generic[Data]):
    """One kind of ticket, as Paper is of sheets."""

    name: str
    title: str
    data_class: type[Data]
    blocks: Callable[[Data], tuple[Block, ...]]
    sample: Callable[[], Data]
    sample_long: Callable[[], Data]
    sample_sparse: Callable[[], Data]


def _queue(data: QueueTicket) -> tuple[Block, ...]:
    return (
        Paragraph(data.station, _STATION),
        OneLine(data.number, _HUGE),
        Paragraph(data.waiting, _STRESSED),
        Rule(),
        Entry("事项", data.item_name),
        Entry("窗口", data.window),
        Entry("预约", data.appointment),
        Entry("时间", long_time(data.issued_at)),
        Entry("电话", data.phone),
        CentredCode(data.code_text),
        Paragraph(PASSED_OVER, _STRESSED),
    )


def _receipt(data: ReceiptTicket) -> tuple[Block, ...]:
    return (
        Paragraph(data.station, _STATION),
        Paragraph("收件小票", _TITLE),
        Rule(),
        Paragraph("收件号", _NOTE),
        OneLine(data.receipt_number, _NUMBER),
        *((Paragraph("查询码", _NOTE), OneLine(data.enquiry_code, _NUMBER)) if data.enquiry_code else ()),
        Rule(),
        Entry("事项", data.item_name),
        Entry("时间", long_time(data.received_at)),
        Entry("本站电话", data.station_phone),
        Entry("查询电话", data.enquiry_phone),
        CentredCode(data.code_text),
        Paragraph(ONLY_A_COPY, _STRESSED),
        Paragraph(KEEP_THE_RECEIPT, _NOTE),
    )


def _rating(data: RatingSlip) -> tuple[Block, ...]:
    return (
        Paragraph(data.station, _STATION),
        Paragraph("请您评价", _TITLE),
        Rule(),
        Entry("事项", data.item_name),
        Entry("收件号", data.receipt_number),
        *((Paragraph("查询码", _NOTE), OneLine(data.enquiry_code, _NUMBER)) if data.enquiry_code else ()),
        Rule(),
        *(Paragraph(f"· {way}", _WAY) for way in data.ways),
        CentredCode(data.receipt_number),
        Paragraph(FREE_CHOICE, _NOTE),
        *((Paragraph(data.promise, _NOTE),) if data.promise else ()),
    )


TICKETS: dict[str, Ticket[Any]] = {
    ticket.name: ticket
    for ticket in (
        Ticket(
            "queue_ticket",
            "取号票",
            QueueTicket,
            _queue,
            queue_ticket.sample,
            queue_ticket.sample_long,
            queue_ticket.sample_sparse,
        ),
        Ticket(
            "receipt_ticket",
            "收件小票",
            ReceiptTicket,
            _receipt,
            receipt_ticket.sample,
            receipt_ticket.sample_long,
            receipt_ticket.sample_sparse,
        ),
        Ticket(
            "rating_slip",
            "评价单",
            RatingSlip,
            _rating,
            rating_slip.sample,
            rating_slip.sample_long,
            rating_slip.sample_sparse,
        ),
    )
}


def render_ticket(
    name: str,
    data: object,
    *,
    dots: int = DOTS_80_MM,
    copy: int = 1,
    scale: float = 1.0,
    printed_at: datetime,
    printed_by: str,
) -> Bitmap:
    """Return ticket `name` as a picture `dots` wide; the same arguments give the same dots.

    `copy`, `scale`, `printed_at` and `printed_by` are those of `registry.render`. Raises KeyError for an
    unknown name, TypeError for data of another ticket, ValueError for a copy below 1, a scale outside 0.8 to 2
    or a width that is no multiple of 8 from 256 on, Unavailable when the machine has no Chinese font.
    """
    ticket = TICKETS[name]
    if not isinstance(data, ticket.data_class):
        raise TypeError(f"{name} needs {ticket.data_class.__name__}, not {type(data).__name__}")
    if copy < 1 or not 0.8 <= scale <= 2.0 or dots < 256 or dots % 8:
        raise ValueError(f"copy {copy}, scale {scale} or {dots} dots are out of range")
    blocks = (*ticket.blocks(data), *_foot(Printing(copy, scale, printed_at, printed_by)))
    with ONE_AT_A_TIME:
        pdf = roll_pdf(blocks, installed_chain(), dots, scale)
    (page,) = render_pages(pdf, 72)
    return from_page(page)


def _foot(printing: Printing) -> tuple[Block, ...]:
    marked = (Paragraph(printing.reprint_mark, _STRESSED),) if printing.reprint_mark else ()
    printed = f"打印：{long_time(printing.printed_at)}　{printing.printed_by}"
    return (*marked, Gap(2), Paragraph(printed, _FOOT))
