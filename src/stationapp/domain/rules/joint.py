"""Rules of joint handling (联办): who is asked, who answers, and when silence or absence counts as consent.

Sources: 行政许可法 26; SEED 001, 003 (并联审批, 联合踏勘, 超时默认, 缺席默认); the practice of 宜春 2009, 东莞 and 泰州
2022 (domain section 2.4). Consent by default holds only for items the hub has flagged, only with a proven notice.
"""

from __future__ import annotations

from datetime import date, timedelta

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case
from stationapp.domain.catalogue import HandlingKind, ServiceItem, Stage
from stationapp.domain.due_dates import current_due, leading_due
from stationapp.domain.due_facts import agrees, due_fact, is_due_fact
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Desk, Organisation, PostKind
from stationapp.domain.parts import Part, part_of
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import rows_of, text_of
from stationapp.domain.time_limits import Limit

DEFAULT_AFTER = 2
"""On which working day after the limit silence may be recorded (东莞)."""

CLOSED_AFTER = 5
"""Working days after which a part without a limit of its own may be closed unanswered."""

_ANSWERING = frozenset({PostKind.OFFICER, PostKind.APPROVER, PostKind.CHIEF})
"""The posts of a department that answer a letter."""


def is_joint(situation: Situation, hand: Hand) -> Reason | None:
    """Asked are the departments the catalogue names: of a joint item, or for a check of what they know (跨部门核对, as
    for 低保; SEED 004).
    """
    item = situation.item
    if item is None or not (item.handling is HandlingKind.JOINT or item.co_departments):
        return Reason("not-joint", "该事项没有联办或者核对的部门。")
    return None


def is_not_fanned_out(situation: Situation, hand: Hand) -> Reason | None:
    """All departments are asked at once, with one letter each."""
    if situation.case is not None and situation.case.parts:
        return Reason("fanned-out", "已向联办部门发出联系单，不用再发。")
    return None


def parts_are_the_items(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Exactly the departments the catalogue names are asked, each once."""
    item, organisation = situation.item, situation.organisation
    if item is None:
        return ()
    found = {name: organisation.department_desk(name) for name in item.co_departments}
    silent = [
        key if desk is None else desk.name for key, desk in found.items() if not _answers(desk, organisation)
    ]
    if silent:
        text = f"联办部门“{'”“'.join(silent)}”没有设立岗位，请联系县级管理员。"
        return (Reason("unstaffed-part", text, "parts"),)
    asked = sorted(str(row["desk_id"]) for row in rows_of(event, "parts"))
    wanted = sorted(desk.desk_id for desk in found.values() if desk is not None)
    if asked != wanted or not wanted:
        return (Reason("wrong-parts", "联系单应发给事项目录规定的全部联办部门。", "parts"),)
    return ()


def _answers(desk: Desk | None, organisation: Organisation) -> bool:
    """Whether somebody is there to answer a letter."""
    posts = (post for post in organisation.posts if desk is not None and post.desk_id == desk.desk_id)
    return any(post.kind in _ANSWERING and (post.holder_a or post.holder_b) for post in posts)


def opinion_limit(item: ServiceItem) -> Limit | None:
    """Return within what a department answers a letter, None where the catalogue does not say."""
    return next((row.limit for row in item.stage_limits if row.stage is Stage.JOINT_OPINION), None)


def part_limits_are_counted(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Each letter names the day by which an answer is due, where the catalogue sets a limit for it."""
    item, calendar = situation.item, situation.calendar
    limit = opinion_limit(item) if item is not None else None
    dues = [row.get("due") for row in rows_of(event, "parts")]
    if limit is None:
        known = not any(dues)
        return () if known else (Reason("wrong-due-date", "事项目录没有规定联办部门的回执期限。", "parts"),)
    if not all(is_due_fact(due) for due in dues):
        return (Reason("bad-due-date", "联系单须写明回执期限。", "parts"),)
    if calendar is None:
        return ()
    wanted = due_fact(event.at.date(), limit, calendar)
    if all(agrees(due, wanted) for due in dues if is_due_fact(due)):
        return ()
    return (Reason("wrong-due-date", f"联系单的回执期限应到 {wanted['day']} 为止。", "parts"),)


def _my_part(situation: Situation, hand: Hand) -> Part | None:
    return part_of(situation.case.parts, hand.desk_id) if situation.case is not None else None


def part_is_new(situation: Situation, hand: Hand) -> Reason | None:
    """A letter is signed for once."""
    part = _my_part(situation, hand)
    if part is not None and part.signed is not None:
        return Reason("signed-already", "本部门已接收过联系单，请办理后回执。")
    return None


def part_is_signed(situation: Situation, hand: Hand) -> Reason | None:
    """An opinion follows the receipt of the letter."""
    part = _my_part(situation, hand)
    if part is None or part.signed is None:
        return Reason("not-signed", "请先接收联系单。")
    return None


def objection_has_reasons(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """不同意 without reasons would count as consent elsewhere; here it cannot be written."""
    if event.facts.get("outcome") == "disagree" and not text_of(event, "opinion"):
        return (Reason("empty", "不同意须写明理由。", "opinion"),)
    return ()


def visit_calls_partners(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """One appointment for all (一车制): the departments of the case, on a day ahead."""
    case = situation.case
    partners = {part.desk_id for part in case.parts} if case is not None else set()
    called = set(event.facts.get("desks") or ())
    reasons = []
    if not called or not called <= partners:
        reasons.append(Reason("wrong-parts", "请从联办部门中选择参加踏勘的单位。", "desks"))
    visit_on = text_of(event, "visit_on")
    if visit_on and date.fromisoformat(visit_on) < event.at.date():
        reasons.append(Reason("past-visit", "踏勘日期不能早于今天。", "visit_on"))
    return tuple(reasons)


def visit_is_called(situation: Situation, hand: Hand) -> Reason | None:
    """A visit was called, and where a department acts, it was among those called."""
    case = situation.case
    if case is None or case.when("call_site_visit") is None:
        return Reason("no-visit", "尚未发出联合踏勘通知。")
    called = case.fact("call_site_visit", "desks", ())
    if hand.desk_id != case.holder and hand.desk_id not in called:
        return Reason("not-called", "本部门不在本次踏勘的通知范围内。")
    return None


def visit_is_recorded(situation: Situation, hand: Hand) -> Reason | None:
    """A record is signed after it was written, of the visit called last."""
    if situation.case is None or not _visit_recorded(situation.case):
        return Reason("no-record", "联合踏勘记录尚未登记，不能签认。")
    return None


def _visit_recorded(case: Case) -> bool:
    """Whether the visit called last is on record; an earlier one says nothing about it."""
    both = {"call_site_visit", "record_site_visit"} <= case.last.keys()
    return both and case.last_order("call_site_visit", "record_site_visit")


def visit_has_been(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A record is made on or after the day of the visit, by one who was there, of departments that were called."""
    case = situation.case
    if case is None:
        return ()
    reasons = []
    visit_on = str(case.fact("call_site_visit", "visit_on"))
    if visit_on and event.at.date() < date.fromisoformat(visit_on):
        reasons.append(Reason("before-visit", f"踏勘定于 {visit_on}，尚未进行。", "finding"))
    called = {*case.fact("call_site_visit", "desks", ()), case.holder}
    attended = {str(row["desk_id"]) for row in rows_of(event, "attended")}
    if case.holder not in attended:
        reasons.append(Reason("lead-absent", "请填写本部门参加踏勘的人员。", "attended"))
    if not attended <= called:
        reasons.append(Reason("not-called", "参加单位应在通知范围内。", "attended"))
    return tuple(reasons)


def may_default_on_timeout(situation: Situation, hand: Hand) -> Reason | None:
    """超时默认 only for items the hub has flagged; never for ordinary ones."""
    if situation.item is None or not situation.item.default_on_timeout:
        return Reason("no-default", "该事项不适用超时默认。")
    return None


def may_default_on_absence(situation: Situation, hand: Hand) -> Reason | None:
    """缺席默认 only for items the hub has flagged."""
    if situation.item is None or not situation.item.default_on_absence:
        return Reason("no-default", "该事项不适用缺席默认。")
    return None


def silent_part_is_proven(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The department signed for the letter, and has been silent since its limit, to the second working day after."""
    case = situation.case
    part = part_of(case.parts, text_of(event, "desk_id")) if case is not None else None
    if part is None or not part.state.is_open:
        return (Reason("no-open-part", "该部门没有待回执的联系单。", "desk_id"),)
    if part.signed is None:
        return (Reason("not-proven", "该部门没有接收联系单的记录，通知未经证明，不能默认。", "desk_id"),)
    return _too_early(situation.calendar, str(part.due.get("day", "")), event)


def part_is_open(situation: Situation, hand: Hand) -> Reason | None:
    """Some department still owes its opinion."""
    if situation.case is None or not any(part.state.is_open for part in situation.case.parts):
        return Reason("no-open-part", "没有待回执的联系单。")
    return None


def part_may_be_closed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A department that has not answered by its day, whether it signed for its letter or not, holds nothing up; its
    silence is no consent.
    """
    case, calendar = situation.case, situation.calendar
    part = part_of(case.parts, text_of(event, "desk_id")) if case is not None else None
    if part is None or not part.state.is_open:
        return (Reason("no-open-part", "该部门没有待回执的联系单。", "desk_id"),)
    if calendar is None:
        return ()
    due, asked = str(part.due.get("day", "")), part.asked.at.date()
    own = date.fromisoformat(due) + timedelta(days=1) if due else None
    first = own or _working_day_after(asked, CLOSED_AFTER, calendar)
    if event.at.date() >= first:
        return ()
    return (Reason("too-early", f"该部门在 {first} 前仍可回执，当日起才能按未回执处理。", "desk_id"),)


def absent_part_is_proven(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The department was called, confirmed the call, and did not come."""
    case = situation.case
    desk_id = text_of(event, "desk_id")
    part = part_of(case.parts, desk_id) if case is not None else None
    if case is None or part is None or not part.state.is_open:
        return (Reason("no-open-part", "该部门没有待回执的联系单。", "desk_id"),)
    if desk_id not in case.visit_acknowledged or desk_id not in case.fact("call_site_visit", "desks", ()):
        return (Reason("not-proven", "该部门没有确认收到踏勘通知，不能按缺席默认。", "desk_id"),)
    attended = {str(row["desk_id"]) for row in case.fact("record_site_visit", "attended", ())}
    if not _visit_recorded(case) or desk_id in attended:
        return (Reason("not-absent", "踏勘记录没有显示该部门缺席。", "desk_id"),)
    return ()


def silent_decision_is_proven(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The deciding department itself acknowledged an urging, and the promised limit ran out two working days ago."""
    case = situation.case
    if case is None:
        return ()
    acknowledged = case.by("acknowledge_urging")
    if case.when("urge") is None or acknowledged is None or acknowledged.desk_id != case.holder:
        return (Reason("not-proven", "没有经承办部门确认的催办通知，不能默认；请先催办并由其确认。"),)
    due = current_due(case, leading_due(case), situation.calendar)
    return _too_early(situation.calendar, due.day.isoformat() if due else "", event)


def _too_early(calendar: WorkCalendar | None, due: str, event: CaseEvent) -> tuple[Reason, ...]:
    if not due:
        return (Reason("no-limit", "没有规定期限，不能按超时默认。"),)
    if calendar is None:
        return ()
    first = _working_day_after(date.fromisoformat(due), DEFAULT_AFTER, calendar)
    if event.at.date() < first:
        return (Reason("too-early", f"期限到 {due} 为止，超过后第二个工作日（{first}）起才能默认。"),)
    return ()


def _working_day_after(day: date, count: int, calendar: WorkCalendar) -> date:
    while count:
        day += timedelta(days=1)
        count -= calendar.is_workday(day).yes
    return day
