"""Orders of the hub to this PC: believed only with its signature, kept in the store, obeyed step by step.

An order to lock or to wipe holds from the moment it is in the store: no act is recorded any more, what is unsent
goes to the hub, and then nobody works here until the hub unlocks the PC.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from hubprotocol.device_messages import MOST_LACKING, FarewellRequest
from hubprotocol.messages import OrderMessage
from hubprotocol.orders import OrderKind, Stage, is_order_signed, sign_farewell
from stationapp.domain.refusal import Reason, Refused
from stationapp.exchange.state import Tally
from stationapp.exchange.transport import HubFault
from stationapp.store.records import Identity
from stationapp.store.station_store import StationStore
from stationapp.store.units import ReadUnit, WriteUnit

SETTING = "exchange.order"
_RESTRICTING = frozenset({OrderKind.LOCK, OrderKind.WIPE})
_KNOWN = frozenset(OrderKind)
_FORGED = "收到一条要求锁定或清除本机的命令，但它的签名不对，没有执行。请告知县级平台管理员。"


class Phase(StrEnum):
    """How far an order has been obeyed."""

    HEARD = "heard"
    DONE = "done"  # locked: everything was sent; wiped: the hub said that it has everything; a key: changed


@dataclass(frozen=True, slots=True)
class Standing:
    """The last order heard; number 0 for none. `lacking` scans nobody has: the PC left to be wiped without them."""

    number: int = 0
    kind: str = ""
    phase: Phase = Phase.DONE
    lacking: int = 0

    @property
    def restricts(self) -> bool:
        """Whether nobody may work here."""
        return self.kind in _RESTRICTING

    @property
    def wipes(self) -> bool:
        """Whether the data are to be destroyed."""
        return self.kind == OrderKind.WIPE


def standing(unit: ReadUnit) -> Standing:
    """Return the last order this PC heard."""
    text = unit.settings.get(SETTING)
    if not text:
        return Standing()
    row = json.loads(text)
    return Standing(int(row["number"]), str(row["kind"]), Phase(row["phase"]), int(row.get("lacking", 0)))


def note(unit: WriteUnit, now: Standing) -> None:
    """Write down which order holds and how far it has been obeyed."""
    unit.settings.set(SETTING, json.dumps(asdict(now)))


def forget(unit: WriteUnit) -> None:
    """A PC that becomes another device has heard no order yet; theirs are counted from 1 again."""
    unit.settings.delete(SETTING)


def require_free(unit: ReadUnit) -> None:
    """Raise Refused while an order to lock or to wipe holds."""
    if standing(unit).restricts:
        raise Refused(
            Reason("locked-by-hub", "本机已由县级平台锁定，不能再办理。已办的内容都在，正在送往县级平台。")
        )


def hear(store: StationStore, identity: Identity, message: OrderMessage | None) -> Standing:
    """Take in what an answer orders and return what holds now.

    Raises HubFault for an order of somebody else or to another PC. One that was heard before, or is older than
    the last one heard, changes nothing, and neither does a kind this program does not know.
    """
    with store.read() as unit:
        before = standing(unit)
    if message is None or message.number <= before.number or message.kind not in _KNOWN:
        return before
    hub = bytes.fromhex(identity.hub_public)
    named = (message.device, message.number, message.kind, message.issued_at)
    if message.device != identity.device or not is_order_signed(hub, *named, message.signature):
        raise HubFault("order: signature", _FORGED)
    fresh = Standing(message.number, message.kind, Phase.HEARD)
    with store.write() as unit:
        note(unit, fresh)
    return fresh


def hear_or_tell(
    store: StationStore, identity: Identity, message: OrderMessage | None, tally: Tally
) -> Standing:
    """Take in what an answer orders; one that cannot be believed is told as a trouble, and work goes on."""
    try:
        return hear(store, identity, message)
    except HubFault as forged:
        tally.troubles.append(forged)
        return hear(store, identity, None)


def obeyed(store: StationStore, lacking: int = 0) -> Standing:
    """Note that the order in force has been obeyed, as far as scans go without those nobody has; return it."""
    with store.write() as unit:
        now = replace(standing(unit), phase=Phase.DONE, lacking=lacking)
        note(unit, now)
    return now


def farewell(
    unit: ReadUnit, identity: Identity, stage: Stage, lacking: tuple[str, ...] = ()
) -> FarewellRequest:
    """Return the leave this PC takes under the order in force: signed, with the end of its chain.

    `lacking` are the scans the hub may lack and this disk does not give.
    """
    head, number = unit.chain.head(), standing(unit).number
    signature = sign_farewell(identity.device_seed, identity.device, number, stage, head.seq, head.hash)
    return FarewellRequest(
        device=identity.device,
        order=number,
        stage=stage,
        seq=head.seq,
        hash=head.hash,
        signature=signature,
        lacking=lacking[:MOST_LACKING],
    )
