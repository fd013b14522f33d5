"""领取通知书."""

from __future__ import annotations

from stationapp.documents.forms.collection_notice import BASIS, CollectionNotice, ReadyResult
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, result_documents


def gather(matter: Matter) -> CollectionNotice:
    """Return the notice of what is ready, where, until when, and what to bring (许可法 44)."""
    bring = tuple(part for part in matter.text("bring").replace("，", "、").split("、") if part.strip())
    return CollectionNotice(
        head=notice_head(matter),
        results=tuple(ReadyResult(*row) for row in result_documents(matter.case)),
        where=matter.text("where"),
        until=matter.day("until"),
        bring=bring,
        opening_hours=matter.desk.opening_hours,
        basis=matter.basis(BASIS),
    )
