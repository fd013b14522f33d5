"""What comes out of judging: rulings on submissions, and events that became part of a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from countyhub.acceptance.submission import Submission
from hubprotocol.digests import next_case_hash
from hubprotocol.envelope import GENESIS, Envelope
from hubprotocol.messages import ReasonMessage, Result, VerdictMessage
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to one submission."""

    submission: Submission
    result: Result
    reasons: tuple[Reason, ...] = ()
    revision: int = 0
    received_at: str = ""

    def message(self) -> VerdictMessage:
        """Return the verdict as it travels."""
        return VerdictMessage(
            seq=self.submission.envelope.seq,
            event_id=self.submission.event_id,
            result=self.result,
            revision=self.revision,
            received_at=self.received_at,
            reasons=tuple(reason_message(reason) for reason in self.reasons),
        )


def reason_message(reason: Reason) -> ReasonMessage:
    """Return a reason as it travels."""
    return ReasonMessage(code=reason.code, text=reason.text, field=reason.field)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An event that became part of a case, with the case before and after it."""

    event: CaseEvent
    envelope: Envelope
    received_at: str
    revision: int
    case: Case
    seen_before: frozenset[str]
    hash_before: str
    hash: str
    envelope_hashes: tuple[str, ...]  # of all the case's events up to this one


@dataclass(slots=True)
class Track:
    """A case as far as it has come within the transaction."""

    case_id: str
    case: Case | None = None
    revision: int = 0
    hash: str = GENESIS
    envelope_hashes: list[str] = field(default_factory=list)
    held: list[Submission] = field(default_factory=list)  # in the order in which they came

    @property
    def seen_by(self) -> frozenset[str]:
        """The desks that know the case."""
        return self.case.visible_to if self.case else _NOBODY

    def confirm(self, case: Case, event: CaseEvent, envelope: Envelope, at: str) -> Confirmed:
        """Make `case` the case's new form, brought about by the event."""
        seen_before, hash_before = self.seen_by, self.hash
        self.case, self.revision = case, self.revision + 1
        self.hash = next_case_hash(self.hash, envelope.hash)
        self.envelope_hashes.append(envelope.hash)
        return Confirmed(
            event,
            envelope,
            at,
            self.revision,
            case,
            seen_before,
            hash_before,
            self.hash,
            tuple(self.envelope_hashes),
        )
