"""批次交接清单: about a batch, not about one case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from stationapp.documents.forms.handover_list import HandoverList, HandoverRow
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.gathering.matter import known_desk, result_documents
from stationapp.services.workplace import Workplace
from stationapp.store.records import BatchSummary
from stationapp.store.units import ReadUnit

_SIGNATURES = frozenset({"sign_for", "sign_for_result"})
_ENDS = _SIGNATURES | {"decline_handover", "recall"}


def gather(workplace: Workplace, unit: ReadUnit, batch_id: str) -> HandoverList:
    """Return the list of a batch as it was handed over, with the differences noted since; Refused when
    unknown.
    """
    batch = unit.batches.get(batch_id)
    if batch is None:
        raise Refused(Reason("no-batch", "本站没有这个批次。"))
    records = [unit.cases.get(case_id) for case_id in unit.batches.cases(batch_id)]
    carried = [_carried(unit, record.case, batch_id) for record in records if record]
    return _compose(workplace, batch, carried)


@dataclass(frozen=True, slots=True)
class _Carried:
    """A case, the act that put it into this batch, and what was noted when this batch was signed for."""

    case: Case
    sent: CaseEvent
    difference: str


def _carried(unit: ReadUnit, case: Case, batch_id: str) -> _Carried:
    events = [stored.event for stored in unit.events.of_case(case.case_id)]
    place = next(n for n, event in enumerate(events) if event.facts.get("batch_id") == batch_id)
    # What ends the journey is the next act of custody; a later signature belongs to another batch.
    end = next((event for event in events[place + 1 :] if event.move in _ENDS), None)
    noted = str(end.facts.get("differences", "")) if end is not None and end.move in _SIGNATURES else ""
    return _Carried(case, events[place], noted)


def _compose(workplace: Workplace, batch: BatchSummary, carried: Sequence[_Carried]) -> HandoverList:
    organisation = workplace.organisation
    digest = str(carried[0].sent.facts.get("batch_digest", "")) if carried else ""
    received = [row.case.when("receive") or row.sent.at for row in carried]
    results = bool(carried) and carried[0].sent.move == "send_result"
    return HandoverList(
        batch_number=batch.batch_number,
        sender=known_desk(organisation, batch.from_desk).name,
        receiver=known_desk(organisation, batch.to_desk).name,
        period_from=min(received, default=batch.sent_at),
        period_to=max(received, default=batch.sent_at),
        rows=tuple(_result_row(row) if results else _row(row.case, row.difference) for row in carried),
        digest=f"PC:{batch.batch_number}:{digest}",
        handed_over_by=carried[0].sent.hand.person_name if carried else "",
        remarks="发还办理结果：所列为结果文书份数，不是申请材料。" if results else "",
    )


def _result_row(row: _Carried) -> HandoverRow:
    """A result that is sent back is a parcel of documents; the materials stay where they are."""
    documents = result_documents(row.case)
    return HandoverRow(
        receipt_number=row.case.receipt_number,
        applicant=row.case.application.applicant.name,
        item_name=f"{row.case.application.item_name}：{'、'.join(name for name, _ in documents)}",
        originals=len(documents),
        copies=0,
        pages=0,
        attachments_digest="",
        difference=row.difference,
    )


def _row(case: Case, difference: str) -> HandoverRow:
    materials = case.application.materials
    hashes = sorted(attachment.sha256 for attachment in case.application.attachments)
    short = hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:8] if hashes else ""
    return HandoverRow(
        receipt_number=case.receipt_number,
        applicant=case.application.applicant.name,
        item_name=case.application.item_name,
        originals=sum(row.originals for row in materials),
        copies=sum(row.copies for row in materials),
        pages=sum(row.pages for row in materials),
        attachments_digest=short,
        difference=difference,
    )
