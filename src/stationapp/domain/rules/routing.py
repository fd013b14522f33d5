"""Rules of the way a case takes from desk to desk."""

from __future__ import annotations

from stationapp.domain import numbers
from stationapp.domain.events import CaseEvent, Hand
from stationapp.domain.moves import Situation
from stationapp.domain.organisation import DeskKind, Level
from stationapp.domain.people import Application
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.routing import competent_for, next_towards
from stationapp.domain.rules.given import text_of
from stationapp.domain.rules.levels import LEVELS
from stationapp.domain.rules.opening import application_in

UPWARDS = frozenset({"hand_over", "forward"})
"""The batched moves that take an application towards the desk that accepts it by the usual way, one level up."""


def addresses_neighbour(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A batch goes to the next desk on the way: to the one that accepts, or to the one that gives out the result."""
    target = text_of(event, "to_desk")
    if not target or target != next_stop(situation, event.hand.desk_id, event.move):
        return (Reason("wrong-desk", "批次的接收单位不对，请重新选择。", "to_desk"),)
    return ()


def next_stop(situation: Situation, desk_id: str, move: str) -> str:
    """Return the desk to which a batched move takes a case from a desk, empty where it leads nowhere."""
    organisation, case, item = situation.organisation, situation.case, situation.item
    if move in UPWARDS:
        desk = organisation.desk(desk_id)
        return desk.parent if desk is not None else ""
    if case is None:
        return ""
    if move == "transfer":
        competent = competent_for(organisation, item, case) if item is not None else None
        return next_towards(organisation, desk_id, competent.desk_id) if competent is not None else ""
    return next_towards(organisation, desk_id, case.result_station)


def is_competent_elsewhere(situation: Situation, hand: Hand) -> Reason | None:
    """同城通办 (SEED 002): what another place of the same level or below decides is passed on to it; what is decided
    above goes there by way of examination.
    """
    case, item = situation.case, situation.item
    if case is None or item is None:
        return Reason("no-item", "找不到该办件所依据的事项版本，请先同步。")
    competent = competent_for(situation.organisation, item, case)
    desk = situation.desk(hand)
    if competent is None:
        return Reason("nobody-competent", "全县没有服务该行政区划的站点，不能移送。")
    if desk is not None and competent.desk_id == desk.station_code:
        return Reason("competent-here", "该办件由本单位管辖，不需要移送。")
    if desk is not None and int(desk.level) > int(item.decides_at):
        return Reason(
            "decided-above", f"“{item.name}”由{LEVELS[item.decides_at]}受理，请初审后转报，不用移送。"
        )
    return None


def division_is_served(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """An application names a division that somebody in the county serves, and a station to fetch the result at. What a
    village handles on the spot is asked for, and got, in the applicant's own village.
    """
    application = application_in(event)
    if application is None:
        return ()
    organisation, reasons = situation.organisation, []
    if not application.division and _is_decided_below(situation, event):
        reasons.append(Reason("no-division", "请选择由哪个乡镇（村）管辖。", "division"))
    if application.division and organisation.station_of(application.division) is None:
        reasons.append(Reason("no-station", "全县没有服务该行政区划的站点，请核对。", "division"))
    result_to = organisation.desk(application.result_to) if application.result_to else None
    if application.result_to and (result_to is None or result_to.kind is not DeskKind.STATION):
        reasons.append(Reason("no-station", "没有这个取件站点，请重新选择。", "result_to"))
    return (*reasons, *_elsewhere(situation, event, application))


def _elsewhere(situation: Situation, event: CaseEvent, application: Application) -> tuple[Reason, ...]:
    item, here = situation.item, event.hand.desk_id
    if item is None or item.decides_at is not Level.VILLAGE:
        return ()
    reasons = []
    station = situation.organisation.station_of(application.division) if application.division else None
    if station is not None and station.desk_id != here:
        text = f"“{item.name}”由村级直接办理，请申请人到{station.name}办理。"
        reasons.append(Reason("handled-elsewhere", text, "division"))
    if application.result_to not in ("", here):
        text = f"“{item.name}”当场办理，结果在本站点领取。"
        reasons.append(Reason("handled-elsewhere", text, "result_to"))
    return tuple(reasons)


def names_batch(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A handover names its batch with a number that can be found again, of the station that hands over."""
    desk = situation.organisation.desk(event.hand.desk_id)
    try:
        number = numbers.parse_batch_number(str(event.facts.get("batch_number", "")))
    except Refused as refused:
        return refused.reasons
    if desk is None or number.station != desk.station_code:
        return (Reason("foreign-number", "批次号不属于本站点。", "batch_number"),)
    return () if text_of(event, "batch_id") else (Reason("no-batch", "缺少批次标识。", "batch_id"),)


def goes_to_department(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """A case is assigned to the department that decides its item."""
    desk = situation.organisation.desk(str(event.facts.get("to_desk", "")))
    item = situation.item
    if desk is None or item is None or desk.department != item.department:
        name = item.department_name if item else "主管部门"
        return (Reason("wrong-desk", f"该事项应分办给{name}。", "to_desk"),)
    return ()


def goes_to_own_window(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """统一窗口出件 (SEED 003): a department gives the result to its window; a township keeps it."""
    desk = situation.organisation.desk(event.hand.desk_id)
    if desk is None:
        return (Reason("no-desk", "找不到办理岗位所在的单位。"),)
    expected = desk.parent if desk.kind is DeskKind.DEPARTMENT else desk.desk_id
    if event.facts.get("to_desk") != expected:
        return (Reason("wrong-desk", "结果应交由综合窗口统一出件。", "to_desk"),)
    return ()


def result_goes_down(situation: Situation, hand: Hand) -> Reason | None:
    """A result is sent on only where it has further to go."""
    case = situation.case
    if case is not None and hand.desk_id == case.result_station:
        return Reason("at-origin", "结果已在取件站点，请直接送达申请人。")
    return None


def result_is_here(situation: Situation, hand: Hand) -> Reason | None:
    """The result is served where the applicant chose to get it, as a rule where he applied."""
    case = situation.case
    if case is not None and hand.desk_id != case.result_station:
        return Reason("not-origin", "结果须由取件站点送达，请先发还结果。")
    return None


def _is_decided_below(situation: Situation, event: CaseEvent) -> bool:
    desk, item = situation.desk(event.hand), situation.item
    return desk is not None and item is not None and int(item.decides_at) > int(desk.level)


def goes_back_down(situation: Situation, event: CaseEvent) -> tuple[Reason, ...]:
    """What was entered wrongly goes back to where it was entered."""
    origin = situation.case.origin if situation.case else ""
    if event.facts.get("to_desk") != origin or event.hand.desk_id == origin:
        return (Reason("wrong-desk", "请退回收件站点更正；本站收的件请直接更正或作废。", "to_desk"),)
    return ()
