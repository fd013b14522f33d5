"""The places of the main window, and the bar on the left that leads to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.ui.context import Context


@dataclass(frozen=True, slots=True)
class Place:
    """A place one can go to: its name, its key, and how its screen is made when it is first entered."""

    key: str
    title: str
    shortcut: str
    make: Callable[[Context, QWidget], QWidget]


def _desk(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.desk_view import DeskView

    return DeskView(context, parent)


def _new_case(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.new_case_view import NewCaseView

    return NewCaseView(context, parent)


def _cases(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.cases_view import CasesView

    return CasesView(context, parent)


def _batches(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.batches_view import BatchesView

    return BatchesView(context, parent)


def _sync(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.sync_view import SyncView

    return SyncView(context, parent)


def _troubles(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.troubles_view import TroublesView

    return TroublesView(context, parent)


def _affairs(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.affairs_view import AffairsView

    return AffairsView(context, parent)


def _catalogue(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.catalogue_view import CatalogueView

    return CatalogueView(context, parent)


def _statistics(context: Context, parent: QWidget) -> QWidget:
    from stationapp.ui.statistics_view import StatisticsView

    return StatisticsView(context, parent)


PLACES = (
    Place("desk", "工作台", "F1", _desk),
    Place("new_case", "新办件", "F2", _new_case),
    Place("cases", "办件", "F3", _cases),
    Place("batches", "批次", "F4", _batches),
    Place("affairs", "服务", "F7", _affairs),
    Place("catalogue", "事项目录", "F11", _catalogue),
    Place("statistics", "统计", "F12", _statistics),
    Place("sync", "同步", "F5", _sync),
    Place("troubles", "需处理", "F6", _troubles),
)


def digit_of(place: Place) -> str:
    """Return the second key of a place, for keyboards that hide their function keys: Ctrl and its number.

    Alt and a number press the acts of a case.
    """
    return f"Ctrl+{PLACES.index(place) + 1}"


class Navigation(QWidget):
    """One button for each place; `wanted(key)` when one is pressed."""

    wanted = Signal(str)

    def __init__(self, station: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Navigation")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("导航")
        self._station = QLabel(station, self)
        self._station.setObjectName("Heading")
        self._station.setWordWrap(True)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Item] = {}
        head = QHBoxLayout()
        head.setContentsMargins(18, 0, 10, 0)
        head.addWidget(self._station)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.setMinimumWidth(190)
        layout.addSpacing(16)
        layout.addLayout(head)
        layout.addSpacing(12)
        for place in PLACES:
            button = _Item(place, self)
            button.clicked.connect(lambda _=False, key=place.key: self.wanted.emit(key))
            self._group.addButton(button)
            self._buttons[place.key] = button
            layout.addWidget(button)
        layout.addStretch(1)

    def show_station(self, name: str) -> None:
        """Name the desk at which one works now."""
        self._station.setText(name)

    def show_place(self, key: str) -> None:
        """Mark where one is."""
        self._buttons[key].setChecked(True)

    def show_count(self, key: str, count: int) -> None:
        """Put a number behind a place's name, or none for zero."""
        self._buttons[key].show_count(count)


class _Item(QPushButton):
    """A place's button: its name to the left, its key to the right."""

    def __init__(self, place: Place, parent: QWidget) -> None:
        super().__init__(place.title, parent)
        self._title = place.title
        self.setObjectName("NavigationItem")
        self.setCheckable(True)
        self.setAccessibleName(place.title)
        self.setToolTip(f"{place.title}：{place.shortcut} 或 {digit_of(place)}")
        hint = QLabel(place.shortcut, self)
        hint.setObjectName("Muted")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 14, 0)
        layout.addStretch(1)
        layout.addWidget(hint)

    def show_count(self, count: int) -> None:
        """Show how many wait there."""
        text = f"{self._title}（{count}）" if count else self._title
        self.setText(text)
        self.setAccessibleName(text)
