"""Rules of acceptance: the due dates it names."""

from __future__ import annotations

from datetime import date

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, State
from stationapp.domain.deemed_acceptance import DeemedAcceptance, deemed_acceptance
from stationapp.domain.due_facts import agrees, due_fact, is_due_fact
from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.time_limits import Limit


def due_dates_are_named(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An acceptance names its due dates with the calendar they were counted by."""
    for name in ("statutory_due", "promised_due"):
        due = event.facts.get(name)
        if due is not None and not is_due_fact(due):
            return (Reason("bad-due-date", "办理期限写法不对。", name),)
    if event.facts.get("statutory_due") is None and event.facts.get("promised_due") is None:
        return (Reason("no-due-date", "受理须写明办理期限。", "promised_due"),)
    return ()


def due_dates_are_counted(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The due dates are those of the item's limits, counted from the day of acceptance by the calendar (许可法
    42, 45, 82).
    """
    item = situation.item
    if item is None or situation.calendar is None:
        return ()
    limits = {"statutory_due": item.statutory_limit, "promised_due": item.promised_limit}
    start = acceptance_day(situation, event.at.date())
    faults = (_due_fault(situation.calendar, event, name, limit, start) for name, limit in limits.items())
    return tuple(fault for fault in faults if fault is not None)


def _due_fault(
    calendar: WorkCalendar, event: CaseEvent, name: str, limit: Limit | None, start: date
) -> Reason | None:
    given = event.facts.get(name)
    if limit is None:
        return Reason("wrong-due-date", "事项目录没有这项办理期限。", name) if is_due_fact(given) else None
    wanted = due_fact(start, limit, calendar)
    if is_due_fact(given) and agrees(given, wanted):
        return None
    text = f"办理期限应按{limit.text}计算，到 {wanted['day']} 为止，请重新受理。"
    return Reason("wrong-due-date", text, name)


def acceptance_day(situation: Situation, today: date) -> date:
    """Return the day from which an acceptance made today counts: the day of receipt where silence accepted before it
    (行政许可法 32(4)). One made in time, that reached the hub only after silence had, counts from its own day.
    """
    case, silence = situation.case, silence_of(situation)
    if case is not None and case.state is State.DEEMED_ACCEPTED:
        return today if today <= _notice_due(case) else _deemed_from(case)
    return silence.received_on if silence is not None and silence.has_come(today) else today


def _deemed_from(case: Case) -> date:
    return date.fromisoformat(str(case.fact("deem_accepted", "received_on")))


def _notice_due(case: Case) -> date:
    return date.fromisoformat(str(case.fact("deem_accepted", "notice_due")))


def silence_of(situation: Situation) -> DeemedAcceptance | None:
    """Return when silence accepts the case, None where it cannot or where what is needed to tell is not at hand."""
    case, item, calendar = situation.case, situation.item, situation.calendar
    if case is None or item is None or calendar is None:
        return None
    return deemed_acceptance(case, item, situation.organisation, calendar)


def notice_is_in_time(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What is missing is told within five working days; later the application counts as accepted (行政许可法 32(4)).

    A notice given in time by a desk without network is in time, though the hub had to take silence for acceptance
    before it arrived.
    """
    case, silence = situation.case, silence_of(situation)
    today = event.at.date()
    late = silence is not None and silence.has_come(today)
    if case is not None and case.state is State.DEEMED_ACCEPTED:
        late = today > _notice_due(case)
    if late:
        text = "收到材料已超过五个工作日，依法视为受理，不能再要求补正、不予受理或退件；请直接受理。"
        return (Reason("deemed-accepted", text),)
    return ()
