"""Rules of power: which level, which desk and which department may take a step."""

from __future__ import annotations

from stationapp.domain.case import State
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import Hand
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import Desk, DeskKind, Level
from stationapp.domain.refusal import Reason
from stationapp.domain.routing import competent_for, is_competent
from stationapp.domain.rules.levels import LEVELS


def may_decide(situation: Situation, hand: Hand) -> Reason | None:
    """授权到位 (SEED 001): the item is decided at this level, and at the county by this department."""
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None:
        return Reason("no-item", "找不到该办件所依据的事项版本，请先同步。")
    if desk.level is not item.decides_at:
        return Reason("no-power", f"“{item.name}”由{LEVELS[item.decides_at]}决定，本级无权决定。")
    if desk.kind is DeskKind.DEPARTMENT and desk.department != item.department:
        return Reason("no-power", f"“{item.name}”由{item.department_name}决定，本部门无权决定。")
    return _why_elsewhere(situation, desk, item)


def may_accept(situation: Situation, hand: Hand) -> Reason | None:
    """Only the level that decides accepts: a village or township never accepts in the county's name (许可法
    24).
    """
    desk, item = situation.desk(hand), situation.item
    if desk is None or item is None:
        return Reason("no-item", "找不到该办件所依据的事项版本，请先同步。")
    if desk.level is not item.decides_at:
        return Reason("no-power", f"“{item.name}”由{LEVELS[item.decides_at]}受理，本级只能转报。")
    return _why_elsewhere(situation, desk, item)


def _why_elsewhere(situation: Situation, desk: Desk, item: ServiceItem) -> Reason | None:
    """同城通办 (SEED 002): another place of the same level takes in, and passes on."""
    case, organisation = situation.case, situation.organisation
    if case is None or is_competent(organisation, item, case, desk):
        return None
    competent = competent_for(organisation, item, case)
    return Reason("not-competent", f"该办件由{competent.name if competent else '其他单位'}管辖，请移送。")


def is_decided_above(situation: Situation, hand: Hand) -> Reason | None:
    """What the township decides itself is not forwarded."""
    item = situation.item
    if item is not None and item.decides_at is not Level.COUNTY:
        return Reason("decided-here", f"“{item.name}”在本级办理，不需要转报。")
    return None


def is_decided_above_village(situation: Situation, hand: Hand) -> Reason | None:
    """What the village handles on the spot is not handed over."""
    item = situation.item
    if item is not None and item.decides_at is Level.VILLAGE:
        return Reason("decided-here", f"“{item.name}”由村级直接办理，不需要移交。")
    return None


def is_handled_in_village(situation: Situation, hand: Hand) -> Reason | None:
    """村直办: public services the village itself carries out; never a licence (许可法 24)."""
    item = situation.item
    if item is None or item.decides_at is not Level.VILLAGE:
        return Reason("no-power", "该事项不是村级直接办理事项，请移交上级。")
    return None


def is_decided_here(situation: Situation, hand: Hand) -> Reason | None:
    """The county registers what the county decides."""
    item = situation.item
    if item is not None and item.decides_at is not Level.COUNTY:
        return Reason("decided-below", f"“{item.name}”由{LEVELS[item.decides_at]}办理，不在县级登记。")
    return None


def at_window(situation: Situation, hand: Hand) -> Reason | None:
    """The county window does this, not a department."""
    desk = situation.desk(hand)
    if desk is None or desk.kind is not DeskKind.STATION:
        return Reason("not-window", "请由综合窗口办理。")
    return None


def is_registered_at_county(situation: Situation, hand: Hand) -> Reason | None:
    """The county registers a case before it accepts it; a township accepts what it signed for. What silence accepted
    is registered by that.
    """
    desk, case = situation.desk(hand), situation.case
    if case is not None and case.state is State.DEEMED_ACCEPTED:
        return None
    if desk is not None and desk.level is Level.COUNTY and case is not None and case.when("register") is None:
        return Reason("not-registered", "请先登记，再受理。")
    return None


def may_close(situation: Situation, hand: Hand) -> Reason | None:
    """Only the accepting authority turns an application away (行政许可法 32): below, it is passed on."""
    reason = may_accept(situation, hand)
    return None if reason is None else Reason(reason.code, reason.text.replace("受理，", "作出答复，"))


def is_given_to_me(situation: Situation, hand: Hand) -> Reason | None:
    """首席代表制 (SEED 000, 001): what the chief gave to a person is done by no other of the same kind of post, but by
    whoever stands in for it. Who reviews and who decides are two persons still.
    """
    case, organisation = situation.case, situation.organisation
    if case is None or not case.handler or case.handler == hand.person_id or case.holder != hand.desk_id:
        return None
    post = situation.post(hand)
    if post is not None and {case.handler, hand.person_id} <= {post.holder_a, post.holder_b}:
        return None
    given_to = organisation.person(case.handler)
    if given_to is None or not given_to.active:
        return None  # Whoever left holds up nobody.
    theirs = {one.kind for one in organisation.posts_of(case.handler) if one.desk_id == hand.desk_id}
    if post is not None and post.kind not in theirs:
        return None
    handler = organisation.person(case.handler)
    return Reason("given-to-other", f"该办件已指派给{handler.name if handler else '其他人'}办理。")


def pays_nothing(situation: Situation, hand: Hand) -> Reason | None:
    """四眼: what pays money is not settled by one person at a village's counter."""
    if situation.item is not None and situation.item.pays_money:
        return Reason("pays-money", "该事项涉及资金发放，须由上级两人以上办理，不能当场办理。")
    return None


def lies_with_department(situation: Situation, hand: Hand) -> Reason | None:
    """The window can record the silence of a department that was given the case, never its own."""
    case = situation.case
    holder = situation.organisation.desk(case.holder) if case is not None else None
    if holder is None or holder.kind is not DeskKind.DEPARTMENT or holder.desk_id == hand.desk_id:
        return Reason("not-with-department", "办件不在承办部门，不能按部门超时默认；请先分办。")
    return None
