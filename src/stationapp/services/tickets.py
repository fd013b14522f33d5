"""Tickets on thermal rolls: the small copy of a receipt, the slip for a rating, a number of the queue.

A ticket fades, so it never is the voucher; but its copies are counted like those of any paper.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from stationapp.domain.case import CASE, ENDED_STATES, Case, State
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.raw_printing import RawPrinter, Road, send_raw
from stationapp.services.access import require_access
from stationapp.services.changed import Changed, Kind
from stationapp.services.gathering import rating_slip, receipt_ticket
from stationapp.services.gathering.matter import Matter
from stationapp.services.papers import RenderedPaper, render_data
from stationapp.services.queue import Place, ticket_data, ticket_number
from stationapp.services.workplace import Workplace
from stationapp.store.records import StoredEvent

if TYPE_CHECKING:
    from stationapp.documents.bitmap import Bitmap

_SETTING = "ticket_printer"
_NO_RATING = frozenset({State.VOIDED, State.DELETED})


class Roll(IntEnum):
    """The usual rolls; the value is the width of the paper in millimetres."""

    WIDE = 80
    NARROW = 58


@dataclass(frozen=True, slots=True)
class TicketPrinter:
    """The ticket printer of this PC and the roll in it."""

    printer: RawPrinter
    roll: Roll


@dataclass(frozen=True, slots=True)
class RenderedTicket:
    """A ticket as dots, ready to be looked at or printed; `copy` 1 is the first, from 2 on it says 补打."""

    name: str
    title: str
    number: str
    case_id: str
    bitmap: Bitmap
    copy: int


def ticket_printer(workplace: Workplace) -> TicketPrinter | None:
    """Return the ticket printer of this PC, None where none was set."""
    with workplace.store.read() as unit:
        text = unit.settings.get(_SETTING)
    if not text:
        return None
    told = json.loads(text)
    return TicketPrinter(RawPrinter(Road(told["road"]), told["address"]), Roll(told["roll"]))


def set_ticket_printer(
    workplace: Workplace, road: Road, address: str, roll: Roll = Roll.WIDE
) -> TicketPrinter:
    """Set the ticket printer of this PC; raises Refused for an address that cannot be one."""
    try:
        chosen = TicketPrinter(RawPrinter(road, address.strip()), roll)
    except ValueError as error:
        raise Refused(Reason("bad-address", _ADDRESSES[road], "address")) from error
    told = {"road": str(road), "address": chosen.printer.address, "roll": int(roll)}
    with workplace.store.write() as unit:
        unit.settings.set(_SETTING, json.dumps(told, ensure_ascii=False))
    return chosen


_ADDRESSES = {
    Road.DEVICE: "请填写打印机的设备文件，如 /dev/usb/lp0。",
    Road.NETWORK: "请填写打印机的网络地址，如 192.168.1.50 或 192.168.1.50:9100。",
    Road.QUEUE: "请填写系统里打印机的名称。",
}


def render_receipt_ticket(
    workplace: Workplace, case_id: str, roll: Roll = Roll.WIDE, *, scale: float = 1.0
) -> RenderedTicket:
    """Return the small copy of a case's receipt; raises Refused for a case that was not received yet."""
    return _of_case(workplace, case_id, "receipt_ticket", roll, scale)


def render_rating_slip(
    workplace: Workplace, case_id: str, roll: Roll = Roll.WIDE, *, scale: float = 1.0
) -> RenderedTicket:
    """Return the slip for rating a case; raises Refused for one that runs on or was rated already."""
    return _of_case(workplace, case_id, "rating_slip", roll, scale)


def render_rating_sheet(workplace: Workplace, case_id: str, *, scale: float = 1.0) -> RenderedPaper:
    """Return the same on a sheet, with a form for who would rather use a pen."""
    matter = _matter(workplace, case_id, "rating_slip")
    number = matter.case.receipt_number
    sheet = render_data(workplace, "rating_slip", "评价单", number, rating_slip.gather(matter), scale=scale)
    return replace(sheet, case_id=case_id)


def render_queue_ticket(
    workplace: Workplace, place: Place, roll: Roll = Roll.WIDE, *, scale: float = 1.0
) -> RenderedTicket:
    """Return a number of the queue."""
    data = ticket_data(workplace, place)
    return _rendered(workplace, "queue_ticket", ticket_number(place), "", data, roll, scale)


def print_ticket(
    workplace: Workplace, ticket: RenderedTicket, printer: RawPrinter
) -> tuple[RenderedTicket, Changed]:
    """Send a ticket to its printer and count it; raises Unavailable, and then nothing is counted."""
    from stationapp.documents.bitmap import escpos

    send_raw(printer, escpos(ticket.bitmap))
    return record_ticket(workplace, ticket)


def record_ticket(workplace: Workplace, ticket: RenderedTicket) -> tuple[RenderedTicket, Changed]:
    """Count a ticket that left a printer, such as by the system's own dialog."""
    who = workplace.person.person_id
    with workplace.store.write() as unit:
        copy = unit.print_log.record(ticket.name, ticket.number, ticket.case_id, workplace.now(), who)
    case_ids = (ticket.case_id,) if ticket.case_id else ()
    return replace(ticket, copy=copy), Changed.of(Kind.PAPERS, case_ids=case_ids)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A ticket of a case: from which facts it is made, by which act, and when there is none."""

    gather: Callable[[Matter], Any]
    act: Callable[[tuple[StoredEvent, ...]], StoredEvent | None]
    why_not: Callable[[Case], Reason | None]


def _of_case(workplace: Workplace, case_id: str, name: str, roll: Roll, scale: float) -> RenderedTicket:
    matter = _matter(workplace, case_id, name)
    data = _KINDS[name].gather(matter)
    return _rendered(workplace, name, matter.case.receipt_number, case_id, data, roll, scale)


def _matter(workplace: Workplace, case_id: str, name: str) -> Matter:
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
        history = tuple(unit.events.of_case(case_id))
    if record is None or record.case.kind != CASE:
        raise Refused(Reason("no-case", "本站没有这个办件。"))
    require_access(workplace, record.case)
    kind = _KINDS[name]
    reason, act = kind.why_not(record.case), kind.act(history)
    if reason is not None or act is None:
        raise Refused(reason or Reason("no-paper", "这个办件还没有这种票据。"))
    return Matter(workplace, record.case, act.event, history)


def _rendered(
    workplace: Workplace, name: str, number: str, case_id: str, data: Any, roll: Roll, scale: float
) -> RenderedTicket:
    from stationapp.documents.tickets import DOTS_58_MM, DOTS_80_MM, TICKETS, render_ticket

    with workplace.store.read() as unit:
        copy = unit.print_log.copies(name, number) + 1
    dots = {Roll.WIDE: DOTS_80_MM, Roll.NARROW: DOTS_58_MM}[roll]
    now, who = workplace.now(), workplace.person.name
    bitmap = render_ticket(name, data, dots=dots, copy=copy, scale=scale, printed_at=now, printed_by=who)
    return RenderedTicket(name, TICKETS[name].title, number, case_id, bitmap, copy)


def _receipt(history: tuple[StoredEvent, ...]) -> StoredEvent | None:
    return next((row for row in reversed(history) if row.event.move == "receive"), None)


def _latest(history: tuple[StoredEvent, ...]) -> StoredEvent | None:
    return history[-1] if history else None


def _why_not_rated(case: Case) -> Reason | None:
    ended = case.closed_as or case.state
    if ended not in ENDED_STATES or ended in _NO_RATING:
        return Reason("not-ended", "办件尚未办结，不能评价。")
    if case.when("rate") is not None:
        return Reason("rated", "这个办件已经评价过。")
    return None


_KINDS: Mapping[str, _Kind] = {
    "receipt_ticket": _Kind(receipt_ticket.gather, _receipt, lambda _: None),
    "rating_slip": _Kind(rating_slip.gather, _latest, _why_not_rated),
}
