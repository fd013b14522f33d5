"""From the first word to the bundle that leaves the station."""

from __future__ import annotations

from stationapp.domain.case import Custody, Effect, State
from stationapp.domain.flow.vocabulary import (
    ACCEPTERS,
    AGENT,
    CLERK,
    DIFFERENCES,
    MISSING,
    REASON,
    STATIONS,
    WINDOW,
    states,
)
from stationapp.domain.moves import ActsBy, Ask, AskKind, Move
from stationapp.domain.organisation import Power
from stationapp.domain.rules import given, materials, opening, powers, routing

ATTORNEYS = (("paper", "已签书面委托书"), ("present", "申请人本人到场，只代为递送"))
"""How the applicant lets the agent act for him."""

OPENING = (opening.may_open, opening.applicant_appears)

ROWS = (
    Move(
        "note_missing",
        "材料不齐一次告知",
        states(),
        Effect(State.INCOMPLETE),
        STATIONS,
        ActsBy.OPENER,
        gates=OPENING,
        checks=(
            opening.item_is_open,
            opening.numbers_are_right,
            opening.applicant_is_right,
            routing.division_is_served,
            materials.missing_is_named,
            materials.missing_is_asked_for,
        ),
        asks=(MISSING,),
        paper="supplement_notice",
        source="DB51/T 1623—2013; 行政许可法 32(3)(4); SEED 001",
    ),
    Move(
        "receive",
        "收件",
        states(State.INCOMPLETE, State.SENT_BACK),
        Effect(State.RECEIVED),
        STATIONS,
        ActsBy.OPENER,
        gates=OPENING,
        checks=(
            opening.item_is_open,
            opening.numbers_are_right,
            opening.applicant_is_right,
            opening.applicant_stays,
            opening.form_is_right,
            routing.division_is_served,
            materials.promises_are_allowed,
            materials.materials_are_complete,
        ),
        paper="material_receipt",
        source="行政许可法 29, 31; SEED 003, 004",
    ),
    Move(
        "note_attorney",
        "登记委托书",
        states(State.INCOMPLETE, State.RECEIVED),
        Effect(),
        AGENT,
        gates=(opening.authority_is_missing,),
        checks=(given.reasons_are_given("attorney"),),
        asks=(Ask("attorney", AskKind.CHOICE, "申请人的委托", choices=ATTORNEYS),),
        source="行政许可法 29; SEED 004 (委托代办)",
    ),
    Move(
        "hand_over",
        "移交上级",
        states(State.RECEIVED),
        Effect(State.IN_TRANSIT, Custody.ADDRESS),
        AGENT,
        gates=(powers.is_decided_above_village, opening.authority_is_on_file),
        checks=(routing.addresses_neighbour, routing.names_batch),
        paper="handover_list",
        batched=True,
        source="SEED 003; domain 2.5",
    ),
    Move(
        "recall",
        "撤回移交",
        states(State.IN_TRANSIT, State.RESULT_IN_TRANSIT),
        Effect(None, Custody.RELEASE),
        STATIONS,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
    ),
    Move(
        "sign_for",
        "签收",
        states(State.IN_TRANSIT),
        Effect(State.SIGNED_FOR, Custody.TAKE),
        ACCEPTERS,
        ActsBy.ADDRESSEE,
        asks=(DIFFERENCES,),
        source="SEED 003",
    ),
    Move(
        "decline_handover",
        "拒收退回",
        states(State.IN_TRANSIT, State.RESULT_IN_TRANSIT),
        Effect(None, Custody.RELEASE),
        STATIONS,
        ActsBy.ADDRESSEE,
        checks=(given.reasons_are_given("reason"),),
        asks=(REASON,),
    ),
    Move(
        "send_back",
        "退回更正",
        states(State.SIGNED_FOR, State.EXAMINED, State.REGISTERED),
        Effect(State.SENT_BACK, Custody.HAND_TO),
        ACCEPTERS,
        checks=(routing.goes_back_down, given.reasons_are_given("reason")),
        asks=(REASON,),
        source="domain 1.3 (退回村里的申请)",
    ),
    Move(
        "transfer",
        "移送管辖",
        states(State.RECEIVED, State.SIGNED_FOR),
        Effect(State.IN_TRANSIT, Custody.ADDRESS),
        CLERK | WINDOW,
        gates=(routing.is_competent_elsewhere,),
        checks=(routing.addresses_neighbour, routing.names_batch),
        paper="handover_list",
        batched=True,
        source="SEED 002, 004 (同城通办)",
    ),
    Move(
        "handle_directly",
        "当场办理",
        states(State.RECEIVED),
        Effect(State.RESULT_READY),
        AGENT,
        gates=(powers.is_handled_in_village, powers.pays_nothing),
        checks=(given.reasons_are_given("result_name"),),
        asks=(Ask("result_name", AskKind.TEXT, "办理结果"),),
        power=Power.DECIDE_IMMEDIATE,
        source="行政许可法 34; SEED 001 (即办件)",
    ),
)
