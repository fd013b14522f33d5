"""Questions to the event log."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text

from hubprotocol.envelope import Envelope
from stationapp.domain.refusal import Reason
from stationapp.store.moments import from_optional
from stationapp.store.records.events import EventStatus, PendingSummary, StoredEvent
from stationapp.store.repositories.attachments import AttachmentQueries
from stationapp.store.repositories.base import AnyRow, Prepared, Repository
from stationapp.store.repositories.chain import OWN, ChainQueries
from stationapp.store.repositories.identity import IdentityQueries
from stationapp.store.repositories.projections import read_event
from stationapp.store.tables import CaseKeyRow, EventRow, SetAsideRow
from stationapp.store.tables.base import table_of

EVENTS = table_of(EventRow)
ENVELOPE_OVERHEAD_BYTES = 640
"""What an envelope takes on the wire besides its body, at most."""

KEYS, ASIDE = table_of(CaseKeyRow), table_of(SetAsideRow)
_E, _A = EVENTS.c, ASIDE.c
_OF_CASE = (
    select(EVENTS)
    .join(KEYS, KEYS.c.key == _E.case_key)
    .where(
        KEYS.c.case_id == bindparam("of_case"),
        text("(status = 'confirmed' OR (own = 1 AND status <> 'refused'))"),
    )
    .order_by(_E.revision.is_(None), _E.revision, _E.seq)
)
_REFUSED = (
    select(EVENTS)
    .where(OWN, _E.status == EventStatus.REFUSED.value, text("status <> 'confirmed'"))
    .order_by(_E.id)
)
_REFUSED_OF_CASE = _REFUSED.join(KEYS, KEYS.c.key == _E.case_key).where(
    KEYS.c.case_id == bindparam("of_case")
)
_BY_ID = select(EVENTS).where(_E.event_id == bindparam("wanted"))
_OUTBOX = (
    select(*(_E[name] for name in Envelope.__dataclass_fields__))
    .where(_E.device == bindparam("of_device"), OWN, _E.seq > bindparam("after"))
    .order_by(_E.seq)
    .limit(bindparam("most"))
)
_OUTBOX_ASIDE = (
    select(*((_E if name == "body" else _A)[name] for name in Envelope.__dataclass_fields__))
    .join(EVENTS, _E.event_id == _A.event_id)
    .where(_A.device == bindparam("of_device"), _A.seq > bindparam("after"))
    .order_by(_A.seq)
    .limit(bindparam("most"))
)
_UNCONFIRMED = (
    select(EVENTS)
    .where(
        OWN,
        or_(
            _E.status.in_((EventStatus.PENDING.value, EventStatus.HELD.value)),
            and_(_E.status == EventStatus.CONFIRMED.value, _E.epoch != bindparam("in_epoch")),
            and_(
                _E.status == EventStatus.REFUSED.value,
                _E.settled_at.is_(None),
                or_(
                    bindparam("of_epoch") != bindparam("in_epoch"),
                    and_(_E.device == bindparam("of_device"), _E.seq > bindparam("upto")),
                ),
            ),
        ),
    )
    # What was done instead of a refused act comes before it: sent first, the refused one would take its place.
    .order_by(_E.status == EventStatus.REFUSED.value, _E.id)
)
# Spelled so that the small index of what is not confirmed is used.
_HELD = select(EVENTS).where(OWN, text("status <> 'confirmed' AND status = 'held'")).order_by(_E.id)
_FIRST_UNANSWERED = Prepared(
    select(func.min(_E.seq)).where(
        _E.device == bindparam("of_device"),
        OWN,
        _E.seq <= bindparam("upto"),
        or_(
            _E.status == bindparam("is_pending"),
            and_(_E.status == bindparam("is_confirmed"), _E.epoch != bindparam("in_epoch")),
        ),
    )
)
_FIRST_HELD = Prepared(
    select(func.min(_E.seq)).where(
        _E.device == bindparam("of_device"),
        OWN,
        _E.seq <= bindparam("upto"),
        text("status <> 'confirmed' AND status = 'held'"),
    )
)
_PLACES = Prepared(
    select(_E.id, _E.event_id, _E.revision, _E.received_at, _E.epoch, _E.hash).where(
        _E.case_key == bindparam("of_key")
    )
)
_PENDING = text(
    "SELECT coalesce(sum(status <> 'refused'), 0) AS events,"
    " count(DISTINCT CASE WHEN status <> 'refused' THEN case_key END) AS cases,"
    " min(CASE WHEN status <> 'refused' THEN at END) AS oldest,"
    " coalesce(sum(status = 'held'), 0) AS held,"
    " count(DISTINCT CASE WHEN status = 'pending' THEN case_key END) AS unsent_cases,"
    " min(CASE WHEN status = 'pending' THEN at END) AS oldest_unsent,"
    " coalesce(sum(status = 'refused' AND settled_at IS NULL), 0) AS refused"
    " FROM event INDEXED BY ix_event_open WHERE own = 1 AND status <> 'confirmed'"
)


class Place(NamedTuple):
    """Where an event of a case stands, or stood before a restored hub lost it; without a revision it never did."""

    row_id: int
    event_id: str
    revision: int | None
    received_at: int | None
    epoch: str
    hash: str


def places_of(connection: Connection, key: int) -> list[Place]:
    """Return the places of a case's events."""
    return [Place(*row) for row in _PLACES.run(connection, {"of_key": key})]


class EventQueries(Repository):
    """Reads the log."""

    def of_case(self, case_id: str) -> list[StoredEvent]:
        """Return the case's events: confirmed ones in the hub's order, then own unconfirmed ones; no refused ones.

        Own ones that a restored hub lost come where they stood before.
        """
        return [stored_event(row) for row in self._connection.execute(_OF_CASE, {"of_case": case_id})]

    def get(self, event_id: str) -> StoredEvent | None:
        """Return one event, whatever its status."""
        row = self._connection.execute(_BY_ID, {"wanted": event_id}).one_or_none()
        return stored_event(row) if row is not None else None

    def refused(self, case_id: str | None = None) -> list[StoredEvent]:
        """Return refused own events, settled ones too, of one case or of all, the oldest first."""
        if case_id is None:
            return [stored_event(row) for row in self._connection.execute(_REFUSED)]
        return [stored_event(row) for row in self._connection.execute(_REFUSED_OF_CASE, {"of_case": case_id})]

    def held(self) -> list[StoredEvent]:
        """Return own events that the hub has and holds back, the oldest first."""
        return [stored_event(row) for row in self._connection.execute(_HELD)]

    def outbox(self, limit: int, max_bytes: int) -> list[Envelope]:
        """Return what the hub has not acknowledged, in order and without gaps.

        At least one envelope comes if there is any, else no more than `limit` and about `max_bytes` on the wire.
        """
        device = IdentityQueries(self._connection).device_and_epoch()[0]
        after = ChainQueries(self._connection).acknowledged().seq
        asked = {"of_device": device, "after": after, "most": limit}
        chosen: list[Envelope] = []
        size = 0
        rows = {
            row["seq"]: row
            for one in (_OUTBOX_ASIDE, _OUTBOX)
            for row in self._connection.execute(one, asked).mappings()
        }
        for seq in sorted(rows):
            envelope = Envelope(**rows[seq])
            size += len(envelope.body.encode()) + ENVELOPE_OVERHEAD_BYTES
            if envelope.seq != after + len(chosen) + 1 or (chosen and size > max_bytes):
                break
            chosen.append(envelope)
        return chosen

    def unconfirmed(self, epoch: str) -> list[StoredEvent]:
        """Return own events that the hub of that epoch has not made part of a case or refused, in their order.

        What a hub of before refused is among them as long as nobody has dealt with it: the new one was not asked.
        """
        device, known = IdentityQueries(self._connection).device_and_epoch()
        upto = ChainQueries(self._connection).acknowledged().seq
        asked = {"in_epoch": epoch, "of_epoch": known, "of_device": device, "upto": upto}
        return [stored_event(row) for row in self._connection.execute(_UNCONFIRMED, asked)]

    def first_unanswered(self) -> int | None:
        """Return the `seq` of the first acknowledged act of which this PC has no answer of the hub's present epoch."""
        device, epoch = IdentityQueries(self._connection).device_and_epoch()
        asked = {
            "of_device": device,
            "upto": ChainQueries(self._connection).acknowledged().seq,
            "is_pending": EventStatus.PENDING.value,
            "is_confirmed": EventStatus.CONFIRMED.value,
            "in_epoch": epoch,
        }
        found = _FIRST_UNANSWERED.one(self._connection, asked)
        return found[0] if found else None

    def first_held(self) -> int | None:
        """Return the `seq` of the first acknowledged act that the hub held when it was last heard of it."""
        device, _ = IdentityQueries(self._connection).device_and_epoch()
        upto = ChainQueries(self._connection).acknowledged().seq
        found = _FIRST_HELD.one(self._connection, {"of_device": device, "upto": upto})
        return found[0] if found else None

    def pending_summary(self) -> PendingSummary:
        """Return what lies only here."""
        row = self._connection.execute(_PENDING).one()
        unsent = AttachmentQueries(self._connection).count_not_at_hub()
        return PendingSummary(
            row.events,
            row.cases,
            from_optional(row.oldest),
            row.held,
            row.refused,
            unsent,
            row.unsent_cases,
            from_optional(row.oldest_unsent),
        )


def stored_event(row: AnyRow) -> StoredEvent:
    """Return the event of a whole row of the log; a place that a restored hub lost is none."""
    placed = row.status == EventStatus.CONFIRMED
    return StoredEvent(
        event=read_event(row.body),
        envelope=Envelope(**{name: getattr(row, name) for name in Envelope.__dataclass_fields__}),
        status=EventStatus(row.status),
        revision=row.revision if placed else 0,
        received_at=from_optional(row.received_at) if placed else None,
        reasons=tuple(Reason(*reason) for reason in json.loads(row.reasons or "[]")),
        own=row.own,
        epoch=row.epoch,
        settled_at=from_optional(row.settled_at),
        settled_by=row.settled_by,
        settled_note=row.settled_note,
    )
