"""The system keyring: used when it answers, left alone when it does not."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError

from stationapp.platform import keyring_store
from stationapp.platform.keyring_store import NOT_USED, fetch, forget, stash, where

KEY = bytes(range(32))


class InMemory(KeyringBackend):
    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(InMemory):
    def get_password(self, service: str, username: str) -> str | None:
        raise InitError("Prompt dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise InitError("Prompt dismissed")


class Forgetful(InMemory):
    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password[:-1]


class Silent(InMemory):
    """Waits for a person to unlock it, until the test lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.unlocked = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.unlocked.wait()
        return None


@pytest.fixture(autouse=True)
def the_keyring_of_before() -> Iterator[None]:
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(fail.Keyring())


def test_a_stashed_key_is_fetched_and_forgotten() -> None:
    backend = InMemory()
    keyring.set_keyring(backend)
    assert fetch("home-a") is None
    assert stash("home-a", KEY)
    assert fetch("home-a") == KEY
    assert fetch("home-b") is None
    assert forget("home-a")
    assert forget("home-a")
    assert backend.kept == {}


def test_asking_where_leaves_nothing_behind() -> None:
    backend = InMemory()
    keyring.set_keyring(backend)
    assert where() == "系统密钥环"
    assert backend.kept == {}


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), Locked(), Forgetful()])
def test_a_keyring_that_does_not_give_back_is_not_used(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    assert not stash("home-a", KEY)
    assert fetch("home-a") is None
    assert where() == NOT_USED


def test_plain_text_keyrings_are_never_written_to() -> None:
    plain = type("PlaintextKeyring", (InMemory,), {"__module__": "keyrings.alt.file"})()
    keyring.set_keyring(plain)
    assert not stash("home-a", KEY)
    assert where() == NOT_USED
    heir = type("Heir", (type(plain),), {"__module__": "elsewhere"})()
    keyring.set_keyring(heir)
    assert not stash("home-a", KEY)
    assert plain.kept == heir.kept == {}


def test_of_a_chain_the_first_fit_keyring_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (InMemory,), {"__module__": "keyrings.alt.file"})()
    real = InMemory()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, real])
    keyring.set_keyring(chainer.ChainerBackend())
    assert stash("home-a", KEY)
    assert plain.kept == {}
    assert real.kept == {("stationapp", "home-a"): KEY.hex()}


def test_a_keyring_waiting_for_a_person_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_store, "PATIENCE_SECONDS", 0.05)
    backend = Silent()
    keyring.set_keyring(backend)
    try:
        assert fetch("home-a") is None
        assert not stash("home-a", KEY)
        assert where() == NOT_USED
    finally:
        backend.unlocked.set()


@pytest.mark.parametrize("kept", ["", "zz", "00" * 31, "密钥"])
def test_what_is_no_key_is_not_taken_for_one(kept: str) -> None:
    backend = InMemory()
    backend.kept["stationapp", "home-a"] = kept
    keyring.set_keyring(backend)
    assert fetch("home-a") is None


def test_a_broken_keyring_package_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = types.ModuleType("keyring")
    monkeypatch.setitem(sys.modules, "keyring", broken)
    assert where() == NOT_USED


def test_a_key_of_another_length_is_a_bug() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        stash("home-a", b"short")
