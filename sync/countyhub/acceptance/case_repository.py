"""Queries on cases and their confirmed events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select
from sqlmodel import col

from countyhub.acceptance.bench import Known
from countyhub.acceptance.repository import ENVELOPE_COLUMNS, envelope_of
from countyhub.acceptance.ruling import Confirmed, Track
from countyhub.acceptance.submission import Submission, open_envelope, read_event
from countyhub.acceptance.tables import CaseEventRow, CaseRow, EnvelopeRow, VerdictRow
from countyhub.clock import CHINA_TIME
from countyhub.database import in_chunks
from countyhub.many_rows import add_rows, change_rows, insert_if_absent
from hubprotocol.envelope import Envelope
from hubprotocol.messages import Result
from stationapp.domain.case import Case
from stationapp.domain.case_flow import case_of
from stationapp.domain.events import CaseEvent
from stationapp.domain.states import CASE_STATES, FINAL_STATES

SAME_ENVELOPE = and_(
    EnvelopeRow.county == CaseEventRow.county,
    col(EnvelopeRow.device) == col(CaseEventRow.device),
    col(EnvelopeRow.seq) == col(CaseEventRow.seq),
)
SAME_VERDICT = and_(
    EnvelopeRow.county == VerdictRow.county,
    col(EnvelopeRow.device) == col(VerdictRow.device),
    col(EnvelopeRow.seq) == col(VerdictRow.seq),
)
_UNOPENED = CaseRow(case_id="").model_dump()

# What every push asks is put together once: that costs as much as asking.
_CASES: Any = bindparam("cases", expanding=True)
_LOCKED = (
    select(col(CaseRow.case_id), col(CaseRow.revision), col(CaseRow.case_hash))
    .where(col(CaseRow.case_id).in_(_CASES))
    .order_by(col(CaseRow.case_id))
    .with_for_update()
)
_EVENTS = (
    select(
        col(CaseEventRow.case_id), col(CaseEventRow.revision), col(EnvelopeRow.hash), col(EnvelopeRow.body)
    )
    .join(EnvelopeRow, SAME_ENVELOPE)
    .where(col(CaseEventRow.case_id).in_(_CASES))
    .order_by(col(CaseEventRow.case_id), col(CaseEventRow.revision))
)
_HELD = (
    select(*ENVELOPE_COLUMNS)
    .join(VerdictRow, SAME_VERDICT)
    .where(col(VerdictRow.case_id).in_(_CASES), col(VerdictRow.result) == Result.HELD.value)
    .order_by(col(VerdictRow.received_at), col(VerdictRow.device), col(VerdictRow.seq))
)
_KNOWN = (
    select(
        col(CaseEventRow.event_id),
        col(CaseEventRow.revision),
        col(CaseEventRow.received_at),
        col(EnvelopeRow.body),
    )
    .join(EnvelopeRow, SAME_ENVELOPE)
    .where(col(CaseEventRow.event_id).in_(bindparam("events", expanding=True)))
)


def lock_cases(connection: Connection, case_ids: Iterable[str]) -> dict[str, Track]:
    """Lock cases in the order of their ids, known or not, and return them with what is held of them."""
    ids = sorted(set(case_ids))
    insert_if_absent(connection, CaseRow, [_UNOPENED | {"case_id": case_id} for case_id in ids])
    tracks: dict[str, Track] = {}
    for chunk in in_chunks(ids):
        for row in connection.execute(_LOCKED, {"cases": chunk}):
            tracks[row.case_id] = Track(row.case_id, None, row.revision, row.case_hash)
    known = [case_id for case_id, track in tracks.items() if track.revision]
    for chunk in in_chunks(known):
        _fold(connection, chunk, tracks)
    for chunk in in_chunks(ids):
        for submission in _held(connection, chunk):
            tracks[submission.case_id].held.append(submission)
    return tracks


def cases_of(connection: Connection, case_ids: Sequence[str]) -> list[Case]:
    """Return cases as they stand, without locking them."""
    tracks = {case_id: Track(case_id) for case_id in case_ids}
    for chunk in in_chunks(case_ids):
        _fold(connection, chunk, tracks)
    return [track.case for track in tracks.values() if track.case is not None]


def _fold(connection: Connection, case_ids: Sequence[str], tracks: dict[str, Track]) -> None:
    events: dict[str, list[Any]] = {}
    for row in _rows_of(connection, case_ids):
        events.setdefault(row.case_id, []).append(read_event(bytes(row.body).decode()))
        tracks[row.case_id].envelope_hashes.append(row.hash)
    for case_id, own in events.items():
        tracks[case_id].case = case_of(own)


def _rows_of(connection: Connection, case_ids: Sequence[str]) -> Any:
    return connection.execute(_EVENTS, {"cases": case_ids})


def _held(connection: Connection, case_ids: Sequence[str]) -> list[Submission]:
    rows = connection.execute(_HELD, {"cases": case_ids})
    return [open_envelope(envelope_of(row), held_before=True) for row in rows]


def held_cases(connection: Connection) -> list[str]:
    """Return the cases of which something is held."""
    held = (col(VerdictRow.result) == Result.HELD.value) & (col(VerdictRow.case_id) != "")
    query = select(col(VerdictRow.case_id)).distinct().where(held)
    return list(connection.execute(query.order_by(col(VerdictRow.case_id))).scalars())


def open_cases(connection: Connection) -> list[str]:
    """Return the cases that have not ended; services around a case are none."""
    states = sorted(state.value for state in CASE_STATES - FINAL_STATES)
    mine = (col(CaseRow.revision) > 0) & col(CaseRow.state).in_(states)
    return list(
        connection.execute(select(col(CaseRow.case_id)).where(mine).order_by(col(CaseRow.case_id))).scalars()
    )


def known_events(connection: Connection, event_ids: Iterable[str]) -> dict[str, Known]:
    """Return those events that are part of a case already."""
    found: dict[str, Known] = {}
    for chunk in in_chunks(sorted(set(event_ids))):
        for row in connection.execute(_KNOWN, {"events": chunk}):
            found[row.event_id] = Known(bytes(row.body).decode(), row.revision, row.received_at)
    return found


def acts_before(connection: Connection, envelope: Envelope, since: datetime) -> list[CaseEvent]:
    """Return the confirmed acts of an envelope's device that came before it and were received since a moment."""
    mine = (col(VerdictRow.device) == envelope.device) & (col(VerdictRow.seq) < envelope.seq)
    later = col(VerdictRow.received_at) >= since.astimezone(CHINA_TIME).isoformat(timespec="milliseconds")
    accepted = col(VerdictRow.result) == Result.ACCEPTED.value
    query = select(col(EnvelopeRow.body)).join(VerdictRow, SAME_VERDICT).where(mine & later & accepted)
    return [read_event(bytes(row.body).decode()) for row in connection.execute(query)]


def refused_before(connection: Connection, envelope: Envelope, case_id: str) -> list[CaseEvent]:
    """Return the refused acts on a case of an envelope's device that came before it."""
    mine = (col(VerdictRow.device) == envelope.device) & (col(VerdictRow.seq) < envelope.seq)
    refused = (col(VerdictRow.case_id) == case_id) & (col(VerdictRow.result) == Result.REFUSED.value)
    query = select(*ENVELOPE_COLUMNS).join(VerdictRow, SAME_VERDICT).where(mine & refused)
    read = (open_envelope(envelope_of(row)).event for row in connection.execute(query))
    return [event for event in read if event is not None]


def add_confirmed(connection: Connection, confirmed: Sequence[Confirmed]) -> None:
    """Append confirmed events."""
    rows = [
        {
            "case_id": one.event.case_id,
            "revision": one.revision,
            "event_id": one.event.event_id,
            "device": one.envelope.device,
            "seq": one.envelope.seq,
            "received_at": one.received_at,
        }
        for one in confirmed
    ]
    add_rows(connection, CaseEventRow, rows)


def save_cases(connection: Connection, confirmed: Sequence[Confirmed]) -> None:
    """Write how the cases stand after their last events."""
    last = {one.event.case_id: one for one in confirmed}
    rows = [{"case_id": case_id} | case_columns(one) for case_id, one in sorted(last.items())]
    change_rows(connection, CaseRow, ("case_id",), rows)


def case_columns(one: Confirmed) -> dict[str, Any]:
    """Return the projection of a case as its row holds it."""
    case = one.case
    return {
        "revision": one.revision,
        "case_hash": one.hash,
        "state": case.state.value,
        "holder": case.holder,
        "addressed_to": case.addressed_to,
        "origin": case.origin,
        "receipt_number": case.receipt_number,
        "case_number": case.case_number,
        "updated_at": one.received_at,
    }
