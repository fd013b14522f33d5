"""Appointments (预约) and home visits (上门): booked offline, kept, and prepared with a visit kit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.appointment_slots import Seat, seat_of
from stationapp.domain.case import Case
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.people import Applicant, Application
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.acts import case_in, new_id
from stationapp.services.affairs import open_affair
from stationapp.services.casework import act
from stationapp.services.changed import Changed
from stationapp.services.intake import Draft, new_draft, save_draft
from stationapp.services.papers import RenderedPaper, render_data
from stationapp.services.seats import booked
from stationapp.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment as a day's list shows it."""

    case: Case
    seat: Seat
    is_home_visit: bool
    address: str

    @property
    def applicant(self) -> Applicant:
        """Who comes, or is visited."""
        return self.case.application.applicant


def book(
    workplace: Workplace,
    subject: str,
    applicant: Applicant,
    facts: Mapping[str, Any],
    *,
    item_code: str = "",
) -> tuple[Case, Changed]:
    """Book a seat; without one in the facts the first that is free here is taken.

    Raises Refused when the slot is full as far as this station knows. The hub has the last word: what another station
    booked before comes back under 需处理.
    """
    return open_affair(workplace, AffairKind.APPOINTMENT, subject, applicant, facts, item_code=item_code)


def rebook(workplace: Workplace, case_id: str, day: date, slot: str) -> tuple[Case, Changed]:
    """Move an appointment to another slot of the same desk."""
    return act(workplace, case_id, "rebook_appointment", {"day": day.isoformat(), "slot": slot})


def bookings(workplace: Workplace, day: date) -> list[Booking]:
    """Return the open appointments of this desk on a day, by time."""
    with workplace.store.read() as unit:
        return [_booking(case) for case in booked(unit, workplace.desk.desk_id, day)]


def visit_draft(workplace: Workplace, case_id: str) -> tuple[Draft, Changed]:
    """Return a saved draft for what is received at the door, with person and item filled in, all of it offline.

    Raises Refused when the appointment names no item that can be received here today.
    """
    with workplace.store.read() as unit:
        case = case_in(unit, case_id)
    item = _item(workplace, case)
    if item is None:
        raise Refused(Reason("no-item", "预约没有写明事项，请在“新办件”中选择事项收件。"))
    draft = new_draft(workplace, item)
    application = Application(item.code, item.version, item.name, case.application.applicant)
    filled = Draft(draft.draft_id or new_id(), application)
    return filled, save_draft(workplace, filled)


def render_visit_kit(
    workplace: Workplace, day: date, *, vehicle: str = "", remarks: str = "", scale: float = 1.0
) -> RenderedPaper:
    """Return the sheets for the home visits of a day as PDF; raises Refused when there are none."""
    from stationapp.documents.forms.home_visit_kit import HomeVisitKit

    visits = [one for one in bookings(workplace, day) if one.is_home_visit]
    if not visits:
        raise Refused(Reason("no-visits", f"{day}没有上门服务。"))
    data = HomeVisitKit(
        station=workplace.desk.name,
        station_phone=workplace.desk.phone,
        visit_on=day,
        agents=(workplace.person.name,),
        visits=tuple(_visit(workplace, one) for one in visits),
        vehicle=vehicle,
        remarks=remarks,
    )
    return render_data(workplace, "home_visit_kit", "上门服务单", f"{day:%Y%m%d}", data, scale=scale)


def _visit(workplace: Workplace, booking: Booking) -> Any:
    from stationapp.documents.forms.home_visit_kit import HomeVisit

    item = _item(workplace, booking.case)
    return HomeVisit(
        at=booking.seat.start,
        person=booking.applicant.name,
        address=booking.address,
        phone=booking.applicant.phone,
        item_name=booking.case.application.item_name,
        bring=tuple(material.name for material in item.materials) if item is not None else (),
        reason=str(booking.case.fact("book_appointment", "remark")),
        appointment=booking.case.receipt_number,
    )


def _booking(case: Case) -> Booking:
    manner = case.fact("book_appointment", "manner")
    return Booking(case, seat_of(case), manner == "home", str(case.fact("book_appointment", "address")))


def _item(workplace: Workplace, case: Case) -> ServiceItem | None:
    code = case.application.item_code
    return workplace.catalogue.in_force(code, workplace.now().date()) if code else None
