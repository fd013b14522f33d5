"""Lost PCs: what they are ordered to do, what they still may do, and how they take their leave."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection

from countyhub.acceptance import lost
from countyhub.acceptance import repository as chains
from countyhub.attachments import repository as attachments
from countyhub.devices import key_repository, repository
from countyhub.devices.repository import Device
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.problems import Problem
from hubprotocol.device_messages import FarewellRequest, FarewellResponse
from hubprotocol.messages import ExchangeResponse, OrderMessage
from hubprotocol.orders import OrderKind, Stage, is_farewell_signed, sign_order

log = logging.getLogger(__name__)


def lose(hub: Hub, device_id: str, *, wipe: bool) -> OrderMessage | None:
    """Mark a PC as lost and order it to lock or to wipe; None when there is no such PC with rights.

    From now on it is heard, so that nothing unsent is lost, and given nothing. One to be wiped does not wait for a
    backup of the hub (`without_backup`): it may be in strange hands, and its data must be gone soon. One that has taken
    its leave to be wiped cannot come back, so that it is told to wipe, whatever is asked for.
    """

    def work(connection: Connection) -> OrderMessage | None:
        if not repository.set_lost(connection, device_id, hub.stamp()):
            return None
        has_left = repository.load(connection, [device_id])[device_id].left
        return give(connection, hub, device_id, OrderKind.WIPE if wipe or has_left else OrderKind.LOCK)

    return hub.database.write(work)


def without_backup(hub: Hub, device_id: str) -> tuple[int, bool]:
    """Return how many acts the hub has of an enrolled PC that no backup is known to hold; and whether it has lost some.

    What the PC has not sent yet is not among them: the hub cannot know of it. What stands behind the first lost place
    is, also when a backup has it: a chain is durable up to there (`backups.held`).
    """
    with hub.database.read() as connection:
        head = chains.chain_head(connection, device_id)
        gone = lost.count_of(connection, device_id)
        return head.seq - chains.durable_seq(connection, device_id) - gone, gone > 0


def unlock(hub: Hub, device_id: str) -> OrderMessage | None:
    """Take a lost PC in again; None when it was not lost, or has taken its leave to be wiped."""

    def work(connection: Connection) -> OrderMessage | None:
        device = repository.load(connection, [device_id]).get(device_id)
        if device is None or not device.lost or device.left or device.revoked:
            return None
        repository.set_lost(connection, device_id, "")
        return give(connection, hub, device_id, OrderKind.UNLOCK)

    return hub.database.write(work)


def ask_for_new_key(hub: Hub, device_id: str) -> OrderMessage | None:
    """Order a PC to change its key; None when there is no such PC, or it is lost or has no rights."""

    def work(connection: Connection) -> OrderMessage | None:
        device = repository.load(connection, [device_id]).get(device_id)
        if device is None or device.lost or device.revoked:
            return None
        return give(connection, hub, device_id, OrderKind.ROTATE)

    return hub.database.write(work)


def give(connection: Connection, hub: Hub, device_id: str, kind: OrderKind) -> OrderMessage:
    """Write a signed order. Numbers follow the clock, so that a hub restored from a backup goes on above them."""
    last = key_repository.last_order(connection, device_id)
    at = hub.now()
    number = max(int(at.timestamp() * 1000), last.number + 1 if last else 1)
    order = _sign(connection, device_id, number, kind, at.isoformat(timespec="milliseconds"))
    key_repository.add_order(connection, order)
    return order


def _sign(connection: Connection, device_id: str, number: int, kind: str, at: str) -> OrderMessage:
    seed = identities.load(connection).seed
    signature = sign_order(seed, device_id, number, kind, at)
    return OrderMessage(device=device_id, number=number, kind=kind, issued_at=at, signature=signature)


def with_order(connection: Connection, device: Device, answer: ExchangeResponse) -> ExchangeResponse:
    """Return an answer with the device's order, signed by the key of now; to a lost device it tells no more
    than what became of what it sent.
    """
    told: dict[str, Any] = {"hub_public": identities.load(connection).public.hex()}
    order = key_repository.last_order(connection, device.device_id)
    if order is not None:
        renewed = _sign(connection, device.device_id, order.number, order.kind, order.issued_at)
        told |= {"order": renewed}
    if device.lost:
        told |= {"pages": (), "references": {}, "feeds": ()}
    return answer.model_copy(update=told)


def take_leave(hub: Hub, device: Device, farewell: FarewellRequest) -> FarewellResponse:
    """Note that a PC will be wiped, or was. Raises Problem when it was not told to, or something is only there.

    `ready` is answered with a yes only when the hub has its whole chain and every attachment it refers to, but for
    those the PC says it has not got either: the acts that name these stay held, and are found by their numbers.
    """
    signed = is_farewell_signed(
        device.public,
        farewell.device,
        farewell.order,
        farewell.stage,
        farewell.seq,
        farewell.hash,
        farewell.signature,
    )
    if farewell.device != device.device_id or not signed:
        raise Problem("bad-signature", "farewell")

    def work(connection: Connection) -> None:
        _require_ordered(connection, device.device_id, farewell.order)
        _require_everything(connection, device, farewell)
        done = farewell.stage is Stage.DONE
        repository.set_left(connection, device.device_id, hub.stamp(), wiped=done)

    hub.database.write(work)
    return FarewellResponse(order=farewell.order, stage=farewell.stage, server_time=hub.stamp())


def _require_ordered(connection: Connection, device_id: str, number: int) -> None:
    order = key_repository.last_order(connection, device_id)
    if order is None or order.number != number or order.kind != OrderKind.WIPE:
        raise Problem("no-order")


def _require_everything(connection: Connection, device: Device, farewell: FarewellRequest) -> None:
    head = chains.lock_chain(connection, device.device_id)
    if (head.seq, head.hash) != (farewell.seq, farewell.hash):
        raise Problem("gap", acknowledged=head.model_dump())
    if farewell.stage is Stage.DONE and device.left:  # It was asked when it said `ready`.
        return
    wanted = attachments.awaited_by(connection, device.device_id)
    missing = set(wanted) - attachments.possessed(connection, device, wanted).keys()
    still_there = missing - {*farewell.lacking}
    if still_there:
        raise Problem("incomplete", missing=len(still_there))
    if missing:
        log.warning("device %s leaves; %d attachments of its acts nobody has", device.device_id, len(missing))
