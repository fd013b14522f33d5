"""Databases that earlier versions of hub and station wrote while they played the demonstration's story.

Each folder of `samples/` is named after the revisions of hub and station that wrote it. `hub.db.zst` is the hub's
SQLite file, `station.db.zst` the village's, without its encryption. All persons in them are invented.
"""

from __future__ import annotations

from pathlib import Path

import zstandard

from stationapp.store.connections import connect

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
DATA_KEY = bytes(range(32))
_MARKS = ("application_id", "user_version")


def old_hub(sample: str, target: Path) -> Path:
    """Unpack a sample's hub database."""
    target.write_bytes(_unpacked(sample, "hub.db.zst"))
    return target


def old_station(sample: str, target: Path) -> Path:
    """Unpack a sample's station database and encrypt it with `DATA_KEY`."""
    plain = target.with_suffix(".plain")
    plain.write_bytes(_unpacked(sample, "station.db.zst"))
    connection = connect(target, DATA_KEY, "rwc")
    try:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
        connection.execute("SELECT sqlcipher_export('main', 'plain')").fetchall()
        for mark in _MARKS:
            (value,) = connection.execute(f"PRAGMA plain.{mark}").fetchone()
            connection.execute(f"PRAGMA main.{mark} = {value}")
        connection.execute("DETACH DATABASE plain")
    finally:
        connection.close()
    plain.unlink()
    return target


def _unpacked(sample: str, name: str) -> bytes:
    return zstandard.ZstdDecompressor().decompress((FOLDER / sample / name).read_bytes())
