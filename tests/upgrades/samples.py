"""Databases that released layouts of hub and station wrote, and how they are put into a sample and taken out again.

Each folder of `samples/` is named after the revisions of hub and station that wrote it, and holds either

- `county.tar.zst`: a county in the middle of its work (`scenes.py`), with its hub, the hub of the city above it, the
  PCs and the files of all of them, each in a folder of its own; or
- `hub.db.zst` and `station.db.zst`: the hub and a village's PC after the demonstration's story.

Stations' databases lie there without their encryption. All persons in them are invented.
"""

from __future__ import annotations

import io
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard

from countyhub import schema as hub_schema
from stationapp.store import schema as station_schema
from stationapp.store.connections import connect

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
DATA_KEY = bytes(range(32))
COUNTY_FILE, HUB_FILE, STATION_FILE = "county.tar.zst", "hub.db.zst", "station.db.zst"
COUNTIES = [sample for sample in SAMPLES if (FOLDER / sample / COUNTY_FILE).exists()]
HUB, STATION = Path("hub/hub.sqlite"), Path("village/station.db")
_MARKS = ("application_id", "user_version")
_NAME = re.compile(r"hub-(\d{4})-station-(\d{4})(?:-.+)?")
_LEFT_OUT = (".bak", "-wal", "-shm", "-journal")


def newest_layout() -> tuple[str, str]:
    """Return the revisions of hub and station that today's program writes."""
    return hub_schema.newest(), station_schema.HEAD


def layout_of(sample: str) -> tuple[str, str]:
    """Return the revisions of hub and station that wrote a sample."""
    found = _NAME.fullmatch(sample)
    assert found, sample
    return found[1], found[2]


def old_hub(sample: str, target: Path) -> Path:
    """Unpack a sample's hub database."""
    target.write_bytes(_one(sample, HUB_FILE, HUB))
    return target


def old_station(sample: str, target: Path) -> Path:
    """Unpack a sample's station database, the village's, and encrypt it with `DATA_KEY`."""
    target.write_bytes(_one(sample, STATION_FILE, STATION))
    return _encrypt(target)


def old_county(sample: str, folder: Path) -> Path:
    """Unpack a whole county, each PC's database encrypted with `DATA_KEY`."""
    with tarfile.open(fileobj=io.BytesIO(unpacked(FOLDER / sample / COUNTY_FILE))) as archive:
        archive.extractall(folder, filter="data")
    for database in folder.glob(f"*/{STATION.name}"):
        _encrypt(database)
    return folder


def pack_county(world: Path, target: Path) -> None:
    """Put the folder of a county whose programs have ended into a file; its databases are laid bare on the way."""
    for database in world.glob(f"*/{STATION.name}"):
        lay_bare(database, DATA_KEY)
    for database in world.glob(f"*/{HUB.name}"):
        shrink(database)
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in _files(world):
            entry = tarfile.TarInfo(file.relative_to(world).as_posix())
            entry.size = file.stat().st_size
            with file.open("rb") as content:
                archive.addfile(entry, content)
    pack(data.getvalue(), target)


def lay_bare(database: Path, data_key: bytes) -> None:
    """Take the encryption off a station's database."""
    bare = database.with_suffix(".copy")
    with closing(connect(database, data_key)) as connection:
        _copy(connection, bare, "main", "other")
    _replace(database, bare)


def shrink(database: Path) -> None:
    """Leave nothing in a plain database's file but what it holds, and nothing beside it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def pack(data: bytes, target: Path) -> None:
    """Write data as small as can be: what several databases hold alike is stored once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    parameters = zstandard.ZstdCompressionParameters.from_level(22, window_log=27, enable_ldm=True)
    target.write_bytes(zstandard.ZstdCompressor(compression_params=parameters).compress(data))


def unpacked(file: Path) -> bytes:
    """Return what a file holds."""
    return zstandard.ZstdDecompressor(max_window_size=2**27).decompress(file.read_bytes())


def _one(sample: str, packed: str, inside: Path) -> bytes:
    if sample not in COUNTIES:
        return unpacked(FOLDER / sample / packed)
    with tarfile.open(fileobj=io.BytesIO(unpacked(FOLDER / sample / COUNTY_FILE))) as archive:
        content = archive.extractfile(inside.as_posix())
        assert content is not None
        return content.read()


def _files(world: Path) -> Iterator[Path]:
    yield from (
        file for file in sorted(world.rglob("*")) if file.is_file() and not file.name.endswith(_LEFT_OUT)
    )


def _encrypt(database: Path) -> Path:
    encrypted = database.with_suffix(".copy")
    with closing(connect(encrypted, DATA_KEY, "rwc")) as connection:
        _copy(connection, database, "other", "main")
    _replace(database, encrypted)
    return database


def _copy(connection: Any, plain: Path, source: str, target: str) -> None:
    """Copy between a connection's encrypted database, `main`, and a plain one, `other`."""
    connection.execute("ATTACH DATABASE ? AS other KEY ''", (str(plain),))
    connection.execute(f"SELECT sqlcipher_export('{target}', '{source}')").fetchall()
    for mark in _MARKS:
        (value,) = connection.execute(f"PRAGMA {source}.{mark}").fetchone()
        connection.execute(f"PRAGMA {target}.{mark} = {value}")
    connection.execute("DETACH DATABASE other")


def _replace(database: Path, by: Path) -> None:
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    by.replace(database)
