"""What the program fills in by itself when an affair is opened or moved on: the desk it goes to, the seat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stationapp.domain.appointment_slots import seat_of
from stationapp.domain.case import Case
from stationapp.domain.rules.complaints import complaint_desk
from stationapp.services.seats import first_free_seat
from stationapp.services.workplace import Workplace

Facts = Mapping[str, Any]


def opening_facts(workplace: Workplace, move: str, given: Facts) -> dict[str, Any]:
    """Return the answers an affair is opened with, completed by what follows from them."""
    fill = _OPENINGS.get(move)
    return {**given, **(fill(workplace, given) if fill is not None else {})}


def _to_complaint_post(workplace: Workplace, given: Facts) -> Facts:
    desk = complaint_desk(workplace.organisation, str(given.get("accused_desk", "")))
    return {"to_desk": desk.desk_id if desk is not None else ""}


def _to_county(workplace: Workplace, _: Facts) -> Facts:
    return {"to_desk": workplace.organisation.county_window().desk_id}


def _here_by_default(workplace: Workplace, given: Facts) -> Facts:
    return {"to_desk": given.get("to_desk") or workplace.desk.desk_id}


def _with_seat(workplace: Workplace, given: Facts) -> Facts:
    wanted = {**given, **_here_by_default(workplace, given)}
    return {"to_desk": wanted["to_desk"], "seat": given.get("seat") or first_free_seat(workplace, wanted)}


_OPENINGS: Mapping[str, Callable[[Workplace, Facts], Facts]] = {
    "book_appointment": _with_seat,
    "ask_question": _here_by_default,
    "file_complaint": _to_complaint_post,
    "suggest_change": _to_county,
}


def _rebooked(workplace: Workplace, case: Case, given: Facts) -> Facts:
    return _with_seat(workplace, {**given, "to_desk": seat_of(case).desk_id})


def _county_settles(workplace: Workplace, _: Case, given: Facts) -> Facts:
    return _to_county(workplace, given)


AFFAIR_FILLS: Mapping[str, Callable[[Workplace, Case, Facts], Facts]] = {
    "rebook_appointment": _rebooked,
    "state_position": _county_settles,
    "escalate_dispute": _county_settles,
}
"""By the moves of affairs: facts the program knows better than the person."""
