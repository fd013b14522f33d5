"""Tickets of real cases and queues: what they say, on either roll, to a printer and counted."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

import pytest

from county_at_work import County, draft
from paper_stories import Story, text_of
from small_county import COUNTY_ITEM, LICENCE_ITEM
from stationapp.documents.bitmap import Bitmap, escpos
from stationapp.domain.refusal import Refused
from stationapp.platform.raw_printing import RawPrinter, Road
from stationapp.platform.unavailable import Unavailable
from stationapp.services import intake, queue, tickets
from stationapp.services.gathering import rating_slip, receipt_ticket
from stationapp.services.tickets import Roll, TicketPrinter, _matter

linux = pytest.mark.skipif(sys.platform == "win32", reason="device files are a matter of Linux")


def blackness(bitmap: Bitmap) -> float:
    """How much of a ticket is black."""
    return sum(byte.bit_count() for byte in bitmap.rows) / (bitmap.width * bitmap.height)


@pytest.mark.parametrize(("roll", "width"), [(Roll.WIDE, 576), (Roll.NARROW, 384)])
def test_the_ticket_of_a_receipt_fits_its_roll_and_says_what_the_receipt_says(
    county: County, roll: Roll, width: int
) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft())
    ticket = tickets.render_receipt_ticket(agent, case.case_id, roll)
    assert (ticket.bitmap.width, ticket.copy, ticket.number) == (width, 1, case.receipt_number)
    assert 0.01 < blackness(ticket.bitmap) < 0.5
    data = receipt_ticket.gather(_matter(agent, case.case_id, "receipt_ticket"))
    assert (data.receipt_number, data.enquiry_code) == (case.receipt_number, case.enquiry_code)
    assert (data.station, data.item_name) == ("抗香村便民服务室", "临时救助")
    assert case.enquiry_code not in data.code_text


def test_a_case_that_was_not_received_has_no_ticket(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.note_missing(agent, draft(complete=False))
    for render in (tickets.render_receipt_ticket, tickets.render_rating_slip):
        with pytest.raises(Refused):
            render(agent, case.case_id)
        with pytest.raises(Refused):
            render(agent, "nobody")


def test_a_slip_for_rating_is_for_a_case_that_ended_and_is_not_rated(county: County) -> None:
    story, agent = Story(county), county.at("agent")
    case = story.concluded()
    data = rating_slip.gather(_matter(agent, case.case_id, "rating_slip"))
    assert (data.station, data.receipt_number) == ("抗香村便民服务室", case.receipt_number)
    assert data.enquiry_code == case.enquiry_code
    assert any("0816-0000100" in way for way in data.ways)
    assert "十五个工作日" in data.promise
    assert tickets.render_rating_slip(agent, case.case_id, Roll.NARROW).bitmap.width == 384
    sheet = tickets.render_rating_sheet(agent, case.case_id)
    assert case.enquiry_code in text_of(sheet.pdf)
    assert (sheet.case_id, sheet.number) == (case.case_id, case.receipt_number)
    rated = {"enquiry_code": case.enquiry_code, "satisfaction": "1", "channel": "hall_tablet"}
    county.act("agent", case, "rate", **rated)
    with pytest.raises(Refused, match="已经评价"):
        tickets.render_rating_slip(agent, case.case_id)
    running = story.received(LICENCE_ITEM)
    with pytest.raises(Refused, match="尚未办结"):
        tickets.render_rating_slip(agent, running.case_id)


def test_a_number_of_the_queue_has_its_ticket(county: County) -> None:
    agent = county.at("agent")
    place, _ = queue.take(agent, "养老保险")
    data = queue.ticket_data(agent, place)
    assert (data.number, data.ahead, data.item_name) == (place.number, 0, "养老保险")
    ticket = tickets.render_queue_ticket(agent, place)
    assert ticket.number == f"20261120-{place.number}"
    assert tickets.record_ticket(agent, ticket)[0].copy == 1
    assert tickets.render_queue_ticket(agent, place).copy == 2


@linux
def test_a_printed_ticket_is_the_picture_that_was_shown_and_is_counted(
    county: County, tmp_path: Path
) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(COUNTY_ITEM))
    device = tmp_path / "lp0"
    device.touch()
    ticket = tickets.render_receipt_ticket(agent, case.case_id)
    printed, changed = tickets.print_ticket(agent, ticket, RawPrinter(Road.DEVICE, str(device)))
    assert device.read_bytes() == escpos(ticket.bitmap)
    assert (printed.copy, changed.case_ids) == (1, (case.case_id,))
    again = tickets.render_receipt_ticket(agent, case.case_id)
    assert again.copy == 2
    assert again.bitmap.height > ticket.bitmap.height  # It says 补打.


def test_a_ticket_reaches_a_printer_on_the_network(county: County) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(COUNTY_ITEM))
    ticket = tickets.render_receipt_ticket(agent, case.case_id, Roll.NARROW)
    taken = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            line, _ = listening.accept()
            with line:
                while part := line.recv(65536):
                    taken.extend(part)

        taking = threading.Thread(target=take)
        taking.start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        tickets.print_ticket(agent, ticket, RawPrinter(Road.NETWORK, address))
        taking.join(10)
    assert bytes(taken) == escpos(ticket.bitmap)


def test_a_ticket_that_was_not_printed_is_not_counted(county: County, tmp_path: Path) -> None:
    agent = county.at("agent")
    case, _ = intake.receive(agent, draft(COUNTY_ITEM))
    ticket = tickets.render_receipt_ticket(agent, case.case_id)
    with pytest.raises(Unavailable):
        tickets.print_ticket(agent, ticket, RawPrinter(Road.DEVICE, str(tmp_path / "gone")))
    assert tickets.render_receipt_ticket(agent, case.case_id).copy == 1


def test_the_printer_of_a_pc_is_remembered_and_a_wrong_address_is_said(county: County) -> None:
    agent = county.at("agent")
    assert tickets.ticket_printer(agent) is None
    chosen = tickets.set_ticket_printer(agent, Road.NETWORK, " 192.168.1.50 ", Roll.NARROW)
    assert tickets.ticket_printer(agent) == chosen
    assert chosen == TicketPrinter(RawPrinter(Road.NETWORK, "192.168.1.50"), Roll.NARROW)
    with pytest.raises(Refused, match="网络地址"):
        tickets.set_ticket_printer(agent, Road.NETWORK, "http://printer")
    with pytest.raises(Refused, match="设备文件"):
        tickets.set_ticket_printer(agent, Road.DEVICE, "")
    assert tickets.ticket_printer(agent) == chosen
