"""The check of a whole hub: nothing was lost, altered or put in, and every projection follows from the log."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance import lost
from countyhub.acceptance.case_repository import case_columns
from countyhub.acceptance.ruling import Confirmed, Track
from countyhub.acceptance.submission import open_envelope, read_event
from countyhub.devices import repository as devices
from countyhub.devices.listing import hub_history
from countyhub.doubles import marks
from countyhub.doubles import repository as doubles
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.inspection import repository
from countyhub.mailboxes.repository import Head
from countyhub.references import repository as references
from countyhub.references.service import ORGANISATION, Law
from hubprotocol.digests import EMPTY_HOLDINGS, add_holding, holding, next_mailbox_hash
from hubprotocol.envelope import GENESIS, Envelope, is_signed_by_person
from hubprotocol.messages import EntryKind, Result, VerdictMessage
from hubprotocol.references import is_reference_signed
from hubprotocol.upward import UPWARD_KINDS
from hubprotocol.versions import HUB_DEVICE
from stationapp.domain.case import CASE, evolve, open_case
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.events import CaseEvent

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(slots=True)
class Report:
    """What was checked, and every fault as (place, what)."""

    checked: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether no fault was found."""
        return not self.faults

    def expect(self, holds: bool, place: str, what: str) -> None:
        """Note a fault unless the condition holds."""
        if not holds:
            self.faults.append({"where": place, "what": what})


@dataclass(slots=True)
class Rebuilt:
    """The projections as the log makes them."""

    tracks: dict[str, Track] = field(default_factory=dict)
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: set[tuple[str, str]] = field(default_factory=set)
    sizes: set[tuple[str, int, str]] = field(default_factory=set)  # as events name them: sha256, bytes, where
    shown: dict[str, dict[str, int]] = field(default_factory=dict)  # of each desk: case and its revision


def verify_hub(hub: Hub) -> Report:
    """Check chains, signatures, cases, mailboxes, projections, reference documents and files."""
    report = Report()
    with hub.database.read() as connection:
        _check_references(connection, report)
        _check_chains(connection, Law(connection, hub), report)
        rebuilt = _rebuild(connection, report)
        _check_projections(connection, rebuilt, report)
        for head in repository.mailboxes(connection):
            _check_mailbox(connection, head, rebuilt, report)
        sizes = repository.complete_attachments(connection)
    _check_files(hub, sizes, report)
    for sha256, size, place in sorted(rebuilt.sizes):
        report.expect(sizes.get(sha256, size) == size, place, "names another size than its attachment has")
    return report


def _check_references(connection: Connection, report: Report) -> None:
    public = identities.load(connection).public
    for one in references.everything(connection):
        report.checked["references"] += 1
        signed = is_reference_signed(public, one.name, one.version, one.body, one.signature)
        report.expect(signed, f"reference {one.name} {one.version}", "hub's signature is wrong")


def _check_chains(connection: Connection, law: Law, report: Report) -> None:
    histories = {one.device_id: one.history for one in devices.everyone(connection).values()}
    histories[HUB_DEVICE] = hub_history(connection)
    last_version = int(references.versions(connection).get(ORGANISATION, 0))
    mentions: set[tuple[str, ...]] = set()
    for chain in repository.chains(connection):
        seq, prev = 0, GENESIS
        gone = lost.between(connection, chain.device, 1, chain.seq)
        if gone:
            report.checked["lost_envelopes"] += len(gone)
        for envelope, stored_hash, result in repository.envelopes(connection, chain.device):
            place = f"envelope {chain.device}/{envelope.seq}"
            report.checked["envelopes"] += 1
            report.expect(envelope.seq not in gone, place, "is there and said to be lost")
            while seq + 1 in gone and seq + 1 < envelope.seq:
                seq, prev = seq + 1, gone[seq + 1]
            report.expect(envelope.seq == seq + 1 and envelope.prev == prev, place, "chain is broken")
            report.expect(envelope.hash == stored_hash, place, "content differs from its hash")
            report.expect(histories[chain.device].sealed(envelope), place, "device's signature is wrong")
            if result == Result.ACCEPTED.value and envelope.kind not in UPWARD_KINDS:
                report.expect(
                    _person_signed(envelope, law, last_version), place, "person's signature is wrong"
                )
            mentions |= _mentions(envelope)
            seq, prev = envelope.seq, stored_hash
        report.expect((chain.seq, chain.hash) == (seq, prev), f"chain {chain.device}", "head is wrong")
    _compare(report, "mention", repository.mentions(connection), mentions)


def _mentions(envelope: Envelope) -> set[tuple[str, ...]]:
    return {
        (one.number, envelope.device, str(envelope.seq), one.kind, one.case_id)
        for one in open_envelope(envelope).mentions
    }


def _person_signed(envelope: Envelope, law: Law, last_version: int) -> bool:
    """Whether a key that the person has or had signed: what named a version still to come was judged by another."""
    event = open_envelope(envelope).event
    if event is None:
        return False
    versions = (event.under.organisation, *range(last_version, 0, -1))
    people = (law.organisation(version).person(event.hand.person_id) for version in versions)
    return any(is_signed_by_person(envelope, bytes.fromhex(one.sign_public)) for one in people if one)


def _rebuild(connection: Connection, report: Report) -> Rebuilt:
    rebuilt = Rebuilt()
    for row, envelope in repository.case_events(connection):
        report.checked["case_events"] += 1
        place = f"case {row.case_id}/{row.revision}"
        try:
            confirmed = _replay(rebuilt, read_event(envelope.body), envelope, row.received_at)
        except _UNREADABLE as error:
            report.expect(False, place, f"event cannot be read: {type(error).__name__}")
            continue
        report.expect(row.case_id == confirmed.event.case_id, place, "event belongs to another case")
        report.expect(row.revision == confirmed.revision, place, "revisions have a gap")
    for case_id, track in rebuilt.tracks.items():
        for desk in track.seen_by:
            rebuilt.shown.setdefault(desk, {})[case_id] = track.revision
    return rebuilt


def _replay(rebuilt: Rebuilt, event: CaseEvent, envelope: Envelope, received_at: str) -> Confirmed:
    track = rebuilt.tracks.setdefault(event.case_id, Track(event.case_id))
    effect = EFFECTS[event.move]
    case = evolve(track.case, event, effect) if track.case else open_case(event, effect)
    confirmed = track.confirm(case, event, envelope, received_at)
    rebuilt.columns[event.case_id] = case_columns(confirmed)
    place = f"case {event.case_id}/{confirmed.revision}"
    for one in open_envelope(envelope).attachments:
        rebuilt.attachments.add((event.case_id, one.sha256))
        rebuilt.sizes.add((one.sha256, one.size, place))
    return confirmed


def _check_projections(connection: Connection, rebuilt: Rebuilt, report: Report) -> None:
    stored = {row.case_id: row for row in repository.open_cases(connection)}
    report.checked["cases"] = len(stored)
    for case_id in sorted(stored.keys() | rebuilt.columns.keys()):
        row, columns = stored.get(case_id), rebuilt.columns.get(case_id)
        same = row is not None and columns == {name: getattr(row, name) for name in columns or {}}
        report.expect(same, f"case {case_id}", "row differs from its events")
    seen = {(desk, case_id) for case_id, track in rebuilt.tracks.items() for desk in track.seen_by}
    _compare(report, "visible", repository.visible(connection), seen)
    key = marks.key_of(identities.load(connection))
    marked = {row for track in rebuilt.tracks.values() for row in _marks(key, track)}
    _compare(report, "application_mark", doubles.everything(connection), marked)
    _compare(report, "case_attachment", repository.case_attachments(connection), rebuilt.attachments)


def _marks(key: bytes, track: Track) -> list[tuple[str, str, str]]:
    if track.case is None or track.case.kind != CASE:
        return []
    application = track.case.application
    return [(track.case_id, application.item_code, marks.mark_of(key, application))]


def _compare(report: Report, name: str, stored: Iterable[Any], rebuilt: Iterable[Any]) -> None:
    stored, rebuilt = set(stored), set(rebuilt)
    report.checked[f"{name}_rows"] = len(stored)
    for row in sorted(stored ^ rebuilt):
        report.expect(False, f"{name} {' '.join(row)}", "missing" if row in rebuilt else "one too many")


def _check_mailbox(connection: Connection, head: Any, rebuilt: Rebuilt, report: Report) -> None:
    """Behind the floor positions have no gap and hashes chain; holdings are what the cases add up to."""
    now = Head(head.feed, head.floor, head.floor_hash, 0, EMPTY_HOLDINGS, head.floor, head.floor_hash)
    shown, told = rebuilt.shown.get(head.feed, {}), dict[str, int]()
    for row in repository.entries(connection, head.feed):
        report.checked["mailbox_entries"] += 1
        if row.position <= head.floor:
            place = f"mailbox {head.feed}/{row.position}"
            report.expect(row.kind == EntryKind.EVICT, place, "lies below the floor")
        else:
            _follow(row, now, told, rebuilt, report)
    agree = told.items() <= shown.items() if head.floor else told == shown
    report.expect(agree, f"mailbox {head.feed}", "entries tell other cases")
    for case_id, revision in shown.items():
        now.digest = add_holding(now.digest, holding(case_id, revision, rebuilt.tracks[case_id].hash))
    now.count = len(shown)
    stored = Head(**{name: getattr(head, name) for name in Head.__dataclass_fields__})
    report.expect(stored == now, f"mailbox {head.feed}", "head differs from its entries")


def _follow(row: Any, now: Head, told: dict[str, int], rebuilt: Rebuilt, report: Report) -> None:
    """Go on by one entry; `told` is what the entries so far make visible."""
    place = f"mailbox {now.feed}/{row.position}"
    report.expect(row.position == now.position + 1, place, "positions have a gap")
    subjects = _subjects(row, rebuilt)
    expected = next_mailbox_hash(now.hash, row.position, row.kind, row.case_id, subjects)
    report.expect(row.hash == expected, place, "hash is wrong")
    now.position, now.hash = row.position, row.hash
    if row.kind == EntryKind.EVICT:
        told.pop(row.case_id, None)
    elif row.kind != EntryKind.VERDICT:
        told[row.case_id] = row.revision


def _subjects(row: Any, rebuilt: Rebuilt) -> tuple[str, ...]:
    if row.verdict:
        verdict = VerdictMessage.model_validate_json(row.verdict)
        return str(verdict.seq), verdict.result.value, str(verdict.revision)
    track = rebuilt.tracks.get(row.case_id)
    told = {EntryKind.PUT: slice(0, row.revision), EntryKind.EVENT: slice(row.revision - 1, row.revision)}
    return tuple(track.envelope_hashes[told[row.kind]]) if track and row.kind in told else ()


def _check_files(hub: Hub, sizes: dict[str, int], report: Report) -> None:
    for sha256, size in sizes.items():
        report.checked["attachments"] += 1
        place = f"attachment {sha256}"
        if not hub.files.has(sha256):
            report.expect(False, place, "file is missing")
            continue
        digest, read = hashlib.sha256(), 0
        for block in hub.files.read(sha256, 0, size + 1):
            digest.update(block)
            read += len(block)
        report.expect(read == size and digest.hexdigest() == sha256, place, "file differs from its digest")
