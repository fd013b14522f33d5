"""The id table against Qt's own model tester, in blocks, with rows that are gone, and the selection kept by id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from stationapp.ui.id_table import BLOCK, GONE, LOADING, Column, IdTable
from stationapp.ui.id_table_view import IdTableView
from stationapp.ui.tasks import Tasks
from stationapp.ui.words import Tone

Wait = Callable[[], None]


@dataclass(frozen=True)
class Line:
    """A row of the test."""

    key: str
    name: str


COLUMNS: tuple[Column[Line], ...] = (
    Column("编号", lambda row: row.key, 10, "key"),
    Column("姓名", lambda row: row.name, 10, tone=lambda row: Tone.RED),
)


class Source:
    """Gives rows for ids and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.gone: set[str] = set()
        self.suffix = ""

    def fetch(self, ids: Sequence[str]) -> list[Line]:
        """Rows of the ids that are still there."""
        self.asked.append(list(ids))
        return [Line(each, f"吴䶮{each}{self.suffix}") for each in ids if each not in self.gone]


@pytest.fixture
def source() -> Source:
    """Where the rows come from."""
    return Source()


@pytest.fixture
def table(tasks: Tasks, source: Source) -> Iterator[IdTable[Line]]:
    """An empty table under Qt's tester, which fails the test through Qt's log."""
    table = IdTable(COLUMNS, lambda row: row.key, source.fetch, tasks)
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield table
    del tester


def ids(count: int) -> list[str]:
    """As many ids."""
    return [f"{number:05}" for number in range(count)]


def texts(table: QAbstractItemModel, row: int) -> list[str]:
    """What a row shows."""
    return [str(table.index(row, column).data()) for column in range(table.columnCount())]


def test_rows_come_in_one_block_and_are_asked_for_once(
    table: IdTable[Line], source: Source, settled: Wait
) -> None:
    table.set_ids(ids(250))
    assert table.rowCount() == 250
    assert [texts(table, row) for row in (0, 1, 99)] == [[LOADING, ""]] * 3
    settled()
    assert texts(table, 99) == ["00099", "吴䶮00099"]
    assert source.asked == [ids(250)[:BLOCK]]


def test_only_the_blocks_that_are_looked_at_are_read(
    table: IdTable[Line], source: Source, settled: Wait
) -> None:
    table.set_ids(ids(1_000))
    texts(table, 999)
    settled()
    assert texts(table, 999) == ["00999", "吴䶮00999"]
    # Qt's tester looks at the first row of every new list.
    assert sorted(block[0] for block in source.asked) == ["00000", "00900"]


def test_a_row_that_is_gone_is_shown_as_gone_and_cannot_be_chosen(
    table: IdTable[Line], source: Source, settled: Wait
) -> None:
    source.gone.add("00001")
    table.set_ids(ids(3))
    texts(table, 0)
    settled()
    assert texts(table, 1) == [GONE, ""]
    assert not table.flags(table.index(1, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert table.flags(table.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable


def test_an_answer_for_an_earlier_list_is_thrown_away(
    table: IdTable[Line], source: Source, settled: Wait
) -> None:
    table.set_ids(ids(3))
    texts(table, 0)
    table.set_ids(["other"])
    texts(table, 0)
    settled()
    assert texts(table, 0) == ["other", "吴䶮other"]


def test_refreshing_reads_the_same_rows_again(table: IdTable[Line], source: Source, settled: Wait) -> None:
    table.set_ids(ids(3))
    texts(table, 0)
    settled()
    source.suffix = "新"
    table.refresh()
    texts(table, 0)
    settled()
    assert texts(table, 2) == ["00002", "吴䶮00002新"]


def test_growing_shrinking_and_empty_lists_satisfy_qt(table: IdTable[Line], settled: Wait) -> None:
    for count in (0, 1, 250, 3, 0, 101):
        table.set_ids(ids(count))
        if count:
            texts(table, count - 1)
        settled()
        assert table.rowCount() == count
        assert table.rowCount(table.index(0, 0)) == 0
    assert not table.data(QModelIndex())


@pytest.fixture
def view(qtbot: QtBot, table: IdTable[Line], settled: Wait) -> IdTableView:
    """A shown view of 150 rows."""
    view = IdTableView(table, many=True)
    qtbot.addWidget(view)
    view.resize(500, 400)
    table.set_ids(ids(150))
    view.show()
    qtbot.waitExposed(view)
    settled()
    return view


def test_the_selection_stays_with_its_ids_when_the_order_changes(
    view: IdTableView, table: IdTable[Line], settled: Wait
) -> None:
    view.select_ids(["00003", "00005"])
    view.go_to("00003")
    view.select_ids(["00003", "00005"])
    table.set_ids([each for each in reversed(ids(150)) if each != "00005"])
    settled()
    assert view.selected_ids() == ("00003",)
    assert view.current_id() == "00003"


def test_enter_opens_the_current_row(qtbot: QtBot, view: IdTableView) -> None:
    view.go_to("00007")
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["00007"]


def test_a_heading_asks_the_store_to_sort_and_turns_round_the_second_time(
    qtbot: QtBot, view: IdTableView
) -> None:
    asked: list[tuple[str, bool]] = []
    view.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))
    for section in (0, 0, 1):
        view.horizontalHeader().sectionClicked.emit(section)
    assert asked == [("key", True), ("key", False)]


def test_rows_have_one_height_that_follows_the_letters(view: IdTableView) -> None:
    before = view.rowHeight(0)
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 1.35)
    view.setFont(font)
    assert view.rowHeight(0) > before
    assert view.rowHeight(0) == view.rowHeight(149)
