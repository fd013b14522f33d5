"""The one table of moves. Buttons, refusals, the hub's verdicts, the routing slip and docs/moves.md all read
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from stationapp.domain import case_rules as rules
from stationapp.domain.answers import stray_facts, unreadable_answers
from stationapp.domain.case import Case, Custody, Effect, State, fold
from stationapp.domain.catalogue import why_not_open
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move, Situation
from stationapp.domain.organisation import PostKind
from stationapp.domain.refusal import Reason

_AGENT = frozenset({PostKind.AGENT})
_CLERK = frozenset({PostKind.CLERK})
_WINDOW = frozenset({PostKind.WINDOW})
_STATIONS = frozenset({PostKind.AGENT, PostKind.CLERK, PostKind.WINDOW})
_RECEIVERS = _STATIONS
_ACCEPTERS = frozenset({PostKind.CLERK, PostKind.WINDOW})
_REVIEWERS = frozenset({PostKind.CLERK, PostKind.OFFICER})
_DECIDERS = frozenset({PostKind.APPROVER})
_RESULT_MAKERS = frozenset({PostKind.CLERK, PostKind.OFFICER, PostKind.APPROVER})

_OPENING = (rules.may_open, rules.applicant_appears)

_OPINION = Ask("opinion", AskKind.LONG_TEXT, "意见")
_REASON = Ask("reason", AskKind.LONG_TEXT, "理由")
_MISSING = Ask("missing", AskKind.MISSING, "缺少或不合格的材料", hint="逐项写明，一次告知清楚。")
_DIFFERENCES = Ask(
    "differences", AskKind.LONG_TEXT, "差异说明", required=False, hint="件数、页数与清单不符时填写。"
)
_PUBLICITY = (
    Ask("publicity_from", AskKind.DATE, "公示开始日期", required=False, hint="须公示的事项填写。"),
    Ask("publicity_to", AskKind.DATE, "公示结束日期", required=False, hint="须公示的事项填写。"),
)
_MANNERS = (
    ("in_person", "直接送达本人"),
    ("household", "同住成年家属代收"),
    ("left", "留置送达"),
    ("post", "邮寄送达"),
    ("electronic", "经同意电子送达"),
)


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_ROWS = (
    Move(
        "note_missing",
        "材料不齐一次告知",
        _from(),
        Effect(State.INCOMPLETE),
        _RECEIVERS,
        ActsBy.OPENER,
        gates=_OPENING,
        checks=(
            rules.item_is_open,
            rules.numbers_are_right,
            rules.applicant_is_right,
            rules.missing_is_named,
            rules.missing_is_asked_for,
        ),
        asks=(_MISSING,),
        paper="supplement_notice",
    ),
    Move(
        "receive",
        "收件",
        _from(State.INCOMPLETE),
        Effect(State.RECEIVED),
        _RECEIVERS,
        ActsBy.OPENER,
        gates=_OPENING,
        checks=(
            rules.item_is_open,
            rules.numbers_are_right,
            rules.applicant_is_right,
            rules.applicant_stays,
            rules.form_is_right,
            rules.materials_are_complete,
        ),
        paper="material_receipt",
    ),
    Move(
        "hand_over",
        "移交上级",
        _from(State.RECEIVED),
        Effect(State.IN_TRANSIT, Custody.ADDRESS),
        _AGENT,
        gates=(rules.is_decided_above_village,),
        checks=(rules.addresses_neighbour, rules.names_batch),
        paper="handover_list",
        batched=True,
    ),
    Move(
        "recall",
        "撤回移交",
        _from(State.IN_TRANSIT, State.RESULT_IN_TRANSIT),
        Effect(None, Custody.RELEASE),
        _STATIONS,
        checks=(rules.reasons_are_given("reason"),),
        asks=(_REASON,),
    ),
    Move(
        "sign_for",
        "签收",
        _from(State.IN_TRANSIT),
        Effect(State.SIGNED_FOR, Custody.TAKE),
        _ACCEPTERS,
        ActsBy.ADDRESSEE,
        asks=(_DIFFERENCES,),
    ),
    Move(
        "decline_handover",
        "拒收退回",
        _from(State.IN_TRANSIT, State.RESULT_IN_TRANSIT),
        Effect(None, Custody.RELEASE),
        _STATIONS,
        ActsBy.ADDRESSEE,
        checks=(rules.reasons_are_given("reason"),),
        asks=(_REASON,),
    ),
    Move(
        "handle_directly",
        "当场办理",
        _from(State.RECEIVED),
        Effect(State.RESULT_READY),
        _AGENT,
        gates=(rules.is_handled_in_village,),
        checks=(rules.reasons_are_given("result_name"),),
        asks=(Ask("result_name", AskKind.TEXT, "办理结果"),),
    ),
    Move(
        "request_supplement",
        "补正告知",
        _from(State.SIGNED_FOR, State.EXAMINED, State.REGISTERED),
        Effect(State.SUPPLEMENT, Custody.HAND_TO),
        _ACCEPTERS,
        checks=(
            rules.goes_to_origin,
            rules.missing_is_named,
            rules.grounds_are_new,
            rules.deadline_is_ahead,
            rules.reasons_are_given("deadline", "document_number"),
        ),
        asks=(_MISSING, Ask("deadline", AskKind.DATE, "补正期限")),
        paper="supplement_notice",
    ),
    Move(
        "supply",
        "收齐补正材料",
        _from(State.SUPPLEMENT),
        Effect(State.RECEIVED),
        _RECEIVERS,
        checks=(rules.supplied_materials_are_complete,),
        asks=(Ask("materials", AskKind.MATERIALS, "补正材料"),),
        paper="material_receipt",
    ),
    Move(
        "examine",
        "初审",
        _from(State.SIGNED_FOR, State.RECEIVED),
        Effect(State.EXAMINED),
        _CLERK,
        gates=(rules.is_decided_above,),
        checks=(rules.reasons_are_given("opinion"),),
        asks=(_OPINION,),
    ),
    Move(
        "forward",
        "转报上级",
        _from(State.EXAMINED),
        Effect(State.IN_TRANSIT, Custody.ADDRESS),
        _CLERK,
        gates=(rules.is_decided_above,),
        checks=(rules.addresses_neighbour, rules.names_batch),
        paper="handover_list",
        batched=True,
    ),
    Move(
        "register",
        "登记",
        _from(State.SIGNED_FOR, State.RECEIVED),
        Effect(State.REGISTERED),
        _WINDOW,
        gates=(rules.at_window, rules.is_decided_here),
    ),
    Move(
        "assign_number",
        "赋办件编号",
        _from(*State),
        Effect(),
        frozenset(),
        ActsBy.HUB,
    ),
    Move(
        "accept",
        "受理",
        _from(State.REGISTERED, State.SIGNED_FOR, State.RECEIVED),
        Effect(State.ACCEPTED),
        _ACCEPTERS,
        gates=(rules.may_accept, rules.at_window, rules.is_registered_at_county),
        checks=(
            rules.due_dates_are_named,
            rules.due_dates_are_counted,
            rules.reasons_are_given("document_number"),
        ),
        paper="acceptance_notice",
        clock="starts",
    ),
    Move(
        "assign",
        "分办部门",
        _from(State.ACCEPTED),
        Effect(None, Custody.HAND_TO),
        _WINDOW,
        gates=(rules.at_window,),
        checks=(rules.goes_to_department,),
        asks=(Ask("to_desk", AskKind.DESK, "承办部门"),),
    ),
    Move(
        "review",
        "审查",
        _from(State.ACCEPTED),
        Effect(State.REVIEWED),
        _REVIEWERS,
        gates=(rules.may_decide,),
        checks=(rules.reasons_are_given("opinion"),),
        asks=(_OPINION,),
    ),
    *(
        Move(
            name,
            title,
            _from(State.ACCEPTED, State.REVIEWED),
            Effect(state),
            _DECIDERS,
            gates=(
                rules.may_decide,
                rules.is_reviewed,
                rules.decider_did_not_accept,
                rules.decider_did_not_review,
            ),
            checks=(rules.reasons_are_given("reason", "document_number"), *checks),
            asks=(_REASON, *asks),
            paper="decision",
            clock="stops",
        )
        for name, title, state, checks, asks in (
            ("grant", "准予", State.GRANTED, (rules.publicity_is_over,), _PUBLICITY),
            ("refuse", "不予", State.REFUSED, (), ()),
        )
    ),
    Move(
        "issue_result",
        "出件",
        _from(State.GRANTED, State.REFUSED),
        Effect(State.RESULT_READY, Custody.HAND_TO),
        _RESULT_MAKERS,
        checks=(rules.goes_to_own_window, rules.reasons_are_given("result_name")),
        asks=(
            Ask("result_name", AskKind.TEXT, "结果名称"),
            Ask("result_number", AskKind.TEXT, "证照编号", required=False),
        ),
    ),
    Move(
        "send_result",
        "发还结果",
        _from(State.RESULT_READY),
        Effect(State.RESULT_IN_TRANSIT, Custody.ADDRESS),
        _ACCEPTERS,
        gates=(rules.result_goes_down,),
        checks=(rules.addresses_neighbour, rules.names_batch),
        paper="handover_list",
        batched=True,
    ),
    Move(
        "sign_for_result",
        "签收结果",
        _from(State.RESULT_IN_TRANSIT),
        Effect(State.RESULT_READY, Custody.TAKE),
        _RECEIVERS,
        ActsBy.ADDRESSEE,
        asks=(_DIFFERENCES,),
    ),
    Move(
        "serve",
        "送达",
        _from(State.RESULT_READY),
        Effect(State.SERVED),
        _RECEIVERS,
        gates=(rules.result_is_here,),
        checks=(
            rules.reasons_are_given("manner", "recipient", "served_on", "document_number"),
            rules.service_is_witnessed,
            rules.service_follows_result,
        ),
        asks=(
            Ask("manner", AskKind.CHOICE, "送达方式", choices=_MANNERS),
            Ask("recipient", AskKind.TEXT, "收件人"),
            Ask("relation", AskKind.TEXT, "与受送达人关系", required=False),
            Ask("witness", AskKind.TEXT, "见证人", required=False),
            Ask("served_on", AskKind.DATE, "收到日期"),
        ),
        paper="service_certificate",
    ),
    Move("conclude", "办结", _from(State.SERVED), Effect(State.CONCLUDED), _RECEIVERS),
    Move(
        "withdraw",
        "申请人撤回",
        _from(
            State.INCOMPLETE,
            State.RECEIVED,
            State.SIGNED_FOR,
            State.SUPPLEMENT,
            State.EXAMINED,
            State.REGISTERED,
            State.ACCEPTED,
            State.REVIEWED,
        ),
        Effect(State.WITHDRAWN),
        _STATIONS | frozenset({PostKind.OFFICER}),
        checks=(rules.reasons_are_given("reason"),),
        asks=(_REASON,),
        clock="stops",
    ),
    Move(
        "void",
        "作废",
        _from(State.INCOMPLETE, State.RECEIVED),
        Effect(State.VOIDED),
        _RECEIVERS,
        checks=(rules.reasons_are_given("reason"),),
        asks=(_REASON,),
    ),
)

TABLE = {row.name: row for row in _ROWS}
EFFECTS = {row.name: row.effect for row in _ROWS}


def case_of(events: Iterable[CaseEvent]) -> Case | None:
    """Return the case its events make under the table; raises KeyError for a move the table does not know."""
    return fold(events, EFFECTS)


def judge(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """Return every reason why the event may not happen, empty when it may. Station and hub both ask here."""
    move = TABLE.get(event.move)
    if move is None or move.acts_by is ActsBy.HUB:
        return (Reason("unknown-move", "本系统不认识这一步办理动作，请升级程序。"),)
    reasons = why_not(situation, move, event.hand)
    reasons = reasons or (*stray_facts(move, event.facts), *unreadable_answers(move, event.facts))
    if reasons:
        return reasons
    return tuple(reason for check in move.checks for reason in check(situation, event))


def why_not(situation: Situation, move: Move, hand: Hand) -> tuple[Reason, ...]:
    """Return why a hand cannot make a move now, before any fact is known: what a greyed-out button says."""
    case = situation.case
    if case is None:
        wrong = None if move.opens else Reason("no-case", "没有这个办件。")
    elif case.state not in move.from_states:
        wrong = Reason("wrong-state", f"办件现在是“{case.state.label}”，不能{move.title}。")
    else:
        wrong = _wrong_desk(case, move, hand, situation)
    wrong = wrong or _wrong_post(situation, move, hand)
    if wrong:
        return (wrong,)
    found = (gate(situation, hand) for gate in move.gates)
    return tuple(reason for reason in found if reason is not None)


def why_not_open_to(situation: Situation, hand: Hand, day: date) -> tuple[Reason, ...]:
    """Return why a hand may not open a case of the situation's item on a day, empty when it may: what the search
    for an item says before anything is typed.
    """
    shut = (gate(situation, hand) for gate in _OPENING)
    return (*(reason for reason in shut if reason is not None), *why_not_open(situation.item, day))


def _wrong_desk(case: Case, move: Move, hand: Hand, situation: Situation) -> Reason | None:
    if move.acts_by is ActsBy.ADDRESSEE:
        if case.addressed_to != hand.desk_id:
            return Reason("not-addressee", "这批材料不是移交给本单位的。")
        return None
    if case.holder != hand.desk_id:
        holder = situation.organisation.desk(case.holder)
        return Reason(
            "not-holder", f"办件现在由{holder.name if holder else '其他单位'}保管，本岗位不能{move.title}。"
        )
    return None


def _wrong_post(situation: Situation, move: Move, hand: Hand) -> Reason | None:
    post, person = situation.post(hand), situation.organisation.person(hand.person_id)
    if post is None or person is None or post.desk_id != hand.desk_id:
        return Reason("no-post", "您在本单位没有岗位，不能办理。")
    if str(post.side_of(person.person_id)) != hand.side:
        return Reason("not-in-post", f"您不是“{post.title}”的A岗或B岗。")
    if post.kind not in move.posts:
        return Reason("wrong-post", f"“{post.title}”岗位无权{move.title}。")
    return None


def possible_moves(situation: Situation, hand: Hand) -> tuple[tuple[Move, tuple[Reason, ...]], ...]:
    """Return every move of the case's state that this hand's post knows, each with why it cannot be made (or
    nothing).
    """
    case, post = situation.case, situation.post(hand)
    if case is None or post is None:
        return ()
    rows = (row for row in _ROWS if case.state in row.from_states and post.kind in row.posts)
    return tuple((row, why_not(situation, row, hand)) for row in rows)
