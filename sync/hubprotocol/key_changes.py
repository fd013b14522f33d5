"""A signing key takes the place of another: announced by both, valid from a place in the signer's chain on.

Devices and the hub change their keys alike. What an old key sealed stays valid for ever, because the place is part
of what both keys signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hubprotocol.envelope import Envelope, is_signed_by_device
from hubprotocol.keys import sign, sign_public_of, verify

FIRST_SEQ = 1


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From `from_seq` of its chain on `device` seals with the new key; public keys in 64, signatures in 128 hex
    digits, `signature` being the old key's.
    """

    device: str
    from_seq: int
    old_public: str
    new_public: str
    signature: str
    new_signature: str


def announce(device: str, from_seq: int, old_seed: bytes, new_seed: bytes) -> KeyChange:
    """Return the change from one Ed25519 seed to another, signed by both."""
    old, new = sign_public_of(old_seed).hex(), sign_public_of(new_seed).hex()
    lines = _signed_bytes(device, from_seq, old, new)
    return KeyChange(device, from_seq, old, new, sign(old_seed, lines).hex(), sign(new_seed, lines).hex())


def is_announced(change: KeyChange) -> bool:
    """Tell whether the holders of both keys signed the change."""
    lines = _signed_bytes(change.device, change.from_seq, change.old_public, change.new_public)
    pairs = ((change.old_public, change.signature), (change.new_public, change.new_signature))
    try:
        return all(verify(bytes.fromhex(key), lines, bytes.fromhex(text)) for key, text in pairs)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The keys (32 bytes) of one chain: each with the seq from which it sealed, in order; the first begins at 1."""

    ranges: tuple[tuple[int, bytes], ...]

    @classmethod
    def single(cls, public: bytes) -> KeyHistory:
        """The history of a key that was never changed."""
        return cls(((FIRST_SEQ, public),))

    @classmethod
    def after(cls, current: bytes, changes: Iterable[KeyChange]) -> KeyHistory:
        """The history that changes make, in their order; without any, `current` sealed everything."""
        ranges: list[tuple[int, bytes]] = []
        for change in changes:
            if not ranges:
                ranges.append((FIRST_SEQ, bytes.fromhex(change.old_public)))
            ranges.append((change.from_seq, bytes.fromhex(change.new_public)))
        return cls(tuple(ranges)) if ranges else cls.single(current)

    @property
    def current(self) -> bytes:
        """The key that seals now."""
        return self.ranges[-1][1]

    def at(self, seq: int) -> bytes:
        """Return the key that seals the envelope of a place in the chain."""
        return next(public for first, public in reversed(self.ranges) if seq >= first or first == FIRST_SEQ)

    def sealed(self, envelope: Envelope) -> bool:
        """Tell whether the key of its place sealed an envelope."""
        return is_signed_by_device(envelope, self.at(envelope.seq))


def _signed_bytes(device: str, from_seq: int, old: str, new: str) -> bytes:
    return "\n".join(("stationapp-key-change-1", device, str(from_seq), old, new)).encode()
