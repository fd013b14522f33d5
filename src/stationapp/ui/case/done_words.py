"""What is said when a move has been made."""

from __future__ import annotations

from collections.abc import Mapping

from stationapp.domain.moves import Move

_DONE: Mapping[str, str] = {
    "acknowledge_visit": "已确认踏勘通知",
    "archive": "已归档",
    "assign": "已分办到承办部门",
    "bring_promised": "承诺补交的材料已收下",
    "call_site_visit": "已发出联合踏勘通知",
    "check": "审核意见已记录",
    "check_promise": "核查结果已登记",
    "close_part": "该部门已按未回执处理，准予前须会商",
    "close_unsupplied": "已按补正不来办结",
    "decline_acceptance": "已作出不予受理决定",
    "decline_handover": "已拒收，退回移交单位",
    "default_absent": "缺席默认已记录",
    "default_decision": "已作出超时默认决定",
    "default_part": "部门超时默认已记录",
    "delete_record": "已复核删除",
    "dismiss_withdrawal": "已答复撤回申请不成立",
    "end_special": "特别程序已结束，继续计时",
    "examine": "初审意见已记录",
    "extend": "期限已延长",
    "give_opinion": "联系单已回执",
    "grant": "已作出准予决定",
    "note_attorney": "委托书已登记，可以移交",
    "note_external": "专网录入情况已登记",
    "prioritise": "已开通绿色通道",
    "propose_void": "已提出作废，请B岗或上级单位复核",
    "publicise": "公示情况已登记",
    "rate": "评价已登记",
    "reassign": "承办人已指派",
    "recall": "已撤回移交",
    "record_meeting": "会商意见已登记",
    "record_reply_granted": "上级准予批复已登记",
    "record_reply_refused": "上级不予批复已登记",
    "record_reply_returned": "上级退回已登记，请重新办理",
    "record_site_visit": "联合踏勘记录已登记",
    "rectify": "整改情况已登记",
    "refuse": "已作出不予决定",
    "register": "已登记",
    "request_supplement": "已作出补正告知",
    "request_withdrawal": "撤回申请已提出，等候承办单位处理",
    "return_application": "已退件办结",
    "review": "审查意见已记录",
    "send_back": "已退回收件站点更正",
    "start_special": "特别程序已启动，暂停计时",
    "supply": "补正材料已收齐",
    "tell_not_needed": "已告知不需要许可",
    "urge": "催办已发出",
    "void": "已复核作废",
    "withdraw": "已按申请人撤回办结",
}


def done_words(move: Move) -> str:
    """Return what was done, as a clause: 已受理."""
    return _DONE.get(move.name, f"已{move.title}")
