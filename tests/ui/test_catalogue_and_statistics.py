"""The catalogue's place with guides and versions, and the place of figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pytestqt.qtbot import QtBot

from desks_at_work import WANG
from small_county import COUNTY_ITEM, NOON, SUSPENDED_ITEM, item
from stationapp.domain.catalogue import HandlingKind
from stationapp.domain.organisation import Level
from stationapp.platform.clock import SteppingClock
from stationapp.ui.catalogue_view import CatalogueView
from stationapp.ui.context import Context
from stationapp.ui.statistics_view import StatisticsView
from windows import at_rest, on_screen, opened, received, with_items
from workplaces import make_workplace

OLD = item(
    COUNTY_ITEM,
    Level.COUNTY,
    HandlingKind.COMMITTED,
    name="临时救助（旧）",
    effective_to=date(2026, 6, 1),
)
NEW = replace(OLD, version=2, name="临时救助", effective_from=date(2026, 6, 1), effective_to=None)


def shown(qtbot: QtBot, context: Context) -> CatalogueView:
    view = CatalogueView(context)
    on_screen(qtbot, view)
    at_rest(qtbot, context)
    return view


def test_items_are_found_with_their_state_guide_and_papers(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(make_workplace(tmp_path / "home")) as context:
        view = shown(qtbot, context)
        assert view.count.text() == "共 10 项"
        assert view.age.text().startswith("事项目录第1版")
        view.box.setText("社会团体")
        at_rest(qtbot, context)
        assert view.count.text() == "共 1 项"
        assert "社会团体成立登记" in view.guide.pages.toPlainText()
        with qtbot.waitSignal(context.bus.item_wanted) as wanted:
            view.open_button.click()
        assert wanted.args == ["TEST-LICENCE"]
        view.guide.print_guide.click()
        at_rest(qtbot, context)
        assert view.guide.preview is not None
        assert view.guide.preview.paper is not None
        assert view.guide.preview.paper.name == "item_guide"
        view.guide.preview.reject()
        view.box.setText(SUSPENDED_ITEM)
        at_rest(qtbot, context)
        assert view._lines[SUSPENDED_ITEM].standing == "暂停"
        assert not view.open_button.isEnabled()
        view.close()


def test_a_catalogue_nobody_compared_for_long_is_warned_of(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    with opened(workplace) as context:
        view = shown(qtbot, context)
        assert view.warning.text() == ""
        workplace.clock = SteppingClock(NOON + timedelta(days=40, hours=1), timedelta(seconds=1))
        view.look()
        at_rest(qtbot, context)
        assert "40天没有与县级平台核对事项目录" in view.warning.text()
        view.close()


def test_an_earlier_day_shows_the_version_of_that_day(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = with_items(make_workplace(tmp_path / "home"), OLD, NEW)
    with opened(workplace) as context:
        view = shown(qtbot, context)
        assert [line.item.version for line in view._lines.values()] == [2]
        assert [row[0] for row in view.versions.texts()] == ["第1版", "第2版"]
        view.day.set_text("2026-03-01")
        at_rest(qtbot, context)
        assert [line.item.name for line in view._lines.values()] == ["临时救助（旧）"]
        view.close()


def test_a_period_is_counted_with_definitions_and_exported(qtbot: QtBot, tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path / "home")
    received(workplace, COUNTY_ITEM, WANG)
    (tmp_path / "figures").mkdir()
    (tmp_path / "cases").mkdir()
    with opened(workplace) as context:
        view = StatisticsView(context)
        on_screen(qtbot, view)
        assert view.period == "2026Q4"
        assert not view.export_button.isEnabled()
        view.count_button.click()
        at_rest(qtbot, context)
        table = view.table
        headers = [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]
        assert {"样本（件）", "公式", "来源"} <= set(headers)
        first = table.item(0, 0), table.item(0, 1)
        assert [cell.text() for cell in first if cell is not None] == ["收件数", "1"]
        view.sheets.setCurrentRow(1)
        assert table.rowCount() > 0
        view.write_figures(tmp_path / "figures")
        at_rest(qtbot, context)
        assert list((tmp_path / "figures").glob("*.xlsx"))
        view.write_cases(tmp_path / "cases")
        at_rest(qtbot, context)
        assert list((tmp_path / "cases").glob("*.csv"))
        assert "已导出" in view.note.text()
        view.write_cases(tmp_path / "nowhere" / "else")
        at_rest(qtbot, context)
        assert view.note.text()
        view.close()
