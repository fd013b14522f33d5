"""PCs that are lost: locked, unlocked, wiped and set up anew, or revoked; and thieves who try with what they had."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

from countyhub.devices import key_repository
from countyhub.devices import orders as hub_orders
from countyhub.devices import service as devices
from countyhub.devices.repository import Device
from hub_world import URL, _Shared
from hubprotocol.failpoints import here
from hubprotocol.orders import OrderKind
from stationapp.exchange.hub_client import HubClient
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services import lost_pc
from together.simulation.county import County
from together.simulation.deaths import Crash
from together.simulation.ground import BLANK
from together.simulation.pcs import Pc
from together.simulation.truth import HubTruth

FEWEST = 2
"""So many PCs are left to work with, whatever is lost."""


class Losses:
    """What the administrator orders, and what becomes of the PCs it is ordered to."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._blank: list[Pc] = []

    def lose(self) -> None:
        """Somebody tells that a PC is gone."""
        pc, wipe = self._one(), self._county.chance.random() < 0.6
        if pc is not None:
            hub_orders.lose(self._county.hub.hub, pc.identity.device, wipe=wipe)
            self._county.say(f"{pc.name} is registered as lost, to be {'wiped' if wipe else 'locked'}")

    def unlock(self) -> None:
        """A lost PC was found."""
        lost = [pc for pc in self._county.pcs if (device := self._at_hub(pc)) is not None and device.lost]
        if lost and not self._county.hub.space.full:
            self._unlock(self._county.chance.choice(lost))

    def revoke(self) -> None:
        """A PC's rights are taken away, by mistake or not."""
        pc = self._one()
        if pc is not None and devices.revoke(self._county.hub.hub, pc.identity.device):
            self._county.swarm.fired["PC lost its rights"] += 1
            self._county.say(f"{pc.name} is revoked")

    def obey(self, pc: Pc) -> None:
        """After a round that ended with an order: a PC to be wiped is wiped, and comes as a new one."""
        self._county.swarm.fired["order obeyed"] += 1
        here("station.ordered")
        if pc.order().wipes:
            self._wipe(pc)

    def set_up(self) -> None:
        """Somebody brings PCs that were wiped back to their stations."""
        for pc in list(self._blank):
            county, paths = self._county, StationPaths(pc.folder)
            self._tell_hub(pc, paths)
            try:
                pc.set_up(county.hub.code(pc.desk), county.ground.images[BLANK])
            except Crash as crash:
                if crash.of_hub:
                    raise
                county.say(f"{pc.name} dies while it is set up, and is set up another time")
                continue
            except Exception as trouble:
                if not isinstance(trouble, Unavailable) and not county.hub.space.full:
                    raise
                county.say(f"{pc.name} is not set up: {trouble!r}")
                continue
            self._blank.remove(pc)
            county.pcs.append(pc)
            county.say(f"{pc.name} is set up as {pc.identity.device}")

    def end(self) -> None:
        """The administrator goes through the list of lost PCs: each is unlocked, or wiped in the end."""
        for pc in self._county.pcs:
            device, restricted = self._at_hub(pc), pc.order().restricts
            if device is None or (device.lost and self._is_to_be_wiped(pc)):
                continue
            if restricted and not device.lost:
                # The hub was restored from a backup of before; its order is given again, and taken back.
                hub_orders.lose(self._county.hub.hub, device.device_id, wipe=False)
                self._unlock(pc)
            elif device.lost:
                self._unlock(pc)

    def _is_to_be_wiped(self, pc: Pc) -> bool:
        with self._county.hub.database.read() as connection:
            order = key_repository.last_order(connection, pc.identity.device)
        is_wipe = order is not None and order.kind == OrderKind.WIPE
        return is_wipe and self._county.chance.random() < 0.7

    def _unlock(self, pc: Pc) -> None:
        done = hub_orders.unlock(self._county.hub.hub, pc.identity.device)
        self._county.swarm.fired["PC found again"] += done is not None
        self._county.say(f"{pc.name} is {'unlocked' if done else 'not unlocked any more'}")

    def _one(self) -> Pc | None:
        pcs = self._county.pcs
        full = self._county.hub.space.full
        return None if full or len(pcs) <= FEWEST else self._county.chance.choice(pcs)

    def _at_hub(self, pc: Pc) -> Device | None:
        return devices.find(self._county.hub.hub, pc.identity.device)

    def _wipe(self, pc: Pc) -> None:
        """Destroy what lies on a PC, after looking whether all of it lies at the hub."""
        county, paths = self._county, StationPaths(pc.folder)
        county.note_numbers(pc)
        county.faults += self._only_here(pc)
        with pc.store.read() as unit:
            county.promised.append((pc.name, pc.identity.device, unit.chain.durable_upto()))
        lost_pc.carry_out(paths, pc.store, pc.clock)
        # From here on a start of the PC goes on with this, whatever happens.
        pc.stop()
        lost_pc.finish(paths)
        county.swarm.fired["PC wiped"] += 1
        county.say(f"{pc.name} is wiped")
        self.replace(pc)

    def replace(self, pc: Pc) -> None:
        """A PC that was stopped is gone; a new one will be set up in its place."""
        county = self._county
        county.pcs.remove(pc)
        county.keys |= pc.keys
        self._blank.append(county.new_pc(pc.folder.name, pc.desk, f"{pc.name}'"))

    def _only_here(self, pc: Pc) -> list[str]:
        """What the hub lacks of a PC that says it has sent everything."""
        hub, found = HubTruth.of(self._county.hub), []
        for event_id in sorted(pc.own_ids()):
            answers = hub.answers.get(event_id, [])
            deed = self._county.ledger.deeds.get(event_id)
            if not answers:
                found.append(f"I1 {pc.name} is wiped with {event_id}, which nobody else has")
            elif deed is not None and any(one.result == "accepted" for one in answers):
                missing = scans_of(deed.event.facts) - hub.complete
                found += [f"I8 {pc.name} is wiped with the scan {one}" for one in sorted(missing)]
        return found

    def _tell_hub(self, pc: Pc, paths: StationPaths) -> None:
        """Say that all is destroyed, over the PC's own line."""

        def client(url: str, clock: Any, credentials: Any, ca: Path | None) -> HubClient:
            return HubClient(URL, clock, credentials, network=_Shared(pc.wire))

        with patch.object(lost_pc, "HubClient", client):
            lost_pc.tell_hub(paths, pc.clock)


def scans_of(facts: Any) -> set[str]:
    """The digests of the scans in an application among facts."""
    materials = facts.get("application", {}).get("materials", ())
    return {scan["sha256"] for one in materials for scan in one.get("attachments", ())}
