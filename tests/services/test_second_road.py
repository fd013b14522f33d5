"""A lost vault or roster: the key in the system's keyring opens the database, and both are made anew from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from hub_in_a_process import PASSWORDS, enrolled, signed_in
from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE
from stationapp.domain.refusal import Refused
from stationapp.platform import keyring_store
from stationapp.platform.atomic_files import copy_of
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services import session
from stationapp.services.roster import read_roster, roster_of
from stationapp.services.second_road import mend
from stationapp.services.verification import verify_station


class InMemory(KeyringBackend):
    """A keyring that answers."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))


@pytest.fixture(autouse=True)
def ring() -> Iterator[InMemory]:
    """The keyring while a test runs; before and after it there is none."""
    backend = InMemory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(fail.Keyring())


@pytest.fixture
def paths(hub: HubProcess, tmp_path: Path) -> StationPaths:
    return enrolled(hub, tmp_path / "home", VILLAGE)


def roster_file(paths: StationPaths) -> Path:
    return paths.home / "roster.json"


def lose(*files: Path) -> None:
    for file in files:
        file.unlink()
        copy_of(file).unlink()


def damage(*files: Path) -> None:
    for file in files:
        file.write_bytes(b"\0" * 100)
        copy_of(file).write_bytes(b"{")


@pytest.mark.parametrize("spoil", [lose, damage])
def test_a_lost_vault_is_made_anew_and_the_password_opens_it(paths: StationPaths, spoil: object) -> None:
    assert callable(spoil)
    spoil(paths.vault)
    with signed_in(paths, AGENT) as workplace:
        assert "密钥文件丢失或损坏" in workplace.notice
        assert "人员名单" not in workplace.notice
        assert verify_station(workplace)["differences"] == []
    with signed_in(paths, AGENT) as workplace:
        assert workplace.notice == ""
    with signed_in(paths, "zhaoguixiang"):
        pass
    aside = sorted(file.read_bytes() for file in paths.home.glob("vault.json*.damaged-*"))
    assert aside == ([b"\0" * 100, b"{"] if spoil is damage else [])


def test_a_vault_made_anew_lets_nobody_in_without_a_password(paths: StationPaths) -> None:
    lose(paths.vault)
    with pytest.raises(Refused, match="用户名或密码不对"):
        session.sign_in(paths, SystemClock(), AGENT, "不是密码")
    with signed_in(paths, AGENT) as workplace:
        assert "密钥文件" in workplace.notice


@pytest.mark.parametrize("spoil", [lose, damage])
def test_a_lost_roster_is_made_anew_before_anybody_signs_in(paths: StationPaths, spoil: object) -> None:
    before = read_roster(paths.home)
    assert callable(spoil)
    spoil(roster_file(paths))
    assert roster_of(paths) == read_roster(paths.home) == before
    with signed_in(paths, AGENT) as workplace:
        assert "人员名单丢失或损坏" in workplace.notice
        assert "密钥文件" not in workplace.notice


def test_both_may_be_lost_at_once(paths: StationPaths) -> None:
    before = read_roster(paths.home)
    lose(paths.vault, roster_file(paths))
    with signed_in(paths, AGENT) as workplace:
        assert "密钥文件和人员名单丢失或损坏" in workplace.notice
    assert read_roster(paths.home) == before


@pytest.mark.parametrize("key", ["", "another home's"])
def test_without_the_right_key_the_loss_is_said_and_nothing_changes(
    paths: StationPaths, ring: InMemory, key: str
) -> None:
    ring.kept.clear()
    if key:
        assert keyring_store.stash(paths.home_id(), bytes(32))
    damage(paths.vault)
    before = {file.name: file.read_bytes() for file in paths.home.iterdir() if file.is_file()}
    with pytest.raises(Unavailable, match="密钥文件及其备份都已损坏"):
        session.sign_in(paths, SystemClock(), AGENT, PASSWORDS[AGENT])
    assert {file.name: file.read_bytes() for file in paths.home.iterdir() if file.is_file()} == before
    lose(paths.vault)
    with pytest.raises(Unavailable, match="密钥文件及其备份都不见了"):
        session.sign_in(paths, SystemClock(), AGENT, PASSWORDS[AGENT])
    lose(roster_file(paths))
    assert roster_of(paths) is None
    with pytest.raises(Unavailable, match="人员名单不见了"):
        session.sign_in(paths, SystemClock(), AGENT, PASSWORDS[AGENT])


def test_a_pc_that_was_never_enrolled_has_nothing_to_mend(tmp_path: Path, ring: InMemory) -> None:
    paths = StationPaths.at(tmp_path)
    assert not mend(paths)
    assert roster_of(paths) is None
    assert list(tmp_path.iterdir()) == []
    assert ring.kept == {}


def test_a_vault_read_from_its_copy_is_told_once_and_written_anew(paths: StationPaths) -> None:
    paths.vault.write_bytes(b"{")
    with signed_in(paths, AGENT) as workplace:
        assert "已改用备份副本" in workplace.notice
    assert paths.vault.read_bytes() == copy_of(paths.vault).read_bytes()
    with signed_in(paths, AGENT) as workplace:
        assert workplace.notice == ""
