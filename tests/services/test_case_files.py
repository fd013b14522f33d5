"""One case as a file: complete for whoever reads it, and taken in again as an application."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from small_county import COUNTY_ITEM, ID_NUMBER
from stationapp.domain.people import Applicant, Attachment
from stationapp.domain.refusal import Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.services import intake, scans
from stationapp.services.acts import new_id
from stationapp.services.case_files import FILE, export_case
from stationapp.services.casework import act
from stationapp.services.consultations import ask
from stationapp.services.workplace import Workplace
from windows import received

JPEG = b"\xff\xd8\xff\xe0" + b"j" * 50
WANG = Applicant("王𡋾", "resident_id", ID_NUMBER, "female", "1942-03-07", "13800000000", "抗香村3组")
ABSENT = Attachment("0" * 64, 5, "还在路上.jpg", "image/jpeg")


def with_scan(village: Workplace, scan: Attachment) -> str:
    """A second case of the same kind, with a scan beside its first material."""
    application = received(village, COUNTY_ITEM, WANG).application
    first, *others = application.materials
    materials = (replace(first, attachments=(scan,)), *others)
    case, _ = intake.receive(village, intake.Draft(new_id(), replace(application, materials=materials)))
    return case.case_id


def test_a_case_goes_out_with_its_scans_its_numbers_elsewhere_and_its_history(
    village: Workplace, tmp_path: Path
) -> None:
    case_id = with_scan(village, scans.attach_bytes(village, "身份证.jpg", JPEG))
    act(village, case_id, "note_external", {"system": "民政专网", "external_number": "MZ-2026-118"})
    written = export_case(village, case_id, tmp_path / "out")
    data = json.loads(written.file.read_text("utf-8"))
    assert written.file.parent.name == data["receipt_number"]
    assert data["applicant"]["name"] == "王𡋾"
    assert [(row["system"], row["external_number"]) for row in data["external"]] == [
        ("民政专网", "MZ-2026-118")
    ]
    assert [row["move"] for row in data["history"]] == ["收件", "专网录入登记"]
    assert data["materials"][0]["files"] == ["01-身份证.jpg"]
    assert written.scans[0].read_bytes() == JPEG


def test_only_the_owner_can_read_it(village: Workplace, tmp_path: Path) -> None:
    written = export_case(village, received(village, COUNTY_ITEM, WANG).case_id, tmp_path)
    assert stat.S_IMODE(written.file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(written.file.parent.stat().st_mode) & 0o077 == 0


def test_without_a_scan_that_is_still_on_its_way_nothing_goes_out(village: Workplace, tmp_path: Path) -> None:
    case_id = with_scan(village, ABSENT)
    with pytest.raises(Unavailable, match="还在路上"):
        export_case(village, case_id, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_service_around_cases_is_no_case(village: Workplace, tmp_path: Path) -> None:
    asked, _ = ask(village, WANG, {"question": "低保怎么申请？", "channel": "phone"})
    with pytest.raises(Refused, match="只有办件可以导出"):
        export_case(village, asked.case_id, tmp_path)
    assert list(tmp_path.rglob(FILE)) == []
