"""缺席默认记录."""

from __future__ import annotations

from datetime import date

from stationapp.documents.forms.absence_default_record import AbsenceDefaultRecord, Attendant
from stationapp.domain.events import CaseEvent
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, known_desk

_BASIS = "联合审批缺席默认制（见事项目录标注）"


def gather(matter: Matter) -> AbsenceDefaultRecord:
    """Return the record of who stayed away from a visit he had been called to and had confirmed."""
    last, organisation = matter.before.last, matter.organisation
    called, recorded = last["call_site_visit"], last["record_site_visit"]
    absent = matter.text("desk_id")
    confirmed = _confirmed(matter, absent)
    return AbsenceDefaultRecord(
        head=notice_head(matter),
        occasion="联合踏勘",
        held_at=date.fromisoformat(str(called.facts["visit_on"])),
        department=known_desk(organisation, absent).name,
        called_at=called.at,
        called_how="联合踏勘通知（系统内送达）",
        place=str(called.facts.get("meet_at", "")),
        acknowledged_by=confirmed.hand.person_name if confirmed else "",
        acknowledged_at=confirmed.at if confirmed else None,
        attended=tuple(
            Attendant(known_desk(organisation, str(row["desk_id"])).name, str(row["person"]))
            for row in recorded.facts["attended"]
        ),
        finding=str(recorded.facts.get("finding", "")),
        basis=_BASIS,
        remarks=f"缺席默认理由：{matter.text('reason')}",
    )


def _confirmed(matter: Matter, desk_id: str) -> CaseEvent | None:
    rows = (row for row in matter.since("call_site_visit") if row.move == "acknowledge_visit")
    return next((row for row in rows if row.hand.desk_id == desk_id), None)
