"""Scans and photos: three kinds, a size, and files that cannot be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stationapp.domain.people import Attachment
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services import scans
from stationapp.services.verification import verify_station
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


def _damage(workplace: Workplace, sha256: str) -> None:
    (workplace.paths.attachments / sha256[:2] / sha256).write_bytes(b"damaged by the disk" * 9)


def _wanted(workplace: Workplace) -> list[str]:
    with workplace.store.read() as unit:
        return [row.sha256 for row in unit.attachments.missing_here(10)]


@pytest.mark.parametrize("at_hub", [True, False])
def test_a_damaged_scan_is_said_to_be_damaged_and_wanted_again_if_the_hub_has_it(
    village: Workplace, at_hub: bool
) -> None:
    found = scans.attach_bytes(village, "扫描件.jpg", KINDS["image/jpeg"])
    if at_hub:
        with village.store.write() as unit:
            unit.attachments.mark_at_hub(found.sha256)
    _damage(village, found.sha256)
    for _ in range(2):
        with pytest.raises(Unavailable, match="损坏"):
            scans.read_attachment(village, found)
    assert _wanted(village) == ([found.sha256] if at_hub else [])
    assert scans.attach_bytes(village, "扫描件.jpg", KINDS["image/jpeg"]) == found
    assert scans.read_attachment(village, found) == KINDS["image/jpeg"]
    assert _wanted(village) == []


def test_a_scan_that_verifying_finds_damaged_is_wanted_again(village: Workplace) -> None:
    found = scans.attach_bytes(village, "扫描件.jpg", KINDS["image/jpeg"])
    with village.store.write() as unit:
        unit.attachments.mark_at_hub(found.sha256)
    assert verify_station(village)["differences"] == []
    assert _wanted(village) == []
    _damage(village, found.sha256)
    assert any("损坏" in line for line in verify_station(village)["differences"])
    assert _wanted(village) == [found.sha256]
