"""退件通知书."""

from __future__ import annotations

from stationapp.documents.forms.return_notice import ReturnNotice
from stationapp.services.gathering.heads import court, listed, notice_head, review_organ
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> ReturnNotice:
    """Return the notice with its reason, what goes back, and the remedies."""
    item = matter.workplace.item_of(matter.case)
    return ReturnNotice(
        head=notice_head(matter),
        reason=matter.text("reason"),
        returned=listed(matter.case.application.materials),
        review_organ=review_organ(matter),
        court=court(matter),
        basis=item.basis if item else "",
    )
