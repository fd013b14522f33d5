"""The folders and files of one station home, and whether they can be used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stationapp.platform.atomic_files import Damaged, disk_trouble, read_checked, write_twice
from stationapp.platform.unavailable import Unavailable

APP_NAME = "stationapp"
_PRIVATE = 0o700
_HOME_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class StationPaths:
    """Everything one station keeps lies under `home`, an absolute path; homes on one PC never meet."""

    home: Path

    @classmethod
    def at(cls, home: Path | None = None) -> StationPaths:
        """The home a person named on the command line, or this user's own."""
        return cls((home or default_home()).expanduser().absolute())

    @property
    def database(self) -> Path:
        return self.home / "station.db"

    @property
    def vault(self) -> Path:
        return self.home / "vault.json"

    @property
    def county_order(self) -> Path:
        """Where it is noted that the county had this PC locked or wiped."""
        return self.home / "county-order.json"

    @property
    def lock(self) -> Path:
        return self.home / "station.lock"

    @property
    def settings(self) -> Path:
        return self.home / "settings.json"

    @property
    def attachments(self) -> Path:
        return self.home / "attachments"

    @property
    def papers(self) -> Path:
        return self.home / "papers"

    @property
    def courier(self) -> Path:
        return self.home / "courier"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def crash(self) -> Path:
        return self.home / "crash"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder, the home first."""
        return (
            self.home,
            self.attachments,
            self.papers,
            self.courier,
            self.backups,
            self.logs,
            self.crash,
        )

    def prepare(self) -> None:
        """Create the folders for their owner's eyes only, and prove by writing that they can be written.

        A home that exists keeps its mode: a person chose it, and what is put into it is private by itself.
        Raises Unavailable when the disk is full, read-only, gone or not ours.
        """
        try:
            self.home.parent.mkdir(parents=True, exist_ok=True)
            for folder in self.folders:
                folder.mkdir(mode=_PRIVATE, exist_ok=True)
                _prove_writable(folder)
        except OSError as error:
            raise disk_trouble(error) from error

    def home_id(self) -> str:
        """The name of this home in the system's keyring: 32 hex digits, made once, kept in a file of its own.

        It does not lie in the vault, because the keyring is the second road when the vault is lost.
        Raises Unavailable when the file is damaged or cannot be written.
        """
        path = self.home / "home-id"
        try:
            return read_checked(path, _parse_home_id).value
        except FileNotFoundError:
            fresh = os.urandom(_HOME_ID_LENGTH // 2).hex()
            write_twice(path, fresh.encode("ascii"))
            return fresh
        except Damaged as damage:
            raise Unavailable("数据文件夹的标识文件已损坏，请联系维护人员。", str(damage)) from damage


def default_home() -> Path:
    """This user's data folder as the operating system wants it, unaffected by the working folder."""
    import platformdirs

    return Path(platformdirs.user_data_path(APP_NAME, appauthor=False, roaming=False))


def set_private_umask() -> None:
    """From now on every file this process creates is for its owner only; called once, before any thread."""
    os.umask(0o077)


def _prove_writable(folder: Path) -> None:
    probe = folder / f".probe-{os.urandom(4).hex()}"
    try:
        with probe.open("xb") as file:
            file.write(b"\0" * 4096)
    finally:
        probe.unlink(missing_ok=True)


def _parse_home_id(data: bytes) -> str:
    text = data.decode("ascii", "replace").strip()
    if len(text) != _HOME_ID_LENGTH or not set(text) <= set("0123456789abcdef"):
        raise Damaged("not a home id")
    return text
