"""Fan-out on write: a confirmed event goes to each desk that sees the case before or after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance.ruling import Confirmed
from countyhub.mailboxes import repository
from countyhub.mailboxes.repository import Head
from hubprotocol.digests import add_holding, holding, next_mailbox_hash
from hubprotocol.messages import EntryKind, VerdictMessage


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry to write. Its hash covers `subjects`; `parts` and `cases` change the holdings."""

    feed: str
    kind: EntryKind
    case_id: str
    revision: int
    subjects: tuple[str, ...]
    parts: tuple[str, ...] = ()
    cases: int = 0
    verdict: str = ""


def deliver(
    connection: Connection,
    confirmed: Sequence[Confirmed],
    verdicts: Iterable[tuple[str, str, VerdictMessage]],
) -> None:
    """Write entries for confirmed events and late verdicts (feed, case_id, verdict); heads locked last."""
    deliveries = [one for event in confirmed for one in _of_event(event)]
    deliveries += [_of_verdict(*verdict) for verdict in verdicts]
    write(connection, deliveries)


def write(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Append entries to their mailboxes in the given order. The heads stay locked until the transaction ends."""
    heads = repository.lock_heads(connection, {one.feed for one in deliveries})
    rows = [_append(heads[one.feed], one) for one in deliveries]
    repository.add_entries(connection, rows)
    repository.save_heads(connection, heads.values())
    _change_visible(connection, deliveries)


def _of_event(one: Confirmed) -> Iterator[Delivery]:
    case_id, seen_after = one.event.case_id, one.case.visible_to
    before = holding(case_id, one.revision - 1, one.hash_before)
    after = holding(case_id, one.revision, one.hash)
    for desk in sorted(one.seen_before | seen_after):
        if desk not in one.seen_before:
            subjects = one.envelope_hashes
            yield Delivery(desk, EntryKind.PUT, case_id, one.revision, subjects, (after,), 1)
        elif desk in seen_after:
            subjects = (one.envelope.hash,)
            yield Delivery(desk, EntryKind.EVENT, case_id, one.revision, subjects, (before, after))
        else:
            yield Delivery(desk, EntryKind.EVICT, case_id, one.revision, (), (before,), -1)


def _of_verdict(feed: str, case_id: str, verdict: VerdictMessage) -> Delivery:
    subjects = (str(verdict.seq), verdict.result.value, str(verdict.revision))
    text = verdict.model_dump_json()
    return Delivery(feed, EntryKind.VERDICT, case_id, verdict.revision, subjects, verdict=text)


def _append(head: Head, one: Delivery) -> dict[str, Any]:
    head.position += 1
    head.hash = next_mailbox_hash(head.hash, head.position, one.kind.value, one.case_id, one.subjects)
    head.count += one.cases
    for part in one.parts:
        head.digest = add_holding(head.digest, part)
    return {
        "feed": head.feed,
        "position": head.position,
        "kind": one.kind.value,
        "case_id": one.case_id,
        "revision": one.revision,
        "hash": head.hash,
        "verdict": one.verdict,
    }


def _change_visible(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """The last word on each desk and case counts: one batch may show, take and show again."""
    last = {(one.feed, one.case_id): one.kind for one in deliveries if one.cases}
    shown = [key for key, kind in last.items() if kind is EntryKind.PUT]
    taken = [key for key, kind in last.items() if kind is EntryKind.EVICT]
    repository.change_visible(connection, shown, taken)
