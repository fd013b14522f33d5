"""One material of an item: a tick for "all there", the counts, who keeps the original, the scans."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox, QWidget

from stationapp.domain.catalogue import Keeper, Material
from stationapp.domain.people import HandedIn
from stationapp.ui.context import Context
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.materials.promise_line import PromiseLine
from stationapp.ui.materials.scans_line import ScansLine
from stationapp.ui.style import MUTED
from stationapp.ui.words import Tone

KEEPER_TITLES = {Keeper.STATION: "收存", Keeper.APPLICANT: "核验后退还"}
_MOST = 999


def wanted_text(material: Material) -> str:
    """Return what is wanted of a material, in a few words."""
    parts = [
        f"{title}{count}"
        for title, count in (("原件", material.originals), ("复印件", material.copies))
        if count
    ]
    if material.promisable:
        parts.append("可承诺补交")
    if material.shared:
        parts.append("可共享获取，不需提交")
    elif not material.required:
        parts.append("视情况提交")
    return "，".join((*parts, *((material.note,) if material.note else ())))


def _name_html(material: Material, *, needed: bool) -> str:
    star = " *" if needed else ""
    return (
        f"{escape(material.name)}{star}<br><span style='color:{MUTED}'>{escape(wanted_text(material))}</span>"
    )


class MaterialRow(QObject):
    """The widgets of one material; the panel lays them out in its grid."""

    changed = Signal()

    def __init__(
        self, context: Context, material: Material, parent: QWidget, *, promises: bool = False
    ) -> None:
        super().__init__(parent)
        self.material = material
        self.tick = QCheckBox(parent)
        self.tick.setAccessibleName(f"{material.name}已收齐")
        self.tick.setAccessibleDescription(wanted_text(material))
        self.name = QLabel(_name_html(material, needed=self.is_needed), parent)
        self.name.setWordWrap(True)
        self.originals = self._spin("原件份数")
        self.copies = self._spin("复印件份数")
        self.pages = self._spin("页数")
        self.keeper = QComboBox(parent)
        self.keeper.setAccessibleName(f"{material.name}：原件由谁保存")
        for keeper, title in KEEPER_TITLES.items():
            self.keeper.addItem(title, str(keeper))
        self.keeper.setCurrentIndex(self.keeper.findData(str(material.keeper)))
        self.scans = ScansLine(context, parent)
        self.scans.button.setAccessibleName(f"{material.name}：添加扫描件")
        self.promise = PromiseLine(material.name, parent)
        self.promise.setVisible(promises and material.promisable)
        self.note = NoteLine(parent)
        self._connect()

    @property
    def is_needed(self) -> bool:
        """Whether the case cannot be received without it."""
        return self.material.required and not self.material.shared

    @property
    def is_full(self) -> bool:
        """Whether what is wanted lies on the table or is promised; of a material without counts, whether any does."""
        return bool(self.promise.promised_by) or self._is_counted

    @property
    def _is_counted(self) -> bool:
        counts = (self.originals.value(), self.copies.value())
        wanted = (self.material.originals, self.material.copies)
        return all(have >= want for have, want in zip(counts, wanted, strict=True)) and (
            any(counts) or not any(wanted)
        )

    def handed_in(self) -> HandedIn | None:
        """Return what lies on the table or is promised, or None when nothing is."""
        originals, copies, pages = self.originals.value(), self.copies.value(), self.pages.value()
        promised = self.promise.promised_by
        if not (originals or copies or pages or self.scans.scans or promised):
            return None
        return HandedIn(
            self.material.material_id,
            self.material.name,
            originals,
            copies,
            pages,
            str(self.keeper.currentData()),
            self.scans.scans,
            promised,
        )

    def fill(self, given: HandedIn) -> None:
        """Show what was handed in."""
        self.originals.setValue(given.originals)
        self.copies.setValue(given.copies)
        self.pages.setValue(given.pages)
        self.keeper.setCurrentIndex(max(0, self.keeper.findData(given.keeper)))
        self.scans.put(given.attachments)
        self.promise.put(given.promised_by)

    def complain(self, text: str) -> None:
        """Say what is wrong with this material."""
        self.note.say(text, Tone.RED)

    def _spin(self, title: str) -> QSpinBox:
        parent = self.name.parentWidget()
        spin = QSpinBox(parent, maximum=_MOST)
        spin.setAccessibleName(f"{self.material.name}：{title}")
        return spin

    def _connect(self) -> None:
        for spin in (self.originals, self.copies, self.pages):
            spin.valueChanged.connect(lambda _: self._counted())
        self.keeper.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.scans.changed.connect(self.changed)
        self.promise.changed.connect(self._promised)
        self.tick.clicked.connect(self._ticked)

    def _ticked(self, on: bool) -> None:
        """A tick puts down what is wanted, never less than was counted; taking it away clears the counts."""
        self.originals.setValue(max(self.originals.value(), self.material.originals) if on else 0)
        self.copies.setValue(max(self.copies.value(), self.material.copies) if on else 0)
        if on and not (self.originals.value() or self.copies.value()):
            self.originals.setValue(1)
        self._counted()

    def _promised(self) -> None:
        self.note.say("请填写补交日期，如 20261231。" if self.promise.lacks_day else "", Tone.WARN)
        self.changed.emit()

    def _counted(self) -> None:
        is_there = self._is_counted and bool(self.originals.value() or self.copies.value())
        self.tick.setChecked(is_there)
        if is_there and self.promise.tick.isChecked():
            self.promise.put("")  # What lies on the table need not be promised.
        self.note.say("")
        self.changed.emit()
