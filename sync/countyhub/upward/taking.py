"""At the hub above: what an accepted envelope from below adds to its county's documents, cases and sum."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance.submission import read_event
from countyhub.devices import repository as devices
from countyhub.devices.repository import Device
from countyhub.upward import below
from countyhub.upward.below import BelowCase, BelowSum, Key
from countyhub.upward.carried import code_of, read, why_not_message
from countyhub.upward.proofs import UNREADABLE, Proofs
from hubprotocol.digests import add_holding, holding, next_case_hash
from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import Message
from hubprotocol.upward import (
    CarriedDocumentMessage,
    CarriedEventMessage,
    PartMessage,
    SumMessage,
    joined,
)
from stationapp.domain.case_flow import case_of
from stationapp.domain.events import CaseEvent

_OF_A_COUNTY = (CarriedEventMessage, CarriedDocumentMessage, SumMessage)

log = logging.getLogger(__name__)


def take(
    connection: Connection, envelopes: Sequence[Envelope], senders: Mapping[str, Device], at: str
) -> None:
    """Take in envelopes that were stored in this transaction, in their order; `at` is the hub's time."""
    if not envelopes:
        return
    intake = _Intake(connection, at)
    for envelope in envelopes:
        intake.take(senders[envelope.device], envelope)
    intake.save()


class _Intake:
    """One transaction's work; sums and cases are kept in memory until `save`."""

    def __init__(self, connection: Connection, at: str) -> None:
        self._connection, self._at = connection, at
        self._proofs = Proofs(connection)
        self._cases: dict[Key, BelowCase] = {}
        self._events: dict[Key, list[CaseEvent]] = {}
        self._sums: dict[str, BelowSum] = {}
        self._rows: list[dict[str, Any]] = []

    def take(self, sender: Device, envelope: Envelope) -> None:
        """Take one envelope in, or log why it adds nothing; it stays stored either way."""
        message = self._message_in(sender, envelope)
        if not isinstance(message, _OF_A_COUNTY):
            return
        total = self._sum(message.origin, sender)
        if total is None:
            log.warning("%s/%d is of a hub that was replaced", envelope.device, envelope.seq)
        elif isinstance(message, CarriedDocumentMessage):
            below.add_document(self._connection, message)
            self._proofs.forget(message.origin)
        elif isinstance(message, SumMessage):
            total.told_count, total.told_digest = message.holdings.count, message.holdings.digest
            total.told_at = self._at
        else:
            self._add(total, sender, envelope, message)

    def _message_in(self, sender: Device, envelope: Envelope) -> Message | None:
        """The message, put together when this is the last of its parts."""
        message = read(envelope.kind, envelope.body)
        if not isinstance(message, PartMessage) or not message.is_last:
            return message
        try:
            parts = below.parts_before(self._connection, envelope.device, envelope.seq, message)
            whole = read(*joined(parts))
        except ValueError:
            log.warning("the parts up to %s/%d do not fit", envelope.device, envelope.seq)
            return None
        return None if why_not_message(code_of(sender), whole) else whole

    def _sum(self, origin: str, sender: Device) -> BelowSum | None:
        """The county's sum; begun anew for a hub that was enrolled again, None for the one it replaced."""
        known = self._sums.get(origin) or below.sum_of(self._connection, origin)
        if known is not None and known.device != sender.device_id and self._replaces(sender, known.device):
            # Whoever still has the old copy must not believe that he is heard.
            devices.revoke(self._connection, known.device, self._at)
            known = None
        if known is None:
            known = BelowSum(origin, sender.device_id)
        if known.device != sender.device_id:
            return None
        self._sums[origin] = known
        return known

    def _replaces(self, sender: Device, before: str) -> bool:
        """Only the same hub, enrolled again, takes another's place, or anybody that of one without rights."""
        former = devices.load(self._connection, [before]).get(before)
        if former is None or former.revoked:
            return True
        return former.station == sender.station and former.slot < sender.slot

    def _add(self, total: BelowSum, sender: Device, envelope: Envelope, message: CarriedEventMessage) -> None:
        key = (message.origin, message.case_id)
        one = self._case(key, sender.device_id)
        if message.revision != one.revision + 1:
            log.warning("%s/%d skips a revision of %s", envelope.device, envelope.seq, message.case_id)
            return
        fault = self._proofs.fault_of(message)
        if fault:
            log.warning("%s/%d: %s", envelope.device, envelope.seq, fault)
        event_hash = message.envelope.unpack().hash
        if one.revision:
            total.digest = add_holding(total.digest, holding(one.case_id, one.revision, one.case_hash))
        else:
            total.count += 1
        one.revision, one.case_hash = message.revision, next_case_hash(one.case_hash, event_hash)
        one.updated_at = message.received_at
        total.digest = add_holding(total.digest, holding(one.case_id, one.revision, one.case_hash))
        self._project(one, message)
        place = {"origin": one.origin, "case_id": one.case_id, "revision": one.revision}
        carrier = {"device": envelope.device, "seq": envelope.seq}
        self._rows.append({**place, **carrier, "event_hash": event_hash, "fault": fault})

    def _case(self, key: Key, sender: str) -> BelowCase:
        """The case; a hub that was enrolled again tells it from its beginning."""
        if key in self._cases:
            return self._cases[key]
        found = below.case(self._connection, key)
        if found is not None and found.device != sender:
            below.drop_events(self._connection, key)
            found = None
        self._cases[key] = found or BelowCase(*key, case_hash=GENESIS, device=sender)
        self._events[key] = [
            event
            for body in (below.carried_bodies(self._connection, key) if found else ())
            if (event := _event_in(CarriedEventMessage.model_validate_json(body))) is not None
        ]
        return self._cases[key]

    def _project(self, one: BelowCase, message: CarriedEventMessage) -> None:
        """How the case stands; left as it was where this program does not understand a newer county's event."""
        event = _event_in(message)
        if event is None:
            return
        events = self._events[one.origin, one.case_id]
        events.append(event)
        try:
            found = case_of(events)
        except UNREADABLE:
            return
        if found is not None:
            one.state, one.holder = found.state.value, found.holder

    def save(self) -> None:
        """Write what was taken in."""
        below.add_events(self._connection, self._rows)
        below.save_cases(self._connection, list(self._cases.values()))
        below.save_sums(self._connection, self._sums.values())


def _event_in(message: CarriedEventMessage) -> CaseEvent | None:
    try:
        return read_event(message.envelope.body)
    except UNREADABLE:
        return None
