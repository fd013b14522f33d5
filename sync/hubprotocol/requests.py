"""How a device signs a request, so that the hub knows which device speaks before it reads the body."""

from __future__ import annotations

import hashlib

from hubprotocol.keys import sign, verify

DEVICE_HEADER = "X-Station-Device"
TIME_HEADER = "X-Station-Time"
SIGNATURE_HEADER = "X-Station-Signature"


def sign_request(device: str, seed: bytes, method: str, target: str, body: bytes, at: str) -> dict[str, str]:
    """Return the headers that sign a request; `target` is path and query, `body` the bytes as sent."""
    signature = sign(seed, _signed_bytes(device, method, target, body, at)).hex()
    return {DEVICE_HEADER: device, TIME_HEADER: at, SIGNATURE_HEADER: signature}


def is_signed(
    device: str, public: bytes, method: str, target: str, body: bytes, at: str, signature: str
) -> bool:
    """Tell whether the device of that public key signed the request."""
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return len(raw) == 64 and verify(public, _signed_bytes(device, method, target, body, at), raw)


def _signed_bytes(device: str, method: str, target: str, body: bytes, at: str) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("stationapp-request-1", device, method.upper(), target, digest, at)).encode()
