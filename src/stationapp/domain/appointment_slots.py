"""The slots of a desk that can be booked (预约): a pure function of its hours, its level and the calendar.

Sources: SEED 003 (预约服务 88 in 2017; Saturday service 9–17), SEED 000 (节假日预约). The usual hours of a working day
and the seats of a slot are the house's own; a desk's published `opening_hours` go before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case
from stationapp.domain.organisation import Desk, Level

SLOT_MINUTES = 30
BOOKING_HORIZON = 30
"""Calendar days ahead for which a slot can be booked."""

SEATS: Mapping[Level, int] = {Level.VILLAGE: 1, Level.TOWNSHIP: 2, Level.COUNTY: 4}
"""How many appointments a desk of a level serves in one slot."""

Hours = tuple[time, time]
WORKING_DAY_HOURS: tuple[Hours, ...] = ((time(9), time(12)), (time(13, 30), time(17)))
DAY_OFF_HOURS: tuple[Hours, ...] = ((time(9), time(17)),)

_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable time of a desk: minutes of a day as `HH:MM`, and how many seats it has."""

    desk_id: str
    day: date
    start: str
    end: str
    seats: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a slot, which only one appointment can have."""

    desk_id: str
    day: str  # ISO date
    start: str  # HH:MM
    number: int  # from 1

    @property
    def key(self) -> str:
        """How the seat is written as one text."""
        return f"{self.desk_id}|{self.day}|{self.start}|{self.number}"

    @property
    def text(self) -> str:
        """The seat as a person reads it."""
        return f"{self.day} {self.start} 的第{self.number}号"

    @classmethod
    def of_key(cls, key: str) -> Seat:
        """Read what `key` wrote; raises ValueError for anything else."""
        desk_id, day, start, number = key.split("|")
        return cls(desk_id, day, start, int(number))


def slots_of(desk: Desk, day: date, calendar: WorkCalendar) -> tuple[Slot, ...]:
    """Return a desk's slots on a day. On a day off they are those of its Saturday service (延时服务, 节假日预约)."""
    working = calendar.is_workday(day).yes
    hours = (_published(desk) or WORKING_DAY_HOURS) if working else DAY_OFF_HOURS
    seats = SEATS[desk.level]
    return tuple(Slot(desk.desk_id, day, start, end, seats) for one in hours for start, end in _cut(one))


def slot_at(desk: Desk, day: date, start: str, calendar: WorkCalendar) -> Slot | None:
    """Return the slot of a desk that begins at a time, None where there is none."""
    return next((slot for slot in slots_of(desk, day, calendar) if slot.start == start), None)


def seat_of(case: Case) -> Seat:
    """Return the seat an appointment has now; raises KeyError for a case that is none."""
    event = case.last.get("rebook_appointment") or case.last["book_appointment"]
    facts = event.facts
    return Seat(str(facts["to_desk"]), str(facts["day"]), str(facts["slot"]), int(facts["seat"]))


def _published(desk: Desk) -> tuple[Hours, ...]:
    """The hours a desk publishes, empty where it names none that can be read."""
    try:
        found = [tuple(int(part) for part in match) for match in _HOURS.findall(desk.opening_hours)]
        return tuple((time(one[0], one[1]), time(one[2], one[3])) for one in found)
    except ValueError:
        return ()


def _cut(hours: Hours) -> list[tuple[str, str]]:
    first, last = (one.hour * 60 + one.minute for one in hours)
    starts = range(first, last - SLOT_MINUTES + 1, SLOT_MINUTES)
    return [(_clock(start), _clock(start + SLOT_MINUTES)) for start in starts]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
