"""Which seats of a desk's slots are free, as far as this station knows; the hub has the last word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.appointment_slots import BOOKING_HORIZON, Seat, Slot, seat_of, slot_at, slots_of
from stationapp.domain.case import Case, State
from stationapp.domain.organisation import Desk
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery
from stationapp.store.units import ReadUnit


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A slot with the numbers of its free seats; `over` when its time has come today."""

    slot: Slot
    free: tuple[int, ...]
    over: bool


def slot_offers(workplace: Workplace, desk_id: str, day: date) -> list[SlotOffer]:
    """Return the slots of a desk on a day. A day off has some only where service out of hours is announced.

    Raises Refused for a desk there is not.
    """
    desk = _desk(workplace, desk_id)
    with workplace.store.read() as unit:
        if not _serves(workplace, unit, desk, day):
            return []
        taken = taken_seats(unit, desk_id, day)
    now = workplace.now()
    return [
        SlotOffer(
            slot,
            tuple(
                n
                for n in range(1, slot.seats + 1)
                if Seat(desk_id, day.isoformat(), slot.start, n) not in taken
            ),
            (day, slot.start) <= (now.date(), f"{now:%H:%M}"),
        )
        for slot in slots_of(desk, day, workplace.calendar)
    ]


def bookable_days(workplace: Workplace, desk_id: str, item_code: str = "") -> list[date]:
    """Return the days on which a desk has slots, from today on; for an item of fixed days (定时办理) those only."""
    desk, today = _desk(workplace, desk_id), workplace.now().date()
    item = workplace.catalogue.in_force(item_code, today) if item_code else None
    fixed = item.service_days if item is not None and item.service_days else range(1, 8)
    ahead = (today + timedelta(days=n) for n in range(BOOKING_HORIZON + 1))
    days = [day for day in ahead if day.isoweekday() in fixed]
    with workplace.store.read() as unit:
        return [day for day in days if _serves(workplace, unit, desk, day)]


def first_free_seat(workplace: Workplace, wanted: Mapping[str, Any]) -> int:
    """Return the first free seat of the slot some facts name; raises Refused when there is none.

    What cannot be a slot has seat 1: the table of moves says what is wrong with it.
    """
    desk = workplace.organisation.desk(str(wanted.get("to_desk", "")))
    day, start = _day(wanted.get("day")), str(wanted.get("slot", ""))
    slot = slot_at(desk, day, start, workplace.calendar) if desk is not None and day is not None else None
    if desk is None or day is None or slot is None:
        return 1
    offer = next((one for one in slot_offers(workplace, desk.desk_id, day) if one.slot == slot), None)
    if offer is None:
        text = f"{desk.name}{day}不上班，也没有安排延时服务，不能预约。"
        raise Refused(Reason("closed", text, "day"))
    if not offer.free:
        raise Refused(Reason("slot-full", f"{desk.name}{day} {start} 已经约满，请改约其他时段。", "slot"))
    return offer.free[0]


def taken_seats(unit: ReadUnit, desk_id: str, day: date) -> frozenset[Seat]:
    """Return the seats of a desk's day that appointments known here have."""
    return frozenset(seat_of(case) for case in booked(unit, desk_id, day))


def booked(unit: ReadUnit, desk_id: str, day: date) -> list[Case]:
    """Return the open appointments at a desk on a day, by time and seat."""
    query = CaseQuery(kind=AffairKind.APPOINTMENT, holder=desk_id, states=[State.BOOKED])
    on_day = (line for line in unit.cases.summary(unit.cases.find(query)) if line.due_day == day)
    records = (unit.cases.get(line.case_id) for line in on_day)
    found = [record.case for record in records if record is not None and not record.opening_refused]
    return sorted(found, key=lambda case: (seat_of(case).start, seat_of(case).number))


def _serves(workplace: Workplace, unit: ReadUnit, desk: Desk, day: date) -> bool:
    """On a working day always; on a day off where a session is announced (节假日预约, 周六服务)."""
    if workplace.calendar.is_workday(day).yes:
        return True
    sessions = CaseQuery(kind=AffairKind.EXTRA_HOURS, holder=desk.desk_id, states=[State.OPEN_SERVICE])
    lines = unit.cases.summary(unit.cases.find(sessions))
    elsewhere = desk.desk_id != workplace.desk.desk_id
    return elsewhere or any(line.due_day == day for line in lines)


def _desk(workplace: Workplace, desk_id: str) -> Desk:
    desk = workplace.organisation.desk(desk_id)
    if desk is None:
        raise Refused(Reason("no-desk", "没有这个单位，请重新选择。", "to_desk"))
    return desk


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
