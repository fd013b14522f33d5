"""Small files: whole or not at all, and a sentence when the disk refuses."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from stationapp.platform.atomic_files import (
    Damaged,
    copy_of,
    disk_trouble,
    read_checked,
    write_atomically,
    write_twice,
)
from stationapp.platform.unavailable import Unavailable


def parse(data: bytes) -> str:
    if not data.startswith(b"good"):
        raise Damaged("not good")
    return data.decode()


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (b"first", b"", b"second"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_the_old_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="磁盘已满"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_full_disk_has_its_sentence() -> None:
    with (
        pytest.raises(OSError, match="No space") as caught,
        Path("/dev/full").open("wb", buffering=0) as file,
    ):
        file.write(b"x")
    assert "磁盘已满" in disk_trouble(caught.value).text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "只读"),
        (errno.EACCES, "权限"),
        (errno.EIO, "损坏"),
        (errno.ENOENT, "拔出"),
        (None, "请检查"),
    ],
)
def test_every_disk_trouble_says_what_to_do(number: int | None, words: str) -> None:
    error = OSError("x") if number is None else OSError(number, "x", "/home/zhangsan/station.db")
    trouble = disk_trouble(error)
    assert words in trouble.text
    assert "zhangsan" not in trouble.text + trouble.detail


def test_a_missing_folder_is_unavailable_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="找不到数据文件夹"):
        write_atomically(tmp_path / "gone" / "file", b"x")


@pytest.mark.skipif(sys.platform == "win32", reason="folder handles are a matter of POSIX")
def test_the_folder_is_synced_after_the_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    real = os.fsync

    def watching(descriptor: int) -> None:
        seen.append(Path(f"/proc/self/fd/{descriptor}").is_dir() and (tmp_path / "file").exists())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watching)
    write_atomically(tmp_path / "file", b"x")
    assert seen == [False, True]


def test_either_of_two_copies_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_twice(path, b"good news")
    assert read_checked(path, parse).from_copy is False
    path.write_bytes(b"bad")
    damaged = read_checked(path, parse)
    assert (damaged.value, damaged.from_copy, damaged.why) == ("good news", True, "file: not good")
    path.unlink()
    missing = read_checked(path, parse)
    assert (missing.value, missing.from_copy, missing.why) == ("good news", True, "file: missing")


def test_the_copy_is_written_only_when_the_first_is_safe(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_twice(path, b"good old")
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable):
        write_twice(path, b"good new")
    assert copy_of(path).read_bytes() == b"good old"


def test_missing_and_damaged_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(FileNotFoundError):
        read_checked(path, parse)
    path.write_bytes(b"bad")
    with pytest.raises(Damaged, match=r"file: not good; file\.bak: missing"):
        read_checked(path, parse)
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable):
        read_checked(path, parse)
