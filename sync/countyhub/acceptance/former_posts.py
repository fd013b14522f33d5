"""Acts in a post the person has lost since, with a power the post has lost, or signed by a key that was replaced:
taken for a while, so that honest offline work is not lost.

An event is judged under the organisation it names, or else what was done offline before a change would be refused.
Without a limit somebody dismissed, or who knows a password of former times, could name the old organisation for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from countyhub.acceptance.wrong_clocks import TOLERANCE, why_behind
from countyhub.references.service import Law
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.organisation import Organisation, Power
from stationapp.domain.refusal import Reason

CODE, POWER_CODE, KEY_CODE = "post-lost", "power-lost", "key-replaced"

LONGEST = timedelta(days=365)
"""So long after the loss an act may be received, whatever time it claims, unless the days of grace are more."""


@dataclass(frozen=True, slots=True)
class Coming:
    """How an act came: when it was received, how many days are given, and how to learn what its device did before."""

    received_at: datetime
    grace: timedelta
    device_acts: Callable[[], Iterable[CaseEvent]]


def why_too_late(law: Law, event: CaseEvent, coming: Coming) -> Reason | None:
    """Return why an act comes too long after its person lost the post, or None.

    The days count from the publication since which every organisation has the person without the post, to the
    time the event claims; a clock that runs ahead claims no more than the time of receipt.
    """
    hand, named = event.hand, law.organisation(event.under.organisation)
    if not _holds(named, named, hand):
        return None
    lost_at = _lost_at(law, named, lambda organisation: _holds(organisation, named, hand))
    post = named.post(hand.post_id)
    lost = f"起不再担任“{post.title if post else hand.post_id}”"
    return _why(event, lost_at, coming, _Words(CODE, hand.person_name, lost, "请由现任人员重新办理"))


def why_power_too_late(
    law: Law, event: CaseEvent, power: Power, item: ServiceItem, coming: Coming
) -> Reason | None:
    """Return why an act comes too long after the matrix took its power from the post for the item, or None."""
    hand, named = event.hand, law.organisation(event.under.organisation)
    lost_at = _lost_at(
        law, named, lambda organisation: organisation.has_power(hand.post_id, power, item.code)
    )
    post = named.post(hand.post_id)
    whose, lost = f"“{post.title if post else hand.post_id}”", f"起不再有“{item.name}”的{power.label}"
    return _why(event, lost_at, coming, _Words(POWER_CODE, whose, lost, "请由有权的岗位重新办理"))


def why_key_too_late(law: Law, event: CaseEvent, coming: Coming) -> Reason | None:
    """Return why an act comes too long after its person's key was replaced by another, or None.

    A password that became known to others signs no longer than a lost post acts.
    """
    hand, named = event.hand, law.organisation(event.under.organisation)
    key = _key_of(named, hand)
    lost_at = _lost_at(law, named, lambda organisation: _key_of(organisation, hand) == key)
    words = _Words(KEY_CODE, f"{hand.person_name}的密码", "起已经更换", "请用新密码登录后重新办理")
    return _why(event, lost_at, coming, words)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of an act that comes too late: between `whose` and `lost` stands the day."""

    code: str
    whose: str
    lost: str
    instead: str


def _why(event: CaseEvent, lost_at: datetime | None, coming: Coming, words: _Words) -> Reason | None:
    if lost_at is None or coming.received_at <= lost_at + coming.grace:
        return None
    late = _how_late(event, lost_at, coming)
    if not late:
        return _why_not_believed(event, coming)
    text = f"{words.whose}自{lost_at:%Y年%m月%d日}{words.lost}，{late}，不能承认，{words.instead}。"
    return Reason(words.code, text)


def _how_late(event: CaseEvent, lost_at: datetime, coming: Coming) -> str:
    if min(event.at, coming.received_at) > lost_at + coming.grace:
        return f"这一步的办理时间已超过其后{coming.grace.days}天"
    longest = max(LONGEST, coming.grace)
    return f"县级平台收到这一步时已超过其后{longest.days}天" if coming.received_at > lost_at + longest else ""


def _why_not_believed(event: CaseEvent, coming: Coming) -> Reason | None:
    """A time that the device's own acts contradict is no proof of old work; those dated in the future prove nothing."""
    latest = coming.received_at + TOLERANCE
    return why_behind(event, (act for act in coming.device_acts() if act.at <= latest))


def _lost_at(law: Law, named: Organisation, has: Callable[[Organisation], bool]) -> datetime | None:
    """When the first organisation was published since which what `has` asks for is lost.

    None when the one in force gives it.
    """
    if has(law.current_organisation):
        return None
    later = takewhile(lambda version: version > named.version, law.organisation_versions)
    without = list(takewhile(lambda version: not has(law.organisation(version)), later))
    return law.organisation_versions[without[-1]] if without else None


def _key_of(organisation: Organisation, hand: Hand) -> str:
    person = organisation.person(hand.person_id)
    return person.sign_public if person is not None else ""


def _holds(organisation: Organisation, named: Organisation, hand: Hand) -> bool:
    """Whether the person may act there in the same post, or in one of the same kind at the same desk."""
    person, before = organisation.person(hand.person_id), named.post(hand.post_id)
    if person is None or not person.active or before is None:
        return False
    return any(
        post.desk_id == before.desk_id and post.kind is before.kind
        for post in organisation.posts_of(hand.person_id)
    )
