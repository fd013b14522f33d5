"""What a rule of the supervision looks at, what it answers, and who answers for a breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from stationapp.domain.clock_reading import Reading
from stationapp.domain.clocks import CaseClocks
from stationapp.domain.events import CaseEvent
from stationapp.domain.findings import FindingKind, Grade


@dataclass(frozen=True, slots=True)
class Watch:
    """A case's log that has been read, and its clocks."""

    reading: Reading
    clocks: CaseClocks


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule found: `key` is what began it and identifies it, `evidence` every event that proves it.

    `words` fill the rule's sentence.
    """

    key: tuple[str, ...]
    evidence: tuple[str, ...]
    desk_id: str
    person: str
    person_name: str
    day: date
    stage: str = ""
    settled_on: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Watch], Iterable[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of rules."""

    code: str
    title: str
    grade: Grade
    kind: FindingKind
    source: str
    check: Check
    sentence: str


def holder_on(reading: Reading, day: date) -> str:
    """Return which desk held the case at the end of a day, by the order of the log and its authors' clocks."""
    return next((row.holder for row in reversed(reading.trail) if row.day <= day), reading.trail[0].holder)


def person_at(reading: Reading, desk_id: str, day: date) -> tuple[str, str]:
    """Return id and name of who answers at a desk on a day: who acted there last, or was given the case, else who
    holds the desk's first post; empty for a desk nobody knows.
    """
    acted = [row.event for row in reading.trail if row.event.hand.desk_id == desk_id]
    before = [event for event in acted if event.at.date() <= day]
    if before:
        return _given_to(reading, before[-1])
    posts = sorted((p for p in reading.organisation.posts if p.desk_id == desk_id), key=lambda p: p.post_id)
    return _named(reading, posts[0].holder_a) if posts else ("", "")


def by_hand(
    event: CaseEvent,
    key: tuple[str, ...],
    words: Mapping[str, str],
    stage: str,
    evidence: tuple[str, ...] = (),
) -> Breach:
    """Return a breach that the hand of an event answers for; the key is its evidence unless more is given."""
    hand, day = event.hand, event.at.date()
    return Breach(
        key, evidence or key, hand.desk_id, hand.person_id, hand.person_name, day, stage, words=words
    )


def _given_to(reading: Reading, event: CaseEvent) -> tuple[str, str]:
    if event.move == "reassign" and event.facts.get("to_person"):
        return _named(reading, str(event.facts["to_person"]))
    return event.hand.person_id, event.hand.person_name


def _named(reading: Reading, person_id: str) -> tuple[str, str]:
    person = reading.organisation.person(person_id)
    return person_id, person.name if person is not None else ""
