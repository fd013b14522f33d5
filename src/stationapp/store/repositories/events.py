"""The event log: own events as they are sealed, other desks' events as the hub confirms them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from sqlalchemy import and_, bindparam, insert, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from hubprotocol.envelope import Envelope
from hubprotocol.messages import Result
from stationapp.domain.events import CaseEvent
from stationapp.store.moments import to_micros
from stationapp.store.projection import LoggedEvent
from stationapp.store.records.events import ConfirmedEvent, EventStatus, Moment, ReasonLike
from stationapp.store.repositories.base import Prepared
from stationapp.store.repositories.case_keys import CaseKeys
from stationapp.store.repositories.chain import OWN, Chain
from stationapp.store.repositories.event_queries import ASIDE, EVENTS, KEYS, EventQueries, places_of
from stationapp.store.repositories.identity import IdentityQueries
from stationapp.store.repositories.projections import Projections, read_event
from stationapp.store.seats import ContradictionError, Seat, reseat
from stationapp.store.tables.base import names_of

_E = EVENTS.c
_ADD = Prepared(insert(EVENTS).values({name: bindparam(name) for name in names_of(EVENTS) if name != "id"}))
_BY_SEQ = select(_E.id, _E.case_key, _E.event_id, _E.status, _E.epoch, _E.reasons, _E.hash).where(
    _E.device == bindparam("of_device"), _E.seq == bindparam("of_seq"), OWN
)
_BY_EVENT_ID = select(_E.id, _E.case_key, _E.status, _E.settled_at).where(_E.event_id == bindparam("wanted"))
_THIS = _E.id == bindparam("of_id")
_JUDGE = (
    update(EVENTS)
    .where(_THIS)
    .values(
        status=bindparam("new_status"),
        reasons=bindparam("new_reasons"),
        revision=None,
        received_at=None,
        epoch="",
    )
)
_NO_PLACE = {"new_revision": None, "new_received_at": None}
_UNSEAT = Prepared(
    update(EVENTS)
    .where(_THIS)
    .values(
        status=EventStatus.PENDING.value,
        revision=bindparam("new_revision"),
        received_at=bindparam("new_received_at"),
        epoch="",
        reasons="",
    )
)
_SEAT = Prepared(
    update(EVENTS)
    .where(_THIS)
    .values(
        status=EventStatus.CONFIRMED.value,
        revision=bindparam("new_revision"),
        received_at=bindparam("new_received_at"),
        epoch=bindparam("new_epoch"),
        reasons="",
    )
)
_SETTLE = (
    update(EVENTS)
    .where(_THIS)
    .values(settled_at=bindparam("at_micros"), settled_by=bindparam("who"), settled_note=bindparam("words"))
)
_HANGING = (
    select(_E.id)
    .where(
        _E.case_key == bindparam("of_key"),
        OWN,
        text("(status IN ('pending', 'held') OR (status = 'refused' AND settled_at IS NULL))"),
    )
    .limit(1)
)
_ENVELOPE_NAMES = ("device", "seq", "prev", "signature", "person_signature")
_ASIDE_NAMES = names_of(ASIDE)
_CLOTHES = select(EVENTS).where(_E.event_id == bindparam("of_event"))
_SET_ASIDE = sqlite_insert(ASIDE).on_conflict_do_nothing()
_RECLOTHE = (
    update(EVENTS)
    .where(_E.event_id == bindparam("of_event"))
    .values({name: bindparam(f"new_{name}") for name in (*_ENVELOPE_NAMES, "hash", "own")})
)
_PENDING_AGAIN = (
    update(EVENTS)
    .where(_E.event_id == bindparam("of_event"))
    .values(status=EventStatus.PENDING.value, revision=None, received_at=None, epoch="", reasons="")
)
_BEHIND = or_(
    and_(_E.device == bindparam("of_device"), _E.seq > bindparam("after")),
    _E.event_id.in_(
        select(ASIDE.c.event_id).where(
            ASIDE.c.device == bindparam("of_device"), ASIDE.c.seq > bindparam("after")
        )
    ),
)
_GIVEN_BACK = (OWN, _BEHIND, _E.status.in_((EventStatus.CONFIRMED.value, EventStatus.HELD.value)))
_CASES_GIVEN_BACK = (
    select(KEYS.c.key, KEYS.c.case_id).join(EVENTS, _E.case_key == KEYS.c.key).where(*_GIVEN_BACK).distinct()
)
# The places stay: other desks' events that stand behind them would come before them otherwise.
_GIVE_BACK = update(EVENTS).where(*_GIVEN_BACK).values(status=EventStatus.PENDING.value, epoch="", reasons="")
_BY_ASIDE = (
    select(_E.id, _E.case_key, _E.event_id, _E.status, _E.epoch, _E.reasons, _E.hash)
    .join(ASIDE, ASIDE.c.event_id == _E.event_id)
    .where(ASIDE.c.device == bindparam("of_device"), ASIDE.c.seq == bindparam("of_seq"))
)
_STATUS_OF = {Result.HELD: EventStatus.HELD, Result.REFUSED: EventStatus.REFUSED}


class Events(EventQueries):
    """Writes the log, and with every change what is derived from it. Everything from the hub may be said twice."""

    def append_pending(self, event: CaseEvent, envelope: Envelope) -> None:
        """Append an own event: log and outbox in one row, and the projections of its case.

        Raises ValueError when the envelope does not continue its device's chain or does not hold the event;
        the driver's IntegrityError when the event is in the log already.
        """
        head = Chain(self._connection).head_of(envelope.device)
        if (envelope.seq, envelope.prev) != (head.seq + 1, head.hash):
            raise ValueError(f"envelope {envelope.seq} does not continue the chain after {head.seq}")
        key, is_new = CaseKeys(self._connection).give(event.case_id)
        self._add(key, event, envelope, own=True)
        projections = Projections(self._connection)
        if is_new:
            projections.open(key, _appended(event, envelope))
        else:
            projections.renew(key)

    def apply_verdict(
        self,
        device: str,
        seq: int,
        result: Result | str,
        revision: int,
        received_at: Moment,
        reasons: Iterable[ReasonLike] = (),
    ) -> bool:
        """Note the hub's answer to an own envelope; tell whether such an envelope is here.

        A confirmed event stays confirmed whatever an older answer says, unless the hub has begun a new epoch.
        `received_at` is read only for an accepted one.
        """
        asked = {"of_device": device, "of_seq": seq}
        rows = (self._connection.execute(one, asked).one_or_none() for one in (_BY_SEQ, _BY_ASIDE))
        row = next((found for found in rows if found is not None), None)
        if row is None:
            return False
        epoch = IdentityQueries(self._connection).device_and_epoch()[1]
        result = Result(result)
        if result is Result.ACCEPTED:
            self._seat(row.case_key, [Seat(row.id, row.event_id, revision, to_micros(received_at), epoch)])
            return True
        settled = row.status == EventStatus.CONFIRMED and row.epoch == epoch
        judged = (_STATUS_OF[result], reasons_to_text(reasons))
        if not settled and judged != (row.status, row.reasons):
            values = {"of_id": row.id, "new_status": judged[0].value, "new_reasons": judged[1]}
            self._connection.execute(_JUDGE, values)
            Projections(self._connection).renew(row.case_key)
        return True

    def apply_confirmed(self, confirmed: Sequence[ConfirmedEvent]) -> None:
        """Take in events with their places as the hub's mailbox tells them; the cases become visible again.

        Raises `ContradictionError` when the hub gives, in one epoch, a place twice or an event two places.
        """
        by_case = sorted(confirmed, key=lambda row: (row[3].case_id, row[0]))
        for case_id, rows in groupby(by_case, key=lambda row: row[3].case_id):
            self._take_in(case_id, list(rows))

    def lose_behind(self, seq: int) -> list[str]:
        """Note that the hub has no envelope of this device behind `seq` any more; return ids of the cases concerned.

        What it had confirmed, or held back, is pending again; where it stood in its case is remembered.
        """
        asked = {"of_device": IdentityQueries(self._connection).device_and_epoch()[0], "after": seq}
        cases = self._connection.execute(_CASES_GIVEN_BACK, asked).all()
        self._connection.execute(_GIVE_BACK, asked)
        projections = Projections(self._connection)
        for row in cases:
            projections.renew(row.key)
        return [str(row.case_id) for row in cases]

    def evict(self, case_id: str) -> bool:
        """Note that the hub has taken a case back. It goes from the lists, and other desks' events from the disk.

        Returns False when own events of it are unsent, held, or refused and not settled: then it stays, marked,
        until they are dealt with. It also stays as long as another mailbox holds it (`mailboxes.drop` first or
        afterwards; the order does not matter).
        """
        keys = CaseKeys(self._connection)
        key = keys.find(case_id)
        if key is None:
            return True
        hanging = self._connection.execute(_HANGING, {"of_key": key}).one_or_none() is not None
        if keys.mark_taken_back(key, True):
            Projections(self._connection).renew(key)
        return not hanging

    def seal_anew(self, event_id: str, envelope: Envelope) -> None:
        """Let an own event continue another chain, that of the device this PC has become; the old link is kept.

        Raises ValueError when the envelope does not continue its chain or holds another body.
        """
        head = Chain(self._connection).head_of(envelope.device)
        if (envelope.seq, envelope.prev) != (head.seq + 1, head.hash):
            raise ValueError(f"envelope {envelope.seq} does not continue the chain after {head.seq}")
        case_key = self._reclothe(event_id, envelope)
        self._connection.execute(_PENDING_AGAIN, {"of_event": event_id})
        Projections(self._connection).renew(case_key)

    def settle_refused(self, event_id: str, note: str, by: str, at: Moment) -> None:
        """Note that a person has dealt with a refused event; the event itself stays. The first note counts.

        Raises ValueError for an event that is not refused.
        """
        row = self._connection.execute(_BY_EVENT_ID, {"wanted": event_id}).one_or_none()
        if row is None or row.status != EventStatus.REFUSED:
            raise ValueError("only a refused event can be settled")
        if row.settled_at is None:
            values = {"of_id": row.id, "at_micros": to_micros(at), "who": by, "words": note}
            self._connection.execute(_SETTLE, values)
            Projections(self._connection).renew(row.case_key)

    def _take_in(self, case_id: str, rows: Sequence[ConfirmedEvent]) -> None:
        device, epoch = IdentityQueries(self._connection).device_and_epoch()
        keys = CaseKeys(self._connection)
        key, _ = keys.give(case_id)
        visible_again = keys.mark_taken_back(key, False)
        here = places_of(self._connection, key)
        known, hashes = {row.event_id: row.row_id for row in here}, {row.row_id: row.hash for row in here}
        seats = []
        for revision, received_at, envelope, event in rows:
            row_id = known.get(event.event_id)
            if row_id is None:
                row_id = self._add(key, event, envelope, own=envelope.device == device)
            elif hashes[row_id] != envelope.hash:
                self._reclothe(event.event_id, envelope)
            seats.append(Seat(row_id, event.event_id, revision, to_micros(received_at), epoch))
        if not self._seat(key, seats) and visible_again:
            Projections(self._connection).renew(key)

    def _reclothe(self, event_id: str, envelope: Envelope) -> int:
        """Give an event another envelope with the same body, and keep the own one it had; return its case's key."""
        asked = {"of_event": event_id}
        row = self._connection.execute(_CLOTHES, asked).one()
        if (row.kind, row.body) != (envelope.kind, envelope.body):
            raise ContradictionError(f"event {event_id} came with another body")
        if row.own:
            self._connection.execute(_SET_ASIDE, {name: getattr(row, name) for name in _ASIDE_NAMES})
        ours = envelope.device in Chain(self._connection).devices()
        values = {f"new_{name}": getattr(envelope, name) for name in _ENVELOPE_NAMES}
        self._connection.execute(_RECLOTHE, {**asked, **values, "new_hash": envelope.hash, "new_own": ours})
        return int(row.case_key)

    def _seat(self, key: int, wanted: Sequence[Seat]) -> bool:
        """Give events their places in the hub's order; tell whether anything changed."""
        seated = [
            Seat(row.row_id, row.event_id, row.revision, row.received_at, row.epoch)
            for row in places_of(self._connection, key)
            if row.revision and row.received_at is not None
        ]
        unseated, newly = reseat(seated, wanted)
        for seat in (*unseated, *newly):
            _UNSEAT.run(self._connection, {"of_id": seat.row_id, **_NO_PLACE})
        for seat in newly:
            values = {
                "new_revision": seat.revision,
                "new_received_at": seat.received_at,
                "new_epoch": seat.epoch,
            }
            _SEAT.run(self._connection, {"of_id": seat.row_id, **values})
        if unseated or newly:
            Projections(self._connection).renew(key)
        return bool(unseated or newly)

    def _add(self, key: int, event: CaseEvent, envelope: Envelope, *, own: bool) -> int:
        told = read_event(envelope.body)
        if (told.event_id, told.case_id, told.move) != (event.event_id, event.case_id, event.move):
            raise ValueError("the envelope does not hold this event")
        values = {name: getattr(envelope, name) for name in Envelope.__dataclass_fields__}
        values |= {"case_key": key, "event_id": event.event_id, "hash": envelope.hash, "own": own}
        values |= {"at": to_micros(event.at), "status": EventStatus.PENDING.value}
        values |= {"revision": None, "received_at": None, "epoch": "", "reasons": ""}
        values |= {"settled_at": None, "settled_by": "", "settled_note": ""}
        return int(_ADD.run(self._connection, values).lastrowid)


def reasons_to_text(reasons: Iterable[ReasonLike]) -> str:
    """Return reasons as they are stored: a JSON list, or nothing for none."""
    rows = [[reason.code, reason.text, reason.field] for reason in reasons]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def _appended(event: CaseEvent, envelope: Envelope) -> LoggedEvent:
    return LoggedEvent(
        event=read_event(envelope.body),
        status=EventStatus.PENDING,
        own=True,
        seq=envelope.seq,
        revision=0,
        at=to_micros(event.at),
        received_at=None,
        settled=False,
    )
