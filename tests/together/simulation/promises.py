"""What the hub promises of old programs, lost PCs and changed keys: more of the invariants, asked like the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from countyhub.acceptance import repository as chains
from countyhub.devices import keys, service
from countyhub.devices.repository import Device
from hub_world import PEOPLE, URL, _Shared, person_seed
from hubprotocol.envelope import seal
from hubprotocol.keys import sign_public_of
from hubprotocol.messages import ChainHeadMessage, EnvelopeMessage, ExchangeRequest
from hubprotocol.versions import CASE_EVENT_KIND, MAX_VERSION
from small_county import catalogue
from stationapp.domain.events import CaseEvent, Versions, event_to_mapping
from stationapp.domain.rule_editions import PUBLICITY_AS_AN_ACT, SINCE
from stationapp.exchange.hub_client import HubClient
from stationapp.exchange.transport import Credentials
from stationapp.platform.clock import to_text
from stationapp.platform.unavailable import Unavailable
from together.simulation.editions import OLDER
from together.simulation.sight import Sight
from together.simulation.swarm import Swarm
from together.simulation.wire import Post, Wire

_PUBLICITY = frozenset({"not-publicised", "publicity-running", "publicity-short"})
_RESTORED = ("hub restored", "hub restored from an older backup")


def old_acts_are_judged_by_old_rules(sight: Sight) -> Iterator[str]:
    """I1: what was right by the rules of the program that did it is not refused by rules that came later."""
    for event_id, deed in sight.county.ledger.deeds.items():
        event = deed.event
        if event.under.rules != OLDER or event_id in sight.county.ledger.feigned:
            continue
        later = {code for code, edition in SINCE.items() if edition > event.under.rules}
        later |= _PUBLICITY if event.move == "grant" and _names_its_days(event) else set()
        for one in sight.hub.answers.get(event_id, []):
            if wrong := one.reasons & later:
                yield f"{event.move} {event_id} of an older program is refused by {sorted(wrong)}"


def claims_of_age_are_not_believed(sight: Sight) -> Iterator[str]:
    """I2: an act that only claims to be of an older program has no effect, while its PC is known to have today's.

    A hub that was restored may hear of its PCs in another order, and a PC enrolled again is another one to it.
    """
    if any(sight.county.swarm.fired[name] for name in _RESTORED):
        return
    effects = {row[2]: case_id for case_id, rows in sight.hub.cases.items() for row in rows}
    for event_id, case_id in sight.county.ledger.feigned.items():
        opening = next((row[2] for row in sight.hub.cases.get(case_id, ())), "")
        if _has_attorney(sight, case_id):
            continue  # By now it does what today's rules ask for.
        if event_id in effects and _senders(sight, event_id) == _senders(sight, opening):
            yield f"{event_id} was taken for an older program's"


def _has_attorney(sight: Sight, case_id: str) -> bool:
    deeds = sight.county.ledger.deeds
    done = {deeds[row[2]].event.move for row in sight.hub.cases.get(case_id, ()) if row[2] in deeds}
    return "note_attorney" in done


def _senders(sight: Sight, event_id: str) -> set[str]:
    return {one.device for one in sight.hub.answers.get(event_id, [])}


def decisions_were_publicised(sight: Sight) -> Iterator[str]:
    """I2: publicity binds every edition: what wants it is granted after its days, named as the edition names them."""
    case_id, deeds = sight.county.ledger.to_decide, sight.county.ledger.deeds
    events = [deeds[row[2]].event for row in sight.hub.cases.get(case_id, ()) if row[2] in deeds]
    for event in events:
        if event.move == "grant" and not (event.under.rules < PUBLICITY_AS_AN_ACT and _names_its_days(event)):
            yield f"{event.event_id} of edition {event.under.rules} grants what was not publicised"


def _names_its_days(event: CaseEvent) -> bool:
    """Whether a decision itself names enough days that are over."""
    first, last = (str(event.facts.get(name, "")) for name in ("publicity_from", "publicity_to"))
    if not first or not last:
        return False
    begun, over = date.fromisoformat(first), date.fromisoformat(last)
    return over - begun >= timedelta(days=_days_wanted() - 1) and over < event.at.date()


def _days_wanted() -> int:
    return max(item.publicity_days for item in catalogue().items)


def keys_agree(sight: Sight) -> Iterator[str]:
    """I5: every PC signs with the key by which the hub knows it, and believes the key which the hub has now."""
    hub = sight.county.hub.hub
    public = keys.hub_keys(hub).public
    for pc, _ in sight.pcs:
        known, device = pc.known_as(), service.find(hub, pc.identity.device)
        if device is None or device.public != sign_public_of(known.device_seed):
            yield f"{pc.name} signs with a key the hub does not know"
        if known.hub_public != public:
            yield f"{pc.name} believes another key than the hub has"


def no_order_is_left(sight: Sight) -> Iterator[str]:
    """I10: nobody is locked out whom the administrator let in again."""
    for pc, _ in sight.pcs:
        if pc.order().restricts:
            yield f"{pc.name} is still locked"


def the_promised_survived_wiping(sight: Sight) -> Iterator[str]:
    """I9: what a PC that was wiped knew as durable lies in the hub, unless it went back behind its newest backup."""
    if sight.county.swarm.fired["hub restored from an older backup"]:
        return
    heads = sight.county.hub.heads()
    for name, device, durable in sight.county.promised:
        if durable > heads.get(device, 0):
            yield f"{name}, which was wiped, was told that {durable} is durable"


def nobody_acts_with_what_is_void(sight: Sight) -> Iterator[str]:
    """I5: no act is taken with a key that was changed, from a revoked PC, or from one that left to be wiped.

    Thieves try with every key that any PC ever had.
    """
    county = sight.county
    tried = county.keys.union(*(pc.keys for pc in county.pcs))
    for name, seed in sorted(tried):
        device = service.find(county.hub.hub, name)
        if device is None or not (why := _why_void(device, seed)):
            continue
        county.swarm.fired["thief with what is void"] += 1
        if _is_taken(sight, device, seed):
            yield f"an act of device {name} was taken although it {why}"


def _why_void(device: Device, seed: bytes) -> str:
    if device.revoked:
        return "was revoked"
    if device.left:
        return "had left to be wiped"
    return "has another key now" if device.public != sign_public_of(seed) else ""


def _is_taken(sight: Sight, device: Device, seed: bytes) -> bool:
    county, hub = sight.county, sight.county.hub
    with hub.hub.database.read() as connection:
        head = chains.chain_head(connection, device.device_id)
    network = Wire(hub, county.time, Swarm(calm=True), Post())
    client = HubClient(URL, hub.clock, Credentials(device.device_id, seed), network=_Shared(network))
    try:
        return client.exchange(_theft(sight, device, seed, head)).acknowledged.seq > head.seq
    except Unavailable:
        return False
    finally:
        client.close()


def _theft(sight: Sight, device: Device, seed: bytes, head: ChainHeadMessage) -> ExchangeRequest:
    """An act that continues a device's chain, and which a person even signed."""
    by, at = PEOPLE[device.station], sight.county.hub.clock.now()
    event_id = str(UUID(bytes=sight.county.chance.randbytes(16), version=4))
    case_id = sight.county.ledger.case_ids[0]
    event = CaseEvent(event_id, case_id, "urge", at, by, {"words": "偷"}, Versions(1, 1))
    body: Any = json.dumps(event_to_mapping(event), ensure_ascii=False)
    person = person_seed(by.person_id)
    sealed = seal(device.device_id, head.seq + 1, head.hash, CASE_EVENT_KIND, body, seed, person)
    return ExchangeRequest(
        protocol=MAX_VERSION,
        device=device.device_id,
        sent_at=to_text(at),
        base=head,
        envelopes=(EnvelopeMessage.pack(sealed),),
        page_size=0,
    )
