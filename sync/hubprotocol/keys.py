"""Keys of persons and devices: derived, sealed and verified alike at the station and at the hub.

A person's password yields, by Argon2id, an Ed25519 signing seed and an X25519 private key. Hub and stations
keep only the salt, the parameters and the two public keys. A station seals its data key to each person's
X25519 key, so anyone it knows signs in offline, and new people arrive by sync without their passwords.
Who holds salt and public keys can still try passwords one by one: Argon2id makes each try dear.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SALT_BYTES = 16
KEY_BYTES = 32
SIGNATURE_BYTES = 64
SEAL_OVERHEAD_BYTES = 48
_OPS_BOUNDS = (1, 16)
_MEMORY_BOUNDS = (8 * 1024, 1024 * 1024 * 1024)


class NotOpened(Exception):
    """A sealed box does not open: another key, or altered bytes."""


@dataclass(frozen=True, slots=True)
class KdfParams:
    """Cost of Argon2id (version 1.3, RFC 9106, one lane): passes and memory in bytes; kept beside each salt.

    The upper bounds keep a forged record from stopping a machine. Raises ValueError beyond them.
    """

    ops: int = 3
    memory_bytes: int = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        _require(_OPS_BOUNDS[0] <= self.ops <= _OPS_BOUNDS[1], "ops out of bounds")
        _require(_MEMORY_BOUNDS[0] <= self.memory_bytes <= _MEMORY_BOUNDS[1], "memory out of bounds")

    def to_data(self) -> dict[str, int]:
        return {"ops": self.ops, "memory_bytes": self.memory_bytes}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> KdfParams:
        """Read what `to_data` wrote. Raises ValueError when a number is missing or out of bounds."""
        ops, memory = data.get("ops"), data.get("memory_bytes")
        if type(ops) is not int or type(memory) is not int:
            raise ValueError("ops and memory_bytes must be integers")
        return cls(ops, memory)


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """A person's secrets, 32 bytes each; held in memory between sign-in and sign-out, never written."""

    sign_seed: bytes = field(repr=False)
    box_private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _require_key(self.sign_seed, "sign_seed")
        _require_key(self.box_private, "box_private")


@dataclass(frozen=True, slots=True)
class PersonPublic:
    """What everybody may know of a person's keys: Ed25519 and X25519 public keys, 32 bytes each."""

    sign_public: bytes
    box_public: bytes

    def __post_init__(self) -> None:
        _require_key(self.sign_public, "sign_public")
        _require_key(self.box_public, "box_public")


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """The Ed25519 seed (32 bytes) with which one station PC signs its envelopes."""

    sign_seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _require_key(self.sign_seed, "sign_seed")


def new_salt(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """A fresh salt of 16 bytes."""
    return random_bytes(SALT_BYTES)


def derive_person_keys(password: str, salt: bytes, params: KdfParams) -> PersonKeys:
    """Argon2id over the NFC form of `password`: 64 bytes, the first half the seed, the second the X25519 key.

    Raises ValueError for an empty password or a salt that is not 16 bytes, MemoryError when the machine
    cannot spare the memory.
    """
    from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13

    _require(bool(password), "empty password")
    _require(len(salt) == SALT_BYTES, "salt must be 16 bytes")
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    try:
        derived = crypto_pwhash_alg(
            2 * KEY_BYTES, secret, salt, params.ops, params.memory_bytes, crypto_pwhash_ALG_ARGON2ID13
        )
    except RuntimeError as error:  # With checked arguments libsodium fails only for want of memory.
        raise MemoryError("Argon2id found too little memory") from error
    return PersonKeys(derived[:KEY_BYTES], derived[KEY_BYTES:])


def public_of(keys: PersonKeys) -> PersonPublic:
    """The public halves of a person's keys."""
    from nacl.public import PrivateKey

    return PersonPublic(sign_public_of(keys.sign_seed), bytes(PrivateKey(keys.box_private).public_key))


def sign_public_of(seed: bytes) -> bytes:
    """The Ed25519 public key (32 bytes) of a signing seed (32 bytes)."""
    from nacl.signing import SigningKey

    _require_key(seed, "seed")
    return bytes(SigningKey(seed).verify_key)


def new_device_keys(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> DeviceKeys:
    """Keys of a device that enrols now; randomness comes from outside so a simulation can be run again."""
    return DeviceKeys(random_bytes(KEY_BYTES))


def sign(seed: bytes, message: bytes) -> bytes:
    """Ed25519 signature (RFC 8032, 64 bytes) of `message` by the seed of a person or a device."""
    from nacl.signing import SigningKey

    _require_key(seed, "seed")
    return SigningKey(seed).sign(message).signature


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is by the holder of `public`; wrong lengths are simply not valid."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def seal_for(box_public: bytes, secret: bytes) -> bytes:
    """Seal `secret` so that only the X25519 private key opens it; the box is 48 bytes longer.

    Anybody can seal, so an opened box proves nothing about its sender. Raises ValueError for a public key
    that is not 32 bytes or is no usable point.
    """
    from nacl.public import PublicKey, SealedBox

    _require_key(box_public, "box_public")
    try:
        return SealedBox(PublicKey(box_public)).encrypt(secret)
    except RuntimeError as error:  # libsodium refuses points of small order.
        raise ValueError("box_public is no usable point") from error


def open_sealed(box_private: bytes, sealed: bytes) -> bytes:
    """The secret inside a sealed box. Raises NotOpened for another key or for altered or shortened bytes."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    _require_key(box_private, "box_private")
    if len(sealed) < SEAL_OVERHEAD_BYTES:
        raise NotOpened("sealed box is too short")
    try:
        return SealedBox(PrivateKey(box_private)).decrypt(sealed)
    except CryptoError as error:
        raise NotOpened("sealed box does not open with this key") from error


def _require_key(value: bytes, name: str) -> None:
    _require(len(value) == KEY_BYTES, f"{name} must be {KEY_BYTES} bytes")


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise ValueError(complaint)
