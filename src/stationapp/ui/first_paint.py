"""The sign-in window, painted once: what a self-test looks at, and what the start-up benchmark times."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QEventLoop, QObject

from stationapp.platform.clock import Clock
from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.roster import read_roster
from stationapp.ui.application import make_application
from stationapp.ui.messages import Messages
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks


class _PaintWatch(QObject):
    """Calls `painted` once, after the first paint event of what it watches."""

    def __init__(self, painted: Callable[[], None]) -> None:
        super().__init__()
        self._painted: Callable[[], None] | None = painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._painted is not None:
            painted, self._painted = self._painted, None
            painted()
        return super().eventFilter(watched, event)


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

    def tell() -> None:
        painted()
        loop.quit()

    view, watch = SignInView(roster, paths, clock, tasks, messages), _PaintWatch(tell)
    view.installEventFilter(watch)
    try:
        view.show()
        loop.exec()
    finally:
        view.close()
        tasks.close()
