"""What a desk can hand over now, and what arrived for it to sign for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from stationapp.domain.case import Case, State
from stationapp.domain.case_flow import TABLE, why_not
from stationapp.domain.moves import Move
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.acts import case_in
from stationapp.services.batches import batches, dispatch_move
from stationapp.services.casework import act_within, destination
from stationapp.services.changed import Changed, Kind
from stationapp.services.unrecognised import why_unrecognised
from stationapp.services.workplace import Workplace
from stationapp.store.records import BatchSummary, CaseQuery
from stationapp.store.units import ReadUnit

_SENDABLE = frozenset({State.RECEIVED, State.SIGNED_FOR, State.EXAMINED, State.RESULT_READY})
_TRAVELLING = frozenset({State.IN_TRANSIT, State.RESULT_IN_TRANSIT})
_MENDABLE = frozenset({"no-attorney"})
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that can be put into a batch, by which move, and where that goes."""

    case: Case
    move: Move
    to_desk: str


@dataclass(frozen=True, slots=True)
class ArrivedCase:
    """A case of a batch that came here; `waiting` until this desk signed for it or declined it."""

    case: Case
    waiting: bool


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch with the names of both desks."""

    batch: BatchSummary
    from_name: str
    to_name: str

    @property
    def not_arrived(self) -> int:
        """How many cases the handover list declares that are not known here yet."""
        return max(0, self.batch.declared - self.batch.present)


def candidates(workplace: Workplace) -> list[Candidate]:
    """Return the cases this desk holds that its person may hand over now, those received first on top."""
    desk = workplace.desk.desk_id
    query = CaseQuery(holder=desk, states=_SENDABLE, sort="received", descending=False)
    with workplace.store.read() as unit:
        cases = _cases(unit, unit.cases.find(query, _MOST, None))
    found = (_candidate(workplace, case) for case in cases)
    return [row for row in found if row is not None]


def held_back(workplace: Workplace) -> list[tuple[Case, Reason]]:
    """Return the cases this desk could hand over but for one thing that can still be put right, with what it is.

    Those received here that the hub did not recognise come first, until somebody has dealt with that.
    """
    desk = workplace.desk.desk_id
    shut = CaseQuery(origin=desk, states=_SENDABLE, attention=True, sort="received", descending=False)
    query = CaseQuery(holder=desk, states=_SENDABLE, sort="received", descending=False)
    with workplace.store.read() as unit:
        cases = _cases(unit, unit.cases.find(query, _MOST, None))
        records = (unit.cases.get(case_id) for case_id in unit.cases.find(shut, _MOST, None))
        refused = [row.case for row in records if row is not None and row.opening_refused]
        unrecognised = [(case, why_unrecognised(unit, case)) for case in refused]
    found = ((case, _mendable(workplace, case)) for case in cases)
    return [*unrecognised, *((case, reason) for case, reason in found if reason is not None)]


def batch_lines(workplace: Workplace, direction: Literal["out", "in"]) -> list[BatchLine]:
    """Return the batches that went "out" or came "in", the newest first."""
    organisation = workplace.organisation
    return [
        BatchLine(row, desk_name(organisation, row.from_desk), desk_name(organisation, row.to_desk))
        for row in batches(workplace, direction)
    ]


def arrived_cases(workplace: Workplace, batch_id: str) -> list[ArrivedCase]:
    """Return the cases of a batch that are known here, in the order of their receipt numbers."""
    with workplace.store.read() as unit:
        cases = _cases(unit, unit.batches.cases(batch_id))
    cases.sort(key=lambda case: case.receipt_number)
    return [ArrivedCase(case, _waits(workplace, case, batch_id)) for case in cases]


def decline(workplace: Workplace, case_ids: Sequence[str], reason: str) -> Changed:
    """Decline cases of a batch, all with one reason and all or none; they go back to the sender. Raises Refused."""
    if not case_ids:
        raise Refused(Reason("nothing-chosen", "请先勾选要拒收的办件。"))
    with workplace.store.write() as unit:
        for case_id in case_ids:
            case = case_in(unit, case_id)
            try:
                act_within(workplace, unit, case_id, TABLE["decline_handover"], {"reason": reason})
            except Refused as refused:
                named = (Reason(r.code, _named(case, r), r.field) for r in refused.reasons)
                raise Refused(*named) from refused
    return Changed.of(Kind.CASES, Kind.BATCHES, Kind.OUTBOX, case_ids=case_ids)


def material_counts(case: Case) -> str:
    """Return in a few words how much paper belongs to a case, for counting what lies on the table."""
    rows = case.application.materials
    counts = (
        ("原件", sum(row.originals for row in rows)),
        ("复印件", sum(row.copies for row in rows)),
        ("页", sum(row.pages for row in rows)),
    )
    return "，".join(f"{title} {count}" for title, count in counts if count) or "无"


def desk_name(organisation: Organisation, desk_id: str) -> str:
    """Return a desk's name, or its id when the organisation in force does not know it."""
    desk = organisation.desk(desk_id)
    return desk.name if desk else desk_id


def _cases(unit: ReadUnit, ids: Sequence[str]) -> list[Case]:
    records = (unit.cases.get(case_id) for case_id in ids)
    return [record.case for record in records if record is not None]


def _candidate(workplace: Workplace, case: Case) -> Candidate | None:
    move = dispatch_move(workplace, case)
    if move is None or why_not(workplace.situation(case), move, workplace.hand):
        return None
    to_desk = destination(workplace, case, move)
    return Candidate(case, move, to_desk) if to_desk else None


def _mendable(workplace: Workplace, case: Case) -> Reason | None:
    move = dispatch_move(workplace, case)
    reasons = why_not(workplace.situation(case), move, workplace.hand) if move is not None else ()
    return reasons[0] if len(reasons) == 1 and reasons[0].code in _MENDABLE else None


def _waits(workplace: Workplace, case: Case, batch_id: str) -> bool:
    """A case that was declined and sent again waits in its newer batch only.

    The case knows the latest event of each move in the order in which they came.
    """
    if case.addressed_to != workplace.desk.desk_id or case.state not in _TRAVELLING:
        return False
    sent = [event for move, event in case.last.items() if move in TABLE and TABLE[move].batched]
    return sent[-1].facts.get("batch_id") == batch_id


def _named(case: Case, reason: Reason) -> str:
    return reason.text if reason.field else f"{case.receipt_number}：{reason.text}"
