"""Checks of what the log says: times that contradict each other, missing reasons and numbers, clocks, late upload.

Nothing is put right silently. Times are the stations' own; the order is the log's; when the hub received an act
tells a clock that runs ahead, and an act that came late because the station had no network.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from stationapp.domain.case_clocks import DECISIONS, longest_extension
from stationapp.domain.case_flow import TABLE
from stationapp.domain.due_dates import extension_days
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import day_named
from stationapp.domain.logged_acts import PlacedAct, china_day
from stationapp.domain.supervision_watch import Breach, Check, Watch, by_hand

_NUMBERED = frozenset(
    {
        "request_supplement",
        "accept",
        "decline_acceptance",
        "tell_not_needed",
        "return_application",
        "start_special",
        "extend",
        "grant",
        "refuse",
    }
)


def out_of_order(earlier: frozenset[str], later: frozenset[str]) -> Check:
    """Return a check that an act of `later` does not claim, or take, a place before the act of `earlier` it follows."""

    def check(watch: Watch) -> Iterator[Breach]:
        events = watch.reading.events
        tolerance = timedelta(minutes=watch.reading.policy.clock_tolerance_minutes)
        for number, event in enumerate(events):
            before = _last(events[:number], earlier) if event.move in later else None
            if before is not None and event.at < before.at - tolerance:
                yield _contradiction(before, event)
            after = _last(events[number + 1 :], earlier) if event.move in later and before is None else None
            if after is not None:
                yield _contradiction(after, event)

    return check


def special_ends_before_it_begins(watch: Watch) -> Iterator[Breach]:
    """A special procedure's result is not earlier than its start, nor later than its record."""
    begun: CaseEvent | None = None
    for event in watch.reading.events:
        begun = event if event.move == "start_special" else begun
        day = day_named(event, "ended_on") if event.move == "end_special" else None
        if begun is not None and day is not None and not begun.at.date() <= day <= event.at.date():
            yield _dated(begun, event, day)


def served_outside(watch: Watch) -> Iterator[Breach]:
    """The result is not served before it was decided, nor on a day to come."""
    decided: CaseEvent | None = None
    for event in watch.reading.events:
        decided = event if event.move in DECISIONS else decided
        day = day_named(event, "served_on") if event.move == "serve" else None
        if decided is not None and day is not None and not decided.at.date() <= day <= event.at.date():
            yield _dated(decided, event, day)


def clock_ahead(watch: Watch) -> Iterator[Breach]:
    """An act that claims a later time than the hub's when it was received: the station's clock runs ahead."""
    tolerance = timedelta(minutes=watch.reading.policy.clock_tolerance_minutes)
    for row in watch.reading.trail:
        received = row.act.received_at
        if received is not None and row.event.at > received + tolerance:
            words = {"ahead": _span(row.event.at - received)}
            yield by_hand(row.event, (row.event.event_id,), _words(watch, row) | words, _title(row.event))


def clock_set_back(watch: Watch) -> Iterator[Breach]:
    """A desk's act that claims an earlier time than the same desk's act before it."""
    tolerance = timedelta(minutes=watch.reading.policy.clock_tolerance_minutes)
    last: dict[str, CaseEvent] = {}
    for row in watch.reading.trail:
        event, desk = row.event, row.event.hand.desk_id
        before = last.get(desk)
        if desk and before is not None and event.at < before.at - tolerance:
            words = {"before": f"{before.at:%Y-%m-%d %H:%M}", "earlier": _title(before)}
            key = (before.event_id, event.event_id)
            yield by_hand(event, key, _words(watch, row) | words, _title(event))
        last[desk] = event


def uploaded_late(watch: Watch) -> Iterator[Breach]:
    """An act the hub received long after it was done, from a station without a network."""
    longest = timedelta(hours=watch.reading.policy.late_upload_hours)
    for row in watch.reading.trail:
        received = row.act.received_at
        if received is not None and received - row.event.at > longest:
            words = {"received": china_day(received).isoformat(), "late": _span(received - row.event.at)}
            yield by_hand(row.event, (row.event.event_id,), _words(watch, row) | words, _title(row.event))


def without_reason(*moves: str, excepting: frozenset[str] = frozenset()) -> Check:
    """Return a check that the table's required reason was given: by these moves, or by all but those excepted."""

    def check(watch: Watch) -> Iterator[Breach]:
        for row in watch.reading.trail:
            looked_at = row.move in moves if moves else row.move not in excepting
            if looked_at and _owes_reason(row.move) and not str(row.event.facts.get("reason") or "").strip():
                yield by_hand(row.event, (row.event.event_id,), _words(watch, row), _title(row.event))

    return check


def objection_without_reason(watch: Watch) -> Iterator[Breach]:
    """A department that disagrees says why (domain 2.4)."""
    for row in watch.reading.trail:
        facts = row.event.facts
        objects = row.move == "give_opinion" and facts.get("outcome") == "disagree"
        if objects and not str(facts.get("opinion") or "").strip():
            yield by_hand(row.event, (row.event.event_id,), _words(watch, row), _title(row.event))


def without_number(watch: Watch) -> Iterator[Breach]:
    """What the law wants in writing has a document number."""
    for row in watch.reading.trail:
        if row.move in _NUMBERED and not str(row.event.facts.get("document_number") or "").strip():
            yield by_hand(row.event, (row.event.event_id,), _words(watch, row), _title(row.event))


def asked_twice(watch: Watch) -> Iterator[Breach]:
    """A material asked for once is not asked for a second time (行政许可法 art. 32(4))."""
    asked: dict[str, str] = {}
    for row in watch.reading.trail:
        rows = row.event.facts.get("missing") if row.move == "request_supplement" else None
        named = {str(one.get("material_id")): str(one.get("name") or "") for one in rows or ()}
        again = [material for material in named if material in asked]
        if again:
            key = (*dict.fromkeys(asked[material] for material in again), row.event.event_id)
            words = {"materials": "、".join(named[material] for material in again)}
            yield by_hand(row.event, key, _words(watch, row) | words, _title(row.event))
        asked.update({material: row.event.event_id for material in named if material not in asked})


def extended_wrongly(watch: Watch) -> Iterator[Breach]:
    """A limit is extended once, in time, and by no more days than the law allows (行政许可法 art. 42)."""
    longest = longest_extension(watch.reading)
    rows = [row for row in watch.reading.trail if row.move == "extend"]
    kept = watch.clocks.statutory or watch.clocks.leading
    for number, row in enumerate(rows):
        faults = []
        if number:
            faults.append("重复延长")
        if extension_days(row.event) > longest:
            faults.append(f"延长天数超过{longest}个工作日")
        if not number and kept is not None and not kept.extended_by and extension_days(row.event):
            faults.append("期限届满后才延长")
        if faults:
            words = _words(watch, row) | {"faults": "、".join(faults)}
            yield by_hand(row.event, (row.event.event_id,), words, _title(row.event))


def publicised_too_long(watch: Watch) -> Iterator[Breach]:
    """Days of publicity beyond those the catalogue sets take from the applicant's time."""
    days = watch.reading.item.publicity_days
    for row in watch.reading.trail:
        first, last = (day_named(row.event, name) for name in ("publicity_from", "publicity_to"))
        if row.move != "publicise" or first is None or last is None or (last - first).days + 1 <= days:
            continue
        words = _words(watch, row) | {"named": f"{(last - first).days + 1}", "days": f"{days}"}
        yield by_hand(row.event, (row.event.event_id,), words, _title(row.event))


def granted_without_materials(watch: Watch) -> Iterator[Breach]:
    """What the catalogue requires was there, or promised, when the case was granted."""
    required = {
        one.material_id: one.name for one in watch.reading.item.materials if one.required and not one.shared
    }
    there: set[str] = set()
    for row in watch.reading.trail:
        there |= _brought(row.event)
        lacking = [name for material, name in required.items() if material not in there]
        if row.move == "grant" and lacking:
            words = _words(watch, row) | {"materials": "、".join(lacking)}
            yield by_hand(row.event, (row.event.event_id,), words, _title(row.event))


def sent_back_again(watch: Watch) -> Iterator[Breach]:
    """A desk that sends a case back for correction a second time should have said everything the first time."""
    first: dict[str, str] = {}
    for row in watch.reading.trail:
        desk = row.event.hand.desk_id
        if row.move == "send_back" and desk in first:
            yield by_hand(row.event, (first[desk], row.event.event_id), _words(watch, row), _title(row.event))
        elif row.move == "send_back":
            first[desk] = row.event.event_id


def _owes_reason(move: str) -> bool:
    row = TABLE.get(move)
    return row is not None and any(ask.name == "reason" and ask.required for ask in row.asks)


def _brought(event: CaseEvent) -> set[str]:
    rows = list(event.facts.get("materials") or ())
    if "application" in event.facts:
        rows += list(event.facts["application"].get("materials") or ())
    return {str(row.get("material_id")) for row in rows if _is_there(row)}


def _is_there(row: dict[str, object]) -> bool:
    return any(row.get(name) for name in ("originals", "copies", "attachments", "promised_by"))


def _last(events: tuple[CaseEvent, ...], moves: frozenset[str]) -> CaseEvent | None:
    return next((event for event in reversed(events) if event.move in moves), None)


def _contradiction(before: CaseEvent, event: CaseEvent) -> Breach:
    words = {
        "earlier": _title(before),
        "earlier_at": f"{before.at:%Y-%m-%d %H:%M}",
        "later": _title(event),
        "later_at": f"{event.at:%Y-%m-%d %H:%M}",
    }
    return by_hand(event, (before.event_id, event.event_id), words, _title(event))


def _dated(before: CaseEvent, event: CaseEvent, day: date) -> Breach:
    words = {
        "named": day.isoformat(),
        "earliest": before.at.date().isoformat(),
        "recorded": f"{event.at:%Y-%m-%d}",
    }
    return by_hand(event, (before.event_id, event.event_id), words, _title(event))


def _words(watch: Watch, row: PlacedAct) -> dict[str, str]:
    desk = watch.reading.organisation.desk(row.event.hand.desk_id)
    return {
        "desk": desk.name if desk is not None else row.event.hand.desk_id,
        "act": _title(row.event),
        "at": f"{row.event.at:%Y-%m-%d %H:%M}",
        "person": row.event.hand.person_name,
    }


def _title(event: CaseEvent) -> str:
    row = TABLE.get(event.move)
    return row.title if row is not None else event.move


def _span(length: timedelta) -> str:
    """A stretch of time in words: minutes under an hour, hours under two days, else days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}分钟"
    hours = minutes // 60
    return f"{hours}小时" if hours < 48 else f"{hours // 24}天"
