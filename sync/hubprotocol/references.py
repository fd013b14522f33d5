"""Reference documents are signed by the hub, so whoever carries one need not be trusted."""

from __future__ import annotations

import hashlib

from hubprotocol.keys import sign, verify


def sign_reference(seed: bytes, name: str, version: str, body: str) -> str:
    """Return the signature (128 hex digits) of a reference document by the hub's Ed25519 seed."""
    return sign(seed, _signed_bytes(name, version, body)).hex()


def is_reference_signed(hub_public: bytes, name: str, version: str, body: str, signature: str) -> bool:
    """Tell whether the hub of that public key published the document."""
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return len(raw) == 64 and verify(hub_public, _signed_bytes(name, version, body), raw)


def _signed_bytes(name: str, version: str, body: str) -> bytes:
    return "\n".join((name, version, hashlib.sha256(body.encode()).hexdigest())).encode()
