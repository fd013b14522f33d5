"""The station home: private, provably writable, and with a name of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stationapp.platform.paths import StationPaths, default_home, set_private_umask
from stationapp.platform.unavailable import Unavailable


def test_everything_lies_under_the_home(tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path / "home")
    named = (paths.database, paths.vault, paths.lock, paths.settings, *paths.folders)
    assert all(path.is_relative_to(tmp_path / "home") for path in named)
    assert len(set(named)) == len(named)


def test_a_relative_home_does_not_move_with_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = StationPaths.at(Path("here"))
    assert paths.home == tmp_path / "here"


def test_without_a_word_the_home_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert StationPaths.at().home == default_home()
    assert default_home().name == "stationapp"


@pytest.mark.skipif(os.name == "nt", reason="file modes are a matter of POSIX")
def test_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path / "deep" / "home")
    before = os.umask(0o022)
    try:
        paths.prepare()
        paths.prepare()
    finally:
        os.umask(before)
    for folder in paths.folders:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not [entry for entry in folder.iterdir() if entry.is_file()]


@pytest.mark.skipif(os.name == "nt", reason="file modes are a matter of POSIX")
def test_the_private_umask_holds_for_new_files(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        set_private_umask()
        (tmp_path / "file").write_bytes(b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_home_that_is_a_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(Unavailable, match="被一个文件占用"):
        StationPaths.at(tmp_path / "home").prepare()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs Linux")
def test_a_home_where_nothing_can_be_made_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        StationPaths.at(Path("/proc/station-home")).prepare()


def test_the_home_id_is_made_once_and_survives_the_loss_of_its_file(tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path)
    name = paths.home_id()
    assert len(name) == 32
    (tmp_path / "home-id").write_text("damaged")
    assert paths.home_id() == name
    (tmp_path / "home-id").unlink()
    assert StationPaths.at(tmp_path).home_id() == name
    assert StationPaths.at(tmp_path.parent).home_id() != name


def test_a_damaged_home_id_is_never_replaced_in_silence(tmp_path: Path) -> None:
    for name in ("home-id", "home-id.bak"):
        (tmp_path / name).write_text("damaged")
    with pytest.raises(Unavailable, match="标识文件已损坏"):
        StationPaths.at(tmp_path).home_id()
