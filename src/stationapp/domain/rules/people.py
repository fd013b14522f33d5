"""Rules about the people of a desk."""

from __future__ import annotations

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def works_here(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A chief gives work only to people of his own desk."""
    organisation, wanted = situation.organisation, text_of(event, "to_person")
    posts = organisation.posts_of(wanted)
    person = organisation.person(wanted)
    if person is not None and person.active and any(post.desk_id == event.hand.desk_id for post in posts):
        return ()
    return (Reason("not-here", "只能指派给本单位的人员。", "to_person"),)


def is_urged(situation: Situation, hand: Hand) -> Reason | None:
    """Only an urging that came can be confirmed."""
    if situation.case is None or situation.case.when("urge") is None:
        return Reason("not-urged", "没有收到催办，不用确认。")
    return None
