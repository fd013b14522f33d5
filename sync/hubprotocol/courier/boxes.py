"""For whom a courier file is sealed: X25519 keys that follow from the Ed25519 keys both sides have anyway.

Hub and devices know each other's signing keys from enrolment on. libsodium's birational map makes box keys of
them, so a station that never had a network since needs no further key, and the hub keeps no further secret.
"""

from __future__ import annotations

from hubprotocol.courier.faults import CourierFault
from hubprotocol.keys import NotOpened, open_sealed, seal_for

STREAM_KEY_BYTES = 32


def seal_key(sign_public: bytes, key: bytes) -> bytes:
    """Seal a stream key (32 bytes) for the holder of an Ed25519 key. Raises ValueError for an unusable key."""
    from nacl.bindings import crypto_sign_ed25519_pk_to_curve25519

    try:
        box_public = crypto_sign_ed25519_pk_to_curve25519(sign_public)
    except RuntimeError as error:
        raise ValueError("sign_public is no usable point") from error
    return seal_for(box_public, key)


def open_key(sign_seed: bytes, sealed: bytes) -> bytes:
    """Return the stream key sealed for us. Raises CourierFault `wrong-addressee` when it is not."""
    from nacl.bindings import crypto_sign_ed25519_sk_to_curve25519, crypto_sign_seed_keypair

    _, secret = crypto_sign_seed_keypair(sign_seed)
    try:
        return open_sealed(crypto_sign_ed25519_sk_to_curve25519(secret), sealed)
    except NotOpened as error:
        raise CourierFault("wrong-addressee", "sealed key") from error
