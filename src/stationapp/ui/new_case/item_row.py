"""How a service item looks in the list of hits: its name, below it code, department and kind, or why it is closed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate

from stationapp.services.catalogue import HANDLING_TITLES, LEVEL_TITLES, FoundItem

FOUND = Qt.ItemDataRole.UserRole
_MARGIN = 6


def second_line(found: FoundItem) -> str:
    """Return what stands below the item's name."""
    if found.closed:
        return "不能办理：" + "；".join(reason.text for reason in found.closed)
    item = found.item
    kinds = (item.department_name, HANDLING_TITLES[item.handling], LEVEL_TITLES[item.decides_at], item.code)
    return "　".join(kinds)


class ItemRowDelegate(QStyledItemDelegate):
    """Paints two lines at one fixed height. `option` is a QStyleOptionViewItem, whose fields Qt's stubs do not know."""

    def paint(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        found = index.data(FOUND)
        view = option.widget
        style = view.style() if view else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        group = QPalette.ColorGroup.Disabled if found.closed and not selected else QPalette.ColorGroup.Active
        painter.save()
        painter.setPen(option.palette.color(group, role))
        inner = option.rect.adjusted(_MARGIN, _MARGIN // 2, -_MARGIN, -_MARGIN // 2)
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        lower = QRect(inner.left(), upper.bottom() + 1, inner.width(), inner.height() - upper.height())
        _line(painter, upper, found.item.name, option.font)
        _line(painter, lower, second_line(found), _small(option.font))
        painter.restore()

    def sizeHint(self, option: Any, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = QFontMetrics(option.font).height() + QFontMetrics(_small(option.font)).height()
        return QSize(200, height + 2 * _MARGIN)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85 if font.pointSizeF() > 0 else 9.0)
    return small


def _line(painter: QPainter, place: QRect, text: str, font: QFont) -> None:
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
