"""不予受理通知书."""

from __future__ import annotations

from stationapp.documents.forms.non_acceptance_notice import BASIS, NonAcceptanceNotice
from stationapp.services.gathering.heads import court, notice_head, review_organ
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> NonAcceptanceNotice:
    """Return the notice with its reason, where to apply instead, and the remedies (许可法 32(2))."""
    return NonAcceptanceNotice(
        head=notice_head(matter),
        reason=matter.text("reason"),
        review_organ=review_organ(matter),
        court=court(matter),
        competent_organ=matter.text("competent_organ"),
        basis=matter.basis(BASIS),
    )
