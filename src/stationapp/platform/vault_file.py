"""How a vault lies on disk: JSON with a digest over itself, so that damage is told from a wrong password."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from hubprotocol.keys import KEY_BYTES, SALT_BYTES, SEAL_OVERHEAD_BYTES, KdfParams
from stationapp.platform.atomic_files import Damaged
from stationapp.platform.unavailable import Unavailable

FORMAT = 1
_CHECK_BYTES = 16
_SEALED_BYTES = KEY_BYTES + SEAL_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's sealed data key (80 bytes) and what deriving their keys needs."""

    salt: bytes
    kdf: KdfParams
    box_public: bytes
    sealed: bytes

    def __post_init__(self) -> None:
        lengths = (len(self.salt), len(self.box_public), len(self.sealed))
        if lengths != (SALT_BYTES, KEY_BYTES, _SEALED_BYTES):
            raise ValueError(f"lengths of salt, public key and box are {lengths}")


@dataclass(frozen=True, slots=True)
class VaultContent:
    """`key_check` tells the right data key from a wrong one (16 bytes); entries by person id."""

    key_check: bytes
    entries: Mapping[str, Entry]


def check_of(data_key: bytes) -> bytes:
    """A digest of the data key, harmless to write down: the key is 256 random bits."""
    return hashlib.blake2b(data_key, digest_size=_CHECK_BYTES, person=b"station-vault").digest()


def vault_bytes(content: VaultContent) -> bytes:
    """The file's bytes."""
    body = {
        "format": FORMAT,
        "key_check": content.key_check.hex(),
        "entries": {person: _entry_data(entry) for person, entry in content.entries.items()},
    }
    return json.dumps({**body, "digest": _digest(body)}, indent=1, sort_keys=True).encode() + b"\n"


def parse_vault(data: bytes) -> VaultContent:
    """Read the file's bytes. Raises Damaged, or Unavailable when a newer program wrote them."""
    try:
        body = json.loads(data)
    except ValueError as error:
        raise Damaged("not JSON") from error
    if not isinstance(body, dict) or body.pop("digest", None) != _digest(body):
        raise Damaged("digest does not fit")
    if body.get("format") != FORMAT:
        raise Unavailable(
            "密钥文件由更新版本的程序写成，请先升级本程序。", f"vault format {body.get('format')}"
        )
    try:
        entries = {person: _entry(entry) for person, entry in body["entries"].items()}
        return VaultContent(bytes.fromhex(body["key_check"]), entries)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(f"unexpected shape: {type(error).__name__}") from error


def _digest(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _entry_data(entry: Entry) -> dict[str, object]:
    return {
        "salt": entry.salt.hex(),
        "kdf": entry.kdf.to_data(),
        "box_public": entry.box_public.hex(),
        "sealed": entry.sealed.hex(),
    }


def _entry(data: Mapping[str, object]) -> Entry:
    kdf = data["kdf"]
    if not isinstance(kdf, Mapping):
        raise TypeError("kdf")
    return Entry(
        salt=_unhex(data["salt"]),
        kdf=KdfParams.from_data(kdf),
        box_public=_unhex(data["box_public"]),
        sealed=_unhex(data["sealed"]),
    )


def _unhex(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError("hex text expected")
    return bytes.fromhex(value)
