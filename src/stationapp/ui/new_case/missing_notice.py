"""Before the one-time notice is given: everything that is missing, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from stationapp.ui.case.plain_table import PlainTable

_HEADS = ("材料", "问题", "应达到的标准")
_COLUMNS = ("name", "problem", "standard")
_OK, _CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
_EXPLANATION = (
    "下列材料不齐。告知书须一次写明全部缺少的材料（行政许可法第三十二条），同一理由不得再次要求补正。"
    "确认后生成收件号并打印一次性告知书，材料补齐后可继续收件。"
)


class MissingNoticeDialog(QDialog):
    """Lists the rows {material_id, name, problem, standard}; accepted means that the notice is to be given."""

    def __init__(self, missing: Sequence[dict[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("一次性告知")
        self.resize(760, 380)
        explanation = QLabel(_EXPLANATION, self)
        explanation.setWordWrap(True)
        table = PlainTable(_HEADS, 2, "缺少的材料", self)
        table.show_rows([[row[name] for name in _COLUMNS] for row in missing])
        self.buttons = QDialogButtonBox(_OK | _CANCEL)
        titles = {_OK: f"告知这 {len(missing)} 项", _CANCEL: "返回修改（Esc）"}
        for kind, title in titles.items():
            self.buttons.button(kind).setText(title)
            self.buttons.button(kind).setIcon(QIcon())  # No other button of the program has a picture.
        self.buttons.button(_OK).setProperty("main", True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(table, 1)
        layout.addWidget(self.buttons)
        self.buttons.button(_OK).setFocus()
