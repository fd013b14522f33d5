"""The queue (取号): numbers taken and called on this PC without any network; they begin anew every day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stationapp.domain.refusal import Reason, Refused
from stationapp.services.changed import Changed, Kind
from stationapp.services.papers import RenderedPaper, render_data
from stationapp.services.workplace import Workplace
from stationapp.store.records import QueueTicket, TicketState
from stationapp.store.units import ReadUnit

if TYPE_CHECKING:
    from stationapp.documents.forms.queue_ticket import QueueTicket as QueueTicketData

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MOST = 999


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket with its number as called out (`A012`) and how many wait before it."""

    ticket: QueueTicket
    number: str
    ahead: int


def take(workplace: Workplace, business: str = "", *, priority: bool = False) -> tuple[Place, Changed]:
    """Take the next number of the day; `priority` is the green channel (老年人、残疾人、军人 and the like)."""
    desk, day = _where(workplace)
    with workplace.store.write() as unit:
        count = unit.numbers.next_count(f"queue:{desk}", day)
        if count > _MOST:
            raise Refused(Reason("numbers-used-up", "今天的排队号已经用完。"))
        unit.queue.take(desk, day, count, business.strip(), workplace.now(), priority=priority)
        place = _place(workplace, unit, count)
    return place, _CHANGED


def call_next(workplace: Workplace, window: str = "") -> tuple[Place | None, Changed]:
    """Call whose turn it is to a window; None when nobody waits. Two windows never call the same number."""
    desk, day = _where(workplace)
    with workplace.store.write() as unit:
        ticket = unit.queue.next_waiting(desk, day)
        if ticket is None:
            return None, _CHANGED
        unit.queue.call(ticket, _window(workplace, window), workplace.now())
        return _place(workplace, unit, ticket.count), _CHANGED


def call_again(workplace: Workplace, count: int, window: str = "") -> tuple[Place, Changed]:
    """Call a number again, also one that was passed over; raises Refused for one that is done or waits."""
    with workplace.store.write() as unit:
        ticket = _ticket(workplace, unit, count)
        if ticket.state not in {TicketState.CALLED, TicketState.SKIPPED}:
            raise Refused(Reason("wrong-state", f"这个号现在是“{ticket.state.label}”，不能重呼。"))
        unit.queue.call(ticket, _window(workplace, window), workplace.now())
        return _place(workplace, unit, count), _CHANGED


def skip(workplace: Workplace, count: int) -> tuple[Place, Changed]:
    """Pass a called number over."""
    return _mark(workplace, count, TicketState.SKIPPED)


def finish(workplace: Workplace, count: int) -> tuple[Place, Changed]:
    """Note that a called number was served."""
    return _mark(workplace, count, TicketState.DONE)


def queue_of_today(workplace: Workplace) -> list[Place]:
    """Return all numbers of this desk today, in the order in which they were taken."""
    desk, day = _where(workplace)
    with workplace.store.read() as unit:
        return [_place(workplace, unit, ticket.count) for ticket in unit.queue.list(desk, day)]


def render_ticket(workplace: Workplace, place: Place, *, scale: float = 1.0) -> RenderedPaper:
    """Return a ticket as PDF."""
    data = ticket_data(workplace, place)
    return render_data(workplace, "queue_ticket", "取号票", ticket_number(place), data, scale=scale)


def ticket_number(place: Place) -> str:
    """Return under what the copies of a ticket are counted: the day and the number called."""
    return f"{place.ticket.day.replace('-', '')}-{place.number}"


def ticket_data(workplace: Workplace, place: Place) -> QueueTicketData:
    """Return what a ticket says, on a sheet or on a roll."""
    from stationapp.documents.forms.queue_ticket import QueueTicket as QueueTicketData

    ticket = place.ticket
    return QueueTicketData(
        station=workplace.desk.name,
        number=place.number,
        ahead=place.ahead,
        issued_at=ticket.taken_at.astimezone(workplace.now().tzinfo),
        item_name=ticket.business,
        window=ticket.window,
        phone=workplace.desk.phone,
    )


def _mark(workplace: Workplace, count: int, state: TicketState) -> tuple[Place, Changed]:
    with workplace.store.write() as unit:
        ticket = _ticket(workplace, unit, count)
        if ticket.state is not TicketState.CALLED:
            raise Refused(Reason("wrong-state", f"这个号现在是“{ticket.state.label}”，请先叫号。"))
        unit.queue.mark(ticket, state)
        return _place(workplace, unit, count), _CHANGED


def _ticket(workplace: Workplace, unit: ReadUnit, count: int) -> QueueTicket:
    ticket = unit.queue.get(*_where(workplace), count)
    if ticket is None:
        raise Refused(Reason("no-ticket", "今天没有这个号。"))
    return ticket


def _place(workplace: Workplace, unit: ReadUnit, count: int) -> Place:
    ticket = _ticket(workplace, unit, count)
    waits = ticket.state is TicketState.WAITING
    letter = _LETTERS[(workplace.identity.slot - 1) % len(_LETTERS)]
    return Place(ticket, f"{letter}{count:03d}", unit.queue.ahead_of(ticket) if waits else 0)


def _where(workplace: Workplace) -> tuple[str, str]:
    """Each PC of a desk has a queue and a letter of its own, for without a network they know nothing of each other."""
    return workplace.desk.desk_id, workplace.now().date().isoformat()


def _window(workplace: Workplace, window: str) -> str:
    return window.strip() or workplace.post.title


_CHANGED = Changed.of(Kind.QUEUE)
