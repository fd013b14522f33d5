"""Rules of absence and of who stands in for whom (AB岗制, 离岗告示制: SEED 000, 001)."""

from __future__ import annotations

from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import PostKind
from stationapp.domain.refusal import Reason
from stationapp.domain.rules.given import text_of


def absent_holds_post(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An absence is that of a person in a post of this desk."""
    post = situation.organisation.post(text_of(event, "post_id"))
    person = text_of(event, "person_id")
    if post is None or post.desk_id != event.hand.desk_id:
        return (Reason("no-post", "本单位没有这个岗位。", "post_id"),)
    if post.side_of(person) is None:
        return (Reason("not-in-post", f"此人不是“{post.title}”的A岗或B岗。", "person_id"),)
    return ()


def absence_is_told_by_right_one(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An absence is told by whoever leaves, by the other holder of the post, or by the chief of the desk."""
    post, mine = situation.organisation.post(text_of(event, "post_id")), situation.post(event.hand)
    if post is None or mine is None or text_of(event, "person_id") == event.hand.person_id:
        return ()
    if mine.kind is PostKind.CHIEF or post.side_of(event.hand.person_id) is not None:
        return ()
    return (Reason("not-yours", "离岗由本人、同岗的另一人或首席代表登记。", "person_id"),)


def is_here_again(situation: Situation, hand: Hand) -> Reason | None:
    """Whoever was absent, the other holder of the post, or the chief tells that the absence is over."""
    case, mine = situation.case, situation.post(hand)
    if case is None or mine is None or mine.kind is PostKind.CHIEF:
        return None
    post = situation.organisation.post(str(case.fact("leave_post", "post_id")))
    absent = str(case.fact("leave_post", "person_id"))
    if hand.person_id == absent or (post is not None and post.side_of(hand.person_id) is not None):
        return None
    return Reason("not-yours", "返岗由本人、同岗的另一人或首席代表登记。")
