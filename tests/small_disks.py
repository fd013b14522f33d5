"""Disks of a test's own: small ones in memory, and such as cannot be written to for a while."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def mount_small(folder: Path, megabytes: int) -> str:
    """Mount a disk of so many MiB on a folder; return why that is refused, or nothing."""
    options = f"size={megabytes}m,mode=0700"
    return _mount("-t", "tmpfs", "-o", options, "tmpfs", str(folder))


def unmount(folder: Path) -> None:
    """Take a mounted disk away, whoever still has files of it open."""
    subprocess.run(("umount", "--lazy", str(folder)), check=True)


def _mount(*arguments: str) -> str:
    try:
        done = subprocess.run(("mount", *arguments), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "this machine has no mount command: no disk can be made"
    return f"mounting a disk is refused here: {done.stderr.strip()}" if done.returncode else ""


@dataclass(frozen=True)
class Disk:
    """A disk that can be made read-only: mounted, or a folder whose permissions are taken away."""

    folder: Path
    is_mounted: bool

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be written to the disk. When it is a mounted one, no file on it may be open for writing."""
        if not self.is_mounted:
            with _without_permission(self.folder):
                yield
            return
        self._remount("ro")
        try:
            yield
        finally:
            self._remount("rw")

    @contextmanager
    def read_only_below(self, folder: Path) -> Iterator[None]:
        """Nothing can be written into one of the disk's folders; files outside it may be open."""
        if not self.is_mounted:
            with _without_permission(folder):
                yield
            return
        assert not _mount("--bind", str(folder), str(folder))
        try:
            assert not _mount("-o", "remount,bind,ro", str(folder))
            yield
        finally:
            unmount(folder)

    def _remount(self, how: str) -> None:
        refused = _mount("-o", f"remount,{how}", str(self.folder))
        assert not refused, refused


@contextmanager
def _without_permission(folder: Path) -> Iterator[None]:
    before = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in reversed(before.items()):
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in before.items():
            path.chmod(mode)


@contextmanager
def disk_of(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk that can be made read-only; where neither a mount nor permissions can do that the test is skipped."""
    folder.mkdir()
    refused = mount_small(folder, megabytes)
    if refused and getattr(os, "geteuid", lambda: 0)() == 0:
        pytest.skip(f"{refused}; and permissions keep nobody out who may do everything")
    try:
        yield Disk(folder, is_mounted=not refused)
    finally:
        if not refused:
            unmount(folder)
