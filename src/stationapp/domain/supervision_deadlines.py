"""Checks of clocks: nearly due, passed, passed by a provisional day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from stationapp.domain.case_clocks import PROMISED, STATUTORY
from stationapp.domain.clock import Clock, nearly_due_on, total_units
from stationapp.domain.supervision_watch import Breach, Check, Watch, holder_on, person_at

_DAY = timedelta(days=1)


def passed(*names: str, statutory: bool | None = None, only_waiting: bool = False) -> Check:
    """Return a check for clocks of these names that ran over a certain due day.

    `statutory` picks clocks whose limit a law sets, or those whose limit none sets; `only_waiting` those that have
    not stopped yet.
    """

    def check(watch: Watch) -> Iterator[Breach]:
        for clock in watch.clocks.every:
            fits = clock.face.name in names and statutory in (None, clock.face.statutory)
            is_waiting = clock.run.stopped_on is None
            if fits and _ran_over(clock) and (is_waiting or not only_waiting):
                yield _overrun(watch, clock)

    return check


def passed_provisionally(watch: Watch) -> Iterator[Breach]:
    """Clocks that ran over a day that no published calendar confirms: nobody is blamed by a guess."""
    for clock in watch.clocks.every:
        if clock.is_over and clock.due is not None and clock.due.provisional:
            yield _overrun(watch, clock)


def nearly_due_case(watch: Watch) -> Iterator[Breach]:
    """The limit the case is worked towards is nearly used up."""
    if watch.clocks.leading is not None:
        yield from _warnings(watch, watch.clocks.leading)


def nearly_due_stage(watch: Watch) -> Iterator[Breach]:
    """A stage's own limit, or a department's part, is nearly used up."""
    for clock in (*watch.clocks.stages, *watch.clocks.waits):
        yield from _warnings(watch, clock)


def _ran_over(clock: Clock) -> bool:
    return clock.is_over and clock.due is not None and not clock.due.provisional


def _overrun(watch: Watch, clock: Clock) -> Breach:
    return _breach(watch, clock, _due(clock) + _DAY)


def _warnings(watch: Watch, clock: Clock) -> Iterator[Breach]:
    counting = watch.reading.counting
    left = watch.reading.policy.units_left_to_warn(total_units(clock, counting.calendar))
    day = nearly_due_on(clock, left, counting.calendar)
    stopped = clock.run.stopped_on
    if day is not None and (day <= counting.today if stopped is None else day < stopped):
        yield _breach(watch, clock, day)


def _breach(watch: Watch, clock: Clock, day: date) -> Breach:
    run, reading = clock.run, watch.reading
    # The limit of the case binds whoever held it when the day began; a stage binds the desk it runs at.
    is_of_case = clock.face.name in (STATUTORY, PROMISED)
    desk = holder_on(reading, day - _DAY) if is_of_case else run.desk_id
    person, name = person_at(reading, desk, day)
    found = reading.organisation.desk(desk)
    words = {
        "title": clock.face.title,
        "limit": clock.face.limit.text if clock.face.limit is not None else "",
        "due": _due(clock).isoformat() if clock.due is not None else "",
        "started": run.started_on.isoformat(),
        "desk": found.name if found is not None else desk,
        "stopped": f"，实际于{run.stopped_on}完成" if run.stopped_on is not None else "，至今未完成",
    }
    evidence = (run.started_by, *(event for row in clock.excluded for event in row.evidence), run.stopped_by)
    return Breach(
        (clock.face.name, run.started_by, clock.face.subject),
        tuple(dict.fromkeys(event for event in evidence if event)),
        desk,
        person,
        name,
        day,
        clock.face.title,
        run.stopped_on,
        words,
    )


def _due(clock: Clock) -> date:
    if clock.due is None:
        raise ValueError("a clock without a due day cannot have passed it")
    return clock.due.day
