"""The preview: what is seen, what is saved or printed, and how copies are counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, ID_NUMBER
from stationapp.documents.preview import extract_text
from stationapp.domain.people import Applicant
from stationapp.platform.unavailable import Unavailable
from stationapp.services.papers import RenderedPaper, render_latest
from stationapp.ui.context import Context
from stationapp.ui.paper_preview import PaperPreview
from windows import at_rest, on_screen, opened, received
from workplaces import make_workplace

WU = Applicant("吴䶮", "resident_id", ID_NUMBER)
LPSTAT = """#!/bin/sh
echo "printer A4PDF is idle.  enabled since today"
echo "system default destination: A4PDF"
"""
LP = """#!/bin/sh
for last; do :; done
cp "$last" "$PRINTED"
echo "request id is A4PDF-7 (1 file(s))"
"""


def preview_of(qtbot: QtBot, context: Context, case_id: str) -> PaperPreview:
    workplace = context.workplace
    preview = PaperPreview(context, lambda: render_latest(workplace, case_id, "material_receipt"))
    on_screen(qtbot, preview)
    at_rest(qtbot, context)
    return preview


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Print programs that keep what they are given; returns where."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("lpstat", LPSTAT), ("lp", LP)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRINTED", str(tmp_path / "printed.pdf"))
    return tmp_path / "printed.pdf"


def test_a_saved_copy_counts_and_the_next_one_says_that_it_is_a_reprint(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        preview = preview_of(qtbot, context, case.case_id)
        assert preview.pages.page_count == 1
        assert preview.paper is not None
        assert preview.paper.copy == 1
        preview.save(tmp_path / "凭证.pdf")
        at_rest(qtbot, context)
        assert "已保存" in preview.note.text()
        assert "补打" not in preview.heading.text()
        assert render_latest(workplace, case.case_id, "material_receipt").copy == 2
        preview.save(tmp_path / "再存.pdf")
        qtbot.waitUntil(lambda: preview.paper is not None and preview.paper.copy == 2)
        at_rest(qtbot, context)
        assert "补打第 1 次" in preview.heading.text()
        assert "补打" in extract_text((tmp_path / "再存.pdf").read_bytes())
        assert "补打" not in extract_text((tmp_path / "凭证.pdf").read_bytes())
        assert case.receipt_number in extract_text((tmp_path / "凭证.pdf").read_bytes())
        preview.close()


def test_what_could_not_be_saved_is_no_copy(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        preview = preview_of(qtbot, context, case.case_id)
        preview.save(tmp_path / "no such folder" / "凭证.pdf")
        at_rest(qtbot, context)
        assert preview.note.text()
        assert render_latest(workplace, case.case_id, "material_receipt").copy == 1
        preview.close()


def test_a_printed_copy_reaches_the_queue_and_leaves_no_file_behind(
    qtbot: QtBot, tmp_path: Path, printed: Path
) -> None:
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        preview = preview_of(qtbot, context, case.case_id)
        assert preview.printer.currentText() == "A4PDF"
        preview.print_button.click()
        at_rest(qtbot, context)
        assert render_latest(workplace, case.case_id, "material_receipt").copy == 2
        assert case.receipt_number in extract_text(printed.read_bytes())
        assert list(workplace.paths.papers.iterdir()) == []
        preview.close()


def test_without_a_printer_the_paper_can_still_be_seen_and_saved(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    workplace = make_workplace(tmp_path / "home")
    case = received(workplace, COUNTY_ITEM, WU)
    with opened(workplace) as context:
        preview = preview_of(qtbot, context, case.case_id)
        assert preview.pages.page_count == 1
        assert "打印服务" in preview.printer_note.text()
        assert not preview.print_button.isEnabled()
        assert preview.save_button.isEnabled()
        preview.close()


def test_a_paper_that_cannot_be_made_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")

    def fails() -> RenderedPaper:
        raise Unavailable("没有找到可用的中文字体，暂时不能打印。")

    with opened(workplace) as context:
        preview = PaperPreview(context, fails)
        on_screen(qtbot, preview)
        at_rest(qtbot, context)
        assert not preview.save_button.isEnabled()
        assert not preview.print_button.isEnabled()
        assert "中文字体" in preview.note.text()
        preview.close()
