"""The data key of a station home, sealed to everybody who may sign in there.

One random 256-bit key encrypts all a home holds. `vault.json` carries it once per person, sealed to that
person's X25519 key, so a password opens it offline and nobody's password is needed to let a colleague in. The
second copy beside it is as new as the first: an old one would still open with a password changed since.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hubprotocol.keys import (
    KdfParams,
    NotOpened,
    PersonKeys,
    derive_person_keys,
    open_sealed,
    public_of,
    seal_for,
)
from stationapp.platform.atomic_files import Damaged, copy_of, disk_trouble, read_checked, write_twice
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault_file import Entry, VaultContent, check_of, parse_vault, vault_bytes

DATA_KEY_BYTES = 32


class WrongPassword(Exception):
    """The password is not this person's."""


class UnknownPerson(LookupError):
    """This home's data key was never sealed to that person: no sync since they came, or they were removed."""


class NoVault(Exception):
    """The home has no vault yet: it has to be set up."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Somebody who may open the vault: X25519 public key (32 bytes), salt (16 bytes) and Argon2id's cost."""

    person_id: str
    box_public: bytes
    salt: bytes
    kdf: KdfParams


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a right password yields: the data key (32 bytes) and the person's own keys."""

    data_key: bytes = field(repr=False)
    person_keys: PersonKeys = field(repr=False)


class Vault:
    """The sealed boxes of one home; safe to use from several threads."""

    def __init__(self, path: Path, content: VaultContent, notice: str | None = None) -> None:
        self._path = path
        self._content = content
        self._writing = threading.Lock()
        self.notice = notice
        """A Chinese sentence when the vault was read from its second copy; None when all is well."""

    @classmethod
    def create(
        cls,
        home: Path,
        sealers: Iterable[Sealer],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> tuple[Vault, bytes]:
        """Make a data key and its vault in a home that has none; return both.

        Raises Unavailable when the home already has a vault (replacing it would lose the data for ever) or
        the disk refuses, ValueError for no sealers, twice the same person or an unusable key.
        """
        path = StationPaths(home).vault
        if path.exists() or copy_of(path).exists():
            raise Unavailable("这个数据文件夹已经有密钥文件，不能重新创建，否则原有数据将无法打开。")
        data_key = random_bytes(DATA_KEY_BYTES)
        return cls._write_new(path, data_key, sealers), data_key

    @classmethod
    def rebuild(cls, home: Path, data_key: bytes, sealers: Iterable[Sealer]) -> Vault:
        """Make the vault anew around a data key that came from the keyring and opens the database.

        Damaged files are put aside, not removed. Raises ValueError when the vault there is sound (use
        `reseal`) and as `create` does, Unavailable when a newer program wrote it or the disk refuses.
        """
        path = StationPaths(home).vault
        try:
            read_checked(path, parse_vault)
        except FileNotFoundError:
            return cls._write_new(path, data_key, sealers)
        except Damaged:
            _put_aside(path)
            return cls._write_new(path, data_key, sealers)
        raise ValueError("the vault is sound")

    @classmethod
    def _write_new(cls, path: Path, data_key: bytes, sealers: Iterable[Sealer]) -> Vault:
        if len(data_key) != DATA_KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        content = VaultContent(check_of(data_key), _seal_all(data_key, sealers))
        write_twice(path, vault_bytes(content))
        return cls(path, content)

    @classmethod
    def open(cls, home: Path) -> Vault:
        """Read the vault of a home; nothing is written.

        A damaged or missing file is made good by its second copy, and `notice` says so. Raises NoVault when
        there is neither, Unavailable when both are damaged or a newer program wrote them.
        """
        path = StationPaths(home).vault
        try:
            read = read_checked(path, parse_vault)
        except FileNotFoundError as missing:
            raise NoVault(path.name) from missing
        except Damaged as damage:
            raise Unavailable(
                "密钥文件及其备份都已损坏，无法登录。请保留数据文件夹不动，并联系维护人员恢复。", str(damage)
            ) from damage
        notice = "密钥文件损坏，已改用备份副本，数据没有丢失。请检查磁盘，并做一次数据备份。"
        return cls(path, read.value, notice if read.from_copy else None)

    def people(self) -> tuple[str, ...]:
        """Ids of everybody who can sign in here, sorted."""
        return tuple(sorted(self._content.entries))

    def matches(self, data_key: bytes) -> bool:
        """Whether this is the home's data key; for a key that came from the keyring."""
        return hmac.compare_digest(check_of(data_key), self._content.key_check)

    def unlock(self, person_id: str, password: str) -> Unlocked:
        """Open the vault as `person_id`. Takes the time Argon2id takes: not for the window's thread.

        Raises WrongPassword, UnknownPerson, or Unavailable for want of memory or a damaged box.
        """
        entry = self._content.entries.get(person_id)
        if entry is None:
            raise UnknownPerson(person_id)
        keys = _derive(password, entry)
        if not hmac.compare_digest(public_of(keys).box_public, entry.box_public):
            raise WrongPassword
        try:
            data_key = open_sealed(keys.box_private, entry.sealed)
        except NotOpened as damage:
            raise _box_trouble("sealed box does not open") from damage
        if not self.matches(data_key):
            raise _box_trouble("sealed box holds another key")
        return Unlocked(data_key, keys)

    def reseal(self, data_key: bytes, sealers: Iterable[Sealer]) -> None:
        """From now on exactly these people can sign in: somebody came, left, or changed a password.

        Both copies on disk are replaced, and a damaged file is thereby mended. Raises ValueError for a
        wrong data key, no sealers, twice the same person or an unusable key, before anything is written, and
        Unavailable when the disk refuses; call again then, either copy on disk is whole.
        """
        if not self.matches(data_key):
            raise ValueError("not the data key of this home")
        fresh = VaultContent(self._content.key_check, _seal_all(data_key, sealers))
        with self._writing:
            write_twice(self._path, vault_bytes(fresh))
            self._content = fresh
            self.notice = None


def _derive(password: str, entry: Entry) -> PersonKeys:
    if not password:
        raise WrongPassword
    try:
        return derive_person_keys(password, entry.salt, entry.kdf)
    except MemoryError as error:
        raise Unavailable("内存不足，无法验证密码。请关闭其他程序后重试。", "Argon2id") from error


def _seal_all(data_key: bytes, sealers: Iterable[Sealer]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for sealer in sealers:
        if sealer.person_id in entries:
            raise ValueError(f"person {sealer.person_id} appears twice")
        sealed = seal_for(sealer.box_public, data_key)
        entries[sealer.person_id] = Entry(sealer.salt, sealer.kdf, sealer.box_public, sealed)
    if not entries:
        raise ValueError("a vault nobody can open")
    return entries


def _put_aside(path: Path) -> None:
    tag = secrets.token_hex(3)
    try:
        for damaged in (path, copy_of(path)):
            if damaged.exists():
                damaged.rename(damaged.with_name(f"{damaged.name}.damaged-{tag}"))
    except OSError as error:
        raise disk_trouble(error) from error


def _box_trouble(detail: str) -> Unavailable:
    return Unavailable("密码正确，但密钥文件中您的那一份已损坏。请换其他人登录，联网同步一次后再试。", detail)
