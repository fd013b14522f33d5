"""What the head of a case says in words: its people, its marks, what holds its clock, what silence would mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.case import Case, State
from stationapp.domain.case_marks import waits
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.deemed_acceptance import deemed_acceptance
from stationapp.domain.events import Hand
from stationapp.domain.flow.results import SATISFACTION
from stationapp.domain.organisation import Organisation
from stationapp.domain.rules.special import PROCEDURES
from stationapp.domain.time_limits import working_days_between
from stationapp.services.case_details import CaseDetails, Step
from stationapp.store.records import EventStatus
from stationapp.ui.words import CALL_THE_COUNTY, Tone, blocking_words, moment_text

_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})
_BAD_RATINGS = frozenset({"4", "5"})


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or a mark with the tone in which it is said."""

    text: str
    tone: Tone = Tone.PLAIN


def standing_words(details: CaseDetails) -> Said:
    """Return all that the hub has not confirmed of a case and why, the gravest first."""
    found = [
        words
        for words in (
            _unrecognised(details),
            _refused(details),
            _only_here(details),
            _held(details),
            _unknown(details),
        )
        if words
    ]
    text = "另".join(found)
    return (
        Said(text, Tone.RED if details.refused or details.unrecognised or _is_blocked(details) else Tone.WARN)
        if text
        else Said("")
    )


def _unrecognised(details: CaseDetails) -> str:
    return details.unrecognised.text if details.unrecognised else ""


def _refused(details: CaseDetails) -> str:
    return f"有 {details.refused} 步被县级平台退回，请到“需处理”（F6）查看。" if details.refused else ""


def _held_steps(details: CaseDetails) -> list[Step]:
    return [step for step in details.steps if step.status == EventStatus.HELD]


def _held(details: CaseDetails) -> str:
    held = _held_steps(details)
    why = "".join(dict.fromkeys(reason for step in held for reason in step.reasons))
    return f"有 {len(held)} 步县级平台已收到、还没有生效，没有丢失：{why}" if held else ""


def _unsent(details: CaseDetails) -> int:
    return max(0, details.pending - len(_held_steps(details)))


def _is_blocked(details: CaseDetails) -> bool:
    return bool(details.blocked and _unsent(details))


def _only_here(details: CaseDetails) -> str:
    """Say what exists on this PC alone, and what keeps it from going: an act that no request can carry goes first."""
    unsent, blocked = _unsent(details), details.blocked
    if not unsent:
        return ""
    if blocked is None:
        return f"有 {unsent} 步仅存本机，联网后自动上报。"
    if blocked.case_id == details.case.case_id:
        which = f"其中“{blocked.title}”（{moment_text(blocked.at)}）县级平台处理不了，它和后面的步骤送不出去"
    else:
        which = f"前面{blocking_words(blocked)}，这里的排在它后面，也送不出去"
    return f"有 {unsent} 步仅存本机，没有丢失：{which}。{CALL_THE_COUNTY}"


def _unknown(details: CaseDetails) -> str:
    return (
        f"有 {details.unknown} 步是用新版程序办的，本机程序还不认识，请升级本程序后再看；办件没有丢失。"
        if details.unknown
        else ""
    )


def desk_name(organisation: Organisation, desk_id: str) -> str:
    """Return a desk's name, or its id when the organisation in force does not know it."""
    desk = organisation.desk(desk_id)
    return desk.name if desk else desk_id or "县级平台"


def holder_words(organisation: Organisation, case: Case) -> str:
    """Return in words who holds a case and to whom it is on its way."""
    holder = desk_name(organisation, case.holder)
    if case.state in _TRAVELLING:
        target = desk_name(organisation, case.addressed_to)
        return f"{holder} 已移交 {target}，对方尚未签收；签收前仍由{holder}负责"
    return f"现由 {holder} 保管"


def people_words(organisation: Organisation, case: Case) -> str:
    """Return who was asked first, who answers for the case now, and to whom a chief gave it."""
    parts = [f"首问责任人 {_hand_text(organisation, case.first_asked)}"]
    if case.responsible != case.first_asked:
        parts.append(f"现责任人 {_hand_text(organisation, case.responsible)}")
    if case.handler:
        person = organisation.person(case.handler)
        parts.append(f"承办人 {person.name if person else case.handler}")
    return "　".join(parts)


def _hand_text(organisation: Organisation, hand: Hand | None) -> str:
    if hand is None:
        return "未登记"
    post = organisation.post(hand.post_id)
    side = f"，{hand.side}岗" if hand.side and post is not None and post.holder_b else ""
    return f"{hand.person_name}（{desk_name(organisation, hand.desk_id)}{side}）"


def marks(case: Case) -> list[Said]:
    """Return the short marks of a case: what is special about it, what waits, how it ended."""
    rows = (
        (case.when("prioritise"), Said("绿色通道", Tone.GOOD)),
        (case.when("note_double"), Said("疑似重复申请", Tone.WARN)),
        (waits(case, "urge", "acknowledge_urging"), Said("催办待确认", Tone.WARN)),
        (waits(case, "request_withdrawal", "dismiss_withdrawal"), Said("撤回申请待处理", Tone.WARN)),
        (case.void_proposed, Said("已提出作废，待复核", Tone.WARN)),
        (any(row.promised_by for row in case.application.materials), Said("告知承诺", Tone.ACTIVE)),
        (case.when("note_external"), Said("已录入专网", Tone.QUIET)),
        (case.when("extend"), Said("已延长期限", Tone.PLAIN)),
    )
    closed = {State.VOIDED, State.DELETED}
    over = case.closed_as in closed
    found = [said for is_so, said in rows if is_so and not (over and said.tone is Tone.WARN)]
    return [*found, *_rated(case), *_ended(case)]


def _rated(case: Case) -> list[Said]:
    if case.when("rate") is None:
        return []
    given = str(case.fact("rate", "satisfaction"))
    bad = given in _BAD_RATINGS
    if bad and case.when("rectify") is not None:
        return [Said(f"已评价：{dict(SATISFACTION).get(given, given)}，已整改", Tone.PLAIN)]
    return [Said(f"已评价：{dict(SATISFACTION).get(given, given)}", Tone.WARN if bad else Tone.GOOD)]


def _ended(case: Case) -> list[Said]:
    ended = case.closed_as
    return [Said(f"办结结果：{ended.label}")] if ended is not None and ended is not case.state else []


def waiting_lines(
    case: Case, item: ServiceItem | None, organisation: Organisation, calendar: WorkCalendar, today: date
) -> list[Said]:
    """Return what stands still and why, what silence would mean, what must be mended, and possible doubles."""
    found = (
        _suspended(case),
        _deemed(case),
        _silence(case, item, organisation, calendar, today),
        _sent_back(organisation, case),
        _doubles(case),
    )
    return [said for said in found if said is not None]


def _suspended(case: Case) -> Said | None:
    if case.state is State.SPECIAL_PROCEDURE:
        kind = str(case.fact("start_special", "procedure"))
        days, reason = case.fact("start_special", "expected_days"), case.fact("start_special", "reason")
        name = dict(PROCEDURES).get(kind, kind)
        return Said(f"特别程序（{name}）期间不计入办理时限，预计 {days} 个工作日：{reason}", Tone.WARN)
    if case.state is State.SUPPLEMENT:
        deadline = case.fact("request_supplement", "deadline")
        names = "、".join(str(row["name"]) for row in case.fact("request_supplement", "missing", ()))
        return Said(f"等候补正，期限 {deadline}：{names}", Tone.WARN)
    if case.state is State.REPORTED_UP:
        return Said(f"已上报{case.fact('report_up', 'organ')}，等候批复", Tone.WARN)
    return None


def _deemed(case: Case) -> Said | None:
    if case.state is not State.DEEMED_ACCEPTED:
        return None
    day = case.fact("deem_accepted", "received_on")
    text = f"逾期没有答复，自收到材料之日（{day}）起视为受理；请补办受理手续并继续办理"
    return Said(text, Tone.WARN)


def _silence(
    case: Case, item: ServiceItem | None, organisation: Organisation, calendar: WorkCalendar, today: date
) -> Said | None:
    found = deemed_acceptance(case, item, organisation, calendar) if item is not None else None
    if found is None:
        return None
    due = found.notice_due
    mark = "（暂定）" if due.provisional else ""
    if today > due.day:
        return Said(f"答复期限 {due.day}{mark}已过，没有答复的将视为受理", Tone.RED)
    left = working_days_between(today, due.day, calendar).days
    when = f"再过 {left} 个工作日" if left else "今天"
    return Said(f"{when}（{due.day}{mark}）无答复将视为受理", Tone.WARN if left <= 1 else Tone.PLAIN)


def _sent_back(organisation: Organisation, case: Case) -> Said | None:
    if case.state is not State.SENT_BACK:
        return None
    hand = case.by("send_back")
    by = desk_name(organisation, hand.desk_id) if hand else ""
    return Said(f"{by}退回更正：{case.fact('send_back', 'reason')}", Tone.WARN)


def _doubles(case: Case) -> Said | None:
    others = case.fact("note_double", "others", ())
    if not others:
        return None
    rows = "；".join(f"{row['receipt_number']}（{row['station']}）" for row in others)
    return Said(f"同一申请人、同一事项还有：{rows}，请核对是否重复", Tone.WARN)
