"""Acts in a post the person has lost since, or with a power the post has lost: taken for a while, so that honest
offline work is not lost.

An event is judged under the organisation it names, or else what was done offline before a change would be refused.
Without a limit somebody dismissed could name the old organisation for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import takewhile

from countyhub.references.service import Law
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.organisation import Organisation, Power
from stationapp.domain.refusal import Reason

CODE, POWER_CODE = "post-lost", "power-lost"


def why_too_late(law: Law, event: CaseEvent, received_at: datetime, grace: timedelta) -> Reason | None:
    """Return why an act comes too long after its person lost the post, or None.

    The days count from the publication since which every organisation has the person without the post, to the
    time the event claims; a clock that runs ahead claims no more than the time of receipt.
    """
    hand, named = event.hand, law.organisation(event.under.organisation)
    if _holds(law.current_organisation, named, hand) or not _holds(named, named, hand):
        return None
    lost_at = _lost_at(law, named, lambda organisation: _holds(organisation, named, hand))
    if lost_at is None or min(event.at, received_at) <= lost_at + grace:
        return None
    return _reason(named, hand, lost_at, grace)


def why_power_too_late(
    law: Law, event: CaseEvent, power: Power, item: ServiceItem, received_at: datetime, grace: timedelta
) -> Reason | None:
    """Return why an act comes too long after the matrix took its power from the post for the item, or None."""
    hand, named = event.hand, law.organisation(event.under.organisation)

    def has(organisation: Organisation) -> bool:
        return organisation.has_power(hand.post_id, power, item.code)

    lost_at = None if has(law.current_organisation) else _lost_at(law, named, has)
    if lost_at is None or min(event.at, received_at) <= lost_at + grace:
        return None
    post = named.post(hand.post_id)
    text = (
        f"“{post.title if post else hand.post_id}”自{lost_at:%Y年%m月%d日}起不再有“{item.name}”的{power.label}，"
        f"这一步的办理时间已超过其后{grace.days}天，不能承认，请由有权的岗位重新办理。"
    )
    return Reason(POWER_CODE, text)


def _lost_at(law: Law, named: Organisation, has: Callable[[Organisation], bool]) -> datetime | None:
    """When the first organisation was published since which what `has` asks for is lost.

    None when one was published in this moment that gives it back.
    """
    later = takewhile(lambda version: version > named.version, law.organisation_versions)
    without = list(takewhile(lambda version: not has(law.organisation(version)), later))
    return law.organisation_versions[without[-1]] if without else None


def _holds(organisation: Organisation, named: Organisation, hand: Hand) -> bool:
    """Whether the person may act there in the same post, or in one of the same kind at the same desk."""
    person, before = organisation.person(hand.person_id), named.post(hand.post_id)
    if person is None or not person.active or before is None:
        return False
    return any(
        post.desk_id == before.desk_id and post.kind is before.kind
        for post in organisation.posts_of(hand.person_id)
    )


def _reason(named: Organisation, hand: Hand, lost_at: datetime, grace: timedelta) -> Reason:
    post = named.post(hand.post_id)
    text = (
        f"{hand.person_name}自{lost_at:%Y年%m月%d日}起不再担任“{post.title if post else hand.post_id}”，"
        f"这一步的办理时间已超过其后{grace.days}天，不能承认，请由现任人员重新办理。"
    )
    return Reason(CODE, text)
