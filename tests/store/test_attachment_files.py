"""Encrypted files of attachments."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.platform.atomic_files import Damaged
from stationapp.platform.unavailable import Unavailable
from stationapp.store.attachment_files import AttachmentFiles
from store.world import DATA_KEY

PHOTO = b"JFIF" + bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the attachments lie."""
    return tmp_path / "attachments"


@pytest.fixture
def files(folder: Path) -> AttachmentFiles:
    """An empty folder of attachments."""
    return AttachmentFiles(folder, DATA_KEY)


def contents(folder: Path) -> list[bytes]:
    """What lies on the disk."""
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("data", [b"", b"a", PHOTO])
def test_what_is_put_is_got_by_its_hash(files: AttachmentFiles, data: bytes) -> None:
    sha256 = files.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert files.has(sha256)
    assert files.get(sha256) == data
    assert files.put(data) == sha256


def test_nothing_lies_open_on_the_disk(files: AttachmentFiles, folder: Path) -> None:
    sha256 = files.put(PHOTO)
    files.append_part("0" * 64, 0, PHOTO)
    assert all(b"JFIF" not in content and PHOTO[100:120] not in content for content in contents(folder))
    with pytest.raises(Unavailable, match="损坏"):
        AttachmentFiles(folder, bytes(32)).get(sha256)


def test_a_missing_attachment_is_told(files: AttachmentFiles) -> None:
    assert not files.has("0" * 64)
    with pytest.raises(Unavailable, match="不在本机"):
        files.get("0" * 64)


@pytest.mark.parametrize("place", [0, 30, -1])
def test_a_changed_byte_is_told(files: AttachmentFiles, folder: Path, place: int) -> None:
    sha256 = files.put(PHOTO)
    path = folder / sha256[:2] / sha256
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unavailable, match="损坏"):
        files.get(sha256)


def damage(folder: Path, sha256: str) -> None:
    """What a failing disk does."""
    (folder / sha256[:2] / sha256).write_bytes(b"damaged by the disk, and long enough to be read")


def test_the_same_original_put_again_takes_the_place_of_a_damaged_file(
    files: AttachmentFiles, folder: Path
) -> None:
    sha256 = files.put(PHOTO)
    damage(folder, sha256)
    assert (files.has(sha256), files.is_sound(sha256)) == (True, False)
    assert files.put(PHOTO) == sha256
    assert files.is_sound(sha256)
    assert files.get(sha256) == PHOTO


def test_a_download_takes_the_place_of_a_damaged_file(files: AttachmentFiles, folder: Path) -> None:
    sha256 = files.put(PHOTO)
    damage(folder, sha256)
    files.append_part(sha256, 0, PHOTO)
    files.finish_part(sha256)
    assert files.get(sha256) == PHOTO


def test_what_is_not_here_is_not_sound(files: AttachmentFiles) -> None:
    assert not files.is_sound("0" * 64)


def test_a_file_under_another_name_is_told(files: AttachmentFiles, folder: Path) -> None:
    sha256 = files.put(PHOTO)
    (folder / "00").mkdir()
    (folder / sha256[:2] / sha256).rename(folder / "00" / ("0" * 64))
    with pytest.raises(Unavailable, match="损坏"):
        files.get("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "0" * 63])
def test_only_a_hash_names_a_file(files: AttachmentFiles, name: str) -> None:
    with pytest.raises(ValueError, match="hex digits"):
        files.get(name)


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=5), torn=st.integers(0, 40))
def test_a_download_goes_on_where_it_stopped(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, cuts: list[int], torn: int
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    files, sha256 = AttachmentFiles(folder, DATA_KEY), hashlib.sha256(data).hexdigest()
    for cut in sorted(min(cut, len(data)) for cut in cuts):
        offset = files.part_size(sha256)
        assert files.append_part(sha256, offset, data[offset:cut]) == cut
        _tear(folder / sha256[:2] / f"{sha256}.part", torn)
        assert files.part_size(sha256) <= cut
    files.append_part(sha256, 0, data)
    if data:
        files.finish_part(sha256)
        assert files.get(sha256) == data
    assert files.part_size(sha256) == 0


def _tear(part: Path, torn: int) -> None:
    """What a power cut in the middle of writing leaves."""
    if part.exists() and torn:
        part.write_bytes(part.read_bytes()[:-torn])


def test_a_part_beyond_what_is_here_is_a_bug(files: AttachmentFiles) -> None:
    with pytest.raises(ValueError, match="gap"):
        files.append_part("0" * 64, 5, b"x")


def test_a_download_of_something_else_is_forgotten(files: AttachmentFiles) -> None:
    files.append_part("0" * 64, 0, PHOTO)
    with pytest.raises(Damaged):
        files.finish_part("0" * 64)
    assert not files.has("0" * 64)
    assert files.part_size("0" * 64) == 0


def test_finishing_twice_and_discarding_do_no_harm(files: AttachmentFiles) -> None:
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    files.append_part(sha256, 0, PHOTO)
    files.finish_part(sha256)
    files.finish_part(sha256)
    files.append_part(sha256, 0, PHOTO[:10])
    files.discard_part(sha256)
    assert files.part_size(sha256) == 0
    assert files.get(sha256) == PHOTO


def test_what_no_row_names_is_cleaned_away(files: AttachmentFiles, folder: Path) -> None:
    kept, orphan = files.put(b"kept"), files.put(b"orphan")
    wanted = hashlib.sha256(b"wanted").hexdigest()
    files.append_part(wanted, 0, b"wan")
    files.append_part(orphan, 0, b"o")
    (folder / kept[:2] / f".{kept}.x.tmp").write_bytes(b"half")
    assert files.clean_orphans({kept, wanted}) == 3
    assert files.get(kept) == b"kept"
    assert files.part_size(wanted) == 3
    assert not files.has(orphan)
    assert files.clean_orphans({kept, wanted}) == 0


def test_a_disk_that_does_not_let_us_is_told(tmp_path: Path) -> None:
    (tmp_path / "attachments").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        AttachmentFiles(tmp_path / "attachments", DATA_KEY).put(PHOTO)
