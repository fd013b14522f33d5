"""Materials on the table: ticks, counts, who keeps the original, scans."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, item
from stationapp.domain.catalogue import HandlingKind, Keeper, Material
from stationapp.domain.organisation import Level
from stationapp.domain.people import HandedIn
from stationapp.ui.context import Context
from stationapp.ui.materials.panel import MaterialsPanel
from windows import at_rest, focused, on_screen, opened, press
from workplaces import make_workplace

MATERIALS = (
    Material("form", "申请书", 1, 0),
    Material("id-card", "居民身份证", 1, 2, keeper=Keeper.APPLICANT),
    Material("income", "收入证明", 0, 0, required=False),
    Material("register", "不动产登记", 1, 0, shared=True),
)
SCAN = b"%PDF-1.7 a scan"


def panel_of(qtbot: QtBot, context: Context) -> MaterialsPanel:
    panel = MaterialsPanel(context, MATERIALS)
    on_screen(qtbot, panel)
    return panel


def test_a_tick_puts_down_what_is_wanted_and_takes_it_away_again(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        panel = panel_of(qtbot, context)
        assert panel.lacking() == 2
        panel.rows[1].tick.click()
        assert panel.handed_in() == (HandedIn("id-card", "居民身份证", 1, 2, 0, "applicant"),)
        assert panel.lacking() == 1
        panel.rows[1].copies.setValue(1)
        assert not panel.rows[1].tick.isChecked()
        assert panel.lacking() == 2
        panel.rows[1].tick.click()
        panel.rows[1].tick.click()
        assert panel.handed_in() == ()
        panel.close()


def test_a_material_without_counts_is_there_when_one_lies_on_the_table(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        panel = panel_of(qtbot, context)
        assert not panel.rows[2].tick.isChecked()
        panel.rows[2].tick.click()
        assert [row.originals for row in panel.handed_in()] == [1]
        panel.close()


def test_enter_goes_from_tick_to_tick_and_out_at_the_end(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        panel = panel_of(qtbot, context)
        panel.begin()
        for row in panel.rows[1:]:
            press(Qt.Key.Key_Return)
            assert focused() is row.tick
        with qtbot.waitSignal(panel.finished):
            press(Qt.Key.Key_Return)
        panel.close()


def test_files_become_scans_and_others_are_refused_at_the_material(qtbot: QtBot, tmp_path: Path) -> None:
    scan, letter = tmp_path / "申请书.pdf", tmp_path / "信.docx"
    scan.write_bytes(SCAN)
    letter.write_bytes(b"PK a letter")
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        panel = panel_of(qtbot, context)
        scans = panel.rows[0].scans
        scans.add_files([scan, letter, scan])
        at_rest(qtbot, context)
        (attachment,) = scans.scans
        assert workplace.files.get(attachment.sha256) == SCAN
        assert "信.docx" in scans.note.text()
        assert panel.handed_in()[0].attachments == (attachment,)
        scans.names.linkActivated.emit("drop:0")
        assert panel.handed_in() == ()
        panel.close()


def test_a_file_dropped_on_a_material_becomes_its_scan(qtbot: QtBot, tmp_path: Path) -> None:
    scan = tmp_path / "申请书.pdf"
    scan.write_bytes(SCAN)
    with opened(make_workplace(tmp_path / "home")) as context:
        panel = panel_of(qtbot, context)
        scans, data = panel.rows[0].scans, QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(scan))])
        scans.dropEvent(
            QDropEvent(
                QPoint(1, 1),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        at_rest(qtbot, context)
        assert [found.name for found in scans.scans] == ["申请书.pdf"]
        panel.close()


def test_what_was_handed_in_comes_back_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    given = (
        HandedIn("form", "申请书", 2, 1, 5, "station"),
        HandedIn("id-card", "居民身份证", 1, 2, 3, "station"),
    )
    with opened(make_workplace(tmp_path / "home")) as context:
        panel = panel_of(qtbot, context)
        panel.fill(given)
        assert panel.handed_in() == given
        assert panel.complain("form", "缺一份")
        assert not panel.complain("unknown", "缺一份")
        panel.close()


def test_an_item_without_materials_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        none = item(COUNTY_ITEM, Level.COUNTY, HandlingKind.COMMITTED, materials=())
        panel = MaterialsPanel(context, none.materials)
        on_screen(qtbot, panel)
        assert panel.handed_in() == ()
        assert panel.lacking() == 0
        panel.close()
