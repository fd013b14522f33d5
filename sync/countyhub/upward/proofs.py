"""Whether a confirmed event from below is genuine: its device sealed it and its person signed it, by the documents
that travelled ahead of it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance.submission import read_event
from countyhub.upward import below
from hubprotocol.envelope import Envelope, is_signed_by_person
from hubprotocol.key_changes import KeyHistory
from hubprotocol.upward import CarriedEventMessage
from hubprotocol.versions import CASE_EVENT_KIND, HUB_DEVICE
from stationapp.domain.events import CaseEvent
from stationapp.domain.organisation import Organisation, organisation_from_mapping

DEVICES, ORGANISATION = "devices", "organisation"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


class Proofs:
    """The documents of the counties below as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._histories: dict[str, dict[str, KeyHistory]] = {}
        self._known: dict[str, list[str]] = {}
        self._organisations: dict[tuple[str, str], Organisation] = {}

    def forget(self, origin: str) -> None:
        """A new document of a county came."""
        self._histories.pop(origin, None)
        self._known.pop(origin, None)

    def fault_of(self, carried: CarriedEventMessage) -> str:
        """Return the code of what is wrong with a carried event, empty when nothing is."""
        envelope = carried.envelope.unpack()
        history = self._devices(carried.origin).get(envelope.device)
        if history is None:
            return "unknown-device"
        if not history.sealed(envelope):
            return "device-signature"
        try:
            event = read_event(envelope.body) if envelope.kind == CASE_EVENT_KIND else None
        except UNREADABLE:
            event = None
        if event is None or event.case_id != carried.case_id:
            return "unreadable"
        if envelope.device != HUB_DEVICE and not self._is_signed(carried.origin, envelope, event):
            return "person-signature"
        return ""

    def _devices(self, origin: str) -> dict[str, KeyHistory]:
        if origin not in self._histories:
            body = below.newest_document(self._connection, origin, DEVICES)
            self._histories[origin] = _histories(body) if body else {}
        return self._histories[origin]

    def _is_signed(self, origin: str, envelope: Envelope, event: CaseEvent) -> bool:
        """By the key of the version the event names, or of any other: it may name one that was never published."""
        named = str(event.under.organisation)
        for version in sorted(self._versions(origin), key=lambda one: one != named):
            person = self._organisation(origin, version).person(event.hand.person_id)
            if person is not None and is_signed_by_person(envelope, bytes.fromhex(person.sign_public)):
                return True
        return False

    def _versions(self, origin: str) -> list[str]:
        if origin not in self._known:
            self._known[origin] = below.versions_of(self._connection, origin, ORGANISATION)
        return self._known[origin]

    def _organisation(self, origin: str, version: str) -> Organisation:
        key = (origin, version)
        if key not in self._organisations:
            body = below.document(self._connection, origin, ORGANISATION, version)
            self._organisations[key] = _organisation(body)
        return self._organisations[key]


@lru_cache(maxsize=64)
def _organisation(body: str) -> Organisation:
    return organisation_from_mapping(json.loads(body))


@lru_cache(maxsize=64)
def _histories(body: str) -> dict[str, KeyHistory]:
    return {name: _history(row) for name, row in json.loads(body)["devices"].items()}


def _history(row: dict[str, Any]) -> KeyHistory:
    if "keys" not in row:
        return KeyHistory.single(bytes.fromhex(row["public"]))
    return KeyHistory(tuple((one["from"], bytes.fromhex(one["public"])) for one in row["keys"]))
