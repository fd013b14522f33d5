"""Who is there: absence with its notice and stand-in (AB岗), service out of hours, the duty of the day."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Effect, State
from stationapp.domain.flow.vocabulary import APPROVER, CHIEF, EVERYBODY, REASON, STATIONS, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import PostKind
from stationapp.domain.rules import affairs, attendance, given, opening

_ANYBODY = frozenset(PostKind)
_TIME_HINT = "如 15:30。"
_CAUSES = (
    ("business", "公务外出"),
    ("meeting", "会议、培训"),
    ("leave", "休假"),
    ("sick", "病假"),
    ("other", "其他"),
)
_UNTIL = (
    Ask("until_on", AskKind.DATE, "回岗日期"),
    Ask("until_at", AskKind.TEXT, "回岗时间", hint=_TIME_HINT),
)
_HOURS = (
    Ask("day", AskKind.DATE, "日期"),
    Ask("from_at", AskKind.TEXT, "开始时间", hint=_TIME_HINT),
    Ask("until_at", AskKind.TEXT, "结束时间", hint=_TIME_HINT),
)
_HOURS_RULES = (
    opening.numbers_are_right,
    given.reasons_are_given("day", "from_at", "until_at"),
    affairs.times_are_readable("from_at", "until_at"),
    affairs.until_follows_from,
)
_SESSIONS = (("saturday", "周六服务"), ("evening", "延时服务"), ("holiday", "节假日预约服务"))

ROWS = (
    Move(
        "leave_post",
        "离岗",
        states(),
        Effect(State.ABSENT, kind=AffairKind.ABSENCE),
        _ANYBODY,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            given.reasons_are_given(
                "post_id", "person_id", "cause", "from_on", "from_at", "until_on", "until_at"
            ),
            attendance.absent_holds_post,
            attendance.absence_is_told_by_right_one,
            affairs.times_are_readable("from_at", "until_at"),
            affairs.until_follows_from,
        ),
        asks=(
            Ask("post_id", AskKind.TEXT, "岗位"),
            Ask("person_id", AskKind.PERSON, "离岗人"),
            Ask("cause", AskKind.CHOICE, "事由", choices=_CAUSES),
            Ask("from_on", AskKind.DATE, "离岗日期"),
            Ask("from_at", AskKind.TEXT, "离岗时间", hint=_TIME_HINT),
            *_UNTIL,
            Ask("notice", AskKind.TEXT, "告示", required=False, hint="告诉群众找谁、打什么电话。"),
        ),
        source="SEED 000, 001 (AB岗制, 离岗告示制)",
        kind=AffairKind.ABSENCE,
    ),
    Move(
        "prolong_absence",
        "推迟回岗",
        states(State.ABSENT),
        Effect(),
        _ANYBODY,
        gates=(attendance.is_here_again,),
        checks=(
            given.reasons_are_given("until_on", "until_at", "reason"),
            affairs.times_are_readable("until_at"),
        ),
        asks=(*_UNTIL, REASON),
        source="SEED 001 (离岗告示制)",
        kind=AffairKind.ABSENCE,
    ),
    Move(
        "come_back",
        "返岗",
        states(State.ABSENT),
        Effect(State.BACK),
        _ANYBODY,
        gates=(attendance.is_here_again,),
        source="SEED 000, 001 (AB岗制)",
        kind=AffairKind.ABSENCE,
    ),
    Move(
        "open_extra_hours",
        "安排延时服务",
        states(),
        Effect(State.OPEN_SERVICE, kind=AffairKind.EXTRA_HOURS),
        STATIONS | CHIEF,
        ActsBy.OPENER,
        checks=(*_HOURS_RULES, given.reasons_are_given("session")),
        asks=(
            Ask("session", AskKind.CHOICE, "类别", choices=_SESSIONS),
            *_HOURS,
            Ask("offers", AskKind.LONG_TEXT, "服务事项", required=False),
        ),
        source="SEED 003 (延时服务, 周六 9–17); domain 2.7 (no working day)",
        kind=AffairKind.EXTRA_HOURS,
    ),
    Move(
        "cancel_extra_hours",
        "取消延时服务",
        states(State.OPEN_SERVICE),
        Effect(State.CANCELLED),
        STATIONS | CHIEF,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source="SEED 003 (延时服务)",
        kind=AffairKind.EXTRA_HOURS,
    ),
    Move(
        "close_extra_hours",
        "结束延时服务",
        states(State.OPEN_SERVICE),
        Effect(State.CLOSED),
        STATIONS | CHIEF,
        asks=(Ask("remark", AskKind.LONG_TEXT, "情况", required=False),),
        source="SEED 003 (延时服务)",
        kind=AffairKind.EXTRA_HOURS,
    ),
    Move(
        "open_duty",
        "值班带班",
        states(),
        Effect(State.ON_DUTY, kind=AffairKind.DUTY),
        STATIONS | CHIEF | APPROVER,
        ActsBy.OPENER,
        checks=(*_HOURS_RULES, given.reasons_are_given("leader", "staff")),
        asks=(
            *_HOURS,
            Ask("leader", AskKind.TEXT, "带班领导"),
            Ask("staff", AskKind.TEXT, "值班人员"),
            Ask("phone", AskKind.TEXT, "值班电话", required=False),
        ),
        source="SEED 000, 001 (领导带班)",
        kind=AffairKind.DUTY,
    ),
    Move(
        "note_inspection",
        "巡查记录",
        states(State.ON_DUTY),
        Effect(),
        EVERYBODY,
        checks=(given.reasons_are_given("finding"),),
        asks=(
            Ask("finding", AskKind.LONG_TEXT, "巡查情况"),
            Ask("away", AskKind.TEXT, "不在岗人员", required=False),
        ),
        source="SEED 001 (考勤巡查)",
        kind=AffairKind.DUTY,
    ),
    Move(
        "close_duty",
        "交班",
        states(State.ON_DUTY),
        Effect(State.CLOSED),
        STATIONS | CHIEF | APPROVER,
        asks=(Ask("remark", AskKind.LONG_TEXT, "交班事项", required=False),),
        source="SEED 000, 001 (领导带班)",
        kind=AffairKind.DUTY,
    ),
)
