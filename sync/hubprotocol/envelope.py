"""The envelope: one event, signed by its device and its person, chained to the device's envelope before it.

The body travels as the very text that was signed, so nobody has to agree on a canonical form of JSON.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hubprotocol.keys import sign, verify

GENESIS = "0" * 64
MOST_BODY = 262_144
"""So many characters a body may have; a longer one is stored in its chain and refused."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed event.

    `seq` counts 1, 2, 3 … per device without gaps; `prev` is the hash (64 hex digits) of the device's
    envelope before it, `GENESIS` for the first; signatures are 128 hex digits; `person_signature` is empty
    only for the hub.
    """

    device: str
    seq: int
    prev: str
    kind: str
    body: str
    signature: str
    person_signature: str = ""

    @property
    def hash(self) -> str:
        """The envelope's own hash: the next one names it."""
        return hashlib.sha256(
            _signed_bytes(self.device, self.seq, self.prev, self.kind, self.body)
        ).hexdigest()


def seal(
    device: str, seq: int, prev: str, kind: str, body: str, device_seed: bytes, person_seed: bytes = b""
) -> Envelope:
    """Return the envelope of a body, signed with the device's and, where given, the person's Ed25519 seed."""
    signature = sign(device_seed, _signed_bytes(device, seq, prev, kind, body)).hex()
    person_signature = sign(person_seed, _person_bytes(kind, body)).hex() if person_seed else ""
    return Envelope(device, seq, prev, kind, body, signature, person_signature)


def is_signed_by_device(envelope: Envelope, device_public: bytes) -> bool:
    """Tell whether the device of that public key sealed the envelope."""
    signed = _signed_bytes(envelope.device, envelope.seq, envelope.prev, envelope.kind, envelope.body)
    return _verify_hex(device_public, signed, envelope.signature)


def is_signed_by_person(envelope: Envelope, person_public: bytes) -> bool:
    """Tell whether the person of that public key signed the body."""
    return _verify_hex(person_public, _person_bytes(envelope.kind, envelope.body), envelope.person_signature)


def _verify_hex(public: bytes, message: bytes, signature: str) -> bool:
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return len(raw) == 64 and verify(public, message, raw)


def _signed_bytes(device: str, seq: int, prev: str, kind: str, body: str) -> bytes:
    digest = hashlib.sha256(body.encode()).hexdigest()
    return "\n".join(("stationapp-envelope-1", device, str(seq), prev, kind, digest)).encode()


def _person_bytes(kind: str, body: str) -> bytes:
    return "\n".join(("stationapp-person-1", kind, hashlib.sha256(body.encode()).hexdigest())).encode()
