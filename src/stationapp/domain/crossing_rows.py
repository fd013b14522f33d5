"""The truth table of crossing acts: the pairs worth a row of their own; all others go by their class.

"In time" and "late" speak of the day an act carries, by the clock of the PC that made it.
"""

from __future__ import annotations

from stationapp.domain.crossings import (
    NOT_MADE,
    PUBLISH_CATALOGUE,
    PUBLISH_ORGANISATION,
    CrossingRow,
    Verdict,
    wrong_state,
)
from stationapp.domain.states import State

CUSTODY = "custody: one desk holds a case (SEED 003)"
_LAW_32 = "行政许可法 32(4)"
_WITHDRAWAL_WAITS = "申请人已申请撤回，请先办理撤回或说明不能撤回的理由。"
_NO_OPEN_PART = "该部门没有待回执的联系单。"
_DEEMED = "依法视为受理"
_LAPSED = "补正期限已过，办件已按补正不来办结；请申请人重新申请。"


def _exclusive(
    first: str,
    second: str,
    after_first: State,
    after_second: State,
    situation: str,
    source: str = CUSTODY,
    name: str = "",
) -> CrossingRow:
    """Return a row of which only the act that reaches the hub first stands."""
    return CrossingRow(
        name or f"{first} × {second}",
        first,
        second,
        situation,
        Verdict(after_first, "wrong-state", wrong_state(second, after_first)),
        Verdict(after_second, "wrong-state", wrong_state(first, after_second)),
        source,
    )


def _compatible(
    first: str, second: str, state: State, situation: str, source: str, name: str = ""
) -> CrossingRow:
    """Return a row of which both acts stand, whatever their order."""
    return CrossingRow(
        name or f"{first} × {second}", first, second, situation, Verdict(state), Verdict(state), source
    )


_ON_THE_WAY = (
    _exclusive(
        "recall", "sign_for", State.RECEIVED, State.SIGNED_FOR, "the village recalls, the township signs"
    ),
    _exclusive(
        "recall",
        "decline_handover",
        State.RECEIVED,
        State.RECEIVED,
        "the village recalls, the township declines: it stays with the village either way",
    ),
    _exclusive(
        "recall",
        "sign_for_result",
        State.RESULT_READY,
        State.RESULT_READY,
        "the township recalls a result, the village signs for it: who holds it depends on the order",
    ),
    _exclusive(
        "sign_for",
        "decline_handover",
        State.SIGNED_FOR,
        State.RECEIVED,
        "one PC of the township signs, the other declines",
    ),
    _exclusive(
        "recall", "recall", State.RECEIVED, State.RECEIVED, "both PCs of the village recall one bundle"
    ),
    _compatible(
        "request_withdrawal",
        "sign_for",
        State.SIGNED_FOR,
        "the village asks to withdraw what the township signs for",
        CUSTODY,
    ),
)

_WITHDRAWALS = (
    _exclusive(
        "withdraw",
        "grant",
        State.WITHDRAWN,
        State.GRANTED,
        "the clerk of a township records the withdrawal at the counter, the approver grants",
        "no withdrawal after the decision (行政许可法 38, 40)",
    ),
    _exclusive(
        "withdraw",
        "refuse",
        State.WITHDRAWN,
        State.REFUSED,
        "the clerk of a township records the withdrawal at the counter, the approver refuses",
        "no withdrawal after the decision (行政许可法 38, 40)",
    ),
    *(
        CrossingRow(
            f"request_withdrawal × {decision}",
            "request_withdrawal",
            decision,
            "the village passes on the applicant's wish, the department decides",
            Verdict(State.REVIEWED, "withdrawal-waits", _WITHDRAWAL_WAITS),
            Verdict(state, "wrong-state", wrong_state("request_withdrawal", state)),
            "a withdrawal is possible until the decision",
        )
        for decision, state in (("grant", State.GRANTED), ("refuse", State.REFUSED))
    ),
    _compatible(
        "request_withdrawal",
        "accept",
        State.ACCEPTED,
        "the village passes on the applicant's wish, the window accepts: the wish waits for an answer",
        "a withdrawal is possible until the decision",
    ),
    _compatible(
        "request_withdrawal",
        "request_supplement",
        State.SUPPLEMENT,
        "the village passes on the applicant's wish, the township asks for a supplement",
        "a withdrawal is possible until the decision",
    ),
    _exclusive(
        "hand_over",
        "withdraw",
        State.IN_TRANSIT,
        State.WITHDRAWN,
        "one PC of the village hands over, the other records a withdrawal",
    ),
    _exclusive(
        "withdraw",
        "withdraw",
        State.WITHDRAWN,
        State.WITHDRAWN,
        "both PCs of the village record the withdrawal",
    ),
    CrossingRow(
        "withdraw × give_opinion",
        "withdraw",
        "give_opinion",
        "the lead records a withdrawal, a department answers its letter",
        Verdict(State.WITHDRAWN, "wrong-state", wrong_state("give_opinion", State.WITHDRAWN)),
        Verdict(State.WITHDRAWN),
        "行政许可法 26",
    ),
)

_SUPPLEMENTS = (
    CrossingRow(
        "supply × close_unsupplied, in time",
        "supply",
        "close_unsupplied",
        "the village takes the supplement before the deadline, the township closes the case after it",
        Verdict(State.RECEIVED, "wrong-state", wrong_state("close_unsupplied", State.RECEIVED)),
        Verdict(State.RECEIVED),
        "GB/T 39046 (办结结果 5); the applicant does not suffer for the road",
    ),
    CrossingRow(
        "supply × close_unsupplied, late",
        "supply",
        "close_unsupplied",
        "the village takes the supplement after the deadline, the township closes the case",
        Verdict(State.RECEIVED, "wrong-state", wrong_state("close_unsupplied", State.RECEIVED)),
        Verdict(State.SUPPLEMENT_LAPSED, "lapsed", _LAPSED),
        "GB/T 39046 (办结结果 5)",
    ),
    _exclusive(
        "supply",
        "supply",
        State.RECEIVED,
        State.RECEIVED,
        "both PCs of the village take the supplement",
    ),
    CrossingRow(
        "supply × withdraw",
        "supply",
        "withdraw",
        "one PC of the village takes the supplement, the other records a withdrawal",
        Verdict(State.WITHDRAWN),
        Verdict(State.WITHDRAWN, "wrong-state", wrong_state("supply", State.WITHDRAWN)),
        "a withdrawal is possible until the decision",
    ),
)


def _silence(answer: str, after: State, day: str, late: tuple[str, str] | None = None) -> CrossingRow:
    """Return a row of an answer of a township and the acceptance by silence that the hub records."""
    if late is None:
        in_order, reversed_ = Verdict(after, NOT_MADE), Verdict(after)
    else:
        code, told = late
        in_order = Verdict(State.DEEMED_ACCEPTED, "", told, earlier=code)
        reversed_ = Verdict(State.DEEMED_ACCEPTED, code, told)
    return CrossingRow(
        f"{answer} × deem_accepted, {day}",
        answer,
        "deem_accepted",
        f"the township's answer, dated {day}, and the hub's record of five working days of silence",
        in_order,
        reversed_,
        _LAW_32,
    )


_SILENCE = (
    _silence("request_supplement", State.SUPPLEMENT, "in time"),
    _silence("request_supplement", State.SUPPLEMENT, "late", ("deemed-accepted", _DEEMED)),
    _silence("accept", State.ACCEPTED, "in time"),
    _silence("accept", State.ACCEPTED, "late, counted from the day of receipt"),
    _silence("decline_acceptance", State.NOT_ACCEPTED, "in time"),
    _silence("decline_acceptance", State.NOT_ACCEPTED, "late", ("deemed-accepted", _DEEMED)),
    _silence("return_application", State.RETURNED, "in time"),
    _silence("tell_not_needed", State.NOT_NEEDED, "in time"),
    CrossingRow(
        "send_back × deem_accepted",
        "send_back",
        "deem_accepted",
        "the township sends back to the village what was entered wrongly: that is no answer to the applicant",
        Verdict(State.SENT_BACK, NOT_MADE),
        Verdict(State.DEEMED_ACCEPTED, "wrong-state", wrong_state("send_back", State.DEEMED_ACCEPTED)),
        _LAW_32,
    ),
)

_TWO_PCS = (
    _exclusive(
        "hand_over", "hand_over", State.IN_TRANSIT, State.IN_TRANSIT, "both PCs put a case into a batch"
    ),
    _exclusive(
        "receive",
        "receive",
        State.RECEIVED,
        State.RECEIVED,
        "both PCs complete one incomplete case",
        name="receive × receive, completing",
    ),
    _exclusive("serve", "serve", State.SERVED, State.SERVED, "both PCs record the service of one result"),
    CrossingRow(
        "propose_void × hand_over",
        "propose_void",
        "hand_over",
        "one PC proposes to void a case, the other hands it over: the proposal ends with that",
        Verdict(State.IN_TRANSIT),
        Verdict(State.IN_TRANSIT, "wrong-state", wrong_state("propose_void", State.IN_TRANSIT)),
        "SEED 000 (四眼)",
    ),
    _exclusive(
        "void",
        "hand_over",
        State.VOIDED,
        State.IN_TRANSIT,
        "the B post confirms a voiding, the A post hands over",
        "SEED 000 (四眼)",
    ),
    _exclusive(
        "accept",
        "accept",
        State.ACCEPTED,
        State.ACCEPTED,
        "A post and B post accept one case",
        "SEED 001 (AB岗)",
    ),
    _exclusive(
        "grant",
        "refuse",
        State.GRANTED,
        State.REFUSED,
        "A post grants, B post refuses: there is one decision, and the other's letter is called back",
        "SEED 001 (AB岗); 行政许可法 38",
    ),
    _exclusive(
        "review",
        "review",
        State.REVIEWED,
        State.REVIEWED,
        "A post and B post review one case",
        "SEED 001 (AB岗)",
    ),
    CrossingRow(
        "reassign × review",
        "reassign",
        "review",
        "the chief gives the case to somebody else, the officer reviews it",
        Verdict(State.ACCEPTED, "given-to-other", "该办件已指派给{}办理。"),
        Verdict(State.REVIEWED),
        "SEED 000, 001 (首席代表制)",
    ),
    _exclusive(
        "send_back",
        "accept",
        State.SENT_BACK,
        State.ACCEPTED,
        "two PCs of the township: one sends back, one accepts",
    ),
    _exclusive(
        "request_supplement",
        "accept",
        State.SUPPLEMENT,
        State.ACCEPTED,
        "two PCs of the township: one asks for a supplement, one accepts",
        _LAW_32,
    ),
    CrossingRow(
        "assign × assign",
        "assign",
        "assign",
        "A post and B post of the window pass one case to the department",
        Verdict(State.ACCEPTED, "not-holder", "办件现在由游仙区民政局保管，本岗位不能分办部门。"),
        Verdict(State.ACCEPTED, "not-holder", "办件现在由游仙区民政局保管，本岗位不能分办部门。"),
        CUSTODY,
    ),
    _exclusive(
        "start_special",
        "grant",
        State.SPECIAL_PROCEDURE,
        State.GRANTED,
        "the officer starts a hearing, the approver grants",
        "行政许可法 45",
    ),
    CrossingRow(
        "extend × grant",
        "extend",
        "grant",
        "A post extends the limit, B post grants",
        Verdict(State.GRANTED),
        Verdict(State.GRANTED, "wrong-state", wrong_state("extend", State.GRANTED)),
        "行政许可法 42",
    ),
    CrossingRow(
        "extend × extend",
        "extend",
        "extend",
        "A post and B post extend one limit",
        Verdict(State.REVIEWED, "extended", "办理期限已经延长过一次，不能再次延长。"),
        Verdict(State.REVIEWED, "extended", "办理期限已经延长过一次，不能再次延长。"),
        "行政许可法 42",
    ),
)

_JOINT_SOURCE = "行政许可法 26; SEED 001, 003"
_JOINT = (
    CrossingRow(
        "give_opinion × default_part",
        "give_opinion",
        "default_part",
        "a department answers, the window records its silence",
        Verdict(State.ACCEPTED, "no-open-part", _NO_OPEN_PART),
        Verdict(State.ACCEPTED, "not-partner", "本部门没有待办的联系单，不能回执联系单。"),
        "SEED 003 (审批超时默认制)",
    ),
    CrossingRow(
        "sign_for_part × default_part",
        "sign_for_part",
        "default_part",
        "a department signs for its letter late, the window records its silence: none before the receipt is known",
        Verdict(State.ACCEPTED),
        Verdict(
            State.ACCEPTED, "", "该部门没有接收联系单的记录，通知未经证明，不能默认。", earlier="not-proven"
        ),
        "SEED 003 (审批超时默认制)",
    ),
    CrossingRow(
        "acknowledge_visit × default_absent",
        "acknowledge_visit",
        "default_absent",
        "a department confirms the call late, the lead records its absence: none before the confirmation is known",
        Verdict(State.ACCEPTED),
        Verdict(State.ACCEPTED, "", "该部门没有确认收到踏勘通知，不能按缺席默认。", earlier="not-proven"),
        "SEED 003 (联合审批缺席默认制)",
    ),
    CrossingRow(
        "give_opinion × default_absent",
        "give_opinion",
        "default_absent",
        "a department answers, the lead records its absence from the visit",
        Verdict(State.ACCEPTED, "no-open-part", _NO_OPEN_PART),
        Verdict(State.ACCEPTED, "not-partner", "本部门没有待办的联系单，不能回执联系单。"),
        "SEED 003 (联合审批缺席默认制)",
    ),
    _compatible(
        "give_opinion",
        "give_opinion",
        State.ACCEPTED,
        "two departments answer, each for its own part",
        _JOINT_SOURCE,
        name="give_opinion × give_opinion, two departments",
    ),
    CrossingRow(
        "give_opinion × give_opinion, one department",
        "give_opinion",
        "give_opinion",
        "two PCs of one department answer for it",
        Verdict(State.ACCEPTED, "not-partner", "本部门没有待办的联系单，不能回执联系单。"),
        Verdict(State.ACCEPTED, "not-partner", "本部门没有待办的联系单，不能回执联系单。"),
        _JOINT_SOURCE,
    ),
    CrossingRow(
        "sign_for_part × sign_for_part",
        "sign_for_part",
        "sign_for_part",
        "two PCs of one department sign for its letter",
        Verdict(State.ACCEPTED, "signed-already", "本部门已接收过联系单，请办理后回执。"),
        Verdict(State.ACCEPTED, "signed-already", "本部门已接收过联系单，请办理后回执。"),
        _JOINT_SOURCE,
    ),
    CrossingRow(
        "fan_out × fan_out",
        "fan_out",
        "fan_out",
        "two PCs of the lead send the letters",
        Verdict(State.ACCEPTED, "fanned-out", "已向联办部门发出联系单，不用再发。"),
        Verdict(State.ACCEPTED, "fanned-out", "已向联办部门发出联系单，不用再发。"),
        _JOINT_SOURCE,
    ),
    CrossingRow(
        "extend × default_decision",
        "extend",
        "default_decision",
        "the approver extends in time, the window records the department's silence after the limit",
        Verdict(State.REVIEWED, "too-early", "期限到 {} 为止，超过后第二个工作日（{}）起才能默认。"),
        Verdict(State.DEFAULTED, "wrong-state", wrong_state("extend", State.DEFAULTED)),
        "行政许可法 42; SEED 003 (审批超时默认制)",
    ),
    _exclusive(
        "grant",
        "default_decision",
        State.GRANTED,
        State.DEFAULTED,
        "the approver grants, the window records the department's silence after the limit",
        "SEED 003 (审批超时默认制)",
    ),
)

_AFTERWARDS = (
    CrossingRow(
        "rate × rate",
        "rate",
        "rate",
        "the applicant rates at two stations",
        Verdict(State.CONCLUDED, "rated", "该办件已经评价过，一件只评一次。"),
        Verdict(State.CONCLUDED, "rated", "该办件已经评价过，一件只评一次。"),
        "好差评 (一事一评)",
    ),
    _compatible(
        "archive",
        "rate",
        State.ARCHIVED,
        "the village archives, the township takes a rating",
        "GB/T 39046 table 11 (归档)",
    ),
    CrossingRow(
        "urge × conclude",
        "urge",
        "conclude",
        "the township urges, the village concludes",
        Verdict(State.CONCLUDED),
        Verdict(State.CONCLUDED, "wrong-state", wrong_state("urge", State.CONCLUDED)),
        "GB/T 39046 table 11 (督办)",
    ),
)

_OPENINGS = (
    CrossingRow(
        "receive × receive, one receipt number",
        "receive",
        "receive",
        "a copied PC gives out the receipt numbers of another one",
        Verdict(State.RECEIVED, "number-taken", "收件号 {} 已被另一个办件使用，请核对后重新收件。"),
        Verdict(State.RECEIVED, "number-taken", "收件号 {} 已被另一个办件使用，请核对后重新收件。"),
        "a number belongs to one case or batch",
    ),
    _compatible(
        "receive",
        "receive",
        State.RECEIVED,
        "one person applies for one item at two stations: both are told of the other",
        "SEED 001 (疑似重复申请)",
        name="receive × receive, one applicant",
    ),
    CrossingRow(
        "hand_over × hand_over, one batch number",
        "hand_over",
        "hand_over",
        "a copied PC gives out the batch numbers of another one, for two cases",
        Verdict(State.RECEIVED, "number-taken", "批次号 {} 已被另一个批次使用，请核对后重新装批。"),
        Verdict(State.RECEIVED, "number-taken", "批次号 {} 已被另一个批次使用，请核对后重新装批。"),
        "a number belongs to one case or batch",
    ),
    CrossingRow(
        "book_appointment × book_appointment",
        "book_appointment",
        "book_appointment",
        "two stations give away one seat",
        Verdict(State.BOOKED, "seat-taken", "{} 已经约给别人，请联系群众改约其他时段。"),
        Verdict(State.BOOKED, "seat-taken", "{} 已经约给别人，请联系群众改约其他时段。"),
        "SEED 003 (预约服务)",
    ),
)

_PUBLICATIONS = (
    _compatible(
        "receive",
        PUBLISH_CATALOGUE,
        State.RECEIVED,
        "an item is suspended, a station that has not heard of it opens a case within the grace days",
        "SEED 001 (动态调整); 无编码不得办理 (SEED 004)",
        name="receive × suspension, within the grace",
    ),
    CrossingRow(
        "receive × suspension, after the grace",
        "receive",
        PUBLISH_CATALOGUE,
        "an item is suspended, a station opens a case by the old catalogue after the grace days",
        Verdict(State.RECEIVED),
        Verdict(State.RECEIVED, "item-replaced", "已暂停办理，这一件的收件时间已超过其后30天，不能承认"),
        "SEED 001 (动态调整); 无编码不得办理 (SEED 004)",
    ),
    _compatible(
        "receive",
        PUBLISH_ORGANISATION,
        State.RECEIVED,
        "a person loses a post, and acts in it without having heard of it within the grace days",
        "SEED 001 (授权到位)",
        name="receive × lost post, within the grace",
    ),
    CrossingRow(
        "receive × lost post, after the grace",
        "receive",
        PUBLISH_ORGANISATION,
        "a person loses a post, and acts in it after the grace days",
        Verdict(State.RECEIVED),
        Verdict(
            State.RECEIVED, "post-lost", "这一步的办理时间已超过其后30天，不能承认，请由现任人员重新办理。"
        ),
        "SEED 001 (授权到位)",
    ),
)

ROWS = (
    *_ON_THE_WAY,
    *_WITHDRAWALS,
    *_SUPPLEMENTS,
    *_SILENCE,
    *_TWO_PCS,
    *_JOINT,
    *_AFTERWARDS,
    *_OPENINGS,
    *_PUBLICATIONS,
)
"""Every row, in the order in which a case meets them."""


def rows_of(first: str, second: str) -> tuple[CrossingRow, ...]:
    """Return the rows of a pair of moves, in whatever order they are named; none where its class tells all."""
    return tuple(row for row in ROWS if {row.first, row.second} == {first, second})
