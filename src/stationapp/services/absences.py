"""Who is away, until when, and who stands in (AB岗制, 离岗告示制: SEED 000, 001)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case, State
from stationapp.domain.people import Applicant
from stationapp.domain.standing_in import Absence, absence_of
from stationapp.services.affairs import open_affair
from stationapp.services.casework import act
from stationapp.services.changed import Changed
from stationapp.services.worklists import WorklistCount, overview
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery

_SUBJECT = "离岗"


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a B holder has at once while A is away: the absence, and the lists of the post's desk with their sizes."""

    absence: Absence
    tasks: tuple[WorklistCount, ...]


def leave(workplace: Workplace, facts: Mapping[str, Any]) -> tuple[Case, Changed]:
    """Tell that somebody leaves a post; the asks are those of `leave_post`, by default oneself in the own post."""
    mine = {"post_id": workplace.post.post_id, "person_id": workplace.person.person_id}
    now = workplace.now()
    begins = {"from_on": now.date().isoformat(), "from_at": f"{now:%H:%M}"}
    complete = {**mine, **begins, **{name: value for name, value in facts.items() if value}}
    person = workplace.organisation.person(str(complete["person_id"]))
    applicant = Applicant(person.name if person is not None else "", "", "")
    return open_affair(workplace, AffairKind.ABSENCE, _SUBJECT, applicant, complete)


def come_back(workplace: Workplace, case_id: str) -> tuple[Case, Changed]:
    """Tell that whoever was away is back."""
    return act(workplace, case_id, "come_back", {})


def absences(workplace: Workplace) -> list[Absence]:
    """Return everybody who is away from the desks this station knows of: what the sign at the window says."""
    query = CaseQuery(kind=AffairKind.ABSENCE, states=[State.ABSENT], sort="due", descending=False)
    with workplace.store.read() as unit:
        records = [unit.cases.get(case_id) for case_id in unit.cases.find(query)]
    found = (absence_of(record.case, workplace.organisation) for record in records if record is not None)
    now = workplace.now()
    return [one for one in found if one is not None and one.has_begun(now)]


def standing_in(workplace: Workplace) -> tuple[StandIn, ...]:
    """Return for whom the signed-in person stands in now, and with it every task of that post's desk.

    The tasks lie with the desk and the post, so they are his at once; he acts in the same post, as its B.
    """
    mine = [one for one in absences(workplace) if one.stand_in == workplace.person.person_id]
    here = [one for one in mine if one.post_id == workplace.post.post_id]
    tasks = tuple(row for row in overview(workplace).lists if row.count) if here else ()
    return tuple(StandIn(one, tasks if one in here else ()) for one in mine)
