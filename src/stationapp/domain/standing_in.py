"""AB岗制 (SEED 000, 001): while A is absent B has every task of the post at once, and both are named.

The tasks are the post's, so nothing has to be moved: what is told here is who stands in for whom, and until when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case, State
from stationapp.domain.events import Hand
from stationapp.domain.organisation import Organisation, PostSide


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who left a post; `stand_in` and `stand_in_name` are empty where the post has no other holder.

    `begins` and `until` are local times as `YYYY-MM-DD HH:MM`.
    """

    case_id: str
    desk_id: str
    post_id: str
    post: str
    person_id: str
    person: str
    stand_in: str
    stand_in_name: str
    cause: str
    begins: str
    until: str
    notice: str

    def has_begun(self, now: datetime) -> bool:
        """Tell whether the person is away already."""
        return self.begins <= f"{now:%Y-%m-%d %H:%M}"

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether the person should be back."""
        return self.until < f"{now:%Y-%m-%d %H:%M}"

    @property
    def sign(self) -> str:
        """离岗告示 (SEED 001): what stands on the sign at the window."""
        who = f"由B岗 {self.stand_in_name}（代A岗 {self.person}）办理" if self.stand_in else "本岗位没有B岗"
        return f"{self.post} {self.person} 离岗，预计 {self.until} 回岗；{who}。{self.notice}"


def absence_of(case: Case, organisation: Organisation) -> Absence | None:
    """Return the absence an affair tells of, None when it is over or the affair is another."""
    if case.kind != AffairKind.ABSENCE or case.state is not State.ABSENT:
        return None
    facts = case.last["leave_post"].facts
    post, person_id = organisation.post(str(facts["post_id"])), str(facts["person_id"])
    prolonged = case.last.get("prolong_absence")
    last = prolonged.facts if prolonged is not None else facts
    holders = (post.holder_a, post.holder_b) if post is not None else ()
    other = next((one for one in holders if one and one != person_id), "")
    return Absence(
        case_id=case.case_id,
        desk_id=case.holder,
        post_id=str(facts["post_id"]),
        post=post.title if post is not None else str(facts["post_id"]),
        person_id=person_id,
        person=_name(organisation, person_id),
        stand_in=other,
        stand_in_name=_name(organisation, other),
        cause=str(facts["cause"]),
        begins=f"{facts['from_on']} {facts['from_at']}",
        until=f"{last['until_on']} {last['until_at']}",
        notice=str(facts.get("notice") or ""),
    )


def stood_in_for(organisation: Organisation, hand: Hand) -> str:
    """Return the name of the A holder for whom a hand stood in, empty where A himself acted."""
    post = organisation.post(hand.post_id)
    if post is None or hand.side != PostSide.B:
        return ""
    return _name(organisation, post.holder_a)


def hand_words(organisation: Organisation, hand: Hand) -> str:
    """Return a hand as histories name it, both holders where B stood in."""
    other = stood_in_for(organisation, hand)
    return f"B岗 {hand.person_name}（代A岗 {other}）" if other else hand.person_name


def _name(organisation: Organisation, person_id: str) -> str:
    person = organisation.person(person_id)
    return person.name if person is not None else person_id
