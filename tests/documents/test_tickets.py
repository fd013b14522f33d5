"""Tickets of thermal printers: dots as a printer gets them, read back without one."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.documents.bitmap import BAND, Bitmap, escpos, from_page
from stationapp.documents.fonts import installed_chain
from stationapp.documents.forms import material_receipt, queue_ticket, rating_slip, receipt_ticket
from stationapp.documents.layout.blocks import Paragraph
from stationapp.documents.layout.fitting import LargestFitting, OneLine
from stationapp.documents.layout.flow import Flow, Setting, Style
from stationapp.documents.preview import PageImage
from stationapp.documents.tickets import DOTS_58_MM, DOTS_80_MM, TICKETS, render_ticket
from stationapp.platform.fonts import find_fonts

PRINTED_AT = datetime.fromisoformat("2026-11-21T09:06")
KINDS = ("sample", "sample_long", "sample_sparse")
CODES = {
    "queue_ticket": queue_ticket.sample().code_text,
    "receipt_ticket": receipt_ticket.sample().code_text,
    "rating_slip": rating_slip.sample().receipt_number,
}
WIDTHS = (DOTS_80_MM, DOTS_58_MM)


def printed(name: str, kind: str = "sample", **options: Any) -> Bitmap:
    return of_data(name, getattr(TICKETS[name], kind)(), **options)


def of_data(name: str, data: object, **options: Any) -> Bitmap:
    return render_ticket(name, data, printed_at=PRINTED_AT, printed_by="何青禾", **options)


def printer(commands: bytes) -> tuple[Bitmap, list[int], bytes]:
    """Do what a printer does: return the picture, the rows of each command, and what follows the picture."""
    assert commands.startswith(b"\x1b@")
    at, width, rows, counts = 2, 0, b"", []
    while commands[at : at + 4] == b"\x1dv0\x00":
        stride = int.from_bytes(commands[at + 4 : at + 6], "little")
        count = int.from_bytes(commands[at + 6 : at + 8], "little")
        assert width in {0, stride * 8}
        width, at = stride * 8, at + 8
        rows += commands[at : at + stride * count]
        counts.append(count)
        at += stride * count
    return Bitmap(width, sum(counts), rows), counts, commands[at:]


@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("name", TICKETS)
def test_what_the_printer_prints_is_the_ticket_and_its_code_can_be_read(
    name: str, dots: int, reader: Any
) -> None:
    data = TICKETS[name].sample()
    ticket = of_data(name, data, dots=dots)
    seen, counts, rest = printer(escpos(ticket))
    assert seen == ticket
    assert max(counts) <= BAND
    assert rest.startswith(b"\x1dVB")
    assert reader.codes(seen.page_image().png()) == [CODES[name]]


@pytest.mark.parametrize("scale", [1.0, 1.3])
@pytest.mark.parametrize("dots", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TICKETS)
def test_a_ticket_is_as_wide_as_the_head_and_no_ink_is_cut_off_at_any_edge(
    name: str, kind: str, dots: int, scale: float
) -> None:
    ticket = printed(name, kind, dots=dots, scale=scale)
    assert ticket.width == dots
    assert 300 < ticket.height < 3000
    ink = 0
    for number in range(ticket.height):
        ink |= int.from_bytes(ticket.row(number))
    edge = (1 << 6) - 1
    assert ink & edge == 0
    assert ink >> (dots - 6) == 0
    # The dashed line reaches from margin to margin.
    assert ink.bit_length() > dots - 12
    assert not any(b"".join(ticket.row(number) for number in (0, 1, 2, 3)))
    assert not any(b"".join(ticket.row(ticket.height - number) for number in (1, 2, 3, 4)))


@pytest.mark.skipif(bool(find_fonts().missing), reason="set-up has not fetched all fonts")
def test_rare_characters_are_drawn_each_by_its_own_glyph() -> None:
    stations = [f"游仙区{character}村便民服务站" for character in "䶮㛃𬭎𡋾"]
    tickets = {
        of_data("queue_ticket", replace(queue_ticket.sample(), station=name)).rows for name in stations
    }
    assert len(tickets) == 4
    assert installed_chain().missing("".join(stations)) == ()


def test_the_same_ticket_has_the_same_dots_and_a_reprint_others() -> None:
    assert printed("receipt_ticket") == printed("receipt_ticket")
    assert printed("receipt_ticket", copy=2).height > printed("receipt_ticket").height
    assert printed("receipt_ticket", copy=2) != printed("receipt_ticket", copy=3)


def test_large_type_makes_a_ticket_longer_but_not_wider() -> None:
    usual, large = printed("queue_ticket"), printed("queue_ticket", scale=1.3)
    assert large.width == usual.width
    assert large.height > usual.height


def test_a_small_receipt_names_no_person_and_keeps_the_enquiry_code_out_of_its_qr_code() -> None:
    receipt = material_receipt.sample()
    ticket = receipt_ticket.from_receipt(receipt)
    said = [str(getattr(ticket, field.name)) for field in fields(ticket)]
    assert not any(secret in text for text in said for secret in (receipt.applicant, receipt.applicant_id))
    assert ticket.enquiry_code == receipt.enquiry_code
    assert receipt.enquiry_code not in ticket.code_text


def test_wrong_data_widths_copies_and_scales_are_refused() -> None:
    with pytest.raises(TypeError, match="receipt_ticket needs ReceiptTicket"):
        of_data("receipt_ticket", queue_ticket.sample())
    for wrong in ({"dots": 380}, {"dots": 128}, {"copy": 0}, {"scale": 3.0}):
        with pytest.raises(ValueError, match="out of range"):
            printed("queue_ticket", **wrong)
    with pytest.raises(KeyError):
        of_data("no_such_ticket", queue_ticket.sample())


@given(st.integers(1, 9), st.integers(0, 300), st.randoms(use_true_random=False))
def test_any_picture_comes_out_of_the_printer_as_it_went_in(stride: int, height: int, random: Any) -> None:
    picture = Bitmap(stride * 8, height, random.randbytes(stride * height))
    seen, counts, rest = printer(escpos(picture, cut=False))
    assert seen.rows == picture.rows
    assert seen.height == sum(counts) == height
    assert rest == b"\x1bd\x04"
    assert from_page(picture.page_image()) == picture


def test_grey_becomes_black_or_white_and_a_picture_must_have_all_its_dots() -> None:
    greys = (0, 100, 150, 200, 255, 255, 0, 255)
    page = PageImage(8, 1, b"".join(bytes((grey, grey, grey, 255)) for grey in greys))
    assert from_page(page).rows == bytes([0b11100010])
    with pytest.raises(ValueError, match="12 by 1"):
        Bitmap(12, 1, b"\x00\x00")
    with pytest.raises(ValueError, match="3 bytes"):
        Bitmap(16, 2, b"\x00\x00\x00")


def flow_of(width: float, height: float = 400.0) -> Flow:
    return Flow(Setting(installed_chain()), width, height)


@pytest.mark.parametrize(("width", "lines"), [(400.0, 1), (150.0, 1), (100.0, 2)])
def test_a_number_gets_smaller_before_it_is_broken(width: float, lines: int) -> None:
    flow = flow_of(width)
    OneLine("510704104201-20261121-0100072", Style(size=10.0)).place(flow)
    assert len(flow.frames[0]) == lines


@pytest.mark.parametrize(("count", "size"), [(1, 30.0), (12, 20.0), (30, 10.0)])
def test_the_largest_type_that_fits_the_page_is_taken(count: int, size: float) -> None:
    tried: list[float] = []

    def blocks(wanted: float) -> tuple[Paragraph, ...]:
        tried.append(wanted)
        return tuple(Paragraph("公示", Style(wanted)) for _ in range(count))

    flow = flow_of(400.0)
    LargestFitting(blocks, (30.0, 20.0, 10.0)).place(flow)
    assert tried[-1] == size
