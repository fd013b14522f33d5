"""The vault: who opens it, and what survives damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubprotocol.keys import KdfParams, derive_person_keys, new_salt, public_of
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import NoVault, Sealer, UnknownPerson, Vault, WrongPassword

CHEAP = KdfParams(ops=1, memory_bytes=8 * 1024)


def sealer(person_id: str, password: str) -> Sealer:
    salt = new_salt()
    return Sealer(person_id, public_of(derive_person_keys(password, salt, CHEAP)).box_public, salt, CHEAP)


WU = sealer("wu", "吴䶮的密码")
ZHONG = sealer("zhong", "钟𬭎的密码")


def test_everybody_sealed_for_opens_the_same_data_key_after_a_restart(tmp_path: Path) -> None:
    _, data_key = Vault.create(tmp_path, [WU, ZHONG])
    vault = Vault.open(tmp_path)
    assert vault.people() == ("wu", "zhong")
    assert vault.notice is None
    assert len(data_key) == 32
    assert vault.unlock("wu", "吴䶮的密码").data_key == data_key
    unlocked = vault.unlock("zhong", "钟𬭎的密码")
    assert unlocked.data_key == data_key
    assert public_of(unlocked.person_keys).box_public == ZHONG.box_public


@given(wrong=st.text(max_size=12).filter(lambda text: text != "吴䶮的密码"))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_password_opens(tmp_path: Path, wrong: str) -> None:
    if not (tmp_path / "vault.json").exists():
        Vault.create(tmp_path, [WU])
    with pytest.raises(WrongPassword):
        Vault.open(tmp_path).unlock("wu", wrong)


def test_one_persons_password_does_not_open_for_another(tmp_path: Path) -> None:
    vault, _ = Vault.create(tmp_path, [WU, ZHONG])
    with pytest.raises(WrongPassword):
        vault.unlock("wu", "钟𬭎的密码")
    with pytest.raises(UnknownPerson):
        vault.unlock("li", "钟𬭎的密码")


def test_a_changed_password_and_a_removed_person_open_neither_copy(tmp_path: Path) -> None:
    vault, data_key = Vault.create(tmp_path, [WU, ZHONG])
    vault.reseal(data_key, [sealer("wu", "新的密码"), sealer("li", "李㛃的密码")])
    copy = (tmp_path / "vault.json.bak").read_bytes()
    for damaged in (False, True):
        if damaged:
            (tmp_path / "vault.json").write_bytes(copy[:100])
        again = Vault.open(tmp_path)
        assert again.people() == ("li", "wu")
        assert again.unlock("wu", "新的密码").data_key == data_key
        assert again.unlock("li", "李㛃的密码").data_key == data_key
        with pytest.raises(WrongPassword):
            again.unlock("wu", "吴䶮的密码")
        with pytest.raises(UnknownPerson):
            again.unlock("zhong", "钟𬭎的密码")


def test_the_data_key_is_nowhere_in_the_folder(tmp_path: Path) -> None:
    vault, data_key = Vault.create(tmp_path, [WU])
    unlocked = vault.unlock("wu", "吴䶮的密码")
    for file in tmp_path.iterdir():
        assert data_key.hex() not in file.read_text()
        assert file.stat().st_mode & 0o077 == 0
    assert data_key.hex() not in repr(unlocked)
    assert repr(data_key) not in repr(unlocked)


def test_a_second_vault_is_never_made_over_a_first(tmp_path: Path) -> None:
    _, data_key = Vault.create(tmp_path, [WU])
    (tmp_path / "vault.json").unlink()
    with pytest.raises(Unavailable, match="不能重新创建"):
        Vault.create(tmp_path, [ZHONG])
    assert Vault.open(tmp_path).unlock("wu", "吴䶮的密码").data_key == data_key


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_damaged_vault_is_read_from_its_copy_and_mended_by_the_next_reseal(
    tmp_path: Path, cut: int
) -> None:
    _, data_key = Vault.create(tmp_path, [WU])
    path = tmp_path / "vault.json"
    path.write_bytes(path.read_bytes()[:cut] + b"\x00" * 8)
    vault = Vault.open(tmp_path)
    assert vault.notice is not None
    assert "数据没有丢失" in vault.notice
    assert vault.unlock("wu", "吴䶮的密码").data_key == data_key
    vault.reseal(data_key, [WU])
    assert vault.notice is None
    assert Vault.open(tmp_path).notice is None


def test_one_changed_digit_is_noticed(tmp_path: Path) -> None:
    Vault.create(tmp_path, [WU])
    path = tmp_path / "vault.json"
    body = json.loads(path.read_text())
    sealed = body["entries"]["wu"]["sealed"]
    body["entries"]["wu"]["sealed"] = ("0" if sealed[0] != "0" else "1") + sealed[1:]
    path.write_text(json.dumps(body))
    assert Vault.open(tmp_path).notice is not None


def test_no_vault_at_all_and_two_damaged_ones_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        Vault.open(tmp_path)
    (tmp_path / "vault.json").write_text("{}")
    (tmp_path / "vault.json.bak").write_text("nothing")
    with pytest.raises(Unavailable, match="都已损坏"):
        Vault.open(tmp_path)


def test_the_keyrings_key_rebuilds_a_lost_vault_and_puts_damaged_files_aside(tmp_path: Path) -> None:
    _, data_key = Vault.create(tmp_path, [WU])
    with pytest.raises(ValueError, match="sound"):
        Vault.rebuild(tmp_path, data_key, [WU])
    for name in ("vault.json", "vault.json.bak"):
        (tmp_path / name).write_text("damaged")
    Vault.rebuild(tmp_path, data_key, [ZHONG])
    assert Vault.open(tmp_path).unlock("zhong", "钟𬭎的密码").data_key == data_key
    assert len(list(tmp_path.glob("*.damaged-*"))) == 2
    for name in ("vault.json", "vault.json.bak"):
        (tmp_path / name).unlink()
    assert Vault.rebuild(tmp_path, data_key, [WU]).matches(data_key)


def test_resealing_with_a_foreign_key_or_for_nobody_changes_nothing(tmp_path: Path) -> None:
    vault, data_key = Vault.create(tmp_path, [WU])
    before = (tmp_path / "vault.json").read_bytes()
    assert not vault.matches(bytes(32))
    for key, sealers, complaint in (
        (bytes(32), [WU], "not the data key"),
        (data_key, [], "nobody can open"),
        (data_key, [WU, WU], "appears twice"),
        (data_key, [Sealer("li", bytes(32), bytes(16), CHEAP)], "no usable point"),
        (data_key, [Sealer("li", WU.box_public, bytes(3), CHEAP)], "lengths"),
    ):
        with pytest.raises(ValueError, match=complaint):
            vault.reseal(key, sealers)
    assert (tmp_path / "vault.json").read_bytes() == before


def test_a_vault_of_a_newer_program_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr("stationapp.platform.vault_file.FORMAT", 2)
        Vault.create(tmp_path, [WU])
    before = (tmp_path / "vault.json").read_bytes()
    with pytest.raises(Unavailable, match="先升级"):
        Vault.open(tmp_path)
    with pytest.raises(Unavailable, match="先升级"):
        Vault.rebuild(tmp_path, bytes(32), [WU])
    assert (tmp_path / "vault.json").read_bytes() == before
