"""Rules of appointments (预约) and home visits (上门)."""

from __future__ import annotations

from datetime import date, timedelta

from stationapp.domain.appointment_slots import BOOKING_HORIZON, SEATS, Slot, seat_of, slot_at
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def slot_is_open(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is booked is a slot of the desk and a seat of that slot (预约服务, SEED 003)."""
    desk = situation.organisation.desk(text_of(event, "to_desk"))
    day, start = text_of(event, "day"), text_of(event, "slot")
    if desk is None or not day or not start or situation.calendar is None:
        return ()
    slot = slot_at(desk, date.fromisoformat(day), start, situation.calendar)
    if slot is None:
        return (Reason("no-slot", f"{desk.name}{day}没有 {start} 这个预约时段。", "slot"),)
    return _seat_fault(event, slot)


def _seat_fault(event: CaseEvent, slot: Slot) -> tuple[Reason, ...]:
    seat = event.facts.get("seat")
    if isinstance(seat, int) and 1 <= seat <= slot.seats:
        return ()
    return (Reason("no-seat", f"这个时段只有 {slot.seats} 个号。", "seat"),)


def seat_is_numbered(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Every appointment has a seat of its own: that is what keeps two from one (no double booking after sync)."""
    seat = event.facts.get("seat")
    if isinstance(seat, int) and not isinstance(seat, bool) and 1 <= seat <= max(SEATS.values()):
        return ()
    return (Reason("no-seat", "请写明预约的号序。", "seat"),)


def slot_is_ahead(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An appointment lies ahead, within the days that can be booked."""
    text = text_of(event, "day")
    if not text:
        return ()
    day, today = date.fromisoformat(text), event.at.date()
    started = day == today and text_of(event, "slot") <= f"{event.at:%H:%M}"
    if day < today or started:
        return (Reason("slot-over", "这个时段已经过去，请改约其他时段。", "slot"),)
    if day > today + timedelta(days=BOOKING_HORIZON):
        return (Reason("too-far", f"只能预约 {BOOKING_HORIZON} 天以内的时段。", "day"),)
    return ()


def day_is_a_service_day(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An item that is handled on fixed days (综合定时办理, SEED 001, 004) is booked for one of them.

    A home visit is the desk's own affair.
    """
    item, text = situation.item, text_of(event, "day")
    at_home = text_of(event, "manner") == "home" or (
        situation.case is not None and situation.case.fact("book_appointment", "manner") == "home"
    )
    if item is None or not item.service_days or not text or at_home:
        return ()
    if date.fromisoformat(text).isoweekday() in item.service_days:
        return ()
    days = "、".join(f"周{'一二三四五六日'[day - 1]}" for day in item.service_days)
    return (Reason("no-service-day", f"“{item.name}”只在{days}办理，请改约。", "day"),)


def visit_has_address(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """上门 (SEED 000, 004) needs to know where."""
    if text_of(event, "manner") == "home" and not text_of(event, "address"):
        return (Reason("empty", "上门服务须写明地址。", "address"),)
    return ()


def stays_at_desk(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An appointment is moved in time, not to another desk: that is a new one."""
    case = situation.case
    if case is None or text_of(event, "to_desk") == seat_of(case).desk_id:
        return ()
    return (Reason("other-desk", "改约只能改时间；要换单位，请取消后重新预约。", "to_desk"),)


def is_at_office(situation: Situation, hand: Hand) -> Reason | None:
    """Somebody comes to the desk."""
    if situation.case is not None and situation.case.fact("book_appointment", "manner") == "home":
        return Reason("home-visit", "这是上门服务，请办理“上门登记”。")
    return None


def is_home_visit(situation: Situation, hand: Hand) -> Reason | None:
    """The desk comes to somebody."""
    if situation.case is not None and situation.case.fact("book_appointment", "manner") != "home":
        return Reason("at-office", "这是到场预约，请办理“到场登记”。")
    return None


def day_is_here(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Nobody keeps an appointment before its day."""
    case = situation.case
    if case is not None and seat_of(case).day > event.at.date().isoformat():
        return (Reason("too-early", f"预约的日期是{seat_of(case).day}，还没有到；提前来的，请先改约。"),)
    return ()


def slot_is_over(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Nobody has missed an appointment before its time has come."""
    case = situation.case
    if case is None:
        return ()
    seat = seat_of(case)
    if (seat.day, seat.start) >= (event.at.date().isoformat(), f"{event.at:%H:%M}"):
        return (Reason("not-over", "预约的时段还没有到，不能登记未到场。"),)
    return ()
