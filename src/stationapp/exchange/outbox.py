"""Pushing own envelopes: what to send next, and what the hub's answer to it means for the device's chain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import ChainHeadMessage, ExchangeResponse, VerdictMessage
from stationapp.domain.refusal import Reason
from stationapp.exchange.transport import ChainForked, HubFault
from stationapp.store.records import ChainHead
from stationapp.store.units import ReadUnit, WriteUnit

_ASKED_IN = "answers_asked_in_epoch"
_STUCK_AT = "exchange.stuck_at"
_HASH = re.compile(r"(?<=\")[0-9a-f]{64}(?=\")")
_ALL = 10**9


def head_message(head: ChainHead) -> ChainHeadMessage:
    """Return a chain head as it travels."""
    return ChainHeadMessage(seq=head.seq, hash=head.hash)


def ids_of(envelope: Envelope) -> tuple[str, str]:
    """Return event id and case id of an own envelope."""
    body = json.loads(envelope.body)
    return str(body["event_id"]), str(body["case_id"])


def settle(unit: WriteUnit, sent: Sequence[Envelope], response: ExchangeResponse) -> set[str]:
    """Apply the verdicts on what was sent and move the acknowledged head; return ids of the cases touched.

    The head moves only over envelopes whose verdict is in this very answer: one whose verdict was lost on the
    way is sent again. Raises ChainForked when the hub holds another envelope under one of our numbers.
    """
    require_known(unit, response.acknowledged)
    verdicts = {verdict.seq: verdict for verdict in response.verdicts}
    touched: set[str] = set()
    done: Envelope | None = None
    for envelope in sent:
        verdict = verdicts.get(envelope.seq)
        if verdict is None or envelope.seq > response.acknowledged.seq:
            break
        touched.add(apply_verdict(unit, envelope, verdict))
        done = envelope
    if done is None:
        head = unit.chain.acknowledged()
    else:
        head = ChainHead(done.seq, done.hash)
        if done.seq == response.acknowledged.seq and done.hash != response.acknowledged.hash:
            raise ChainForked(f"hash of {done.seq}")
    unit.chain.set_acknowledged(head, response.durable_upto)
    return touched


def apply_verdict(unit: WriteUnit, envelope: Envelope, verdict: VerdictMessage) -> str:
    """Apply the hub's verdict on an own envelope; return the id of its case."""
    event_id, case_id = ids_of(envelope)
    if verdict.event_id and verdict.event_id != event_id:  # It is empty for a body the hub cannot read.
        raise HubFault(f"verdict {verdict.seq} names another event")
    reasons = tuple(Reason(reason.code, reason.text, reason.field) for reason in verdict.reasons)
    unit.events.apply_verdict(
        envelope.device, envelope.seq, verdict.result, verdict.revision, verdict.received_at, reasons
    )
    return case_id


def has_unsent(unit: ReadUnit) -> bool:
    """Tell whether the hub has not acknowledged the whole of this device's chain."""
    return unit.chain.head().seq > unit.chain.acknowledged().seq


def note_stuck(unit: WriteUnit, envelope: Envelope) -> None:
    """Note that the hub could not take the next envelope alone, though it answers otherwise."""
    unit.settings.set(_STUCK_AT, envelope.hash)


def stuck(unit: ReadUnit) -> Envelope | None:
    """Return the envelope that could not be taken, as long as it is the next to go."""
    noted = unit.settings.get(_STUCK_AT)
    following = unit.events.outbox(1, 0) if noted else []
    return following[0] if following and following[0].hash == noted else None


def has_asked_again(unit: ReadUnit) -> bool:
    """Tell whether `ask_again` has found nothing more to ask in the hub's present epoch."""
    return unit.settings.get(_ASKED_IN) == unit.identity.device_and_epoch()[1]


def ask_again(unit: WriteUnit) -> bool:
    """After the hub began a new epoch: go back to the first act of which its mailboxes did not tell what became of it.

    They tell nothing of an act by which a desk ceased to see the case. The hub answers it once more when it is sent
    once more. In the end what the hub of before held is asked once: what it waited for may have come while another disk
    of this PC had it sent. Returns whether there is such an act.
    """
    first = unit.events.first_unanswered()
    if first is None:
        unit.settings.set(_ASKED_IN, unit.identity.device_and_epoch()[1])
        first = unit.events.first_held()
    before = GENESIS if first == 1 else unit.chain.hash_at(first - 1) if first else None
    if first is None or before is None:
        unit.settings.set(_ASKED_IN, unit.identity.device_and_epoch()[1])
        return False
    unit.chain.set_acknowledged(ChainHead(first - 1, before), min(first - 1, unit.chain.durable_upto()))
    return True


def require_known(unit: WriteUnit, head: ChainHeadMessage) -> None:
    """Raise ChainForked when the hub knows more of this device than the device itself, or other acts than its own."""
    own = unit.chain.head()
    if head.seq > own.seq:
        raise ChainForked(f"hub at {head.seq}, own head {own.seq}")
    if head.seq and unit.chain.hash_at(head.seq) not in (None, head.hash):
        raise ChainForked(f"hash of {head.seq}, own head {own.seq}")


@dataclass(frozen=True, slots=True)
class Lost:
    """What a hub restored from a backup has no more, and has to be brought again: how many acts, how many scans.

    `cases` are ids of cases that look different now.
    """

    records: int
    scans: int
    cases: frozenset[str] = frozenset()


def rewind(unit: WriteUnit, head: ChainHeadMessage) -> Lost:
    """Go back to the head that a hub restored from a backup still has, so that what follows is sent again.

    From now on that lies only here, and so do the scans it names.

    Raises ChainForked when that head is none of ours, HubFault when there is nothing to go back to.
    """
    require_known(unit, head)
    before = unit.chain.acknowledged()
    if head.seq >= before.seq:
        raise HubFault(f"gap at {head.seq}, acknowledged {before.seq}")
    durable = min(head.seq, unit.chain.durable_upto())
    unit.chain.set_acknowledged(ChainHead(head.seq, head.hash), durable)
    following = unit.events.outbox(1, 0)
    if following and following[0].prev != head.hash:
        raise ChainForked(f"hash of {head.seq}")
    return _lose_behind(unit, head.seq, before.seq)


def go_back_to_lost(unit: WriteUnit, response: ExchangeResponse) -> Lost | None:
    """Send again from the first act on that lies here while the hub says that it was lost with this PC's disk.

    The hub had it and was restored since, or it would not be acknowledged. None when there is nothing to send; what
    stands here behind a place that is missing here too cannot be sent. Raises ChainForked when the chain before it is
    none of ours.
    """
    acknowledged = unit.chain.acknowledged().seq
    for first, _ in response.lost:
        before = GENESIS if first == 1 else unit.chain.hash_at(first - 1)
        if first <= acknowledged and before is not None and unit.chain.hash_at(first) is not None:
            return rewind(unit, ChainHeadMessage(seq=first - 1, hash=before))
    return None


def _lose_behind(unit: WriteUnit, seq: int, before: int) -> Lost:
    """Count as only here what follows `seq`, with its scans; return what of it the hub had, up to `before`."""
    cases = frozenset(unit.events.lose_behind(seq))
    for one in unit.mailboxes.held():
        if one.case_id in cases:
            unit.mailboxes.drop(one.feed, one.case_id)
    gone = unit.events.outbox(before - seq, _ALL)
    named = (unit.attachments.get(sha256) for sha256 in sorted(scans_of(gone)))
    scans = [row.sha256 for row in named if row is not None and row.here and row.at_hub]
    for sha256 in scans:
        unit.attachments.mark_not_at_hub(sha256)
    return Lost(before - seq, len(scans), cases)


def scans_of(envelopes: Iterable[Envelope]) -> set[str]:
    """Return the hashes that stand in acts: a scan is named by its own, wherever an act has it."""
    return {found for one in envelopes for found in _HASH.findall(one.body)}
