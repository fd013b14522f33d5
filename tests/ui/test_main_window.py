"""The main window: places by key, cases on top, the honest strip, posts, and a clean end that asks nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, DEPARTMENT, VILLAGE
from stationapp.domain.case import Case
from stationapp.domain.organisation import Post, PostKind
from stationapp.exchange.background import read_state
from stationapp.exchange.state import SyncState
from stationapp.platform.unavailable import Unavailable
from stationapp.services.changed import Changed, Kind
from stationapp.services.workplace import Workplace
from stationapp.store.station_store import StationStore
from stationapp.ui.context import Context
from stationapp.ui.main_window import MainWindow
from stationapp.ui.navigation import PLACES
from stationapp.ui.new_case.intake_page import IntakePage
from stationapp.ui.new_case_view import NewCaseView

Wait = Callable[[], None]


@pytest.fixture
def window(qtbot: QtBot, context: Context, settled: Wait) -> MainWindow:
    """The window at its desk."""
    window = MainWindow(context)
    qtbot.addWidget(window, before_close_func=lambda it: setattr(it, "_gone", True))
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    settled()
    return window


def at(window: MainWindow) -> str:
    """The name of the screen one sees."""
    return window.stack.currentWidget().objectName()


SCREENS = [
    *("DeskView", "NewCaseView", "CasesView", "BatchesView", "AffairsView", "CatalogueView"),
    *("StatisticsView", "SyncView", "TroublesView"),
]


def test_every_place_is_reached_by_its_key(qtbot: QtBot, window: MainWindow, settled: Wait) -> None:
    for place, screen in zip(PLACES, SCREENS, strict=True):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{place.shortcut}"))
        settled()
        assert at(window) == screen


def test_a_screen_is_made_when_it_is_first_entered_and_kept(window: MainWindow, settled: Wait) -> None:
    assert [key for key in ("cases", "sync") if key in window.open_places] == []
    window.show_place("cases")
    cases = window.page("cases")
    window.show_place("desk")
    settled()
    assert window.page("cases") is cases


def test_a_case_opens_on_top_and_esc_leads_back(
    qtbot: QtBot, window: MainWindow, received: Callable[..., Case], settled: Wait
) -> None:
    case = received("吴䶮")
    window.show_place("cases")
    window.context.bus.case_wanted.emit(case.case_id)
    settled()
    assert at(window) == "CaseView"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    settled()
    assert at(window) == "CasesView"


def test_the_strip_says_what_is_only_here(
    window: MainWindow, received: Callable[..., Case], qtbot: QtBot, settled: Wait
) -> None:
    received("何𡋾")
    window.context.bus.tell(Changed.of(Kind.CASES, Kind.OUTBOX))
    qtbot.waitUntil(lambda: "仅存本机 1 条（最早 2026-11-20 12:0" in window.strip.state.text())
    settled()


def test_the_strip_never_claims_agreement_nobody_confirmed(window: MainWindow) -> None:
    assert window.strip.state.text() == "尚未核对一致　尚未联系县级平台"


class Worker:
    """A sync worker that notes what it was asked, and may take its time to stop."""

    def __init__(self, store: StationStore) -> None:
        self._store = store
        self.sent = 0
        self.stopped_in: int | None = None

    def send_now(self) -> None:
        """Note a wish to send."""
        self.sent += 1

    def state(self) -> SyncState:
        """The state of one who never reached the hub."""
        return read_state(self._store, SyncState())

    def stop(self) -> None:
        """Note in which thread the end came."""
        self.stopped_in = threading.get_ident()


def test_closing_asks_nothing_stops_the_worker_and_closes_the_store(
    qtbot: QtBot, window: MainWindow, workplace: Workplace, received: Callable[..., Case], settled: Wait
) -> None:
    received("吴䶮")
    window.strip.look()
    settled()
    worker = Worker(window.context.workplace.store)
    window.context.sync = worker
    with qtbot.waitSignal(window.left, timeout=10_000) as left:
        window.close()
        words = [label.text() for label in window.findChildren(QLabel) if "仅存本机" in label.text()]
        assert words
        assert "不要重装" in words[0]
        farewell = QApplication.focusWidget() or window
        qtbot.waitUntil(lambda: worker.stopped_in is not None)
        settled()
        qtbot.keyClick(farewell, Qt.Key.Key_Space)
    assert left.args == [True]
    assert worker.stopped_in != threading.get_ident()
    assert not window.isVisible()
    with pytest.raises(RuntimeError, match="after the end"):
        window.context.tasks.run(lambda: None, owner=QObject())


def test_an_act_under_way_is_finished_before_the_store_closes(
    qtbot: QtBot, window: MainWindow, workplace: Workplace, received: Callable[..., Case]
) -> None:
    made: list[Case] = []
    window.context.tasks.run(lambda: made.append(received("何𡋾")), owner=window)
    with qtbot.waitSignal(window.left, timeout=10_000):
        window.close()
    assert [case.application.applicant.name for case in made] == ["何𡋾"]


def test_signing_out_leaves_without_quitting(qtbot: QtBot, window: MainWindow) -> None:
    button = next(b for b in window.strip.findChildren(QPushButton) if b.text() == "退出登录")
    with qtbot.waitSignal(window.left, timeout=10_000) as left:
        button.click()
    assert left.args == [False]


def test_f5_syncs_at_once(qtbot: QtBot, window: MainWindow, settled: Wait) -> None:
    worker = Worker(window.context.workplace.store)
    window.context.sync = worker
    qtbot.keyClick(window, Qt.Key.Key_F5)
    settled()
    assert worker.sent == 1
    assert at(window) == "SyncView"


def test_who_has_several_posts_chooses_one_and_sees_its_desk(
    qtbot: QtBot, context: Context, workplace: Workplace, settled: Wait
) -> None:
    second = Post("second", DEPARTMENT, PostKind.OFFICER, "经办人", "p-agent")
    organisation = replace(workplace.organisation, posts=(*workplace.organisation.posts, second))
    workplace.references = replace(workplace.references, organisation=organisation)
    workplace.identity = replace(workplace.identity, desks=(VILLAGE, DEPARTMENT))
    window = MainWindow(context)
    qtbot.addWidget(window, before_close_func=lambda it: setattr(it, "_gone", True))
    settled()
    before = window.page("desk")
    posts = window.strip.findChild(QComboBox)
    assert posts is not None
    posts.setCurrentIndex(posts.findData("second"))
    posts.activated.emit(posts.currentIndex())
    settled()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert workplace.desk.desk_id == DEPARTMENT
    assert window.page("desk") is not before
    assert "游仙区民政局" in window.windowTitle()
    with workplace.store.read() as unit:
        sessions = unit.sign_ins.of_day(workplace.now().date().isoformat())
    assert [(row.post, row.until_at) for row in sessions] == [("second", None)]


def test_bad_news_stand_in_the_banner_until_put_away(window: MainWindow) -> None:
    window.context.messages.unavailable(Unavailable("打印机没有纸。", "paper"))
    label = next(label for label in window.findChildren(QLabel) if label.text() == "打印机没有纸。")
    assert label.isVisible()
    button = next(b for b in window.findChildren(QPushButton) if b.text() == "知道了")
    button.click()
    assert not label.isVisible()


def test_news_lie_over_the_page_and_move_nothing(qtbot: QtBot, window: MainWindow) -> None:
    before = window.stack.geometry()
    window.context.messages.unavailable(Unavailable("打印机没有纸。", "no paper"))
    qtbot.waitUntil(window.banner.isVisible)
    assert window.stack.geometry() == before
    parent = window.banner.parentWidget()
    assert parent is not None
    assert parent.rect().contains(window.banner.geometry())
    window.resize(window.width() - 200, window.height())
    qtbot.waitUntil(lambda: parent.rect().contains(window.banner.geometry()))


def test_a_case_is_begun_from_the_catalogue(qtbot: QtBot, window: MainWindow, settled: Wait) -> None:
    window.context.bus.item_wanted.emit(COUNTY_ITEM)
    settled()
    assert at(window) == "NewCaseView"
    page = window.page("new_case")
    assert isinstance(page, NewCaseView)
    assert isinstance(page.page, IntakePage)
