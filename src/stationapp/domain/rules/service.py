"""Rules of serving the result."""

from __future__ import annotations

from datetime import date

from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def service_is_witnessed(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """送达 (许可法 44, form of 民诉法 87-90): each manner of service has its proof."""
    wanted = _PROOFS.get(text_of(event, "manner"), ())
    return tuple(Reason(code, sentence, name) for name, code, sentence in wanted if not text_of(event, name))


def service_follows_result(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """The day of receipt lies between the day the result was decided and the day it is put on record."""
    text, today = text_of(event, "served_on"), event.at.date()
    if not text:
        return ()
    served = date.fromisoformat(text)
    decided = _decided_on(situation)
    if served > today:
        return (Reason("served-ahead", "收到日期不能晚于今天。", "served_on"),)
    if decided is not None and served < decided:
        return (Reason("served-before", f"收到日期不能早于办理结果作出之日（{decided}）。", "served_on"),)
    return ()


def _decided_on(situation: Situation) -> date | None:
    case = situation.case
    moments = [case.when(move) for move in _DECISIONS] if case is not None else []
    return max((moment.date() for moment in moments if moment is not None), default=None)


_PROOFS = {
    "left": (("witness", "no-witness", "留置送达须写明见证人。"),),
    "household": (("relation", "no-relation", "代收须写明与受送达人的关系。"),),
    "post": (
        ("waybill", "no-waybill", "邮寄送达须写明邮寄单号。"),
        ("sent_on", "no-sending-day", "邮寄送达须写明寄出日期。"),
    ),
    "electronic": (("consent", "no-consent", "电子送达须写明受送达人同意的方式和日期。"),),
}
_DECISIONS = (
    "grant",
    "refuse",
    "record_reply_granted",
    "record_reply_refused",
    "default_decision",
    "handle_directly",
)
