"""Papers: gathered, rendered, counted. A reprint keeps its number and says which copy it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.atomic_files import write_atomically
from stationapp.services.case_details import PaperOffer, paper_offers
from stationapp.services.changed import Changed, Kind
from stationapp.services.gathering import (
    absence_default_record,
    acceptance_notice,
    collection_notice,
    conclusion_notice,
    decision,
    extension_notice,
    handover_list,
    joint_contact_letter,
    joint_reply,
    joint_summary,
    material_receipt,
    non_acceptance_notice,
    not_needed_notice,
    power_of_attorney,
    report_letter,
    return_notice,
    routing_slip,
    service_certificate,
    site_visit_record,
    special_procedure_notice,
    supplement_notice,
    timeout_default_notice,
    withdrawal_confirmation,
)
from stationapp.services.gathering.matter import Matter
from stationapp.services.workplace import Workplace

_GATHER: dict[str, Callable[[Matter], Any]] = {
    "material_receipt": material_receipt.gather,
    "power_of_attorney": power_of_attorney.gather,
    "supplement_notice": supplement_notice.gather,
    "acceptance_notice": acceptance_notice.gather,
    "non_acceptance_notice": non_acceptance_notice.gather,
    "not_needed_notice": not_needed_notice.gather,
    "return_notice": return_notice.gather,
    "special_procedure_notice": special_procedure_notice.gather,
    "extension_notice": extension_notice.gather,
    "joint_contact_letter": joint_contact_letter.gather,
    "joint_reply": joint_reply.gather,
    "joint_summary": joint_summary.gather,
    "site_visit_record": site_visit_record.gather,
    "absence_default_record": absence_default_record.gather,
    "timeout_default_notice": timeout_default_notice.gather,
    "report_letter": report_letter.gather,
    "decision": decision.gather,
    "collection_notice": collection_notice.gather,
    "service_certificate": service_certificate.gather,
    "conclusion_notice": conclusion_notice.gather,
    "withdrawal_confirmation": withdrawal_confirmation.gather,
    "routing_slip": routing_slip.gather,
}


@dataclass(frozen=True, slots=True)
class RenderedPaper:
    """A paper ready to be looked at or printed; `copy` 1 is the original, from 2 on it says 补打.

    Its copies are counted under `counted_under`: the act it is the paper of, or its number where it has none.
    """

    name: str
    title: str
    number: str
    case_id: str
    pdf: bytes
    copy: int
    counted_under: str = ""


def render_paper(
    workplace: Workplace, case_id: str, offer: PaperOffer, *, scale: float = 1.0
) -> RenderedPaper:
    """Return a paper of a case as PDF; nothing is counted until it was really printed or saved."""
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
        history = tuple(unit.events.of_case(case_id))
        copy = unit.print_log.copies(offer.name, _counted_under(offer)) + 1
    if record is None or not history:
        raise Refused(Reason("no-case", "本站没有这个办件。"))
    found = (stored.event for stored in history if stored.event.event_id == offer.event_id)
    event = next(found, history[-1].event)
    data = _GATHER[offer.name](Matter(workplace, record.case, event, history, offer.about))
    pdf = _render(workplace, offer.name, data, copy, scale)
    return RenderedPaper(offer.name, offer.title, offer.number, case_id, pdf, copy, _counted_under(offer))


def _counted_under(offer: PaperOffer) -> str:
    """One act can make a paper for each of several departments."""
    return ":".join(part for part in (offer.event_id or offer.number, offer.about) if part)


def render_latest(workplace: Workplace, case_id: str, name: str, *, scale: float = 1.0) -> RenderedPaper:
    """Return the newest paper of that kind of a case; raises Refused when the case has none."""
    with workplace.store.read() as unit:
        record = unit.cases.get(case_id)
        events = [stored.event for stored in unit.events.of_case(case_id)]
    offers = [offer for offer in paper_offers(record.case, events) if offer.name == name] if record else []
    if not offers:
        raise Refused(Reason("no-paper", "这个办件还没有这种文书。"))
    return render_paper(workplace, case_id, offers[-1], scale=scale)


def render_handover_list(workplace: Workplace, batch_id: str, *, scale: float = 1.0) -> RenderedPaper:
    """Return the handover list of a batch as PDF."""
    with workplace.store.read() as unit:
        data = handover_list.gather(workplace, unit, batch_id)
        copy = unit.print_log.copies("handover_list", data.batch_number) + 1
    pdf = _render(workplace, "handover_list", data, copy, scale)
    return RenderedPaper("handover_list", "批次交接清单", data.batch_number, "", pdf, copy)


def render_data(
    workplace: Workplace, name: str, title: str, number: str, data: Any, *, scale: float = 1.0
) -> RenderedPaper:
    """Return a paper that belongs to no case, such as a ticket, from its own data as PDF."""
    with workplace.store.read() as unit:
        copy = unit.print_log.copies(name, number) + 1
    return RenderedPaper(name, title, number, "", _render(workplace, name, data, copy, scale), copy)


def record_print(workplace: Workplace, paper: RenderedPaper) -> tuple[RenderedPaper, Changed]:
    """Count a paper that left the printer or was saved; returns it with the copy number it was counted as."""
    with workplace.store.write() as unit:
        copy = unit.print_log.record(
            paper.name,
            paper.counted_under or paper.number,
            paper.case_id,
            workplace.now(),
            workplace.person.person_id,
        )
    return replace(paper, copy=copy), Changed.of(
        Kind.PAPERS, case_ids=(paper.case_id,) if paper.case_id else ()
    )


def file_name(paper: RenderedPaper) -> str:
    """Return a file name for a paper: title, number and copy, nothing personal, fit for FAT32."""
    copy = f"-补打{paper.copy - 1}" if paper.copy > 1 else ""
    safe = paper.number.replace("〔", "(").replace("〕", ")")
    return f"{paper.title}-{safe}{copy}.pdf"


def save_paper(workplace: Workplace, paper: RenderedPaper, folder: Path) -> tuple[Path, Changed]:
    """Save a paper as a PDF file and count it; another paper that has the same name there stays."""
    path = _unused(folder / file_name(paper))
    write_atomically(path, paper.pdf)
    _, changed = record_print(workplace, paper)
    return path, changed


def _unused(path: Path) -> Path:
    """Letters to several departments, and receipts of a case that was received again, share title and number."""
    found, count = path, 2
    while found.exists():
        found = path.with_name(f"{path.stem}({count}){path.suffix}")
        count += 1
    return found


def _render(workplace: Workplace, name: str, data: Any, copy: int, scale: float) -> bytes:
    from stationapp.documents.registry import render

    who = workplace.person.name
    return render(name, data, copy=copy, scale=scale, printed_at=workplace.now(), printed_by=who)
