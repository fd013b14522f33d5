"""The sign-in window, painted once: what a self-test after installing looks at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject

from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import read_roster
from stationapp.ui.application import make_application
from stationapp.ui.messages import Messages
from stationapp.ui.paint_watch import PaintWatch
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks


def paint_sign_in(paths: StationPaths, clock: Clock, painted: Callable[[], None]) -> None:
    """Show the sign-in window of an enrolled home until it is painted; raises Unavailable when it is not enrolled."""
    make_application([])
    roster = read_roster(paths.home)
    if roster is None:
        raise Unavailable("本机尚未登记，请由技术人员用登记码登记本机。", "no roster")
    owner = QObject()
    messages = Messages(paths.crash, clock, owner)
    tasks = Tasks(messages, owner)
    loop = QEventLoop()
    view = SignInView(roster, paths, clock, tasks, messages)
    watch = PaintWatch(view)
    watch.painted.connect(painted)
    watch.painted.connect(loop.quit)
    try:
        view.show()
        loop.exec()
    finally:
        view.close()
        tasks.close()
