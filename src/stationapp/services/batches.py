"""Batches (批次): many cases handed over at once, each signed for by itself on the other side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from stationapp.domain.case import Case, State
from stationapp.domain.case_flow import TABLE, why_not
from stationapp.domain.moves import Move
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.acts import case_in, new_id
from stationapp.services.casework import act_within, destination
from stationapp.services.changed import Changed, Kind
from stationapp.services.numbering import next_batch_number
from stationapp.services.unrecognised import why_unrecognised
from stationapp.services.workplace import Workplace
from stationapp.store.records import BatchSummary
from stationapp.store.units import ReadUnit, WriteUnit

# The moves by which a case goes on its way with others, in the order in which they are tried.
_DISPATCH = ("send_result", "hand_over", "forward", "transfer")
_SIGN = {State.IN_TRANSIT: "sign_for", State.RESULT_IN_TRANSIT: "sign_for_result"}


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch that was handed over: its number heads the 交接清单, its digest stands in the QR code.

    `left_out` says of each chosen case that stays here why: the hub refused its opening.
    """

    batch_id: str
    batch_number: str
    to_desk: str
    case_ids: tuple[str, ...]
    digest: str
    left_out: tuple[Reason, ...] = ()


def dispatch_move(workplace: Workplace, case: Case) -> Move | None:
    """Return the move by which a case could be sent on from its state: one that may be made, else the one whose
    reasons say why none may.
    """
    post, situation = workplace.post, workplace.situation(case)
    rows = [TABLE[name] for name in _DISPATCH]
    known = [row for row in rows if case.state in row.from_states and post.kind in row.posts]
    possible = (row for row in known if not why_not(situation, row, workplace.hand))
    return next(possible, None) or next(iter(known), None)


def send_batch(workplace: Workplace, case_ids: Sequence[str]) -> tuple[SentBatch, Changed]:
    """Hand over these cases to the next desk: all of them or, when a rule says no to one, none.

    Those whose opening the hub refused since somebody chose them stay here. Raises Refused naming the case, when all of
    them stay, or when the cases do not all go to the same desk.
    """
    if not case_ids:
        raise Refused(Reason("empty-batch", "请先选择要移交的办件。"))
    with workplace.store.write() as unit:
        cases, left_out = _recognised(unit, case_ids)
        to_desk = _common_destination(workplace, cases)
        batch_id, batch_number = new_id(), next_batch_number(workplace, unit)
        digest = batch_digest(batch_number, (case.receipt_number for case in cases))
        facts = {
            "batch_id": batch_id,
            "batch_number": batch_number,
            "batch_size": len(cases),
            "batch_digest": digest,
            "to_desk": to_desk,
        }
        for case in cases:
            _act_naming_case(workplace, unit, case, _require_dispatch(workplace, case), facts)
    sent_ids = tuple(case.case_id for case in cases)
    sent = SentBatch(batch_id, batch_number, to_desk, sent_ids, digest, left_out)
    return sent, Changed.of(Kind.CASES, Kind.BATCHES, Kind.OUTBOX, case_ids=sent_ids)


def _recognised(unit: ReadUnit, case_ids: Sequence[str]) -> tuple[list[Case], tuple[Reason, ...]]:
    """Return the cases that can go, and why each of the others stays. Raises Refused when all of them stay."""
    cases: list[Case] = []
    left_out: list[Reason] = []
    for case_id in case_ids:
        record = unit.cases.get(case_id)
        if record is not None and record.opening_refused:
            left_out.append(_naming(record.case, why_unrecognised(unit, record.case)))
        else:
            cases.append(case_in(unit, case_id))
    if not cases:
        raise Refused(*left_out)
    return cases, tuple(left_out)


def sign_for(
    workplace: Workplace, case_ids: Sequence[str], differences: dict[str, str] | None = None
) -> tuple[tuple[Case, ...], Changed]:
    """Sign for cases of a batch, each with its noted difference; what is not named stays in transit."""
    noted = differences or {}
    if not case_ids:
        raise Refused(Reason("nothing-chosen", "请先勾选要签收的办件。"))
    with workplace.store.write() as unit:
        for case_id in case_ids:
            case = case_in(unit, case_id)
            name = _SIGN.get(case.state)
            if name is None:
                raise Refused(
                    Reason("wrong-state", f"{case.receipt_number} 现在是“{case.state.label}”，不能签收。")
                )
            _act_naming_case(workplace, unit, case, TABLE[name], {"differences": noted.get(case_id, "")})
        cases = tuple(case_in(unit, case_id) for case_id in case_ids)
    return cases, Changed.of(Kind.CASES, Kind.BATCHES, Kind.OUTBOX, case_ids=case_ids)


def batches(workplace: Workplace, direction: Literal["in", "out"], limit: int = 200) -> list[BatchSummary]:
    """Return batches that came "in" or went "out", newest first."""
    with workplace.store.read() as unit:
        return unit.batches.list(direction, workplace.desk.desk_id, limit)


def batch_digest(batch_number: str, receipt_numbers: Iterable[str]) -> str:
    """Return the SHA-256 hex over the batch number and its sorted receipt numbers, one per line."""
    lines = "\n".join((batch_number, *sorted(receipt_numbers)))
    return hashlib.sha256(lines.encode()).hexdigest()


def _require_dispatch(workplace: Workplace, case: Case) -> Move:
    move = dispatch_move(workplace, case)
    if move is None:
        raise Refused(Reason("wrong-state", f"{case.receipt_number} 现在是“{case.state.label}”，不能移交。"))
    return move


def _common_destination(workplace: Workplace, cases: Iterable[Case]) -> str:
    targets = {destination(workplace, case, _require_dispatch(workplace, case)) for case in cases}
    if len(targets) != 1 or not all(targets):
        raise Refused(Reason("mixed-batch", "一个批次只能移交给同一个单位，请分开装批。"))
    return targets.pop()


def _act_naming_case(
    workplace: Workplace, unit: WriteUnit, case: Case, move: Move, facts: dict[str, object]
) -> None:
    try:
        act_within(workplace, unit, case.case_id, move, facts)
    except Refused as refused:
        raise Refused(*(_naming(case, reason) for reason in refused.reasons)) from refused


def _naming(case: Case, reason: Reason) -> Reason:
    return Reason(reason.code, f"{case.receipt_number}：{reason.text}", reason.field)
