"""The list of an item's materials as a form: Space ticks, Enter goes to the next material, Tab into the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QGroupBox, QLabel, QWidget

from stationapp.domain.catalogue import Material
from stationapp.domain.people import HandedIn
from stationapp.ui.context import Context
from stationapp.ui.materials.material_row import MaterialRow

_HEADS = ("收齐", "材料", "原件", "复印件", "页数", "原件去向", "扫描件")
_HINT = "空格键打勾表示按应收份数收齐，回车到下一项，Tab 键进入份数。"


class MaterialsPanel(QGroupBox):
    """Everything that may be handed in. `finished` means Enter on the last tick.

    With `promises` those materials that may be promised in writing can be.
    """

    changed = Signal()
    finished = Signal()

    def __init__(
        self,
        context: Context,
        materials: Sequence[Material],
        title: str = "申请材料",
        parent: QWidget | None = None,
        *,
        promises: bool = False,
    ) -> None:
        super().__init__(title, parent)
        self.rows = [MaterialRow(context, material, self, promises=promises) for material in materials]
        grid = QGridLayout(self)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        hint = QLabel(_HINT if self.rows else "本事项不需要提交材料。", self)
        hint.setObjectName("Muted")
        grid.addWidget(hint, 0, 0, 1, len(_HEADS))
        for column, head in enumerate(_HEADS if self.rows else ()):
            grid.addWidget(QLabel(head, self), 1, column)
        for number, row in enumerate(self.rows):
            self._add(grid, 2 + 4 * number, row)

    def handed_in(self) -> tuple[HandedIn, ...]:
        """Return what lies on the table, in the order of the list."""
        return tuple(given for row in self.rows if (given := row.handed_in()) is not None)

    def fill(self, given: Iterable[HandedIn]) -> None:
        """Show what was handed in."""
        known = {row.material.material_id: row for row in self.rows}
        for material in given:
            if material.material_id in known:
                known[material.material_id].fill(material)

    def lacking(self) -> int:
        """Return how many needed materials are not there in full."""
        return sum(row.is_needed and not row.is_full for row in self.rows)

    def complain(self, material_id: str, text: str) -> bool:
        """Say what is wrong with a material; False when the list does not have it."""
        row = next((row for row in self.rows if row.material.material_id == material_id), None)
        if row is not None:
            row.complain(text)
        return row is not None

    def begin(self) -> None:
        """Take the keyboard to the first tick that is still to be made, or to the first of all."""
        lacking = [row for row in self.rows if row.is_needed and not row.is_full]
        for row in (*lacking, *self.rows)[:1]:
            row.tick.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        ticks = [row.tick for row in self.rows]
        after = next(number for number, tick in enumerate(ticks) if tick is watched) + 1
        if after < len(ticks):
            ticks[after].setFocus()
        else:
            self.finished.emit()
        return True

    def _add(self, grid: QGridLayout, line: int, row: MaterialRow) -> None:
        counts = (row.originals, row.copies, row.pages, row.keeper, row.scans.button)
        for column, widget in enumerate((row.tick, row.name, *counts)):
            grid.addWidget(widget, line, column)
        for below, widget in enumerate((row.scans, row.promise, row.note), 1):
            grid.addWidget(widget, line + below, 1, 1, len(_HEADS) - 1)
        row.tick.setProperty("entersItself", True)
        row.tick.installEventFilter(self)
        row.changed.connect(self.changed)
        self._order(row)

    def _order(self, row: MaterialRow) -> None:
        order = (
            *(row.tick, row.originals, row.copies, row.pages, row.keeper, row.scans.button),
            *(row.promise.tick, row.promise.day.line),
        )
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
