"""Services around a case: appointments, questions, complaints, absence, duty, projects, disputes, suggestions."""

from __future__ import annotations

from stationapp.demo.full.actors import PCS
from stationapp.demo.full.facts import day
from stationapp.demo.full.scenario import Scenario, Step, Wait, denied, do
from stationapp.domain.states import State

_CHENKANG, _SHIMA, _COUNTY = PCS["chenkang"], PCS["shima"], PCS["county"]
_ENTERPRISE = "91510704MA0DEM0YXQ"

_APPOINTMENTS = (
    Scenario(
        "A01",
        "预约、改约、到场",
        "养老待遇资格认证",
        State.KEPT,
        (
            do("agent", "book_appointment"),
            do("agent", "rebook_appointment", day=day(2), slot="10:00"),
            denied("agent", "keep_appointment", "too-early"),
            Wait(2),
            do("agent", "keep_appointment"),
        ),
    ),
    Scenario(
        "A02",
        "取消预约",
        "社保卡激活",
        State.CANCELLED,
        (do("agent", "book_appointment", slot="09:00"), do("agent", "cancel_appointment")),
    ),
    Scenario(
        "A03",
        "上门服务：打印上门服务单，登记上门情况",
        "高龄老人上门认证",
        State.VISITED,
        (
            denied("agent", "book_appointment", "empty", manner="home", slot="11:00"),
            do("agent", "book_appointment", manner="home", address="抗香村3组12号", slot="11:00"),
            Wait(1),
            Step("agent", "look", paper="home_visit_kit"),
            do("agent", "record_visit"),
        ),
    ),
    Scenario(
        "A04",
        "预约未到场",
        "换证咨询预约",
        State.MISSED,
        (do("agent", "book_appointment"), Wait(2), do("agent", "note_missed")),
        at="tongwa",
    ),
)

_QUESTIONS = (
    Scenario(
        "A05",
        "咨询：首问、转请答复、追问、办结",
        "残疾人两项补贴",
        State.CLOSED,
        (
            do("agent", "ask_question", to_desk=_CHENKANG),
            do("clerk", "refer_question", to_desk=f"{_COUNTY}-cl"),
            do("cl.officer", "answer_question"),
            do("agent", "ask_again"),
            do("cl.officer", "answer_question", answer="不可以，须用本人的卡。"),
            do("agent", "close_question"),
        ),
    ),
)

_COMPLAINTS = (
    Scenario(
        "A06",
        "投诉：受理、补充、延长、反馈、回访办结，被投诉单位看不到",
        "窗口无人值守",
        State.CLOSED,
        (
            do("agent", "file_complaint", accused_desk=_CHENKANG),
            do("supervisor", "accept_complaint"),
            do("agent", "add_to_complaint"),
            do("supervisor", "extend_complaint"),
            denied("supervisor", "extend_complaint", "extended"),
            do("supervisor", "reply_complaint"),
            Wait(3),
            do("supervisor", "close_complaint"),
        ),
    ),
    Scenario(
        "A07",
        "投诉不予受理",
        "不满补贴标准",
        State.TURNED_DOWN,
        (
            denied("shima.clerk", "file_complaint", "accused", accused_desk=_SHIMA),
            do("agent", "file_complaint", accused_desk=_SHIMA),
            do("supervisor", "decline_complaint"),
        ),
        at="tongwa",
    ),
    Scenario(
        "A08",
        "撤回投诉",
        "态度生硬",
        State.CANCELLED,
        (do("agent", "file_complaint", accused_desk=_SHIMA), do("agent", "withdraw_complaint")),
    ),
)

_ATTENDANCE = (
    Scenario(
        "A09",
        "离岗告示、推迟回岗、返岗，B岗顶岗",
        "离岗",
        State.BACK,
        (
            do("agent", "leave_post"),
            do("deputy", "prolong_absence"),
            Wait(2),
            do("agent", "come_back"),
        ),
        at="tongwa",
    ),
    Scenario(
        "A10",
        "取消周六延时服务",
        "周六服务",
        State.CANCELLED,
        (do("clerk", "open_extra_hours"), do("clerk", "cancel_extra_hours")),
    ),
    Scenario(
        "A11",
        "周六延时服务",
        "周六服务",
        State.CLOSED,
        (do("window", "open_extra_hours"), Wait(5), do("window", "close_extra_hours")),
    ),
    Scenario(
        "A12",
        "领导带班、巡查、交班",
        "值班带班",
        State.CLOSED,
        (do("window", "open_duty"), do("window", "note_inspection"), do("window", "close_duty")),
    ),
)

_PROJECTS = (
    Scenario(
        "A13",
        "全程代办：立项、办件加入和移出、移交责任代办员、完成",
        "绵阳游仙演示食品厂开办",
        State.CLOSED,
        (
            do("window", "open_project", credit_code=_ENTERPRISE, to_person="p-chuangkou-1"),
            Wait(1),
            do("window", "add_to_project"),
            denied("window", "add_to_project", "in-project"),
            do("window", "remove_from_project"),
            do("window", "add_to_project"),
            do("window", "hand_project_on", to_desk=_CHENKANG, to_person="p-chenkang-1"),
            do("clerk", "close_project"),
        ),
    ),
)

_AMONG_DESKS = (
    Scenario(
        "A14",
        "窗口争议：双方陈述，县级窗口协调",
        "材料要求不一致",
        State.SETTLED,
        (
            do("clerk", "raise_dispute", to_desk=_SHIMA),
            do("shima.clerk", "state_position"),
            do("window", "settle_dispute"),
        ),
    ),
    Scenario(
        "A15",
        "窗口争议：提请协调",
        "结果领取地点",
        State.SETTLED,
        (
            do("clerk", "raise_dispute", to_desk=_SHIMA),
            do("clerk", "escalate_dispute"),
            do("window", "settle_dispute"),
        ),
    ),
    Scenario(
        "A16",
        "窗口争议：自行协商，撤回",
        "批次清单格式",
        State.CANCELLED,
        (do("clerk", "raise_dispute", to_desk=_SHIMA), do("clerk", "withdraw_dispute")),
    ),
    Scenario(
        "A17",
        "对办事指南的建议被采纳",
        "残疾人证换领办事指南",
        State.ADOPTED,
        (do("agent", "suggest_change"), do("window", "adopt_suggestion")),
    ),
    Scenario(
        "A18",
        "对办事指南的建议未采纳",
        "临时救助办事指南",
        State.NOT_ADOPTED,
        (do("agent", "suggest_change"), do("window", "decline_suggestion")),
        at="tongwa",
    ),
)

AROUND_A_CASE = (*_APPOINTMENTS, *_QUESTIONS, *_COMPLAINTS, *_ATTENDANCE, *_PROJECTS, *_AMONG_DESKS)
