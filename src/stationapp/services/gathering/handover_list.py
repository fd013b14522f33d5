"""批次交接清单: about a batch, not about one case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from stationapp.documents.forms.handover_list import HandoverList, HandoverRow
from stationapp.domain.case import Case
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.gathering.matter import known_desk
from stationapp.services.workplace import Workplace
from stationapp.store.records import BatchSummary
from stationapp.store.units import ReadUnit

_DISPATCHES = ("hand_over", "forward", "send_result")
_SIGNATURES = ("sign_for", "sign_for_result")


def gather(workplace: Workplace, unit: ReadUnit, batch_id: str) -> HandoverList:
    """Return the list of a batch as it was handed over, with the differences noted since; Refused when
    unknown.
    """
    batch = unit.batches.get(batch_id)
    if batch is None:
        raise Refused(Reason("no-batch", "本站没有这个批次。"))
    records = [unit.cases.get(case_id) for case_id in unit.batches.cases(batch_id)]
    pairs = [(record.case, _dispatch(unit, record.case.case_id, batch_id)) for record in records if record]
    return _compose(workplace, batch, pairs)


def _dispatch(unit: ReadUnit, case_id: str, batch_id: str) -> CaseEvent:
    events = (stored.event for stored in unit.events.of_case(case_id))
    return next(event for event in events if event.facts.get("batch_id") == batch_id)


def _compose(
    workplace: Workplace, batch: BatchSummary, pairs: Sequence[tuple[Case, CaseEvent]]
) -> HandoverList:
    organisation = workplace.organisation
    times = [event.at for _, event in pairs]
    digest = str(pairs[0][1].facts.get("batch_digest", "")) if pairs else ""
    received = [case.when("receive") or event.at for case, event in pairs]
    return HandoverList(
        batch_number=batch.batch_number,
        sender=known_desk(organisation, batch.from_desk).name,
        receiver=known_desk(organisation, batch.to_desk).name,
        period_from=min(received, default=batch.sent_at),
        period_to=max(times, default=batch.sent_at),
        rows=tuple(_row(case) for case, _ in pairs),
        digest=f"PC:{batch.batch_number}:{digest}",
        handed_over_by=pairs[0][1].hand.person_name if pairs else "",
    )


def _row(case: Case) -> HandoverRow:
    materials = case.application.materials
    hashes = sorted(attachment.sha256 for attachment in case.application.attachments)
    short = hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:8] if hashes else ""
    differences = [
        str(case.fact(move, "differences")) for move in _SIGNATURES if case.fact(move, "differences")
    ]
    return HandoverRow(
        receipt_number=case.receipt_number,
        applicant=case.application.applicant.name,
        item_name=case.application.item_name,
        originals=sum(row.originals for row in materials),
        copies=sum(row.copies for row in materials),
        pages=sum(row.pages for row in materials),
        attachments_digest=short,
        difference="；".join(differences),
    )
