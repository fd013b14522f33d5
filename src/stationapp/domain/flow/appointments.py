"""Appointments (预约) at a desk, and home visits (上门)."""

from __future__ import annotations

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import OFFICER, REASON, STATIONS, states
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.rules import affairs, appointments, given, opening

_KIND = AffairKind.APPOINTMENT
_WHO = STATIONS | OFFICER
_MANNERS = (("office", "到场办理"), ("home", "上门服务"))
_SOURCE = "SEED 003 (预约服务), 000 (节假日预约)"
_DESK = Ask("to_desk", AskKind.DESK, "预约单位")
_SEAT = (
    Ask("day", AskKind.DATE, "日期"),
    Ask("slot", AskKind.TEXT, "时段", hint="时段开始的时间，如 09:30。"),
    Ask("seat", AskKind.NUMBER, "号序", hint="不填则取空着的第一个号。"),
)
_SLOT_RULES = (
    given.reasons_are_given("to_desk", "day", "slot", "seat"),
    affairs.times_are_readable("slot"),
    appointments.seat_is_numbered,
    appointments.slot_is_open,
    appointments.slot_is_ahead,
    appointments.day_is_a_service_day,
)

ROWS = (
    Move(
        "book_appointment",
        "预约",
        states(),
        Effect(State.BOOKED, Custody.HAND_TO, kind=_KIND),
        _WHO,
        ActsBy.OPENER,
        checks=(
            opening.numbers_are_right,
            affairs.person_can_be_reached,
            affairs.subject_is_named,
            affairs.to_existing_desk,
            *_SLOT_RULES,
            given.reasons_are_given("manner"),
            appointments.visit_has_address,
        ),
        asks=(
            _DESK,
            *_SEAT,
            Ask("manner", AskKind.CHOICE, "方式", choices=_MANNERS),
            Ask("address", AskKind.TEXT, "上门地址", required=False, hint="上门服务时填写。"),
            Ask("remark", AskKind.LONG_TEXT, "说明", required=False, hint="如行动不便、需要轮椅。"),
        ),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "rebook_appointment",
        "改约",
        states(State.BOOKED),
        Effect(),
        _WHO,
        ActsBy.CONCERNED,
        checks=(*_SLOT_RULES, appointments.stays_at_desk),
        asks=(_DESK, *_SEAT),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "cancel_appointment",
        "取消预约",
        states(State.BOOKED),
        Effect(State.CANCELLED),
        _WHO,
        ActsBy.CONCERNED,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "keep_appointment",
        "到场登记",
        states(State.BOOKED),
        Effect(State.KEPT),
        _WHO,
        gates=(appointments.is_at_office,),
        checks=(appointments.day_is_here,),
        asks=(Ask("about", AskKind.TEXT, "收件号", required=False, hint="当场收件的，填写收件号。"),),
        source=_SOURCE,
        kind=_KIND,
    ),
    Move(
        "record_visit",
        "上门登记",
        states(State.BOOKED),
        Effect(State.VISITED),
        _WHO,
        gates=(appointments.is_home_visit,),
        checks=(
            given.reasons_are_given("visitors", "outcome"),
            appointments.day_is_here,
        ),
        asks=(
            Ask("visitors", AskKind.TEXT, "上门人员"),
            Ask("outcome", AskKind.LONG_TEXT, "上门情况"),
            Ask("about", AskKind.TEXT, "收件号", required=False, hint="上门收件的，填写收件号。"),
        ),
        source="SEED 000, 004 (上门服务)",
        kind=_KIND,
    ),
    Move(
        "note_missed",
        "登记未到场",
        states(State.BOOKED),
        Effect(State.MISSED),
        _WHO,
        checks=(appointments.slot_is_over,),
        asks=(Ask("remark", AskKind.LONG_TEXT, "说明", required=False),),
        source=_SOURCE,
        kind=_KIND,
    ),
)
