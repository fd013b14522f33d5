"""What the window says on a PC the county marked as lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from stationapp.exchange import orders
from stationapp.exchange.orders import Phase, Standing
from stationapp.platform.clock import SystemClock
from stationapp.services import lost_pc
from stationapp.services.hub_address import set_hub_address
from stationapp.services.roster import RosterEntry, write_roster
from stationapp.services.workplace import Workplace
from stationapp.ui.application import Station, screenshot
from stationapp.ui.banner import Banner
from stationapp.ui.bus import Bus
from stationapp.ui.enrol_view import EnrolView
from stationapp.ui.sign_in_view import SignInView


@pytest.fixture
def started(qtbot: QtBot, qapp: QApplication, workplace: Workplace) -> Iterator[Station]:
    """The program about to start on the village's PC, from which the hub is out of reach."""
    before = (qapp.font(), qapp.styleSheet(), qapp.palette())
    write_roster(
        workplace.paths.home, "抗香村便民服务室", [RosterEntry("p-agent", "wuyan", "吴䶮", "代办员")]
    )
    set_hub_address(workplace.paths, "https://127.0.0.1:9")
    station = Station(qapp, workplace.paths, SystemClock())
    yield station
    station.close()
    if station.window is not None:
        station.window.close()
        station.window.deleteLater()
    QApplication.processEvents()
    station.deleteLater()
    qapp.setFont(before[0])
    qapp.setStyleSheet(before[1])
    qapp.setPalette(before[2])


def ordered(workplace: Workplace, kind: str) -> None:
    """What a round leaves behind after which the order has been obeyed."""
    with workplace.store.write() as unit:
        orders.note(unit, Standing(1, kind, Phase.DONE))
    lost_pc.carry_out(workplace.paths, workplace.store, workplace.clock)
    workplace.store.close()


def said(view: QWidget | None) -> str:
    assert view is not None
    (banner,) = view.findChildren(Banner)
    assert banner.isVisible()
    return banner.text.text()


def test_a_locked_pc_says_so_before_anybody_tries(
    started: Station, workplace: Workplace, tmp_path: Path
) -> None:
    ordered(workplace, "lock")
    started.start()
    assert isinstance(started.window, SignInView)
    assert said(started.window) == lost_pc.LOCKED
    assert workplace.paths.database.exists()
    screenshot(started.window, tmp_path / "locked.png")


def test_a_wiped_pc_says_where_its_cases_are_and_can_be_enrolled(
    started: Station, workplace: Workplace
) -> None:
    ordered(workplace, "wipe")
    started.start()
    assert isinstance(started.window, EnrolView)
    assert said(started.window) == lost_pc.WIPED
    assert not workplace.paths.database.exists()
    assert not workplace.paths.vault.exists()


def test_nothing_is_said_on_a_pc_without_an_order(started: Station) -> None:
    started.start()
    assert started.window is not None
    assert not any(banner.isVisible() for banner in started.window.findChildren(Banner))


def test_the_synchronising_thread_can_end_the_session(qtbot: QtBot) -> None:
    bus, heard = Bus(), []
    bus.session_over.connect(lambda: heard.append(threading.current_thread()))
    with qtbot.waitSignal(bus.session_over, timeout=5000):
        thread = threading.Thread(target=bus.end_session_from_thread)
        thread.start()
    thread.join()
    assert heard == [threading.main_thread()]
