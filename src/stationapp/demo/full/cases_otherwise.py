"""Cases that go back, stop half way, or end otherwise than by a result."""

from __future__ import annotations

from stationapp.demo.full.facts import day
from stationapp.demo.full.scenario import HUB, Scenario, Wait, denied, do
from stationapp.demo.full.ways import (
    GRANT,
    HOME_FROM_COUNTY,
    HOME_FROM_TOWN,
    INTO_COUNTY,
    TO_COUNTY,
    TO_TOWN,
    TO_WINDOW,
    TOWN_GRANT,
)
from stationapp.domain.states import State

_AGED, _RENEWAL, _JOIN = "80周岁以上老年人高龄津贴", "残疾人证换领", "城乡居民基本养老保险参保登记"
_SHOP, _FIRE, _TREES = "个体工商户设立登记", "森林防火期内在森林防火区野外用火", "林木采伐许可证核发"
_AGAIN_TO_TOWN = (do("agent", "hand_over"), do("clerk", "sign_for"))

SENT_BACK = (
    Scenario(
        "S01",
        "材料不齐一次告知，补齐后收件",
        _RENEWAL,
        State.CONCLUDED,
        (
            do("agent", "note_missing"),
            do("agent", "receive"),
            *_AGAIN_TO_TOWN,
            *TO_WINDOW,
            *INTO_COUNTY,
            *GRANT,
            *HOME_FROM_COUNTY,
        ),
        lacks=1,
    ),
    Scenario(
        "S02",
        "补正告知，同一理由不得再次要求，补正后办结",
        _AGED,
        State.CONCLUDED,
        (
            *TO_TOWN,
            do("clerk", "request_supplement"),
            do("agent", "supply"),
            *_AGAIN_TO_TOWN,
            denied("clerk", "request_supplement", "told-twice"),
            *TO_WINDOW,
            *INTO_COUNTY,
            *GRANT,
            *HOME_FROM_COUNTY,
        ),
        at="tongwa",
    ),
    Scenario(
        "S03",
        "录入有误，退回村里更正后重报",
        _JOIN,
        State.CONCLUDED,
        (
            *TO_TOWN,
            do("clerk", "send_back"),
            do("agent", "receive"),
            *_AGAIN_TO_TOWN,
            *TOWN_GRANT,
            *HOME_FROM_TOWN,
        ),
        at="shiyuan",
    ),
    Scenario(
        "S04",
        "逾期不补正，按补正不来办结，归档",
        "居住证办理",
        State.ARCHIVED,
        (
            *TO_TOWN,
            *TO_WINDOW,
            do("window", "register"),
            denied("window", "request_supplement", "past-deadline", deadline=day(0)),
            do("window", "request_supplement", deadline=day(5)),
            denied("window", "close_unsupplied", "not-overdue"),
            Wait(6),
            do("window", "close_unsupplied"),
            do("agent", "archive"),
        ),
    ),
)

TURNED_AWAY = (
    Scenario(
        "E01",
        "不予受理：不属于本机关职权",
        _SHOP,
        State.NOT_ACCEPTED,
        (*TO_TOWN, *TO_WINDOW, do("window", "register"), do("window", "decline_acceptance")),
    ),
    Scenario(
        "E02",
        "不需要许可，村里当场告知",
        _TREES,
        State.NOT_NEEDED,
        (do("agent", "receive"), do("agent", "tell_not_needed")),
        at="tongwa",
    ),
    Scenario(
        "E03",
        "乡镇退件",
        "社会保障卡注销",
        State.RETURNED,
        (*TO_TOWN, do("clerk", "return_application")),
        at="shiyuan",
    ),
)

WITHDRAWN = (
    Scenario(
        "W01",
        "移交前申请人撤回",
        _RENEWAL,
        State.WITHDRAWN,
        (do("agent", "receive"), do("agent", "withdraw")),
    ),
    Scenario(
        "W02",
        "申请撤回后改变主意，经办人答复后继续办理",
        _AGED,
        State.CONCLUDED,
        (
            *TO_COUNTY,
            do("agent", "request_withdrawal"),
            do("officer", "review"),
            denied("approver", "grant", "withdrawal-waits"),
            do("officer", "dismiss_withdrawal"),
            do("approver", "grant"),
            do("approver", "issue_result"),
            *HOME_FROM_COUNTY,
        ),
    ),
    Scenario(
        "W03",
        "申请撤回，经办人办理撤回，归档",
        _FIRE,
        State.ARCHIVED,
        (*TO_COUNTY, do("agent", "request_withdrawal"), do("officer", "withdraw"), do("approver", "archive")),
        at="tongwa",
    ),
)

MISTAKES = (
    Scenario(
        "X01",
        "重复收件，四眼作废：提出人不能复核",
        _JOIN,
        State.VOIDED,
        (
            do("agent", "receive"),
            denied("agent", "void", "not-proposed"),
            do("agent", "propose_void"),
            denied("agent", "void", "same-person"),
            denied("deputy", "delete_record", "proposed-otherwise"),
            do("deputy", "void"),
        ),
        at="tongwa",
    ),
    Scenario(
        "X02",
        "录入错误，B岗复核后删除",
        _JOIN,
        State.DELETED,
        (
            *TO_TOWN,
            do("clerk", "propose_void", kind="delete", reason="误把测试数据录成办件。"),
            do("clerk-b", "delete_record"),
        ),
        at="shiyuan",
    ),
    Scenario(
        "X03",
        "一人在两个站点申请同一事项（先）：平台提示疑似重复",
        _RENEWAL,
        State.CONCLUDED,
        (*TO_COUNTY, *GRANT, *HOME_FROM_COUNTY),
        person=33,
    ),
    Scenario(
        "X04",
        "一人在两个站点申请同一事项（后）：平台提示后撤回",
        _RENEWAL,
        State.WITHDRAWN,
        (do("agent", "receive"), do(HUB, "sweep"), do("agent", "withdraw", reason="与另一站点的申请重复。")),
        at="shiyuan",
        person=33,
    ),
)
