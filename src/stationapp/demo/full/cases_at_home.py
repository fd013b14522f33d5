"""Cases that a village carries out itself or a township decides, and those that begin in another township."""

from __future__ import annotations

from stationapp.demo.full.facts import day
from stationapp.demo.full.scenario import HUB, Scenario, Step, Wait, denied, do
from stationapp.demo.full.ways import (
    END,
    FROM_TOWN,
    HOME_FROM_TOWN,
    TO_TOWN,
    TOWN_GRANT,
    TOWN_REVIEW,
)
from stationapp.domain.states import State

_CARD_STATE, _CARD_ON, _CARD_OFF = "社会保障卡应用状态查询", "社会保障卡启用", "社会保障卡注销"
_JOIN, _ALIVE, _SENIOR = "城乡居民基本养老保险参保登记", "养老保险定期待遇领取资格认证", "老年人优待证申领"
_FOOD = "食品经营许可核发"
_KANGXIANG_MERGED = "510704105210"
_SHIYUAN = "510704101210"

# From one township to the other the bundle goes by way of the county window.
_ACROSS = (
    do("chenkang.clerk", "transfer"),
    do("window", "sign_for"),
    do("window", "transfer"),
    do("shima.clerk", "sign_for"),
)
_SHIMA_GRANTS = (
    do("shima.clerk", "accept"),
    do("shima.reviewer", "review"),
    do("shima.head", "grant"),
    do("shima.head", "issue_result"),
)

HANDLED_IN_THE_VILLAGE = (
    Scenario(
        "V01",
        "村级当场办理、好评、归档，全程断网",
        _CARD_STATE,
        State.ARCHIVED,
        (
            Step("agent", "receive", paper="power_of_attorney"),
            do("agent", "handle_directly"),
            *END,
            Step("agent", "look", paper="rating_slip"),
            do("agent", "rate"),
            denied("agent", "rate", "rated"),
            do("agent", "archive"),
        ),
    ),
    Scenario(
        "V02",
        "村级当场办理，同住家属代收",
        "离婚登记预约",
        State.CONCLUDED,
        (
            do("deputy", "receive"),
            do("deputy", "handle_directly"),
            denied("deputy", "serve", "no-relation", manner="household"),
            do("deputy", "serve", manner="household", recipient="文继红家属", relation="配偶"),
            do("deputy", "conclude"),
        ),
        at="tongwa",
    ),
)

DECIDED_BY_THE_TOWNSHIP = (
    Scenario("T01", "乡镇即办件，本人领取", _JOIN, State.CONCLUDED, (*TO_TOWN, *TOWN_GRANT, *HOME_FROM_TOWN)),
    Scenario(
        "T02",
        "乡镇即办件，邮寄送达",
        _SENIOR,
        State.CONCLUDED,
        (
            *TO_TOWN,
            *TOWN_GRANT,
            *FROM_TOWN,
            do("agent", "serve", manner="post", waybill="EMS演示0001", sent_on=day(0)),
            do("agent", "conclude"),
        ),
        at="tongwa",
    ),
    Scenario(
        "T03",
        "乡镇即办件，留置送达有见证人",
        _CARD_ON,
        State.CONCLUDED,
        (
            *TO_TOWN,
            *TOWN_GRANT,
            *FROM_TOWN,
            do("agent", "serve", manner="left", witness="村委会委员"),
            do("agent", "conclude"),
        ),
        at="tongwa",
    ),
    Scenario(
        "T04",
        "通知领取，差评，整改回访",
        _ALIVE,
        State.CONCLUDED,
        (
            *TO_TOWN,
            *TOWN_GRANT,
            *FROM_TOWN,
            do("agent", "notify_collection"),
            *END,
            denied("agent", "rectify", "no-bad-rating"),
            do("agent", "rate", satisfaction="5", words="等了太久。", channel="phone"),
            Wait(3),
            do("agent", "rectify"),
        ),
    ),
    Scenario(
        "T05",
        "乡镇许可：审查、审核、决定由不同的人",
        _FOOD,
        State.CONCLUDED,
        (
            *TO_TOWN,
            do("clerk", "accept"),
            denied("head", "grant", "not-reviewed"),
            do("reviewer", "review"),
            do("clerk-b", "check"),
            do("head", "grant"),
            do("head", "issue_result"),
            *HOME_FROM_TOWN,
        ),
    ),
    Scenario(
        "T06",
        "许可收件后五个工作日不告知，县级平台记视为受理",
        _FOOD,
        State.CONCLUDED,
        (
            *TO_TOWN,
            Wait(8),
            do(HUB, "sweep"),
            denied("clerk", "request_supplement", "deemed-accepted"),
            *TOWN_REVIEW,
            *HOME_FROM_TOWN,
        ),
        at="tongwa",
    ),
    Scenario(
        "T07",
        "拒收退回后重新移交，B岗签收",
        _CARD_ON,
        State.CONCLUDED,
        (
            do("agent", "receive"),
            do("agent", "hand_over"),
            do("clerk", "decline_handover"),
            do("agent", "hand_over"),
            do("clerk-b", "sign_for", differences="申请表缺日期，已电话核实"),
            *TOWN_GRANT,
            *HOME_FROM_TOWN,
        ),
    ),
    Scenario(
        "T08",
        "委托书后补登记；移交后撤回重装，再移交",
        _SENIOR,
        State.CONCLUDED,
        (
            do("agent", "receive"),
            denied("agent", "hand_over", "no-attorney"),
            do("agent", "note_attorney"),
            do("agent", "hand_over"),
            do("agent", "recall"),
            do("agent", "hand_over"),
            do("clerk", "sign_for"),
            *TOWN_GRANT,
            *HOME_FROM_TOWN,
        ),
        attorney=False,
    ),
)

WITHIN_THE_WHOLE_COUNTY = (
    Scenario(
        "G01",
        "同城通办：在抗香村申请石马镇的许可，结果回抗香村领取",
        _FOOD,
        State.CONCLUDED,
        (
            *TO_TOWN,
            denied("clerk", "accept", "not-competent"),
            *_ACROSS,
            *_SHIMA_GRANTS,
            do("shima.clerk", "send_result"),
            do("window", "sign_for_result"),
            do("window", "send_result"),
            do("clerk", "sign_for_result"),
            *HOME_FROM_TOWN,
        ),
        division=_SHIYUAN,
    ),
    Scenario(
        "G02",
        "同城通办：自选取件站点，在铜瓦村申请，到狮院村领取",
        _FOOD,
        State.CONCLUDED,
        (
            *TO_TOWN,
            *TOWN_REVIEW,
            do("clerk", "send_result"),
            do("window", "sign_for_result"),
            do("window", "send_result"),
            do("shima.clerk", "sign_for_result"),
            do("shima.clerk", "send_result"),
            do("shiyuan.agent", "sign_for_result"),
            do("shiyuan.agent", "serve"),
            do("shiyuan.agent", "conclude"),
        ),
        at="tongwa",
        result_to="shiyuan",
    ),
    Scenario(
        "G03",
        "共用站点：已撤并的蔡家桥村群众在石马镇窗口申请，由抗香村站点所属乡镇办理",
        _ALIVE,
        State.CONCLUDED,
        (
            do("agent", "receive"),
            do("agent", "hand_over"),
            do("shima.clerk", "sign_for"),
            do("shima.clerk", "transfer"),
            do("window", "sign_for"),
            do("window", "transfer"),
            do("chenkang.clerk", "sign_for"),
            do("chenkang.clerk", "accept"),
            do("chenkang.head", "grant"),
            do("chenkang.head", "issue_result"),
            do("chenkang.clerk", "send_result"),
            do("kangxiang.agent", "sign_for_result"),
            do("kangxiang.agent", "serve"),
            do("kangxiang.agent", "conclude"),
        ),
        at="shiyuan",
        division=_KANGXIANG_MERGED,
        result_to="kangxiang",
    ),
)
