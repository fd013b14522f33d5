"""不需要办理告知书."""

from __future__ import annotations

from stationapp.documents.forms.not_needed_notice import BASIS, NotNeededNotice
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter


def gather(matter: Matter) -> NotNeededNotice:
    """Return the notice that nothing has to be applied for (许可法 32(1)), with the item's own rule."""
    item = matter.workplace.item_of(matter.case)
    return NotNeededNotice(
        head=notice_head(matter),
        reason=matter.text("reason"),
        advice=item.not_needed_when if item else "",
        basis=matter.basis(BASIS),
    )
