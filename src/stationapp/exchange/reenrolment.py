"""Enrolling again: a PC whose disk was cloned or restored becomes a new device and seals anew what the hub lacks.

The acts themselves do not change: body and person's signature stay, only the device's seal is new. The hub knows an
act by its id, so one that came by another road meanwhile has still one effect.
"""

from __future__ import annotations

from hubprotocol.envelope import Envelope, seal
from stationapp.exchange import key_changes, orders
from stationapp.exchange.enrolment import Enrolment
from stationapp.platform.clock import Clock
from stationapp.platform.unavailable import Unavailable
from stationapp.store.records import ChainHead, Identity
from stationapp.store.records.events import StoredEvent
from stationapp.store.station_store import StationStore
from stationapp.store.units import WriteUnit

_OTHER_HUB = (
    "应答的不是本机原来登记的县级平台，没有重新登记，本机内容没有改动。请核对地址后联系县级平台管理员。"
)
_OTHER_STATION = "这个登记码是别的站点的，没有重新登记，本机内容没有改动。请向县级平台索取本站点的登记码。"


def become(store: StationStore, enrolment: Enrolment, clock: Clock) -> int:
    """Make this PC the device of the enrolment, in one transaction; return how many acts were sealed anew.

    May be repeated. Raises Unavailable for another hub's or another station's enrolment: then nothing changes.
    """
    new = enrolment.identity
    with store.write() as unit:
        old = unit.identity.get()
        if old is None:
            raise Unavailable("本机还没有在县级平台登记，请先完成登记。", "no identity")
        if old.device == new.device:
            return 0
        if old.hub_public != new.hub_public:
            raise Unavailable(_OTHER_HUB, "hub key")
        if old.station != new.station:
            raise Unavailable(_OTHER_STATION, f"station {new.station}")
        lacking = unit.events.unconfirmed(new.epoch)
        _take_identity(unit, old, new)
        for stored in lacking:
            unit.events.seal_anew(stored.event.event_id, _sealed(unit, new, stored))
        for document in enrolment.references:
            unit.references.put(
                document.name, document.version, document.body, document.signature, clock.now()
            )
    return len(lacking)


def _take_identity(unit: WriteUnit, old: Identity, new: Identity) -> None:
    """The chain, mailboxes, numbers and uploads of the old device are its own; the new one begins its own."""
    unit.chain.set_acknowledged(unit.chain.acknowledged(), unit.chain.durable_upto())
    unit.identity.set(new)
    key_changes.forget(unit)
    orders.forget(unit)
    unit.chain.set_acknowledged(ChainHead(), 0)
    readable = {*new.desks}
    for cursor in unit.mailboxes.cursors():
        if cursor.feed not in readable:
            unit.mailboxes.forget(cursor.feed)
    unit.numbers.retire(old.slot)
    unit.attachments.forget_uploads()


def _sealed(unit: WriteUnit, identity: Identity, stored: StoredEvent) -> Envelope:
    head, before = unit.chain.head(), stored.envelope
    fresh = seal(identity.device, head.seq + 1, head.hash, before.kind, before.body, identity.device_seed)
    return Envelope(
        fresh.device, fresh.seq, fresh.prev, fresh.kind, fresh.body, fresh.signature, before.person_signature
    )
