"""The hub's own acts on cases, sealed in its own chain: case numbers, acceptance by silence, notes of doubles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance import repository
from countyhub.hub import Hub
from countyhub.identity.repository import Identity
from countyhub.numbers.service import DaySerials
from hubprotocol.envelope import Envelope, seal
from hubprotocol.messages import ChainHeadMessage
from hubprotocol.versions import CASE_EVENT_KIND, HUB_DEVICE
from stationapp.domain.events import CaseEvent, Hand, Versions, event_to_mapping

NUMBERED_AT = frozenset({"register", "accept", "deem_accepted"})
"""The moves after which a case without a number is given one."""

_HAND = Hand(HUB_DEVICE, HUB_DEVICE, HUB_DEVICE, "县级平台", "")


class HubActs:
    """Seals the hub's events within one transaction; its chain is locked at the first, written by `save`."""

    def __init__(self, connection: Connection, hub: Hub, identity: Identity) -> None:
        self._connection, self._hub, self._identity = connection, hub, identity
        self._serials = DaySerials(connection, identity.county, hub.now().date())
        self._head: ChainHeadMessage | None = None
        self.envelopes: list[Envelope] = []

    def number(self, case_id: str) -> tuple[CaseEvent, Envelope]:
        """Return the event that gives a case its number."""
        return self.act(case_id, "assign_number", {"case_number": self._serials.next()})

    def act(
        self, case_id: str, move: str, facts: Mapping[str, Any], under: Versions | None = None
    ) -> tuple[CaseEvent, Envelope]:
        """Return the event of an own act on a case, sealed."""
        at, versions = self._hub.now(), under or Versions()
        event = CaseEvent(self._hub.new_id(), case_id, move, at, _HAND, dict(facts), versions)
        return event, self._seal(json.dumps(event_to_mapping(event), ensure_ascii=False))

    def _seal(self, body: str) -> Envelope:
        if self._head is None:
            self._head = repository.lock_chain(self._connection, HUB_DEVICE)
        envelope = seal(
            HUB_DEVICE, self._head.seq + 1, self._head.hash, CASE_EVENT_KIND, body, self._identity.seed
        )
        self._head = ChainHeadMessage(seq=envelope.seq, hash=envelope.hash)
        self.envelopes.append(envelope)
        return envelope

    def save(self) -> None:
        """Write the envelopes, the end of the hub's chain and the day's serial."""
        self._serials.save()
        if self._head is not None:
            repository.add_envelopes(self._connection, self.envelopes)
            repository.move_chain(self._connection, HUB_DEVICE, self._head)
