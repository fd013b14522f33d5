"""The clocks of what a case waits for: other departments, a special procedure, the applicant, a promise, the road.

Their due days are named in the events themselves: told to the applicant (行政许可法 arts. 32(4), 45), written in the
contact letter, or promised by the applicant (告知承诺). Legs on the road have none and are only measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stationapp.domain.case_clocks import ENDINGS
from stationapp.domain.clock import Clock, ClockFace, Run, read_clock, read_with_due
from stationapp.domain.clock_reading import Reading
from stationapp.domain.due_dates import kept_limit, standing_due
from stationapp.domain.due_facts import is_due_fact
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import day_named, ended_on
from stationapp.domain.logged_acts import PlacedAct
from stationapp.domain.time_limits import DueDate, Limit, LimitUnit

PART, SPECIAL, SUPPLEMENT, PROMISE, LEG, REPORT = "part", "special", "supply", "promise", "leg", "reply"

_PART_ENDS = frozenset({"give_opinion", "default_part", "default_absent", "close_part"})
_MOST_DAYS = 999


@dataclass(frozen=True, slots=True)
class Wait:
    """What is waited for between two kinds of acts."""

    name: str
    title: str
    starts: frozenset[str]
    stops: frozenset[str]
    source: str
    days_fact: str = ""  # names working days
    day_fact: str = ""  # names a day


_ROAD_ENDS = frozenset({"sign_for", "sign_for_result", "recall", "decline_handover"})
_LEGS = Wait(
    LEG, "转递途中", frozenset({"hand_over", "forward", "transfer", "send_result"}), _ROAD_ENDS, "一网流转"
)
_REPLY = Wait(
    REPORT,
    "上级机关办理",
    frozenset({"report_up"}),
    frozenset({"record_reply_granted", "record_reply_refused", "record_reply_returned"}),
    "上报件",
)
_SPECIAL = Wait(
    SPECIAL,
    "特别程序",
    frozenset({"start_special"}),
    frozenset({"end_special"}),
    "行政许可法第四十五条",
    "expected_days",
)
_SUPPLEMENT = Wait(
    SUPPLEMENT,
    "补正期限",
    frozenset({"request_supplement"}),
    frozenset({"supply"}),
    "行政许可法第三十二条第一款第四项",
    day_fact="deadline",
)
_PART = Wait(PART, "联办意见", frozenset({"fan_out"}), _PART_ENDS, "并联审批")
_PROMISE = Wait(
    PROMISE,
    "承诺核查",
    frozenset({"receive", "note_missing"}),
    frozenset({"supply", "check_promise"}),
    "告知承诺制",
)
_ONE_BY_ONE = (_LEGS, _REPLY, _SPECIAL, _SUPPLEMENT)
WAITS = (*_ONE_BY_ONE, _PART, _PROMISE)
"""Everything a case may wait for; each department and each promised material has a clock of its own."""


def waiting_clocks(reading: Reading) -> tuple[Clock, ...]:
    """Return the clocks of everything a case waited or waits for, by kind and then in order."""
    waits = (clock for wait in _ONE_BY_ONE for clock in _waits(wait, reading))
    return (*waits, *_parts(reading), *_promises(reading))


def _waits(wait: Wait, reading: Reading) -> list[Clock]:
    clocks = []
    for number, act in enumerate(reading.trail):
        if act.move in wait.starts:
            later = reading.trail[number + 1 :]
            stop = next((row for row in later if row.move in wait.stops | ENDINGS), None)
            face = ClockFace(
                wait.name, wait.title, _working_days(act.event, wait.days_fact), source=wait.source
            )
            day = day_named(act.event, wait.day_fact) if wait.day_fact else None
            clocks.append(_read(face, _run(act, stop), day, reading))
    return clocks


def _read(face: ClockFace, run: Run, day: date | None, reading: Reading) -> Clock:
    if day is None:
        return read_clock(face, run, (), reading.counting)
    due = DueDate(day, provisional=False, calendar_version=reading.counting.calendar.version)
    return read_with_due(face, run, (), due, reading.counting)


def _run(start: PlacedAct, stop: PlacedAct | None, desk: str = "") -> Run:
    if stop is None:
        return Run(desk or start.holder, start.day, start.event.event_id)
    stopped_on = ended_on(stop.event) if stop.move == "end_special" else stop.day
    return Run(desk or start.holder, start.day, start.event.event_id, stopped_on, stop.event.event_id)


def _working_days(event: CaseEvent, name: str) -> Limit | None:
    """A number of working days as the applicant was told it, such as the time a special procedure takes."""
    text = str(event.facts.get(name) or "").strip()
    is_number = text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_DAYS
    return Limit(int(text), LimitUnit.WORKING_DAYS) if is_number else None


def _parts(reading: Reading) -> list[Clock]:
    """One clock for each department asked; it stops with its opinion or with what counts as one."""
    clocks = []
    for number, act in enumerate(reading.trail):
        for row in _mappings(act.event.facts.get("parts")) if act.move == "fan_out" else ():
            desk = str(row.get("desk_id") or "")
            later = reading.trail[number + 1 :]
            stop = next((one for one in later if _ends_part(one, desk) or one.move in ENDINGS), None)
            clocks.append(_part(row, _run(act, stop, desk), reading))
    return clocks


def _ends_part(act: PlacedAct, desk: str) -> bool:
    return act.move in _PART_ENDS and desk in (act.event.hand.desk_id, act.event.facts.get("desk_id"))


def _part(row: Mapping[str, Any], run: Run, reading: Reading) -> Clock:
    fact = row.get("due")
    stated = fact if is_due_fact(fact) else None
    limit = kept_limit(stated) if stated is not None else None
    face = ClockFace(PART, _PART.title, limit, source=_PART.source, subject=run.desk_id)
    if stated is None:
        return read_clock(face, run, (), reading.counting)
    due = standing_due(stated, run.started_on, (), 0, reading.counting.calendar)
    return read_with_due(face, run, (), due, reading.counting)


def _promises(reading: Reading) -> list[Clock]:
    """One clock for each material promised instead of handed in; it stops when it is supplied or checked."""
    clocks, seen = [], set()
    for number, act in enumerate(reading.trail):
        application = act.event.facts.get("application")
        rows = application.get("materials") if isinstance(application, Mapping) else None
        for row in _mappings(rows):
            material, day = str(row.get("material_id") or ""), _day(row.get("promised_by"))
            if day is None or material in seen:
                continue
            seen.add(material)
            later = reading.trail[number + 1 :]
            stop = next((one for one in later if _keeps_promise(one, material)), None)
            face = ClockFace(PROMISE, _PROMISE.title, None, source=_PROMISE.source, subject=material)
            clocks.append(_read(face, _run(act, stop), day, reading))
    return clocks


def _keeps_promise(act: PlacedAct, material: str) -> bool:
    if act.move == "supply":
        return material in {row.get("material_id") for row in _mappings(act.event.facts.get("materials"))}
    return act.move == "check_promise" or (act.move in ENDINGS and act.move not in {"conclude", "archive"})


def _mappings(rows: Any) -> Iterable[Mapping[str, Any]]:
    listed = rows if isinstance(rows, list | tuple) else ()
    return [row for row in listed if isinstance(row, Mapping)]


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None
