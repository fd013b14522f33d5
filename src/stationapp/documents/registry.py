"""The explicit registry of papers, and the one function that prints any of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stationapp.documents.fonts import ONE_AT_A_TIME, installed_chain
from stationapp.documents.forms import (
    absence_default_record,
    acceptance_notice,
    collection_notice,
    conclusion_notice,
    decision,
    extension_notice,
    handover_list,
    home_visit_kit,
    item_guide,
    joint_contact_letter,
    joint_reply,
    joint_summary,
    material_receipt,
    non_acceptance_notice,
    not_needed_notice,
    power_of_attorney,
    publicity_sheet,
    queue_ticket,
    rating_slip,
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
from stationapp.documents.layout.sheet import Printing, Sheet
from stationapp.documents.paper import Paper

PAPERS: dict[str, Paper[Any]] = {
    paper.name: paper
    for paper in (
        material_receipt.PAPER,
        supplement_notice.PAPER,
        handover_list.PAPER,
        acceptance_notice.PAPER,
        routing_slip.PAPER,
        service_certificate.PAPER,
        decision.PAPER,
        non_acceptance_notice.PAPER,
        not_needed_notice.PAPER,
        special_procedure_notice.PAPER,
        extension_notice.PAPER,
        joint_contact_letter.PAPER,
        joint_reply.PAPER,
        joint_summary.PAPER,
        site_visit_record.PAPER,
        power_of_attorney.PAPER,
        withdrawal_confirmation.PAPER,
        return_notice.PAPER,
        collection_notice.PAPER,
        conclusion_notice.PAPER,
        item_guide.PAPER,
        publicity_sheet.PAPER,
        home_visit_kit.PAPER,
        queue_ticket.PAPER,
        timeout_default_notice.PAPER,
        absence_default_record.PAPER,
        report_letter.PAPER,
        rating_slip.PAPER,
    )
}

LARGE_TYPE = 1.3
"""The scale of papers for readers who need large type."""


def render(
    name: str,
    data: object,
    *,
    copy: int = 1,
    scale: float = 1.0,
    printed_at: datetime,
    printed_by: str,
) -> bytes:
    """Return paper `name` as a PDF file; the same arguments give the same bytes.

    `copy` 1 is the original; from 2 on the paper keeps its number and says 补打 第n次, n being copy - 1.
    `scale` enlarges the type. `printed_at` is shown as given, without change of time zone. Raises KeyError
    for an unknown name, TypeError for data of another paper, ValueError for a copy below 1 or a scale outside
    0.8 to 2, Unavailable when the machine has no Chinese font.
    """
    paper = PAPERS[name]
    if not isinstance(data, paper.data_class):
        raise TypeError(f"{name} needs {paper.data_class.__name__}, not {type(data).__name__}")
    if copy < 1 or not 0.8 <= scale <= 2.0:
        raise ValueError(f"copy {copy} or scale {scale} is out of range")
    printing = Printing(copy, scale, printed_at, printed_by)
    with ONE_AT_A_TIME:
        return Sheet(paper.compose(data), printing, installed_chain()).pdf("；".join(paper.basis))
