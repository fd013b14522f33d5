"""How the windows look: one sheet over Fusion, made from one base point size, so that all grows together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from stationapp.platform.fonts import Fonts
from stationapp.platform.resources import resource
from stationapp.ui.words import Tone

BASE_POINTS = 11.0
ELDER_SCALE = 1.35


@dataclass(frozen=True, slots=True)
class Shade:
    """Text colour and the soft ground it stands on; every pair has a contrast of 5:1 or more."""

    ink: str
    ground: str


TONES = {
    Tone.PLAIN: Shade("#1f2933", "#eceff2"),
    Tone.QUIET: Shade("#55606b", "#f0f2f4"),
    Tone.ACTIVE: Shade("#134f96", "#e4eefa"),
    Tone.GOOD: Shade("#1a6338", "#e3f3e8"),
    Tone.WARN: Shade("#7a4a00", "#fff1d2"),
    Tone.RED: Shade("#b3261e", "#fdeceb"),
}
INK, MUTED, LINE, SURFACE, GROUND = "#1f2933", "#55606b", "#c5cdd5", "#ffffff", "#f3f5f7"
ACCENT, ACCENT_DARK, ACCENT_SOFT, ON_ACCENT = "#1a5fb4", "#134a8e", "#e4eefa", "#ffffff"

_SHEET = Template("""
* { outline: none; }
QWidget { color: $ink; }
QToolTip { color: $ink; background: $surface; border: 1px solid $line; padding: ${half}px; }
#Surface, QStackedWidget > QWidget, QScrollArea, QScrollArea > QWidget > QWidget { background: $ground; }
QFrame#Card { background: $surface; border: 1px solid $line; border-radius: 6px; }
QLabel { background: transparent; }
QLabel#Title { font-size: ${title}pt; font-weight: bold; }
QLabel#Heading { font-size: ${heading}pt; font-weight: bold; }
QLabel#Muted { color: $muted; }
QLabel#FieldNote { color: $warn_ink; background: $warn_ground; border: 1px solid $warn_ink;
    border-radius: 4px; padding: ${half}px ${pad}px; }
QPushButton { background: $surface; border: 1px solid $muted; border-radius: 5px;
    padding: ${half}px ${wide}px; min-height: ${line_px}px; }
QPushButton:hover { background: $accent_soft; border-color: $accent; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: ${half_less}px ${wide_less}px; }
QPushButton:disabled { color: $muted; background: $ground; border-color: $line; }
QPushButton[main="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: bold; }
QPushButton[main="true"]:hover { background: $accent_dark; }
QPushButton[main="true"]:focus { border: 2px solid $ink; }
QPushButton[main="true"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[flat="true"] { border-color: transparent; background: transparent; color: $accent_dark; }
QPushButton[flat="true"]:hover { background: $accent_soft; }
QPushButton[flat="true"]:focus { border: 2px solid $accent; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit, QSpinBox { background: $surface;
    border: 1px solid $muted; border-radius: 4px; padding: ${half}px ${pad}px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QComboBox, QDateEdit, QSpinBox { min-height: ${line_px}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus, QSpinBox:focus {
    border: 2px solid $accent; padding: ${half_less}px ${pad_less}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: $ground; color: $muted; }
QLineEdit[refused="true"], QPlainTextEdit[refused="true"], QComboBox[refused="true"],
QDateEdit[refused="true"] { border: 2px solid $warn_ink; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ${arrow_room}px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$arrow"); width: ${arrow_px}px;
    height: ${arrow_px}px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line;
    selection-background-color: $accent_soft; selection-color: $ink; }
QCheckBox, QRadioButton { spacing: ${pad}px; padding: 2px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: ${box_px}px; height: ${box_px}px; }
QCheckBox::indicator, QTableView::indicator { border: 1px solid $muted; border-radius: 3px; background: $surface; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: $accent; border-color: $accent;
    image: url("$check"); }
QCheckBox::indicator:disabled { background: $ground; border-color: $line; }
QSpinBox::up-button, QSpinBox::down-button { subcontrol-origin: border; border: none; width: ${arrow_room}px; }
QSpinBox::up-button { subcontrol-position: top right; }
QSpinBox::down-button { subcontrol-position: bottom right; }
QSpinBox::up-arrow { image: url("$arrow_up"); width: ${arrow_px}px; height: ${arrow_px}px; }
QSpinBox::down-arrow { image: url("$arrow"); width: ${arrow_px}px; height: ${arrow_px}px; }
QCheckBox:focus, QRadioButton:focus { border: 1px dashed $accent; border-radius: 3px; }
QListWidget, QListView, QTableView, QTreeView {
    background: $surface; border: 1px solid $line; border-radius: 4px;
    selection-background-color: $accent_soft; selection-color: $ink; alternate-background-color: #f8fafb; }
QListWidget:focus, QListView:focus, QTableView:focus, QTreeView:focus { border: 2px solid $accent; }
QListWidget::item, QListView::item { border-left: 3px solid transparent;
    padding: ${half}px ${pad}px; min-height: ${line_px}px; }
QListWidget::item:selected, QListView::item:selected { background: $accent_soft; color: $ink;
    border-left: 3px solid $accent; }
QTableView { gridline-color: #e4e8ec; }
QTableView::item { padding: 0 ${half}px; }
QTableView::item:selected { background: $accent_soft; color: $ink; }
QHeaderView::section { background: $ground; border: none; border-bottom: 1px solid $line;
    border-right: 1px solid $line; padding: ${half}px ${pad}px; font-weight: bold; }
QTabBar::tab { padding: ${half}px ${wide}px; border-bottom: 3px solid transparent; background: transparent; }
QTabBar::tab:selected { border-bottom-color: $accent; font-weight: bold; }
QTabWidget::pane { border: 1px solid $line; background: $surface; }
QGroupBox { border: 1px solid $line; border-radius: 5px; margin-top: ${wide}px; padding-top: ${pad}px;
    font-weight: bold; }
QGroupBox::title { subcontrol-origin: margin; left: ${pad}px; padding: 0 ${half}px; }
QScrollBar:vertical { background: $ground; width: ${bar_px}px; }
QScrollBar:horizontal { background: $ground; height: ${bar_px}px; }
QScrollBar::handle { background: #9aa5b1; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 40px; }
QScrollBar::handle:horizontal { min-width: 40px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QWidget#Navigation { background: $surface; border-right: 1px solid $line; }
QPushButton#NavigationItem { text-align: left; border: none; border-left: 4px solid transparent;
    border-radius: 0; padding: ${pad}px ${wide}px; background: transparent; }
QPushButton#NavigationItem:hover { background: $accent_soft; }
QPushButton#NavigationItem:checked { background: $accent_soft; border-left-color: $accent;
    color: $accent_dark; font-weight: bold; }
QPushButton#NavigationItem:focus { border: 2px solid $accent; border-left: 4px solid $accent; }
QWidget#StatusStrip { background: $surface; border-top: 1px solid $line; }
QPushButton#StripState { text-align: left; }
QPushButton#Tile { background: $surface; border: 1px solid $line; border-radius: 6px; text-align: left;
    padding: ${pad}px ${wide}px; }
QPushButton#Tile:hover { border-color: $accent; background: $accent_soft; }
QPushButton#Tile:focus { border: 2px solid $accent; }
QLabel#TileCount { font-size: ${count}pt; font-weight: bold; }
""")
_TONE_RULES = Template("""
QLabel[tone="$name"] { color: $ink; }
QPushButton[tone="$name"] { color: $ink; }
QFrame[ground="true"][tone="$name"] { color: $ink; background: $ground; border: 1px solid $ink; border-radius: 4px; }
QLabel[pill="true"][tone="$name"] { color: $ink; background: $ground; border-radius: 4px; padding: 2px ${pad}px; }
""")


def load_fonts(fonts: Fonts) -> list[str]:
    """Give Qt the font files and return their family names, text first, rare characters behind it."""
    files = (fonts.regular, fonts.bold, *fonts.fallbacks)
    return list(dict.fromkeys(family for file in files for family in load_font(file)))


@cache
def load_font(file: Path) -> tuple[str, ...]:
    """Give Qt one font file, once in a process; return its family names, none when Qt cannot read it."""
    number = QFontDatabase.addApplicationFont(str(file))
    return tuple(QFontDatabase.applicationFontFamilies(number)) if number >= 0 else ()


def dress(app: QApplication, families: Sequence[str], scale: float = 1.0) -> None:
    """Give the application style, font, colours and sheet. `scale` 1.35 is the mode for elderly eyes.

    The style is made anew: giving an old one another sheet, Qt was seen to reach for widgets that were gone.
    """
    app.setStyle("Fusion")
    dress_first(app, families, scale)


def dress_first(app: QApplication, families: Sequence[str], scale: float = 1.0) -> None:
    """Dress an application that began in Fusion and has no widgets yet; quicker, for a style need not be made."""
    font = QFont()
    if families:
        font.setFamilies(families)
    font.setPointSizeF(BASE_POINTS * scale)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    app.setPalette(_palette())
    app.setStyleSheet(style_sheet(BASE_POINTS * scale))


def style_sheet(points: float) -> str:
    """The sheet for a base size in points; every distance follows from it."""
    pad = round(points * 0.75)
    values: dict[str, object] = {
        "title": round(points * 1.55, 1),
        "heading": round(points * 1.15, 1),
        "count": round(points * 2.4, 1),
        "pad": pad,
        "pad_less": pad - 1,
        "half": max(3, pad // 2),
        "half_less": max(3, pad // 2) - 1,
        "wide": pad * 2,
        "wide_less": pad * 2 - 1,
        "line_px": round(points * 1.9),
        "arrow_px": round(points),
        "arrow_room": round(points * 2.2),
        "box_px": round(points * 1.6),
        "bar_px": round(points * 1.2),
        "arrow": resource("icons", "chevron-down.png").as_posix(),
        "arrow_up": resource("icons", "chevron-up.png").as_posix(),
        "check": resource("icons", "check.png").as_posix(),
        "warn_ink": TONES[Tone.WARN].ink,
        "warn_ground": TONES[Tone.WARN].ground,
        **_colours(),
    }
    tones = (
        _TONE_RULES.substitute(name=tone, ink=shade.ink, ground=shade.ground, pad=pad)
        for tone, shade in TONES.items()
    )
    return _SHEET.substitute(values) + "".join(tones)


def _colours() -> dict[str, str]:
    return {
        "ink": INK,
        "muted": MUTED,
        "line": LINE,
        "surface": SURFACE,
        "ground": GROUND,
        "accent": ACCENT,
        "accent_dark": ACCENT_DARK,
        "accent_soft": ACCENT_SOFT,
        "on_accent": ON_ACCENT,
    }


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: GROUND,
        QPalette.ColorRole.WindowText: INK,
        QPalette.ColorRole.Base: SURFACE,
        QPalette.ColorRole.AlternateBase: "#f8fafb",
        QPalette.ColorRole.Text: INK,
        QPalette.ColorRole.Button: SURFACE,
        QPalette.ColorRole.ButtonText: INK,
        QPalette.ColorRole.Highlight: ACCENT,
        QPalette.ColorRole.HighlightedText: ON_ACCENT,
        QPalette.ColorRole.Link: ACCENT,
        QPalette.ColorRole.ToolTipBase: SURFACE,
        QPalette.ColorRole.ToolTipText: INK,
        QPalette.ColorRole.PlaceholderText: MUTED,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(disabled, role, QColor(MUTED))
    return palette
