"""Keys: published vectors, and what must hold for any password, message and box."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hubprotocol.keys import (
    DeviceKeys,
    KdfParams,
    NotOpened,
    PersonKeys,
    derive_person_keys,
    new_device_keys,
    new_salt,
    open_sealed,
    public_of,
    seal_for,
    sign,
    sign_public_of,
    verify,
)

CHEAP = KdfParams(ops=1, memory_bytes=8 * 1024)
SALT = bytes(range(16))

# Computed by an independent Argon2id (OpenSSL's, one lane): first half the seed, second half the X25519 key.
ARGON2ID_VECTORS = [
    (
        "correct horse",
        KdfParams(),
        "70b20885536f36c09919cc958cc4842ba26cf5160b96bafea961f52409383c90"
        "7f9a3d377ad3d9b32c7754b021f78254cfe1c1254d4a22ede3e664948b0c436a",
    ),
    (
        "correct horse",
        CHEAP,
        "3b161160b35d1164436a0d945d3392763f34ec86442a4786ee7225ab66ea2ea2"
        "5fb6c7071f90e7e163c4511837f0e9d34e752a4c0993eae3f4d170075911d93a",
    ),
    (
        "密码é𬭎",
        CHEAP,
        "1e311f4f039254101bc81d4111e695f49350585193dcd8da7212cc3e0f255977"
        "5d4b40fe3ab9c579855398a7a6111521f76072a3993e71de4377679b11237fe1",
    ),
]

# RFC 8032, section 7.1, tests 1 and 2: seed, public key, message, signature.
ED25519_VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]

PASSWORDS = st.text(min_size=1, max_size=24)
BYTES32 = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(("password", "params", "expected"), ARGON2ID_VECTORS)
def test_derivation_agrees_with_an_independent_argon2id(
    password: str, params: KdfParams, expected: str
) -> None:
    keys = derive_person_keys(password, SALT, params)
    assert (keys.sign_seed + keys.box_private).hex() == expected


@pytest.mark.parametrize(("seed", "public", "message", "signature"), ED25519_VECTORS)
def test_signatures_agree_with_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    assert sign_public_of(bytes.fromhex(seed)).hex() == public
    assert sign(bytes.fromhex(seed), bytes.fromhex(message)).hex() == signature
    assert verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_box_keys_agree_with_rfc_7748() -> None:
    """Bob's key pair of section 6.1."""
    private = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    public = public_of(PersonKeys(sign_seed=bytes(32), box_private=private))
    assert public.box_public.hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"


def test_composed_and_decomposed_spelling_of_a_password_are_one() -> None:
    composed, decomposed = "é密码", unicodedata.normalize("NFD", "é密码")
    assert composed != decomposed
    assert derive_person_keys(composed, SALT, CHEAP) == derive_person_keys(decomposed, SALT, CHEAP)


@given(right=PASSWORDS, wrong=PASSWORDS, secret=BYTES32)
@settings(max_examples=60, deadline=None)
def test_only_the_right_password_opens_a_box(right: str, wrong: str, secret: bytes) -> None:
    assume(unicodedata.normalize("NFC", right) != unicodedata.normalize("NFC", wrong))
    keys = derive_person_keys(right, SALT, CHEAP)
    sealed = seal_for(public_of(keys).box_public, secret)
    assert open_sealed(keys.box_private, sealed) == secret
    with pytest.raises(NotOpened):
        open_sealed(derive_person_keys(wrong, SALT, CHEAP).box_private, sealed)


def test_another_salt_or_another_cost_gives_other_keys() -> None:
    keys = derive_person_keys("代办员的密码", SALT, CHEAP)
    assert derive_person_keys("代办员的密码", bytes(16), CHEAP) != keys
    assert derive_person_keys("代办员的密码", SALT, KdfParams(2, 8 * 1024)) != keys
    assert keys.sign_seed != keys.box_private


@given(secret=st.binary(max_size=80), where=st.integers(min_value=0), flip=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_an_altered_or_shortened_box_never_opens(secret: bytes, where: int, flip: int) -> None:
    keys = derive_person_keys("x", SALT, CHEAP)
    sealed = seal_for(public_of(keys).box_public, secret)
    position = where % len(sealed)
    altered = bytearray(sealed)
    altered[position] ^= flip
    for damaged in (bytes(altered), sealed[:position]):
        with pytest.raises(NotOpened):
            open_sealed(keys.box_private, damaged)


def test_a_public_key_of_small_order_is_refused() -> None:
    with pytest.raises(ValueError, match="no usable point"):
        seal_for(bytes(32), b"secret")


@given(
    seed=BYTES32, message=st.binary(max_size=200), where=st.integers(min_value=0), flip=st.integers(1, 255)
)
@settings(max_examples=80, deadline=None)
def test_a_signature_holds_for_its_message_and_key_alone(
    seed: bytes, message: bytes, where: int, flip: int
) -> None:
    public, signature = sign_public_of(seed), sign(seed, message)
    assert len(signature) == 64
    assert verify(public, message, signature)
    assert not verify(public, message + b".", signature)
    altered = bytearray(signature)
    altered[where % 64] ^= flip
    assert not verify(public, message, bytes(altered))
    other_seed = bytes([seed[0] ^ 1]) + seed[1:]
    assert not verify(sign_public_of(other_seed), message, signature)


@pytest.mark.parametrize(
    ("public", "signature"), [(b"", bytes(64)), (bytes(31), bytes(64)), (bytes(32), b"")]
)
def test_wrong_lengths_are_not_a_valid_signature(public: bytes, signature: bytes) -> None:
    assert verify(public, b"message", signature) is False


@pytest.mark.parametrize(("ops", "memory"), [(0, 65536), (17, 65536), (3, 8191), (3, 1024**3 + 1), (-1, -1)])
def test_costs_out_of_bounds_are_refused(ops: int, memory: int) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        KdfParams(ops, memory)


def test_costs_travel_as_data() -> None:
    assert KdfParams.from_data(KdfParams().to_data()) == KdfParams(3, 64 * 1024 * 1024)
    for wrong in ({}, {"ops": "3", "memory_bytes": 65536}, {"ops": True, "memory_bytes": 65536}):
        with pytest.raises(ValueError, match="integers"):
            KdfParams.from_data(wrong)


def test_unusable_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="empty password"):
        derive_person_keys("", SALT, CHEAP)
    with pytest.raises(ValueError, match="salt must be 16 bytes"):
        derive_person_keys("x", bytes(15), CHEAP)
    with pytest.raises(ValueError, match="sign_seed must be 32 bytes"):
        DeviceKeys(bytes(31))


def test_randomness_comes_from_outside_where_wanted() -> None:
    assert new_device_keys(lambda size: bytes([7]) * size) == DeviceKeys(bytes([7]) * 32)
    assert new_device_keys() != new_device_keys()
    assert len(new_salt()) == 16
    assert new_salt() != new_salt()


def test_secrets_do_not_show_in_a_repr() -> None:
    keys = derive_person_keys("x", SALT, CHEAP)
    for shown in (repr(keys), repr(DeviceKeys(keys.sign_seed))):
        assert keys.sign_seed.hex() not in shown
        assert repr(keys.sign_seed) not in shown
