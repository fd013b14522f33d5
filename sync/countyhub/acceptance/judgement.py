"""Judging a batch in one transaction: lock and load, judge, write. The order of locks is fixed.

Device chain (the caller's), cases by id, attachments by sha256, the day's serial, the hub's chain, and last
the mailboxes by feed. Two transactions so wait for each other only in one direction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance import case_repository, repository
from countyhub.acceptance.bench import Bench
from countyhub.acceptance.hub_acts import HubActs
from countyhub.acceptance.ruling import Ruling, Track
from countyhub.acceptance.submission import Submission, open_envelope
from countyhub.attachments import repository as attachments
from countyhub.devices import repository as devices
from countyhub.devices.repository import Device, own_feed
from countyhub.doubles import marks
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.mailboxes import fan_out
from countyhub.numbers import repository as numbers
from countyhub.references.service import Law
from countyhub.upward import taking
from hubprotocol.envelope import Envelope
from hubprotocol.messages import Result, VerdictMessage

_NOBODY: Mapping[str, Device] = {}


def judge_new(connection: Connection, hub: Hub, submissions: Sequence[Submission], sender: Device) -> None:
    """Judge new submissions of a device in their order and write what follows, the envelopes themselves too."""
    repository.add_envelopes(connection, [one.envelope for one in submissions])
    case_ids = [one.case_id for one in submissions if one.event]
    bench = _prepare(connection, hub, submissions, case_ids, {sender.device_id: sender})
    for submission in submissions:
        bench.submit(submission)
    _write(connection, bench)


def judge_held(connection: Connection, hub: Hub, case_ids: Iterable[str]) -> None:
    """Judge again what is held of some cases."""
    bench = _prepare(connection, hub, (), case_ids)
    for case_id in sorted(bench.tracks):
        bench.reconsider(bench.tracks[case_id])
    _write(connection, bench)


def act_alone(
    connection: Connection, hub: Hub, case_ids: Iterable[str], decide: Callable[[Bench], None]
) -> list[str]:
    """Let the hub act by itself on some cases: `decide` makes its acts on the bench, with the cases locked.

    Returns the moves made.
    """
    bench = _prepare(connection, hub, (), case_ids)
    decide(bench)
    _write(connection, bench)
    return [one.event.move for one in bench.confirmed]


def _prepare(
    connection: Connection,
    hub: Hub,
    submissions: Sequence[Submission],
    case_ids: Iterable[str],
    known: Mapping[str, Device] = _NOBODY,
) -> Bench:
    tracks = case_repository.lock_cases(connection, case_ids)
    all_of_them = [*submissions, *_held_in(tracks.values())]
    events = [one.event for one in all_of_them if one.event]
    wanted = {one.sha256: one.size for submission in all_of_them for one in submission.attachments}
    identity = identities.load(connection)
    others = {one.envelope.device for one in all_of_them} - known.keys()
    senders = {**known, **(devices.load(connection, sorted(others)) if others else {})}
    attachments.lock_wanted(connection, wanted)
    return Bench(
        law=Law(connection, hub),
        devices=senders,
        tracks=tracks,
        known=case_repository.known_events(connection, [event.event_id for event in events]),
        complete={name: attachments.possessed(connection, one, wanted) for name, one in senders.items()},
        owners=numbers.owners(connection, _keys(all_of_them)),
        hub_acts=HubActs(connection, hub, identity),
        grace=timedelta(days=identity.grace_days),
        at=hub.stamp(),
        mark_key=marks.key_of(identity),
        acts_of=partial(case_repository.acts_before, connection),
        refused_of=partial(case_repository.refused_before, connection),
    )


def _held_in(tracks: Iterable[Track]) -> list[Submission]:
    return [submission for track in tracks for submission in track.held]


def _keys(submissions: Iterable[Submission]) -> list[tuple[str, str]]:
    return [one.key for submission in submissions for one in submission.claims]


def _write(connection: Connection, bench: Bench) -> None:
    rulings = bench.rulings.values()
    late = [one for one in rulings if one.submission.held_before]
    fresh = [one for one in rulings if not one.submission.held_before]
    bench.hub_acts.save()
    marks.note_opened(connection, bench.mark_key, bench.confirmed)
    repository.add_verdicts(connection, fresh)
    repository.change_verdicts(connection, late)
    case_repository.add_confirmed(connection, bench.confirmed)
    case_repository.save_cases(connection, bench.confirmed)
    numbers.drop_claims(connection, bench.released)
    numbers.add_claims(connection, bench.claimed.values())
    numbers.add_mentions(connection, _mentions(bench, fresh))
    _write_attachments(connection, bench)
    taking.take(connection, _carried(fresh), bench.devices, bench.at)
    fan_out.deliver(connection, bench.confirmed, [_late_verdict(one) for one in late])


def _carried(fresh: Iterable[Ruling]) -> list[Envelope]:
    """What hubs below said, as far as it is accepted."""
    accepted = (one.submission for one in fresh if one.result is Result.ACCEPTED)
    return [one.envelope for one in accepted if one.is_from_below]


def _mentions(bench: Bench, fresh: Iterable[Ruling]) -> list[dict[str, Any]]:
    """The numbers in all that is stored now, confirmed or not: what was printed must be found."""
    stored = [one.submission for one in fresh] + [open_envelope(one) for one in bench.hub_acts.envelopes]
    return [
        {"device": one.envelope.device, "seq": one.envelope.seq, **asdict(mention)}
        for one in stored
        for mention in one.mentions
    ]


def _write_attachments(connection: Connection, bench: Bench) -> None:
    accepted = [one.submission for one in bench.rulings.values() if one.result is Result.ACCEPTED]
    attachments.refer(
        connection, {(one.case_id, wanted.sha256) for one in accepted for wanted in one.attachments}
    )
    # Not only what is new: a hub may ask for more than it did when something was first held.
    waiting = _held_in(bench.tracks.values())
    attachments.await_missing(
        connection,
        {
            (wanted.sha256, one.envelope.device, one.envelope.seq, one.case_id)
            for one in waiting
            for wanted in one.attachments
            if wanted.sha256 not in bench.complete[one.envelope.device]
        },
    )


def _late_verdict(ruling: Ruling) -> tuple[str, str, VerdictMessage]:
    """An answer that its device cannot get as the answer to a request any more."""
    submission = ruling.submission
    return own_feed(submission.envelope.device), submission.case_id, ruling.message()
