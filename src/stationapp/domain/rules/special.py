"""Rules of special procedures and of extending a limit."""

from __future__ import annotations

from datetime import date

from stationapp.domain.case import State
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.due_dates import current_due, last_due
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of

PROCEDURES = (
    ("hearing", "听证"),
    ("tender", "招标"),
    ("auction", "拍卖"),
    ("inspection", "检验"),
    ("testing", "检测"),
    ("quarantine", "检疫"),
    ("appraisal", "鉴定"),
    ("expert_review", "专家评审"),
)
"""The kinds that stop the clock (行政许可法 45); there are no others."""

LONGEST_EXTENSION, LONGEST_JOINT_EXTENSION = 10, 15
"""Working days by which the head may extend a limit, and the government head a joint one (行政许可法 42)."""


def procedure_is_listed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Where the catalogue lists an item's special procedures, it has no others."""
    item, procedure = situation.item, event.facts.get("procedure")
    if item is None or not item.special_procedures or procedure in item.special_procedures:
        return ()
    return (Reason("no-such-procedure", "该事项没有这种特别程序，不能停止计时。", "procedure"),)


def procedure_ends_after_it_began(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The result of a special procedure is not earlier than its beginning, nor later than its record."""
    begun = situation.case.when("start_special") if situation.case else None
    ended = text_of(event, "ended_on")
    if not ended or begun is None:
        return ()
    day = date.fromisoformat(ended)
    if not begun.date() <= day <= event.at.date():
        text = "特别程序结束日期应在开始之后、今天之前（含当天）。"
        return (Reason("ended-outside", text, "ended_on"),)
    return ()


def is_extended_once(situation: Situation, hand: Hand) -> Reason | None:
    """A limit is extended once (行政许可法 42)."""
    if situation.case is not None and situation.case.when("extend") is not None:
        return Reason("extended", "办理期限已经延长过一次，不能再次延长。")
    return None


def extension_is_short_enough(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """By ten working days at most, by fifteen for a joint case; where the catalogue says less, by that."""
    item = situation.item
    joint = item is not None and item.handling is HandlingKind.JOINT
    longest = LONGEST_JOINT_EXTENSION if joint else LONGEST_EXTENSION
    if item is not None and item.extension_days is not None:
        longest = item.extension_days
    if int(text_of(event, "days") or 0) > longest:
        return (Reason("too-long", f"最多延长 {longest} 个工作日。", "days"),)
    return ()


def extension_is_in_time(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A limit that has run out is not extended any more: what counts is the law's where there is one (行政许可法 42),
    and a promise that has run out stays broken.
    """
    case = situation.case
    if case is None or case.state is State.SPECIAL_PROCEDURE:
        return ()
    due = current_due(case, last_due(case), situation.calendar)
    if due is not None and event.at.date() > due.day:
        return (Reason("ran-out", f"办理期限（{due.day}）已过，不能再延长。", "days"),)
    return ()
