"""延长期限告知书."""

from __future__ import annotations

from stationapp.documents.forms.extension_notice import BASIS, ExtensionNotice
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, accepted_on


def gather(matter: Matter) -> ExtensionNotice:
    """Return the notice with the old and the new due day, the reason and who approved (许可法 42)."""
    before, after = matter.before, matter.after
    old, new = matter.due(before), matter.due(after)
    return ExtensionNotice(
        head=notice_head(matter),
        extension=f"{matter.event.facts['days']}个工作日",
        reason=matter.text("reason"),
        approved_by=matter.text("approved_by"),
        approved_on=matter.event.at.date(),
        accepted_on=accepted_on(before),
        old_due=old.day if old else None,
        old_due_provisional=old.provisional if old else False,
        new_due=new.day if new else None,
        new_due_provisional=new.provisional if new else False,
        basis=matter.basis(BASIS),
    )
