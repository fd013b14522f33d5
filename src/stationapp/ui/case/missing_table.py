"""The materials that are missing or not good enough: a tick, what is wrong, what is wanted instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from stationapp.domain.catalogue import Material, ServiceItem

_HEADS = ("", "材料", "存在的问题", "应达到的标准")


@dataclass(slots=True)
class MissingLine:
    """The widgets of one row."""

    material_id: str
    tick: QCheckBox
    name: QLabel
    problem: QLineEdit
    standard: QLineEdit


class MissingTable(QWidget):
    """One row for each material of the item; nothing else may be asked for (行政许可法 art. 31)."""

    def __init__(self, item: ServiceItem | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[MissingLine] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(2, 2)
        self._grid.setColumnStretch(3, 3)
        for column, head in enumerate(_HEADS):
            self._grid.addWidget(QLabel(head, self), 0, column)
        for material in item.materials if item else ():
            self._add_material(material)
        if self.lines:
            self.setFocusProxy(self.lines[0].tick)

    def rows(self) -> list[dict[str, str]]:
        """Return the ticked rows {material_id, name, problem, standard}."""
        return [
            {
                "material_id": line.material_id,
                "name": line.name.text(),
                "problem": line.problem.text().strip(),
                "standard": line.standard.text().strip(),
            }
            for line in self.lines
            if line.tick.isChecked()
        ]

    def _add_material(self, material: Material) -> None:
        name = QLabel(material.name, self)
        name.setWordWrap(True)
        self._add(material.material_id, name, _standard(material), material.name)

    def _add(self, material_id: str, name: QLabel, standard: str, spoken: str) -> MissingLine:
        line = MissingLine(material_id, QCheckBox(self), name, QLineEdit(self), QLineEdit(standard, self))
        line.tick.setAccessibleName(f"{spoken}：缺少或不合格")
        line.problem.setAccessibleName(f"{spoken}：存在的问题")
        line.standard.setAccessibleName(f"{spoken}：应达到的标准")
        line.problem.setPlaceholderText("如：缺本人页")
        line.standard.setCursorPosition(0)  # A long one is read from its beginning.
        line.problem.textEdited.connect(_ticks(line.tick))
        at = len(self.lines) + 1
        for column, widget in enumerate((line.tick, name, line.problem, line.standard)):
            self._grid.addWidget(widget, at, column)
        self.lines.append(line)
        return line


def _standard(material: Material) -> str:
    counts = (("原件", material.originals), ("复印件", material.copies))
    wanted = "、".join(f"{title} {count} 份" for title, count in counts if count)
    parts = (f"应收{wanted}" if wanted else "", material.note)
    return "；".join(part for part in parts if part)


def _ticks(tick: QCheckBox) -> Callable[[str], None]:
    """Whoever writes a problem means that there is one."""
    return lambda text: tick.setChecked(True) if text.strip() else None
