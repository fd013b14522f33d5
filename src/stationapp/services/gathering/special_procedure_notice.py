"""特别程序告知书."""

from __future__ import annotations

from stationapp.documents.forms.special_procedure_notice import BASIS, SpecialProcedureNotice
from stationapp.domain.due_dates import CurrentDue, leading_due
from stationapp.domain.rules.special import PROCEDURES
from stationapp.domain.time_limits import Limit, LimitUnit, due_date
from stationapp.services.gathering.heads import notice_head
from stationapp.services.gathering.matter import Matter, accepted_on


def gather(matter: Matter) -> SpecialProcedureNotice:
    """Return the notice with the time the procedure needs and what becomes of the limit (许可法 45)."""
    event, before = matter.event, matter.before
    days = int(event.facts["expected_days"])
    old = matter.due(before)
    new = _expected(matter, old, days)
    return SpecialProcedureNotice(
        head=notice_head(matter),
        procedure=dict(PROCEDURES)[matter.text("procedure")],
        reason=matter.text("reason"),
        expected_time=f"{days}个工作日",
        started_on=event.at.date(),
        accepted_on=accepted_on(before),
        old_due=old.day if old else None,
        old_due_provisional=old.provisional if old else False,
        new_due=new.day if new else None,
        new_due_provisional=new.provisional if new else False,
        basis=matter.basis(BASIS),
    )


def _expected(matter: Matter, old: CurrentDue | None, days: int) -> CurrentDue | None:
    """The due day if the procedure takes as long as said: moved on by as many working days."""
    if old is None or not leading_due(matter.before):
        return None
    moved = due_date(old.day, Limit(days, LimitUnit.WORKING_DAYS), matter.workplace.calendar)
    return CurrentDue(moved.day, moved.provisional or old.provisional, moved.calendar_version)
