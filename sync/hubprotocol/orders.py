"""What the hub orders a single PC to do, and how a PC that is wiped takes its leave: both believed by signature.

An order names its device, so it means nothing to another, and has a number that rises, so an old one means
nothing any more.
"""

from __future__ import annotations

from enum import StrEnum

from hubprotocol.keys import sign, verify


class OrderKind(StrEnum):
    """What is ordered."""

    LOCK = "lock"  # send what is unsent, then let nobody sign in
    WIPE = "wipe"  # send what is unsent, then destroy the data
    UNLOCK = "unlock"  # the last lock or wipe is over
    ROTATE = "rotate"  # change the device's key


class Stage(StrEnum):
    """How far a PC has come that takes its leave."""

    READY = "ready"  # everything is at the hub, nothing has been destroyed yet
    DONE = "done"  # data key and database are destroyed


def sign_order(seed: bytes, device: str, number: int, kind: str, issued_at: str) -> str:
    """Return the signature (128 hex digits) of an order by the hub's Ed25519 seed."""
    return sign(seed, _order_bytes(device, number, kind, issued_at)).hex()


def is_order_signed(
    hub_public: bytes, device: str, number: int, kind: str, issued_at: str, signature: str
) -> bool:
    """Tell whether the hub of that public key gave this order to this device."""
    return _verify_hex(hub_public, _order_bytes(device, number, kind, issued_at), signature)


def sign_farewell(seed: bytes, device: str, number: int, stage: str, seq: int, head: str) -> str:
    """Return the device's signature under its leave: it obeyed order `number`, its chain ends at `seq`, `head`."""
    return sign(seed, _farewell_bytes(device, number, stage, seq, head)).hex()


def is_farewell_signed(
    public: bytes, device: str, number: int, stage: str, seq: int, head: str, signature: str
) -> bool:
    """Tell whether the device of that public key took its leave so."""
    return _verify_hex(public, _farewell_bytes(device, number, stage, seq, head), signature)


def _order_bytes(device: str, number: int, kind: str, issued_at: str) -> bytes:
    return "\n".join(("stationapp-order-1", device, str(number), kind, issued_at)).encode()


def _farewell_bytes(device: str, number: int, stage: str, seq: int, head: str) -> bytes:
    return "\n".join(("stationapp-farewell-1", device, str(number), stage, str(seq), head)).encode()


def _verify_hex(public: bytes, message: bytes, signature: str) -> bool:
    try:
        return verify(public, message, bytes.fromhex(signature))
    except ValueError:
        return False
