"""Scans and photos: three kinds, a size, and files that cannot be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stationapp.domain.people import Attachment
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services import scans
from stationapp.services.workplace import Workplace

KINDS = {
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"j" * 50,
    "image/png": b"\x89PNG\r\n\x1a\n" + b"p" * 50,
    "application/pdf": b"%PDF-1.7\n" + b"d" * 50,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_scan_is_known_by_its_content_and_comes_back_whole(village: Workplace, kind: str) -> None:
    found = scans.attach_bytes(village, "扫描件", KINDS[kind])
    assert found == Attachment(hashlib.sha256(KINDS[kind]).hexdigest(), len(KINDS[kind]), "扫描件", kind)
    assert scans.read_attachment(village, found) == KINDS[kind]
    with village.store.read() as unit:
        assert unit.events.pending_summary().attachments == 1


def test_what_lies_on_the_disk_is_encrypted(village: Workplace) -> None:
    scans.attach_bytes(village, "扫描件.jpg", KINDS["image/jpeg"])
    stored = [file.read_bytes() for file in village.paths.attachments.rglob("*") if file.is_file()]
    assert stored
    assert not any(b"jjjj" in data for data in stored)


@pytest.mark.parametrize("data", [b"GIF89a...", b"MZ\x90", b"<html>", b"\xff\xd8"])
def test_other_kinds_are_refused_whatever_they_are_called(village: Workplace, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        scans.attach_bytes(village, "身份证.jpg", data)
    assert [(row.code, row.field) for row in refused.value.reasons] == [("file-kind", "attachment")]


def test_an_empty_file_is_called_empty(village: Workplace, tmp_path: Path) -> None:
    (tmp_path / "空.jpg").write_bytes(b"")
    with pytest.raises(Refused, match="空文件"):
        scans.attach_file(village, tmp_path / "空.jpg")


def test_a_file_too_large_is_refused_before_it_is_read(village: Workplace, tmp_path: Path) -> None:
    large = tmp_path / "大.jpg"
    with large.open("wb") as file:
        file.write(KINDS["image/jpeg"])
        file.truncate(scans.MAX_BYTES + 1)
    with pytest.raises(Refused, match="20 MB"):
        scans.attach_file(village, large)
    just_fits = KINDS["image/jpeg"].ljust(scans.MAX_BYTES, b"\0")
    assert scans.attach_bytes(village, "刚好.jpg", just_fits).size == scans.MAX_BYTES


def test_a_file_that_cannot_be_read_is_said_by_name(village: Workplace, tmp_path: Path) -> None:
    for path in (tmp_path / "不在.jpg", tmp_path):
        with pytest.raises(Unavailable, match=path.name):
            scans.attach_file(village, path)


def test_a_scan_that_has_not_arrived_is_said_to_come(village: Workplace) -> None:
    with pytest.raises(Unavailable, match="尚未下载"):
        scans.read_attachment(village, Attachment("0" * 64, 5, "户口簿.jpg", "image/jpeg"))
