"""Cases as the store hands them out, and the question a list asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from stationapp.domain.case import CASE, Case, State

CaseSort = Literal["updated", "received", "due", "receipt_number"]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as this station sees it: the hub's order first, its own unconfirmed events on top.

    `pending` counts own events the hub has not confirmed, `refused` those it refused and nobody has settled.
    `opening_refused`: the hub refused the very event that opened the case, so no other desk knows it.
    `taken_back`: the hub no longer shows us the case; it stays for its unsent events.
    `unknown_moves` counts events of moves this version of the program does not know.
    """

    case: Case
    pending: int
    refused: int
    confirmed_revision: int
    updated_at: datetime
    opening_refused: bool = False
    taken_back: bool = False
    unknown_moves: int = 0


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of a list. `holder` is empty for a case whose opening the hub refused: nobody holds it.

    `priority`: it goes first (绿色通道); `rectify_by` is the last day to rectify a bad rating; `marks` are words of
    `domain.case_marks`. `unknown_moves` counts acts that only a newer program understands; `held` those of the
    `pending` ones that the hub has and holds back. `why_refused` is what the hub said when it refused the opening.
    """

    case_id: str
    receipt_number: str
    case_number: str
    item_name: str
    applicant_name: str
    document_number_masked: str
    state: State
    holder: str
    addressed_to: str
    origin: str
    received_at: datetime
    due_day: date | None
    due_provisional: bool
    updated_at: datetime
    pending: int
    refused: int
    batch_number: str
    opening_refused: bool
    taken_back: bool
    kind: str = CASE
    priority: bool = False
    rectify_by: date | None = None
    marks: tuple[str, ...] = ()
    unknown_moves: int = 0
    held: int = 0
    why_refused: str = ""

    @property
    def unsent(self) -> int:
        """How many own acts exist on this PC alone."""
        return max(0, self.pending - self.held)


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases, in which order. What is empty or None does not narrow, but for `kind`: cases alone, unless the kind
    of an affair is named, or all kinds with an empty text.

    `text` is words between blanks, all of which a case must have. `due_before` leaves out that very day and cases
    without a due day. `attention`: something waits for a person (refused, held, taken back with unsent events).
    `items` are item codes, one of which a case must have, `not_items` those it must not have. `priority`: of the green
    channel alone; `rectifying`: with a bad rating that waits to be rectified. `marked` and `unmarked` are a mark the
    case must have, or must not. `holders` are desks of which one holds it. Of `either` queries one must hold, too; of
    those neither text nor order count.
    """

    text: str = ""
    states: Collection[State] = ()
    holder: str = ""
    addressed_to: str = ""
    origin: str = ""
    due_before: date | None = None
    attention: bool | None = None
    items: Collection[str] = ()
    not_items: Collection[str] = ()
    sort: CaseSort = "updated"
    descending: bool = True
    kind: str = CASE
    priority: bool = False
    rectifying: bool = False
    marked: str = ""
    unmarked: str = ""
    holders: Collection[str] = ()
    either: Collection[CaseQuery] = ()


@dataclass(frozen=True, slots=True)
class KnownApplicant:
    """Somebody who was served before, as his latest case has him; `birth_date` is ISO text."""

    document_kind: str
    document_number: str
    name: str
    sex: str
    birth_date: str
    phone: str
    address: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch: how many cases its handover list declares, how many of them are known here, what became of them.

    `present` counts all cases known here that were sent with it; `waiting` those nobody has signed for yet.
    """

    batch_id: str
    batch_number: str
    from_desk: str
    to_desk: str
    sent_at: datetime
    declared: int
    present: int
    signed: int
    declined: int
    recalled: int

    @property
    def waiting(self) -> int:
        """Cases on their way."""
        return self.present - self.signed - self.declined - self.recalled
