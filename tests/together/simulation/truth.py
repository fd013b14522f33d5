"""What lies on the hub and on a PC, read once for all checkers, past the programs' own queries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hubprotocol.versions import HUB_DEVICE
from together.simulation.hub_machine import HubMachine
from together.simulation.pcs import Pc


@dataclass(frozen=True, slots=True)
class Answer:
    """One envelope at the hub, and what the hub says to it."""

    device: str
    seq: int
    hash: str
    result: str
    at: str
    reasons: frozenset[str] = frozenset()  # their codes


@dataclass(slots=True)
class HubTruth:
    """The hub: answers by event id, confirmed (revision, hash, event id) by case, cases seen by desk, ends of feeds."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    cases: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)  # when each event came to have its effect
    heads: dict[str, Any] = field(default_factory=dict)
    visible: dict[str, set[str]] = field(default_factory=dict)
    feeds: dict[str, tuple[int, str]] = field(default_factory=dict)
    awaiting: set[str] = field(default_factory=set)
    referred: set[str] = field(default_factory=set)
    complete: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, hub: HubMachine) -> HubTruth:
        """Read it."""
        truth = cls()
        with hub.database.read() as connection:
            read = connection.exec_driver_sql
            for row in read(_ANSWERS):
                event_id = json.loads(bytes(row.body))["event_id"]
                truth.answers.setdefault(event_id, []).append(
                    Answer(row.device, row.seq, row.hash, row.result, row.at, _codes(row.reasons))
                )
            for row in read(_CASES):
                truth.cases.setdefault(row.case_id, []).append((row.revision, row.hash, row.event_id))
                truth.since[row.event_id] = row.received_at
            truth.heads = {row.case_id: row for row in read("SELECT * FROM case_head WHERE revision > 0")}
            for row in read("SELECT desk_id, case_id FROM visible_case"):
                truth.visible.setdefault(row.desk_id, set()).add(row.case_id)
            truth.feeds = {row.feed: (row.position, row.hash) for row in read("SELECT * FROM mailbox")}
            truth.referred = {row[0] for row in read("SELECT sha256 FROM case_attachment")}
            truth.complete = {row[0] for row in read("SELECT sha256 FROM attachment WHERE complete_at <> ''")}
        return truth

    def seen_by(self, desks: tuple[str, ...]) -> set[str]:
        """The cases that some of these desks see."""
        return set().union(*(self.visible.get(desk, set()) for desk in desks))


@dataclass(frozen=True, slots=True)
class Logged:
    """One event in a PC's log."""

    event_id: str
    case_id: str
    device: str
    seq: int
    hash: str
    status: str
    revision: int
    own: bool
    taken_back: bool


@dataclass(slots=True)
class PcTruth:
    """A PC's log, its place in its mailboxes, and what is missing."""

    log: list[Logged]
    cursors: dict[str, tuple[int, str]]
    held: dict[str, dict[str, tuple[int, str]]]
    chain: tuple[int, int]
    missing: list[str]
    unsent: int

    @classmethod
    def of(cls, pc: Pc) -> PcTruth:
        """Read it."""
        with pc.store._readers.connect() as connection:
            log = [Logged(*row) for row in connection.exec_driver_sql(_LOG)]
        with pc.store.read() as unit:
            held: dict[str, dict[str, tuple[int, str]]] = {}
            for one in unit.mailboxes.held():
                held.setdefault(one.feed, {})[one.case_id] = (one.revision, one.hash)
            return cls(
                log,
                {row.feed: (row.position, row.hash) for row in unit.mailboxes.cursors()},
                held,
                (unit.chain.head().seq, unit.chain.acknowledged().seq),
                [row.sha256 for row in unit.attachments.missing_here(1000)],
                unit.attachments.count_not_at_hub(),
            )

    def confirmed(self) -> dict[str, list[tuple[int, str, str]]]:
        """Revision, hash and event id of the confirmed events of each case that is not taken back."""
        found: dict[str, list[tuple[int, str, str]]] = {}
        for row in self.log:
            if row.status == "confirmed" and not row.taken_back:
                found.setdefault(row.case_id, []).append((row.revision, row.hash, row.event_id))
        return {case_id: sorted(rows) for case_id, rows in found.items()}


def _codes(reasons: str | None) -> frozenset[str]:
    return frozenset(one["code"] for one in json.loads(reasons)) if reasons else frozenset()


def numbers_seen(pc: Pc) -> Iterator[tuple[str, str]]:
    """Yield each case number that lies in a PC's log, with its case."""
    with pc.store._readers.connect() as connection:
        bodies = connection.exec_driver_sql(
            "SELECT body FROM event WHERE device = ? AND instr(body, 'case_number') > 0", (HUB_DEVICE,)
        )
        for (body,) in bodies:
            event = json.loads(body)
            if "case_number" in event["facts"]:
                yield event["facts"]["case_number"], event["case_id"]


_ANSWERS = """
    SELECT e.device, e.seq, e.hash, e.body, coalesce(v.result, 'accepted') AS result, coalesce(v.received_at, '') AS at,
        v.reasons
    FROM envelope e LEFT JOIN verdict v ON v.device = e.device AND v.seq = e.seq
"""
_CASES = """
    SELECT c.case_id, c.revision, c.event_id, c.received_at, e.hash
    FROM case_event c JOIN envelope e ON e.device = c.device AND e.seq = c.seq
    ORDER BY c.case_id, c.revision
"""
_LOG = """
    SELECT e.event_id, k.case_id, e.device, e.seq, e.hash, e.status, coalesce(e.revision, 0), e.own, k.taken_back
    FROM event e JOIN case_key k ON k.key = e.case_key
"""
