"""At the hub below: what was confirmed and is not told yet is sealed into the chain for the hub above.

Documents go before the events that are proved by them, and the events of a case in the order of their revisions.
What is sealed is compared by revision and not by time or by number, so that no commit that comes late is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.mailboxes.repository import confirmed_events
from countyhub.references import repository as references
from countyhub.upward import above, below
from countyhub.upward.above import Link, Pending, SealedSum
from hubprotocol.digests import add_holding, holding
from hubprotocol.envelope import Envelope, seal
from hubprotocol.messages import HoldingsMessage, Message
from hubprotocol.upward import (
    DOCUMENT_KIND,
    EVENT_KIND,
    SUM_KIND,
    CarriedDocumentMessage,
    CarriedEventMessage,
    SumMessage,
    bodies_of,
)

_CASES_AT_ONCE = 200


def seal_pending(hub: Hub) -> int:
    """Seal everything that is not sealed yet; return how many envelopes that made."""
    made = 0
    while True:
        fresh = hub.database.write(_seal_some)
        if not fresh:
            return made
        made += fresh


def _seal_some(connection: Connection) -> int:
    if above.link(connection) is None:
        return 0
    link = above.locked_link(connection)
    if link.trouble:
        return 0
    chain = _Chain(link)
    _seal_documents(connection, chain)
    _seal_cases(connection, chain)
    chain.save(connection)
    return len(chain.envelopes)


class _Chain:
    """The chain for the hub above, growing within one transaction."""

    def __init__(self, link: Link) -> None:
        self._link, self._seed = link, bytes.fromhex(link.seed)
        self._seq, self._hash = link.seq, link.hash
        self.envelopes: list[Envelope] = []

    def add(self, kind: str, message: Message) -> None:
        """Seal a message, in parts when it is long."""
        for part, body in bodies_of(kind, message.model_dump_json()):
            one = seal(self._link.device, self._seq + 1, self._hash, part, body, self._seed)
            self._seq, self._hash = one.seq, one.hash
            self.envelopes.append(one)

    def save(self, connection: Connection) -> None:
        """Write the envelopes and the new end."""
        above.add_envelopes(connection, self.envelopes)
        above.change(connection, self._link, seq=self._seq, hash=self._hash)


def _seal_documents(connection: Connection, chain: _Chain) -> None:
    sealed, fresh = above.sealed_documents(connection), []
    for key, message in _documents(connection, sealed):
        chain.add(DOCUMENT_KIND, message)
        fresh.append(key)
    above.seal_documents(connection, fresh)


def _documents(
    connection: Connection, sealed: set[tuple[str, str, str]]
) -> Iterator[tuple[tuple[str, str, str], CarriedDocumentMessage]]:
    identity = identities.load(connection)
    for name, version, number in references.numbered(connection):
        key = (identity.county, name, version)
        if key not in sealed:
            one = references.stored(connection, name, version)
            yield key, _document(*key, number, one.body, one.signature, identity.public.hex())
    for *below_key, number in above.documents_below(connection):
        key = (below_key[0], below_key[1], below_key[2])
        if key not in sealed:
            row = above.document_below(connection, key)
            yield key, _document(*key, number, row.body, row.signature, row.hub_public)


def _document(
    origin: str, name: str, version: str, number: int, body: str, signature: str, hub_public: str
) -> CarriedDocumentMessage:
    return CarriedDocumentMessage(
        origin=origin,
        name=name,
        version=version,
        number=number,
        body=body,
        signature=signature,
        hub_public=hub_public,
    )


def _seal_cases(connection: Connection, chain: _Chain) -> None:
    own = above.pending_own(connection, identities.load(connection).county, _CASES_AT_ONCE)
    told = confirmed_events(connection, [one.case_id for one in own])
    from_below = above.pending_below(connection, _CASES_AT_ONCE)
    for one in own:
        for event in told[one.case_id][one.sealed : one.revision]:
            chain.add(EVENT_KIND, _own_event(one, event))
    for one in from_below:
        for revision, body in below.bodies_from(connection, (one.origin, one.case_id), one.sealed + 1):
            if revision <= one.revision:
                chain.add(EVENT_KIND, CarriedEventMessage.model_validate_json(body))
    _add_up(connection, chain, [*own, *from_below])


def _own_event(one: Pending, event: Any) -> CarriedEventMessage:
    return CarriedEventMessage(
        origin=one.origin,
        case_id=one.case_id,
        revision=event.revision,
        received_at=event.received_at,
        envelope=event.envelope,
    )


def _add_up(connection: Connection, chain: _Chain, cases: list[Pending]) -> None:
    """Change the sums by the cases that were sealed, and tell the new sums."""
    sums, changed = above.sums(connection), dict[str, SealedSum]()
    parts = [holding(one.case_id, one.revision, one.case_hash) for one in cases]
    for one, part in zip(cases, parts, strict=True):
        total = changed.setdefault(one.origin, sums.get(one.origin) or SealedSum(one.origin))
        total.count += 0 if one.sealed else 1
        total.digest = add_holding(add_holding(total.digest, one.part), part)
    above.seal_cases(connection, cases, parts)
    for total in changed.values():
        above.save_sum(connection, total)
        holdings = HoldingsMessage(count=total.count, digest=total.digest)
        chain.add(SUM_KIND, SumMessage(origin=total.origin, holdings=holdings))
