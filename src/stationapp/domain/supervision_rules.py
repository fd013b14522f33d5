"""The table of the supervision's rules. Findings, their explanations and the county's grades all read it."""

from __future__ import annotations

from stationapp.domain import supervision_deadlines as deadlines
from stationapp.domain import supervision_faults as faults
from stationapp.domain.case_clocks import DECISIONS, PROMISED, STATUTORY
from stationapp.domain.catalogue import Stage
from stationapp.domain.findings import FindingKind, Grade
from stationapp.domain.stage_clocks import DELIVERY
from stationapp.domain.supervision_watch import Check, Rule
from stationapp.domain.waiting_clocks import PART, PROMISE, SPECIAL, SUPPLEMENT

_OVER = "{desk}的“{title}”（{limit}，自{started}起）最迟应于{due}完成，已超过{stopped}。"
_LATE = "{later}的时间（{later_at}）与{earlier}的时间（{earlier_at}）先后矛盾。"
_NO_REASON = "{desk}{person}于{at}办理“{act}”没有写明理由。"


def _deadline(code: str, title: str, grade: Grade, source: str, check: Check, sentence: str = _OVER) -> Rule:
    return Rule(code, title, grade, FindingKind.DEADLINE, source, check, sentence)


def _procedure(code: str, title: str, grade: Grade, source: str, check: Check, sentence: str) -> Rule:
    return Rule(code, title, grade, FindingKind.PROCEDURE, source, check, sentence)


def _logic(code: str, title: str, check: Check, sentence: str = _LATE) -> Rule:
    return Rule(code, title, Grade.RED, FindingKind.LOGIC, "电子监察逻辑规则", check, sentence)


def _order(
    code: str, title: str, earlier: set[str] | frozenset[str], later: set[str] | frozenset[str]
) -> Rule:
    return _logic(code, title, faults.out_of_order(frozenset(earlier), frozenset(later)))


RULES = (
    _deadline(
        "W01",
        "办件期限将满",
        Grade.WARNING,
        "电子监察预警规则（剩余二成或一个工作日）",
        deadlines.nearly_due_case,
        "{desk}办理的“{title}”（{limit}）将于{due}届满，请抓紧办理。",
    ),
    _deadline(
        "W02",
        "环节期限将满",
        Grade.WARNING,
        "电子监察预警规则（剩余二成或一个工作日）",
        deadlines.nearly_due_stage,
        "{desk}的“{title}”环节（{limit}）将于{due}届满，请抓紧办理。",
    ),
    _deadline(
        "W03",
        "暂定期限已过",
        Grade.WARNING,
        "节假日安排公布前期限为暂定",
        deadlines.passed_provisionally,
        "{desk}的“{title}”暂定期限{due}已过{stopped}；节假日安排公布后重新计算，暂不发黄牌、红牌。",
    ),
    _deadline(
        "W04",
        "补正期满未处理",
        Grade.WARNING,
        "行政许可法第三十二条",
        deadlines.passed(SUPPLEMENT, only_waiting=True),
        "申请人补正期限{due}已过，{desk}尚未收齐材料，也未作补正不来办结。",
    ),
    _deadline(
        "W05",
        "承诺到期未核查",
        Grade.WARNING,
        "告知承诺制",
        deadlines.passed(PROMISE, only_waiting=True),
        "申请人承诺{due}以前补交材料，至今未补交，也未核查。",
    ),
    _deadline(
        "D01",
        "承诺时限已过",
        Grade.YELLOW,
        "限时办结制、服务承诺制",
        deadlines.passed(PROMISED, statutory=False),
    ),
    _deadline(
        "D02", "法定时限已过", Grade.RED, "行政许可法第四十二条", deadlines.passed(STATUTORY, statutory=True)
    ),
    _deadline(
        "D03",
        "法定环节时限已过",
        Grade.RED,
        "行政许可法第三十二条、第四十三条、第四十四条",
        deadlines.passed(Stage.ACCEPTANCE, Stage.EXAMINATION, DELIVERY, statutory=True),
    ),
    _deadline("D04", "村级报送超时", Grade.YELLOW, "村级报送时限", deadlines.passed(Stage.HANDOVER)),
    _deadline(
        "D05",
        "初审未按时转报",
        Grade.YELLOW,
        "限时办结制",
        deadlines.passed(Stage.EXAMINATION, statutory=False),
    ),
    _deadline(
        "D06",
        "环节超时",
        Grade.YELLOW,
        "限时办结制（办件未超时，环节超时也计）",
        deadlines.passed(
            Stage.ACCEPTANCE,
            Stage.REVIEW,
            Stage.CHECK,
            Stage.DECISION,
            Stage.RESULT,
            Stage.SERVICE,
            DELIVERY,
            statutory=False,
        ),
    ),
    _deadline("D07", "联办部门回执超时", Grade.YELLOW, "并联审批", deadlines.passed(PART)),
    _deadline("D08", "特别程序超过告知时间", Grade.YELLOW, "行政许可法第四十五条", deadlines.passed(SPECIAL)),
    _procedure(
        "P01",
        "不予决定未说明理由",
        Grade.RED,
        "行政许可法第三十八条",
        faults.without_reason("refuse", "record_reply_refused"),
        _NO_REASON,
    ),
    _procedure(
        "P02",
        "缺少理由",
        Grade.RED,
        "退件、作废、延期等须记录理由",
        faults.without_reason(excepting=frozenset({"refuse", "record_reply_refused"})),
        _NO_REASON,
    ),
    _procedure(
        "P03",
        "不同意未说明理由",
        Grade.YELLOW,
        "并联审批",
        faults.objection_without_reason,
        "{desk}{person}于{at}回执不同意，没有写明理由。",
    ),
    _procedure(
        "P04",
        "书面凭证缺少文书编号",
        Grade.RED,
        "行政许可法第三十二条",
        faults.without_number,
        "{desk}{person}于{at}办理“{act}”没有文书编号。",
    ),
    _procedure(
        "P05",
        "未一次告知",
        Grade.RED,
        "行政许可法第三十二条、一次性告知制",
        faults.asked_twice,
        "{desk}{person}于{at}就“{materials}”再次要求补正。",
    ),
    _procedure(
        "P06",
        "延长期限不合规定",
        Grade.RED,
        "行政许可法第四十二条",
        faults.extended_wrongly,
        "{desk}{person}于{at}延长期限：{faults}。",
    ),
    _procedure(
        "P07",
        "缺少必备材料而准予",
        Grade.RED,
        "电子监察规则（正常办结须具备必备材料）",
        faults.granted_without_materials,
        "{desk}{person}于{at}准予时缺少必备材料：{materials}。",
    ),
    _procedure(
        "P08",
        "重复退回更正",
        Grade.WARNING,
        "一次性告知制",
        faults.sent_back_again,
        "{desk}{person}于{at}再次退回更正，应当一次说清。",
    ),
    _procedure(
        "P09",
        "公示超过规定天数",
        Grade.WARNING,
        "事项目录规定的公示天数",
        faults.publicised_too_long,
        "{desk}{person}于{at}登记公示{named}天，目录规定{days}天，多出的天数也停止计时。",
    ),
    _order("L01", "受理晚于办结", {"accept", "deem_accepted"}, {"conclude"}),
    _order("L02", "受理晚于决定", {"accept", "deem_accepted"}, DECISIONS - {"handle_directly"}),
    _order("L03", "收件晚于受理", {"receive"}, {"accept"}),
    _order("L04", "补正早于补正告知", {"request_supplement", "note_missing"}, {"supply"}),
    _order("L05", "签收早于移交", {"hand_over", "forward", "transfer"}, {"sign_for"}),
    _order("L06", "签收结果早于发还", {"send_result"}, {"sign_for_result"}),
    _order("L07", "特别程序结束早于启动", {"start_special"}, {"end_special"}),
    _order("L08", "送达早于决定", DECISIONS, {"serve"}),
    _order("L09", "决定晚于办结", DECISIONS, {"conclude"}),
    _logic(
        "L10",
        "特别程序日期矛盾",
        faults.special_ends_before_it_begins,
        "特别程序的结束日期{named}不在启动日{earliest}与记录日{recorded}之间。",
    ),
    _logic(
        "L11",
        "送达日期矛盾",
        faults.served_outside,
        "收到日期{named}不在决定日{earliest}与记录日{recorded}之间。",
    ),
    Rule(
        "C01",
        "站点时钟偏快",
        Grade.NORMAL,
        FindingKind.CLOCK,
        "以县级中心收到时间核对",
        faults.clock_ahead,
        "{desk}“{act}”的时间（{at}）比县级中心收到的时间晚{ahead}，该站点时钟偏快，请校时；时间不作改动。",
    ),
    Rule(
        "C02",
        "站点时钟回拨",
        Grade.NORMAL,
        FindingKind.CLOCK,
        "以办理顺序核对",
        faults.clock_set_back,
        "{desk}“{act}”的时间（{at}）早于本单位在先的“{earlier}”（{before}），该站点时钟可能被调慢，请校时；时间不作改动。",
    ),
    Rule(
        "U01",
        "离线迟报",
        Grade.NORMAL,
        FindingKind.LATE_UPLOAD,
        "离线办理，联网后上传",
        faults.uploaded_late,
        "{desk}{person}于{at}离线办理“{act}”，{received}才上传，迟{late}。属离线迟报，不作违规，也不改动办理时间。",
    ),
)
"""Every rule, by code: W warnings, D limits passed, P procedure, L logical faults, C clocks, U late upload."""
