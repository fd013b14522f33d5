"""What becomes of two acts on one case that cross, made by desks or PCs that had not heard of each other.

The law of it: the hub takes acts in the order in which they reach it and judges each against the case as it is then.
Nothing is merged and the last writer never wins; what is refused waits under 需处理 at the PC that made it, with the
sentence of the rule. Which of two reaches the hub first is chance, so each row says what becomes of both orders.

`ROWS` of `crossing_rows` are the pairs worth a row of their own, each tried with real stations and a real hub.
`CLASSES` are all others, by how the two desks stand to the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stationapp.domain.affair_kinds import noun_of
from stationapp.domain.case_flow import TABLE
from stationapp.domain.moves import ActsBy, Move
from stationapp.domain.states import State


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the act that reaches the hub second, the first one standing.

    `refused` is the code of the reason, empty when it stands too; `told` what its person then reads, with {} for a
    number in it. `state` is where the case stands after both. `earlier` is the code where even the act that came first
    is refused, for its own day; then the hub's act stands and `told` is what the first's person reads.
    """

    state: State
    refused: str = ""
    told: str = ""
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class CrossingRow:
    """One pair of moves that can cross in a situation. `in_order` is what becomes of the second move when the first
    reaches the hub first, `reversed_` what becomes of the first when the second does.
    """

    name: str
    first: str
    second: str
    situation: str
    in_order: Verdict
    reversed_: Verdict
    source: str


NOT_MADE = "not-made"
"""The code of an act of the hub that it does not make, since there is no ground for it any more."""

PUBLISH_CATALOGUE, PUBLISH_ORGANISATION = "publish_catalogue", "publish_organisation"
"""What crosses an act without being one: the county publishes other documents."""


class Side(StrEnum):
    """How the desk of a move stands to the case, as far as crossing goes."""

    HOLDER = "holder"  # the desk that has it, on any of its PCs
    ADDRESSEE = "addressee"
    PARTNER = "partner"
    ASKER = "asker"  # any other desk that speaks to it
    OVERSEER = "overseer"  # the desk whose term ran out, the window that watches over departments
    HUB = "hub"


SIDES = {
    ActsBy.OPENER: Side.HOLDER,
    ActsBy.HOLDER: Side.HOLDER,
    ActsBy.ABOVE: Side.HOLDER,
    ActsBy.ADDRESSEE: Side.ADDRESSEE,
    ActsBy.PARTNER: Side.PARTNER,
    ActsBy.MEMBER: Side.PARTNER,
    ActsBy.CONCERNED: Side.ASKER,
    ActsBy.WATCHER: Side.ASKER,
    ActsBy.ASKER: Side.OVERSEER,
    ActsBy.COORDINATOR: Side.OVERSEER,
    ActsBy.HUB: Side.HUB,
}


@dataclass(frozen=True, slots=True)
class CrossingClass:
    """What becomes of every pair of moves of two sides that has no row of its own."""

    sides: frozenset[Side]
    when: str
    outcome: str
    told: str


_AGAIN = "the first at the hub stands; the second is judged anew and stands where the case still allows it"
_LOSER = (
    "the second's person reads under 需处理 the sentence of the rule that is broken, which act came before, "
    "and what to do with papers that were handed out"
)


def _class(one: Side, other: Side, when: str, outcome: str = _AGAIN, told: str = _LOSER) -> CrossingClass:
    return CrossingClass(frozenset({one, other}), when, outcome, told)


CLASSES = (
    _class(
        Side.HOLDER,
        Side.HOLDER,
        "two PCs of one desk, such as the absent A post and its B post, or the desk and the one above it",
    ),
    _class(Side.HOLDER, Side.ADDRESSEE, "a bundle on its way between two desks"),
    _class(Side.ADDRESSEE, Side.ADDRESSEE, "two PCs of the desk to which a bundle goes"),
    _class(Side.HOLDER, Side.PARTNER, "the lead and a department of a joint case"),
    _class(
        Side.PARTNER,
        Side.PARTNER,
        "two departments of a joint case, or two PCs of one",
        "parts are apart: acts of two departments both stand; of one department the first at the hub stands",
    ),
    _class(
        Side.HOLDER,
        Side.ASKER,
        "the holder and a desk that can only ask, urge, rate or watch over it",
        "asking moves no case: the holder's act stands, unless its rule wants what was asked answered first; what was "
        "asked stands, unless the case is past it. Of a service around a case the first at the hub stands",
    ),
    _class(Side.ADDRESSEE, Side.ASKER, "the receiving desk and a desk that can only ask"),
    _class(Side.PARTNER, Side.ASKER, "a department of a joint case and a desk that watches over it or asks"),
    _class(
        Side.ASKER,
        Side.ASKER,
        "two desks that can only ask",
        "both stand, except what may be said once: then the first at the hub stands",
    ),
    *(
        _class(Side.OVERSEER, side, f"silence or a term that ran out is recorded ({side})")
        for side in (Side.OVERSEER, Side.HOLDER, Side.PARTNER, Side.ADDRESSEE, Side.ASKER)
    ),
    *(
        _class(
            Side.HUB,
            side,
            f"the hub's own act and one of a desk ({side})",
            "numbers and notes never change what a desk may do; after 视为受理 an answer dated in time still stands, "
            "a later one is refused",
        )
        for side in Side
    ),
)


def class_of(first: Move, second: Move) -> CrossingClass:
    """Return the class of a pair of moves."""
    sides = frozenset({SIDES[first.acts_by], SIDES[second.acts_by]})
    return next(row for row in CLASSES if row.sides == sides)


def crossing_pairs() -> Iterator[tuple[Move, Move]]:
    """Yield every pair of moves that can be made of one case at the same time, by two desks or two PCs of one."""
    moves = list(TABLE.values())
    for place, first in enumerate(moves):
        for second in moves[place:]:
            if first.kind == second.kind and first.from_states & second.from_states:
                yield first, second


def wrong_state(move: str, state: State) -> str:
    """Return what is told of a move for which the case is not in the right state any more."""
    row = TABLE[move]
    return f"{noun_of(row.kind)}现在是“{state.label}”，不能{row.title}。"


def remedy(move: str) -> str:
    """Return what a person is to do about a refused act that has left traces outside the records, or an empty text."""
    row = TABLE.get(move)
    if row is None:
        return ""
    if row.batched:
        return "请在交接清单上划去此件，并把材料取回或与对方单位核对材料去向。"
    return _REMEDIES.get(row.paper, "")


_REMEDIES = {
    "material_receipt": "如已把接收凭证交给申请人，请收回作废，并告知申请人。",
    "supplement_notice": "如已把一次性告知书交给申请人，请收回作废，并告知申请人。",
    "acceptance_notice": "如已发出受理通知书，请收回作废，并告知申请人。",
    "decision": "如已发出决定书，请收回作废，并告知申请人；以县级平台已确认的决定为准。",
    "service_certificate": "如已填写送达回证，请与已确认的送达记录核对，不要重复送达。",
    "conclusion_notice": "如已发出办结通知，请收回作废，并告知申请人。",
    "withdrawal_confirmation": "如已发出撤回确认书，请收回作废，并告知申请人。",
    **dict.fromkeys(
        (
            "non_acceptance_notice",
            "not_needed_notice",
            "return_notice",
            "special_procedure_notice",
            "extension_notice",
            "report_letter",
            "timeout_default_notice",
            "absence_default_record",
            "joint_contact_letter",
            "joint_reply",
            "site_visit_record",
            "collection_notice",
        ),
        "这一步的文书如已发出，请收回作废，并告知收件人。",
    ),
}
