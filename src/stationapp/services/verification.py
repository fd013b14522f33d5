"""Whether everything this station keeps is what its people wrote: file, chain, signatures, lists, scans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hubprotocol.envelope import is_signed_by_person
from hubprotocol.key_changes import KeyHistory
from hubprotocol.keys import sign_public_of
from stationapp.domain.organisation import Organisation, organisation_from_mapping
from stationapp.exchange.key_changes import hub_changes, own_changes
from stationapp.exchange.references import DEVICES, read_devices
from stationapp.services.workplace import Workplace
from stationapp.store.rebuild import Finding, verify
from stationapp.store.records import StoredEvent


def verify_station(workplace: Workplace) -> dict[str, Any]:
    """Check the whole station and change nothing, but that scans that are no good any more are fetched again.

    Returns {events, cases, attachments: counts of what was looked at, differences: one sentence each}.
    """
    devices = _device_keys(workplace)
    report = verify(workplace.store, devices, _newest_keys(workplace.organisation), workplace.files)
    _want_again(workplace, [row.where for row in report.findings if row.subject == "attachment"])
    renewed = _RenewedKeys(workplace, devices)
    wrong = [row for row in report.findings if not renewed.explain(row)]
    return {
        "events": report.events,
        "cases": report.cases,
        "attachments": report.attachments,
        "differences": [f"{row.text}（{row.where}）" if row.where else row.text for row in wrong],
    }


def _want_again(workplace: Workplace, attachments: Sequence[str]) -> None:
    """Let the next exchange fetch what the hub has of these."""
    if not attachments:
        return
    with workplace.store.write() as unit:
        for sha256 in attachments:
            unit.attachments.want_again(sha256)


def _device_keys(workplace: Workplace) -> Mapping[str, KeyHistory]:
    """The keys the hub published; this PC knows its own, even from before the hub's list names it."""
    with workplace.store.read() as unit:
        reference, identity = unit.references.get(DEVICES), unit.identity.get() or workplace.identity
        own, hubs = own_changes(unit), hub_changes(unit)
    published = read_devices(reference.body if reference else "", identity.hub_public, hubs).keys
    return {**published, identity.device: KeyHistory.after(sign_public_of(identity.device_seed), own)}


def _newest_keys(organisation: Organisation) -> Mapping[str, bytes]:
    return {row.person_id: bytes.fromhex(row.sign_public) for row in organisation.persons if row.sign_public}


class _RenewedKeys:
    """Acts from before a person's keys were renewed: they are signed with the key of the organisation they name."""

    def __init__(self, workplace: Workplace, devices: Mapping[str, KeyHistory]) -> None:
        self._workplace = workplace
        self._devices = devices
        self._keys_of = cache(self._read_keys)

    def explain(self, finding: Finding) -> bool:
        """Tell whether a finding is only that the person has another key today."""
        if finding.subject != "signature":
            return False
        with self._workplace.store.read() as unit:
            stored = unit.events.get(finding.where)
        return stored is not None and self._is_signed(stored)

    def _is_signed(self, stored: StoredEvent) -> bool:
        device = self._devices.get(stored.envelope.device)
        person = self._keys_of(stored.event.under.organisation).get(stored.event.hand.person_id)
        if device is None or person is None:
            return False
        return device.sealed(stored.envelope) and is_signed_by_person(stored.envelope, person)

    def _read_keys(self, version: int) -> Mapping[str, bytes]:
        with self._workplace.store.read() as unit:
            reference = unit.references.get_version("organisation", str(version))
        return _newest_keys(organisation_from_mapping(json.loads(reference.body))) if reference else {}
