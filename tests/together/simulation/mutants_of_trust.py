"""Planted bugs in what is promised of old programs, lost PCs, changed keys, and sticks that are carried on."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from countyhub import requests
from countyhub.acceptance import bench, endpoints
from countyhub.acceptance import service as exchange
from countyhub.courier import spool, taking
from countyhub.devices import orders as hub_orders
from countyhub.devices import service as devices
from countyhub.problems import Problem
from countyhub.references import service as references
from hubprotocol.envelope import is_signed_by_device
from hubprotocol.key_changes import KeyHistory
from hubprotocol.requests import DEVICE_HEADER
from stationapp.domain import case_flow
from stationapp.domain.rules import decision
from stationapp.exchange.courier import carrying
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.key_changes import KeyKeeper
from together.simulation.mutant import Mutant


def _as_it_was_when_it_asked(_: Any) -> Any:
    return lambda connection, device, new, head: device


def _revoked_is_heard(right: Any) -> Any:
    def signed_by(hub: Any, request: Any, body: bytes, **how: Any) -> Any:
        try:
            return right(hub, request, body, **how)
        except Problem as problem:
            if problem.message.code != "revoked-device":
                raise
            return devices.find(hub, request.headers[DEVICE_HEADER])

    return signed_by


def _any_key_signs(right: Any) -> Any:
    def refuse(request: Any, name: str, public: bytes, body: bytes) -> None:
        device = devices.find(request.app.state.hub, name)
        former = [key for _, key in device.history.ranges if key != public] if device else []
        if not any(_passes(right, request, name, key, body) for key in former):
            right(request, name, public, body)

    return refuse


def _passes(right: Any, *arguments: Any) -> bool:
    try:
        right(*arguments)
    except Problem:
        return False
    return True


def _any_key_seals(_: Any) -> Any:
    return lambda self, envelope: any(is_signed_by_device(envelope, key) for _, key in self.ranges)


def _ordered_is_enough(right: Any) -> Any:
    def may_send(self: ExchangeEngine, course: Any) -> bool:
        return not course.order.restricts and bool(right(self, course))

    return may_send


def _nothing_required(_: Any) -> Any:
    return lambda connection, device, farewell: None


def _never_doubts(_: Any) -> Any:
    return lambda self: None


def _every_rule_is_old(_: Any) -> Any:
    return lambda edition, reasons: tuple(reasons)


def _nothing_wrong(_: Any) -> Any:
    return lambda situation, event: ()


def _always_believed(_: Any) -> Any:
    return lambda edition, before: False


def _not_signed_anew(_: Any) -> Any:
    return lambda connection: None


def _brings_nothing(_: Any) -> Any:
    return lambda *_: None


def _noted_and_not_pushed(right: Any) -> Any:
    def take(hub: Any, source: Any) -> Any:
        with patch.object(taking, "_push", lambda *_: ""):
            return right(hub, source)

    return take


TRUST: tuple[Mutant, ...] = (
    Mutant(
        "acts of a PC that left are taken",
        exchange,
        "_sender_now",
        _as_it_was_when_it_asked,
        ("PC lost", "long story"),
    ),
    Mutant(
        "a revoked PC is heard",
        endpoints,
        "signed_by",
        _revoked_is_heard,
        ("PC revoked",),
        (Mutant("", exchange, "_sender_now", _as_it_was_when_it_asked),),
    ),
    Mutant(
        "a key that was changed still signs",
        requests,
        "refuse_unsigned",
        _any_key_signs,
        ("device key ordered", "long story"),
        (Mutant("", KeyHistory, "sealed", _any_key_seals),),
    ),
    Mutant(
        "data go before everything is sent",
        ExchangeEngine,
        "_may_send",
        _ordered_is_enough,
        ("PC lost", "station disk kept", "long story"),
        (Mutant("", hub_orders, "_require_everything", _nothing_required),),
    ),
    Mutant(
        "a restored hub is not told again of a key",
        KeyKeeper,
        "doubt",
        _never_doubts,
        ("device key ordered", "hub backup", "hub restored", "long story"),
    ),
    Mutant(
        "the hub's new key does not sign its documents",
        references,
        "sign_all_anew",
        _not_signed_anew,
        ("hub key changed", "station restored", "station cloned", "PC revoked", "long story"),
    ),
    Mutant(
        "old acts are judged by today's rules", case_flow, "known_to", _every_rule_is_old, ("older programs",)
    ),
    Mutant(
        "an old decision names as few days as it likes",
        decision,
        "publicity_is_long_enough",
        _nothing_wrong,
        ("older programs", "decision by old rules", "long story"),
    ),
    Mutant(
        "whoever claims an older program is believed",
        bench,
        "went_back",
        _always_believed,
        ("older program feigned",),
    ),
    Mutant(
        "a carrier brings no answer",
        carrying,
        "_bring",
        _brings_nothing,
        ("stick written", "stick carried on"),
    ),
    Mutant(
        "a carried file is noted and not taken",
        spool,
        "take",
        _noted_and_not_pushed,
        ("stick written", "stick carried on"),
    ),
)
