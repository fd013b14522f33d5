"""The wizard that writes what is unsent onto a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from stationapp.ui.context import Context
from stationapp.ui.courier.wizard import CourierWizard, said
from stationapp.ui.courier.words import (
    NOTHING_LOST_BY_WRITING,
    contents_words,
    left_words,
    next_words,
    waiting_words,
    written_headline,
    written_words,
)

if TYPE_CHECKING:
    from stationapp.services.courier import Preview, Written


class WriteWizard(CourierWizard):
    """Choose the stick, write, read back, and say where to take it; go on with another file for what is left."""

    nothing_lost = NOTHING_LOST_BY_WRITING

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, "写到U盘", "写入(&W)", parent)
        self._written_before: list[int] = []
        self.more.setText("接着写下一份(&G)")
        self.lead.setText("正在清点…")
        self.while_busy.setText("正在写入U盘并读回核对，请不要拔出U盘……")
        self.only_new = QCheckBox("只写以前的U盘文件里没有的(&N)（以前的U盘确定会送到时才选）", self)
        self.only_new.hide()
        self.only_new.toggled.connect(self.look)
        self.extra.addWidget(self.only_new)
        self.look()

    def look(self) -> None:
        """Count what would go."""
        workplace, only_new = self._context.workplace, self.only_new.isChecked()
        beyond = tuple(self._written_before)

        def work() -> Preview:
            from stationapp.services.courier import preview

            return preview(workplace, only_new=only_new, beyond=beyond)

        self._context.tasks.read(work, self._show, owner=self)

    def begin(self, folder: Path) -> None:
        """Write. It is no act: acts of other screens need not wait behind it."""
        workplace, only_new = self._context.workplace, self.only_new.isChecked()
        beyond = tuple(self._written_before)

        def work() -> Written:
            from stationapp.services.courier import write

            return write(workplace, folder, only_new=only_new, beyond=beyond, progress=self.tell_progress)

        self._context.tasks.read(work, self._written, self.on_failed, owner=self)

    def _show(self, preview: Preview) -> None:
        self.lead.setText(contents_words(preview))
        waits = waiting_words(preview.waiting)
        self.only_new.setVisible(bool(waits))
        if waits:
            self.remark.setText(waits)
            self.remark.show()

    def _written(self, done: Written) -> None:
        self._written_before.append(done.number)
        left = done.parcel.left
        self.clear_told()
        self.told.addWidget(said(self, written_words(done)))
        if left:
            self.told.addWidget(said(self, left_words(left), "Heading"))
        self.told.addWidget(said(self, next_words(done), "" if left else "Heading"))
        numbers = "\n".join(done.parcel.receipt_numbers)
        if numbers:
            self.told.addWidget(said(self, f"收件号：\n{numbers}", "Muted"))
        self.told.addStretch(1)
        self.more.setVisible(bool(left))
        if left:
            self.look()  # Whoever has to take another stick reads there what is to come.
        self.show_result(*written_headline(done))
