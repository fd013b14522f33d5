"""The log of a PC that lost its power: where it is damaged, what stood behind is never thought not to be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stationapp.store.connections import connect
from stationapp.store.damaged import log_of, opened

KEY = bytes(range(32))
_HEADER, _FRAME, _FRAME_HEADER = 32, 4120, 24
_EARLIER, _NEWEST = 9, 5
NAMES = "SELECT name FROM setting ORDER BY name"


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A database whose log has a round of five frames, and what is left of a longer one behind it."""
    database, copy = tmp_path / "station.db", tmp_path / "cut" / "station.db"
    copy.parent.mkdir()
    connection = connect(database, KEY, "rwc")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE setting (name TEXT)")
    for number in range(_EARLIER):
        _write(connection, f"earlier {number}")
    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    for number in range(_NEWEST):
        _write(connection, f"newest {number}")
    shutil.copy(database, copy)
    shutil.copy(log_of(database), log_of(copy))
    connection.close()
    return copy


def _write(connection: object, name: str) -> None:
    connection.execute("INSERT INTO setting VALUES (?)", (name,))  # type: ignore[attr-defined] # DB-API has no type.
    connection.commit()  # type: ignore[attr-defined] # As above.


def read(cut: Path, tmp_path: Path) -> tuple[int, bool]:
    """How many rows there are, and whether these are said to be all."""
    with opened(cut, KEY, tmp_path) as reader:
        rows, is_whole = reader.some(NAMES)
        return len(rows), is_whole and reader.log_is_whole


def test_a_sound_log_is_whole_though_an_earlier_round_is_left_behind_it(cut: Path, tmp_path: Path) -> None:
    assert log_of(cut).stat().st_size > _HEADER + _NEWEST * _FRAME
    assert read(cut, tmp_path) == (_EARLIER + _NEWEST, True)


@pytest.mark.parametrize("bad", [b"\xff", b"\0"])
@pytest.mark.parametrize("place", range(0, _FRAME_HEADER, 4))
@pytest.mark.parametrize("frame", range(_NEWEST))
def test_a_damaged_frame_is_not_the_end(
    cut: Path, tmp_path: Path, frame: int, place: int, bad: bytes
) -> None:
    log, at = log_of(cut), _HEADER + frame * _FRAME + place
    data = log.read_bytes()
    log.write_bytes(data[:at] + bad * 64 + data[at + 64 :])
    rows, is_whole = read(cut, tmp_path)
    assert rows < _EARLIER + _NEWEST
    assert not is_whole


@pytest.mark.parametrize("length", [1, 20, 24, 2000, _FRAME - 1])
@pytest.mark.parametrize("frame", range(_NEWEST))
def test_a_log_cut_short_within_a_frame_is_not_whole(
    cut: Path, tmp_path: Path, frame: int, length: int
) -> None:
    log = log_of(cut)
    log.write_bytes(log.read_bytes()[: _HEADER + frame * _FRAME + length])
    assert not read(cut, tmp_path)[1]
