"""What people answer when a move asks, unless a scenario says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from stationapp.demo.acts import first_material, put_down
from stationapp.demo.full.scenario import Step, Told
from stationapp.domain.case import Case
from stationapp.domain.people import handed_in_to_mapping
from stationapp.services import supervision
from stationapp.services.casework import asked_materials
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery


def day(offset: int) -> Told:
    """Return a fact: the day so many days from the step."""
    return lambda at, _: (at.now().date() + timedelta(days=offset)).isoformat()


def next_workday(at: Workplace, _: Case | None) -> str:
    """A fact: the next working day."""
    found = at.now().date() + timedelta(days=1)
    while not at.calendar.is_workday(found).yes:
        found += timedelta(days=1)
    return found.isoformat()


def answers(workplace: Workplace, case: Case, step: Step) -> dict[str, Any]:
    """Return the facts of a step."""
    told = {**_USUAL.get(step.move, {}), **step.facts}
    return {name: fact(workplace, case) if callable(fact) else fact for name, fact in told.items()}


def opening_answers(workplace: Workplace, step: Step) -> dict[str, Any]:
    """Return the facts of a step that opens something; there is no case yet that they could be about."""
    told = {**_OPENING.get(step.move, {}), **step.facts}
    return {name: fact(workplace, None) if callable(fact) else fact for name, fact in told.items()}


def _applicant(_: Workplace, case: Case) -> str:
    return case.application.applicant.name


def _enquiry_code(_: Workplace, case: Case) -> str:
    return case.enquiry_code


def _result_name(at: Workplace, case: Case) -> str:
    item = at.item_of(case)
    refused = case.when("refuse") or case.when("record_reply_refused")
    return "不予决定书" if refused else (item.result_name if item else "") or "办理结果"


def _supplied(at: Workplace, case: Case) -> list[dict[str, Any]]:
    rows = asked_materials(case, at.item_of(case))
    return [handed_in_to_mapping(put_down(row)) for row in rows]


def _promised(at: Workplace, case: Case) -> list[dict[str, Any]]:
    item = at.item_of(case)
    awaited = {row.material_id for row in case.application.materials if row.promised_by}
    rows = item.materials if item is not None else ()
    return [handed_in_to_mapping(put_down(row)) for row in rows if row.material_id in awaited]


def _partners(at: Workplace, case: Case) -> list[str]:
    item = at.item_of(case)
    found = (at.organisation.department_desk(name) for name in (item.co_departments if item else ()))
    return [desk.desk_id for desk in found if desk is not None]


def _parts(at: Workplace, case: Case) -> list[dict[str, str]]:
    matter = "请就申请人是否符合本部门主管的条件提出意见。"
    return [{"desk_id": desk_id, "matter": matter} for desk_id in _partners(at, case)]


def _first_partner(_: Workplace, case: Case) -> str:
    return case.parts[0].desk_id


def _everybody_came(at: Workplace, case: Case) -> list[dict[str, str]]:
    desks = (case.holder, *(part.desk_id for part in case.parts))
    return [{"desk_id": desk_id, "person": _somebody_at(at, desk_id)} for desk_id in desks]


def only_the_lead_came(at: Workplace, case: Case) -> list[dict[str, str]]:
    """A fact: who attended a visit to which no partner came."""
    return [{"desk_id": case.holder, "person": _somebody_at(at, case.holder)}]


def _somebody_at(at: Workplace, desk_id: str) -> str:
    holders = (post.holder_a for post in at.organisation.posts if post.desk_id == desk_id)
    found = (at.organisation.person(person_id) for person_id in holders)
    return next(one.name for one in found if one is not None)


def _publicity_end(at: Workplace, case: Case) -> str:
    item = at.item_of(case)
    days = item.publicity_days if item is not None else 1
    return (at.now().date() + timedelta(days=days - 1)).isoformat()


def _red_card(at: Workplace, case: Case) -> str:
    """The gravest thing the supervision finds in a case."""
    with at.store.read() as unit:
        history = unit.events.of_case(case.case_id)
    found = supervision.found_in(at, case, history)
    return max(found, key=lambda row: row.finding.grade).finding.finding_id


def appealed_card(_: Workplace, case: Case) -> str:
    """A fact: the card that was appealed against."""
    return str(case.fact("appeal_card", "finding_id"))


def some_case(at: Workplace, _: Case) -> str:
    """A fact: the receipt number of a case this station knows."""
    with at.store.read() as unit:
        return min(row.receipt_number for row in unit.cases.summary(unit.cases.find(CaseQuery(), 50)))


def member(_: Workplace, case: Case) -> str:
    """A fact: the receipt number of the case that belongs to a project."""
    return case.bundle[0]


_OPENING: Mapping[str, Mapping[str, Any]] = {
    "book_appointment": {"day": day(1), "slot": "09:30", "manner": "office"},
    "ask_question": {"question": "申领残疾人两项补贴要带什么材料？", "channel": "phone"},
    "file_complaint": {"matter": "窗口午后无人值守，等候一小时。", "channel": "phone"},
    "leave_post": {
        "post_id": lambda at, _: at.post.post_id,
        "person_id": lambda at, _: at.person.person_id,
        "cause": "meeting",
        "from_on": day(0),
        "from_at": "10:00",
        "until_on": day(1),
        "until_at": "17:00",
        "notice": "今天由B岗办理。",
    },
    "open_extra_hours": {"session": "saturday", "day": day(5), "from_at": "09:00", "until_at": "17:00"},
    "open_duty": {
        "day": day(0),
        "from_at": "09:00",
        "until_at": "17:00",
        "leader": "简便民",
        "staff": "苏敏",
    },
    "raise_dispute": {"matter": "同一材料，两地窗口要求不一致。"},
    "suggest_change": {"words": "办事指南没有写明可以代办。"},
}
"""By opening move, what is told when nobody says otherwise."""

_USUAL: Mapping[str, Mapping[str, Any]] = {
    "recall": {"reason": "装袋时漏放一份材料，取回补放。"},
    "decline_handover": {"reason": "清单所列材料与实物不符，请核对后重新移交。"},
    "send_back": {"reason": "申请表家庭人口数填写有误，请更正后重报。"},
    "handle_directly": {"result_name": _result_name},
    "request_supplement": {"missing": lambda _at, case: first_material(case), "deadline": day(15)},
    "supply": {"materials": _supplied},
    "close_unsupplied": {"reason": "补正期限届满，申请人未提交补正材料。"},
    "examine": {"opinion": "材料齐全，情况属实，同意转报。"},
    "decline_acceptance": {
        "reason": "申请事项依法不属于本机关职权范围。",
        "competent_organ": "绵阳市市场监督管理局",
    },
    "tell_not_needed": {"reason": "采伐房前屋后个人所有的零星林木，依法不需要申请采伐许可证。"},
    "return_application": {"reason": "申请人名下没有可以注销的社会保障卡，材料退还。"},
    "review": {"opinion": "经审查，材料真实有效，符合条件。"},
    "check": {"opinion": "同意审查意见。"},
    "publicise": {
        "publicity_from": day(0),
        "publicity_to": _publicity_end,
        "place": "村务公开栏",
        "evidence": "公示照片 1 张",
    },
    "start_special": {"procedure": "appraisal", "reason": "须由指定医院作残疾评定。", "expected_days": 10},
    "end_special": {"result": "已出具评定结论，符合标准。", "ended_on": day(0)},
    "extend": {"days": 5, "reason": "须向外地医院核实单据。", "approved_by": "局长"},
    "grant": {"reason": "符合规定条件，准予办理。"},
    "refuse": {"reason": "不符合规定条件，不予办理；可依法申请行政复议。"},
    "default_decision": {"reason": "承诺期限届满，经催办并确认后仍未作出决定。"},
    "report_up": {"opinion": "符合条件，同意上报。", "organ": "绵阳市人民政府主管部门"},
    "record_reply_granted": {
        "organ": "绵阳市人民政府主管部门",
        "reply_number": "绵批〔2026〕演示1号",
        "replied_on": day(0),
        "reason": "上级机关同意。",
    },
    "record_reply_refused": {
        "organ": "绵阳市人民政府主管部门",
        "reply_number": "绵批〔2026〕演示2号",
        "replied_on": day(0),
        "reason": "上级机关认为不符合条件。",
    },
    "record_reply_returned": {"organ": "绵阳市人民政府主管部门", "reason": "材料缺页，补齐后重新上报。"},
    "fan_out": {"parts": _parts},
    "give_opinion": {"outcome": "agree", "opinion": "经核对，符合本部门主管的条件。"},
    "call_site_visit": {
        "visit_on": day(1),
        "meet_at": "上午九点，区政务服务中心门口",
        "vehicle": "政务服务中心公务车",
        "desks": _partners,
    },
    "record_site_visit": {"attended": _everybody_came, "finding": "入户核对，情况与申请一致。"},
    "default_part": {"desk_id": _first_partner, "reason": "接收联系单后逾期未回执。"},
    "close_part": {"desk_id": _first_partner, "reason": "逾期未接收联系单，经电话催促仍未回执。"},
    "default_absent": {"desk_id": _first_partner, "reason": "确认踏勘通知后没有派人参加。"},
    "record_meeting": {"attended_by": "民政局、残疾人联合会", "decision": "经会商，同意按现行标准办理。"},
    "issue_result": {"result_name": _result_name},
    "notify_collection": {"where": "本站点窗口", "until": day(30), "bring": "身份证、收件凭证"},
    "serve": {"manner": "in_person", "recipient": _applicant, "served_on": day(0)},
    "rate": {
        "enquiry_code": _enquiry_code,
        "satisfaction": "1",
        "channel": "qr",
        "words": "在村里就办好了。",
    },
    "rectify": {"measures": "向申请人说明并改进取号引导。", "called_back_on": day(0)},
    "archive": {"shelf_number": "2026-演示-001"},
    "note_attorney": {"attorney": "paper"},
    "bring_promised": {"materials": _promised},
    "withdraw": {"reason": "申请人自愿撤回。", "written_request": "书面申请书，申请人本人签名"},
    "request_withdrawal": {
        "reason": "申请人到站点要求撤回。",
        "written_request": "书面申请书，申请人本人签名",
    },
    "dismiss_withdrawal": {"reason": "申请人经说明后决定继续办理。"},
    "urge": {"words": "申请人询问进度，请尽快办理。"},
    "propose_void": {"kind": "void", "reason": "同一申请重复收件。"},
    "prioritise": {"reason": "申请人八十五岁，行动不便。"},
    "note_external": {"system": "全国残疾人人口基础信息系统", "external_number": "演示-0001"},
    "supervise": {"words": "已超过承诺期限，请立即办理并说明原因。"},
    "appeal_card": {"finding_id": _red_card, "reason": "因系统停机无法按期办理。"},
    "decide_appeal": {"finding_id": appealed_card, "outcome": "revoked", "reason": "情况属实，予以撤销。"},
    "cancel_appointment": {"reason": "申请人临时有事。"},
    "record_visit": {"visitors": "何抗生、赵桂香", "outcome": "上门核对身份，拍照认证。"},
    "answer_question": {"answer": "带身份证、残疾人证和银行卡。", "basis": "困难残疾人生活补贴办事指南"},
    "refer_question": {"reason": "属残联答复范围。"},
    "ask_again": {"question": "银行卡可以用家属的吗？"},
    "add_to_complaint": {"matter": "投诉人补充：当天下午三点。"},
    "withdraw_complaint": {"reason": "误会已经解除。"},
    "decline_complaint": {"reason": "同一事项已有答复，没有新的情况。"},
    "extend_complaint": {"days": 5, "reason": "须调取监控录像。"},
    "reply_complaint": {
        "outcome": "upheld",
        "finding": "当日窗口确实无人。",
        "measures": "已明确AB岗，离岗必须告示。",
    },
    "close_complaint": {"called_back_on": day(0), "satisfied": "yes"},
    "prolong_absence": {"until_on": day(2), "until_at": "12:00", "reason": "会议延长。"},
    "cancel_extra_hours": {"reason": "当天停电。"},
    "note_inspection": {"finding": "各窗口在岗。"},
    "add_to_project": {"member": some_case},
    "remove_from_project": {"member": member, "reason": "该件由企业自行办理。"},
    "hand_project_on": {"reason": "责任代办员轮岗。"},
    "close_project": {"outcome": "全部办结，企业已取得证照。"},
    "state_position": {"position": "本地按旧版指南执行，同意统一。"},
    "escalate_dispute": {"reason": "协商五个工作日没有结果。"},
    "settle_dispute": {"decision": "两地统一按新版办事指南执行。", "basis": "办事指南第2版"},
    "withdraw_dispute": {"reason": "双方已自行协商一致。"},
    "adopt_suggestion": {"change": "在办事指南中写明村级可以代办。"},
    "decline_suggestion": {"reason": "指南已有相应内容。"},
    "check_promise": {"outcome": "kept", "finding": "经核查，承诺的情况属实。"},
}
"""By move. A function is asked when the step is made."""
